#include "publish/postgis/headroom.h"

#include <sys/statvfs.h>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

Result<std::string> look_at_headroom(PgConnection& connection, uint32_t relation) {
  if (!connection.is_local()) return std::string("free disk space on another machine is not known");
  // The setting is null for roles that may not read it.
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT (SELECT setting FROM pg_settings WHERE name ="
                                " 'data_directory'), pg_total_relation_size($1::oid)",
                                {std::to_string(relation)}));
  struct statvfs disk {};
  const std::string folder = rows.string(0, 0);
  if (folder.empty() || statvfs(folder.c_str(), &disk) != 0) {
    return std::string("free disk space of the server is not visible from here");
  }
  const auto size = static_cast<uint64_t>(rows.integer(0, 1));
  const uint64_t needed = size + size / 10;
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= needed) return std::string();
  return Error{Code::kDiskFull,
               fmt::format("the next version needs about {} on the server's disk, free are {}",
                           human_bytes(needed), human_bytes(free)),
               "make room, or keep fewer old tables with `keep: 0`",
               {}};
}

}  // namespace rhumb
