#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "component/config.h"
#include "io/pg/name.h"

namespace rhumb {

/// An entry of `indexes:`.
struct PostgisIndex {
  std::vector<std::string> columns;
  std::string
      method;  ///< "" = btree, gist for a geometry column; `none` = no index on these columns
  bool unique = false;
  Place place;
};

/// What the views' readers get: role -> privileges, in capitals.
using PostgisGrants = std::map<std::string, std::vector<std::string>>;

/// How the view comes to show another version.
enum class SwitchWay : uint8_t {
  kView,     ///< it is replaced
  kPointer,  ///< it stays, and reads what a pointer names
};

/// A `publish:` block for PostgreSQL, read and checked as far as that goes without the server.
struct PostgisOptions {
  PgName view;                 ///< with the environment's suffix; the schema may be empty
  std::string table_template;  ///< with `{version}` and the suffix
  std::vector<PostgisIndex> indexes;
  uint64_t keep = 1;  ///< old tables that stay
  PostgisGrants grants;
  std::string comment;
  std::map<std::string, std::string> columns;  ///< column -> PostgreSQL type
  bool primary_key = true;
  Micros switch_within = 60'000'000;
  SwitchWay way = SwitchWay::kView;
  bool direct = false;  ///< new rows alone go into the visible table
  Place place;

  /// The table of a version; `attempt` > 1 makes another name, for when that one is in use. It lies
  /// in the view's schema unless the template names one.
  [[nodiscard]] PgName table(uint64_t version, int attempt = 1) const;
};

[[nodiscard]] Result<PostgisOptions> read_postgis_options(const Config& publish,
                                                          const std::string& suffix);

}  // namespace rhumb
