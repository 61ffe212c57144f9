#pragma once

#include <string>

#include "project/project_on_disk.h"

namespace rhumb {

/// For tests: one file that a right project is given, and all that is then printed.
struct Refusal {
  const char* file;
  const char* text;
  const char* expected;
};

/// What is wrong with a small right project once it has that file.
inline std::string errors_with(const Refusal& refusal) {
  ProjectOnDisk disk;
  disk.write(
      "rhumb.yaml",
      "rhumb: 1\nconnections: { warehouse: { postgres: \"${U}\" }, lake: { bucket: {} } }\n");
  disk.write("models/zones.sql", "SELECT 1 AS zone_id\n");
  disk.write(refusal.file, refusal.text);
  return disk.errors();
}

/// A source that reads files and lacks nothing; more keys may follow.
#define RHUMB_FILE_SOURCE "read: { directory: { path: p } }\ndecode: { csv: {} }\n"
/// A model with these keys in its front matter.
#define RHUMB_MODEL_WITH(keys) "-- ---\n-- " keys "\n-- ---\nSELECT 1\n"

}  // namespace rhumb
