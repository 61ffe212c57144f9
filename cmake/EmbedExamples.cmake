# Writes OUTPUT, a C++ file with every file below FOLDER as text, for `rhumb init --example NAME`:
# the program carries its examples, wherever it is moved to.
#   cmake -DFOLDER=examples -DOUTPUT=examples.cpp -P EmbedExamples.cmake

file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*.yaml" "${FOLDER}/*.sql" "${FOLDER}/*.csv")
list(FILTER files EXCLUDE REGEX "(^|/)(\\.rhumb|data)/")
list(SORT files)

set(code "#include \"cli/examples.h\"\n\nnamespace rhumb {\n\n")
string(APPEND code "const std::vector<ExampleFile>& example_files() {\n")
string(APPEND code "  static const std::vector<ExampleFile> files = {\n")
foreach(name IN LISTS files)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND code "      {\"${name}\", R\"rhumb_file(${text})rhumb_file\"},\n")
endforeach()
string(APPEND code "  };\n  return files;\n}\n\n}  // namespace rhumb\n")
file(WRITE "${OUTPUT}" "${code}")
