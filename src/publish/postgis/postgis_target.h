#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/target.h"

namespace rhumb {

/// `publish:` to a PostgreSQL database: one table per version behind one stable view.
[[nodiscard]] const Declaration& postgis_declaration();
/// `connections: NAME: { postgres: ... }`
[[nodiscard]] const Declaration& postgres_connection_declaration();

struct PostgisConnection {
  std::string name;  ///< as in `connections:`
  Secret url;        ///< libpq URL
};

/// `publish` holds the fields of postgis_declaration(); `suffix` is the environment's, appended to
/// the names of view and tables. Opens no connection; refuses names and fields that cannot be
/// meant.
[[nodiscard]] Result<std::unique_ptr<Target>> make_postgis_target(const Config& publish,
                                                                  PostgisConnection connection,
                                                                  const std::string& dataset,
                                                                  const std::string& suffix);

}  // namespace rhumb
