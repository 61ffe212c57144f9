#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/command.h"
#include "cli/inspect_view.h"
#include "decode/detect/detect_format.h"
#include "profile/proposal.h"
#include "project/project.h"
#include "source/directory/file_name.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRowsRead = "1000000";

/// The files of a folder, or the file itself; in the order of their names.
Result<std::vector<fs::path>> find_files(const fs::path& path) {
  std::error_code failed;
  if (fs::is_regular_file(path, failed)) return std::vector<fs::path>{path};
  std::vector<fs::path> out;
  for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->is_regular_file() && !is_private_name(at->path().filename().string()))
      out.push_back(at->path());
  }
  std::sort(out.begin(), out.end());
  if (!out.empty()) return out;
  return Error{Code::kNotFound,
               failed ? fmt::format("{} is no file and no folder", printable(path.string(), 200))
                      : fmt::format("{} holds no files", printable(path.string(), 200)),
               "name a file, or a folder that has files in it",
               {}};
}

/// A pattern for the file's own name alone, or nearly.
std::string pattern_for(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::string_view("*?[]{}\\").find(c) != std::string_view::npos; }, '?');
  return name;
}

/// Relative to the project around the working folder, where the file lies in it.
std::string folder_text(const fs::path& file) {
  std::error_code failed;
  const fs::path folder = fs::weakly_canonical(file, failed).parent_path();
  const auto root = find_project(".");
  if (!root.ok()) return folder.string();
  const fs::path near = folder.lexically_relative(fs::weakly_canonical(*root, failed));
  const bool inside = !near.empty() && *near.begin() != "..";
  return inside ? near.string() : folder.string();
}

/// The decoder to name, and to read with.
std::string decoder_for(const DetectedFormat& found) {
  const auto& known = catalogue().decoders;
  const bool named = std::any_of(known.begin(), known.end(), [&](const Declaration& each) {
    return each.name == found.format;
  });
  return named ? found.format : "auto";
}

Result<InspectedFile> inspect(const std::vector<fs::path>& files, uint64_t limit) {
  const fs::path& path = files.front();
  InspectedFile out{.name = path.filename().string()};
  for (size_t i = 1; i < files.size(); ++i) out.others.push_back(files[i].filename().string());
  std::error_code failed;
  out.bytes = fs::file_size(path, failed);
  RHUMB_ASSIGN(const DetectedFormat found, detect_file(path, out.name));
  out.format = decoder_for(found);
  out.detail = found.detail;
  RHUMB_ASSIGN(const auto decoder,
               real_adapters().decoder(Project{}, SourceDef{.decoder = out.format}));
  RHUMB_ASSIGN(out.found, inspect_file(*decoder, path, limit));
  out.source = source_text(
      {.description = "From " + out.name,
       .read = fmt::format("{{ directory: {{ path: {}, files: {} }} }}",
                           yaml_text(folder_text(path)), yaml_text(pattern_for(out.name))),
       .decode = fmt::format("{{ {}: {{}} }}", out.format),
       .columns = out.found.columns,
       .rejected = out.found.rejected_share()});
  return out;
}

bool shows_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string lower = to_lower(value);
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return false;
}

int run_inspect(const Invocation& invocation, Console& console) {
  const auto fail = [&](const Error& error) {
    console.report({error});
    return exit_status(error.code);
  };
  const std::string rows = invocation.value("rows", kRowsRead);
  const bool number = !rows.empty() && rows.size() < 19 &&
                      rows.find_first_not_of("0123456789") == std::string::npos;
  if (!number)
    return fail(Error{
        Code::kUsage, fmt::format("--rows takes a number, found '{}'", rows), "0 reads all", {}});
  const auto files = find_files(invocation.arguments.front());
  if (!files.ok()) return fail(files.error());
  const auto file = inspect(*files, std::stoull(rows));
  if (!file.ok()) return fail(file.error());
  if (console.json()) {
    console.print(inspection_json(*file));
  } else if (invocation.has("source")) {
    console.print(trim(file->source));
  } else {
    for (const std::string& line : inspection_lines(*file, console.width(), shows_unicode()))
      console.print(line);
  }
  return 0;
}

}  // namespace

CommandSpec inspect_command() {
  return {.name = "inspect",
          .summary = "look at unknown data and write the source file for it",
          .doc =
              "Says what a file is by its bytes, reads it, and shows its columns with their types, "
              "nulls and values, coordinate system and extent, what would go to the quarantine and "
              "what looks wrong; then the source file to put under sources/. Of a folder the first "
              "file is looked at. Needs no project and changes nothing.",
          .arguments = {{"path", "a file, or a folder of files", true, false}},
          .options = {{"rows",
                       'n',
                       "ROWS",
                       "read that many rows at most, 0 = all (default 1000000)",
                       false,
                       {}},
                      {"source", 0, "", "print the source file alone", false, {}}},
          .examples = {{"rhumb inspect landing/trips.csv", ""},
                       {"rhumb inspect landing/trips.csv --source > sources/trips.yaml", ""}},
          .run = run_inspect};
}

}  // namespace rhumb
