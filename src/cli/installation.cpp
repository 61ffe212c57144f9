#include "cli/installation.h"

#include <memory>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/duckdb_engine.h"
#include "io/fs/disk.h"
#include "io/fs/file.h"
#include "io/proj/transform.h"
#include "io/tz/time_zone.h"
#include "rhumb_version.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReinstall =
    "install the package again; a program built from source: scripts/setup build, then make build";

fs::path program_file() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed);
}

/// Of what was installed together with the program.
fs::path private_path(const char* name) {
  const fs::path folder = program_file().parent_path();
  const fs::path installed = folder.parent_path() / "lib" / "rhumb" / name;
  std::error_code failed;
  return fs::exists(installed, failed) ? installed : folder / "lib" / "rhumb" / name;
}

Finding examine_extension() {
  const fs::path path = spatial_extension();
  std::error_code failed;
  const auto bytes = fs::file_size(path, failed);
  Finding finding{.what = "extension", .detail = path.string()};
  if (failed) {
    finding.ok = false;
    finding.detail += ": " + failed.message();
    finding.hint = kReinstall;
  } else {
    finding.detail += fmt::format(", {}", human_bytes(bytes));
  }
  return finding;
}

/// It has coordinate systems of its own, so one is asked for.
Finding examine_engine(const fs::path& scratch) {
  const auto engine = make_duckdb_engine(DuckdbOptions{.threads = 1,
                                                       .temp_directory = scratch.string(),
                                                       .spatial_extension = spatial_extension(),
                                                       .readable_folder = scratch.string()});
  if (!engine.ok()) return broken("engine", engine.error());
  const auto answer = (*engine)->query(
      "SELECT version(), ST_AsText(ST_Transform(ST_Point(0, 0), 'EPSG:4326', 'EPSG:3857'))");
  if (!answer.ok()) return broken("engine", answer.error());
  const std::string version = answer->rows.at(0).at(0).value_or("");
  Finding finding{.what = "engine", .detail = fmt::format("DuckDB {}, spatial loaded", version)};
  if (version != std::string("v") + RHUMB_DUCKDB_VERSION) {
    finding.ok = false;
    finding.detail += fmt::format(", but this program was built for v{}", RHUMB_DUCKDB_VERSION);
    finding.hint = fmt::format(
        "another libduckdb.so is found first: is LD_LIBRARY_PATH set? Else {}", kReinstall);
  }
  return finding;
}

Finding examine_time_zones() {
  const auto zone = TimeZone::find("America/New_York");
  if (zone.ok()) return {.what = "time zones", .detail = "the system's own"};
  return {.what = "time zones",
          .ok = false,
          .detail = "the system has no zone America/New_York",
          .hint = "install the time zones of the system; on Debian: apt install tzdata"};
}

Finding examine_coordinate_systems() {
  const auto known = describe_crs("EPSG:3857");
  if (known.ok()) return {.what = "coordinate systems", .detail = "PROJ knows them"};
  return {.what = "coordinate systems",
          .ok = false,
          .detail = "PROJ finds no description of EPSG:3857: " + known.error().message,
          .hint =
              "its database proj.db is missing; on Debian: apt install proj-data. Elsewhere "
              "name its folder in PROJ_DATA"};
}

}  // namespace

std::string spatial_extension() {
  return private_path("spatial.duckdb_extension").string();
}

fs::path spark_driver_folder() {
  return private_path("spark");
}

std::vector<Finding> examine_installation(const fs::path& scratch) {
  return {{.what = "program",
           .detail = fmt::format("rhumb {}, {}", RHUMB_VERSION, program_file().string())},
          examine_extension(),
          examine_engine(scratch),
          examine_time_zones(),
          examine_coordinate_systems()};
}

Finding examine_store(const fs::path& folder) {
  if (const Status local = require_local_disk(folder); !local.ok())
    return broken("store", local.error());
  const auto free = free_space(folder);
  if (!free.ok()) return broken("store", free.error());
  std::error_code failed;
  fs::path there = folder;
  while (!fs::is_directory(there, failed) && there.has_relative_path()) there = there.parent_path();
  const fs::path probe = there / temporary_name();
  const Status written = atomic_write(probe, "");
  fs::remove(probe, failed);
  if (!written.ok()) {
    return {.what = "store",
            .ok = false,
            .detail = written.error().message,
            .hint =
                "give this user the right to write there, or name another folder with `store:` "
                "in rhumb.yaml"};
  }
  constexpr uint64_t kLittle = uint64_t{1} << 30;
  return {.what = "store",
          .ok = *free >= kLittle,
          .detail = fmt::format("{}: {} free", folder.string(), human_bytes(*free)),
          .hint = *free >= kLittle ? "" : "make room: a run needs the size of its result twice"};
}

}  // namespace rhumb
