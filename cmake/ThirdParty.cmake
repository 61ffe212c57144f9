# Every library from outside, as a target. Which module may use which is said
# in src/CMakeLists.txt.

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(EXPAT REQUIRED)
find_package(date REQUIRED)
find_package(CURL 7.85 REQUIRED)  # PROTOCOLS_STR

# Through pkg-config: FindPostgreSQL also wants the server's headers, and the
# other two ship no CMake files.
find_package(PkgConfig REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET GLOBAL libpq)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET GLOBAL yaml-0.1)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET GLOBAL libzstd)
pkg_check_modules(proj REQUIRED IMPORTED_TARGET GLOBAL proj)
find_package(GEOS REQUIRED)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET GLOBAL simdjson)
pkg_check_modules(zip REQUIRED IMPORTED_TARGET GLOBAL libzip)
add_library(PostgreSQL::PostgreSQL ALIAS PkgConfig::libpq)
add_library(yaml::yaml ALIAS PkgConfig::yaml)
add_library(zstd::zstd ALIAS PkgConfig::zstd)
add_library(proj::proj ALIAS PkgConfig::proj)
add_library(simdjson::simdjson ALIAS PkgConfig::simdjson)
add_library(zip::zip ALIAS PkgConfig::zip)

# The embedded engine. Tests find it by its full path, the program beside itself (cmake/Package.cmake).
set(RHUMB_DUCKDB_VERSION "1.5.5")
set(RHUMB_DUCKDB_LIBRARY "${RHUMB_DEPS}/duckdb/lib/libduckdb.so")
set(RHUMB_EXTENSION_DIR "${RHUMB_DEPS}/duckdb/extensions/v${RHUMB_DUCKDB_VERSION}/linux_amd64")
if(NOT EXISTS "${RHUMB_DUCKDB_LIBRARY}")
  message(FATAL_ERROR "The embedded engine is not below ${RHUMB_DEPS}. Run: scripts/setup build")
endif()
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION "${RHUMB_DUCKDB_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${RHUMB_DEPS}/duckdb/include")

# H3's C library, compiled as it is. Its header says its version and is made from a template.
file(GLOB h3_sources "${RHUMB_DEPS}/h3/lib/*.c")
if(NOT h3_sources)
  message(FATAL_ERROR "The sources of H3 are not below ${RHUMB_DEPS}. Run: scripts/setup build")
endif()
set(H3_VERSION_MAJOR 4)
set(H3_VERSION_MINOR 5)
set(H3_VERSION_PATCH 0)
configure_file("${RHUMB_DEPS}/h3/include/h3api.h.in" "${PROJECT_BINARY_DIR}/h3/h3api.h" @ONLY)
add_library(h3 STATIC ${h3_sources})
target_include_directories(h3 SYSTEM PUBLIC "${PROJECT_BINARY_DIR}/h3"
  PRIVATE "${RHUMB_DEPS}/h3/include")
target_link_libraries(h3 PRIVATE m)
