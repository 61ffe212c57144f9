# How our own code is compiled and linked, the same for every module.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

# Optional speed-ups: the build works without either.
find_program(RHUMB_CCACHE ccache)
if(RHUMB_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${RHUMB_CCACHE}")
endif()
find_program(RHUMB_MOLD mold)
if(RHUMB_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Nothing built knows the folder it was built in: the same sources give the same bytes anywhere.
# The linker's build id would tell the folder all the same: it hashes the debug information, too, in which
# ccache, when it is there, leaves other names of our sources.
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
add_link_options(-Wl,--build-id=none)

if(RHUMB_SANITIZE)
  add_compile_options(-fsanitize=${RHUMB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RHUMB_SANITIZE})
endif()

# Linked into every target of ours; third-party headers are SYSTEM and escape it.
add_library(rhumb_warnings INTERFACE)
target_compile_options(rhumb_warnings INTERFACE
  # Designated initialisers leave out what keeps its default, on purpose. gcc 12 sees overlapping
  # copies in std::string's own operator+ when it optimises (its bug 105651).
  -Wall -Wextra -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)
