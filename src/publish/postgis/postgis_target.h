#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/target.h"

namespace rhumb {

class LeaseKeeper;

/// `publish:` to a PostgreSQL database: one table per version behind one stable view.
[[nodiscard]] const Declaration& postgis_declaration();
/// `connections: NAME: { postgres: ... }`
[[nodiscard]] const Declaration& postgres_connection_declaration();

/// How long a publisher may be silent before another may take its place, unless the connection says
/// otherwise.
inline constexpr Micros kDefaultLease = 60'000'000;

struct PostgisConnection {
  std::string name;  ///< as in `connections:`
  Secret url;        ///< libpq URL
  /// Shared by all targets of a process with this connection; made when there is none.
  std::shared_ptr<LeaseKeeper> leases = nullptr;
};

/// `lease:` of the connection's declaration, checked.
[[nodiscard]] Result<Micros> lease_of_connection(const Config& connection);
[[nodiscard]] std::shared_ptr<LeaseKeeper> make_lease_keeper(Secret url, Micros lease);

/// `publish` holds the fields of postgis_declaration(); `suffix` is the environment's, appended to
/// the names of view and tables. Opens no connection; refuses names and fields that cannot be
/// meant.
[[nodiscard]] Result<std::unique_ptr<Target>> make_postgis_target(const Config& publish,
                                                                  PostgisConnection connection,
                                                                  const std::string& dataset,
                                                                  const std::string& suffix);

}  // namespace rhumb
