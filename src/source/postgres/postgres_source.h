#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/source.h"

namespace rhumb {

/// `read: { postgres: ... }`: a table, view or query of a PostgreSQL database.
[[nodiscard]] const Declaration& postgres_source_declaration();

/// `read` holds the fields of postgres_source_declaration(); `changed_when` is `always`,
/// `counters`, `fingerprint`, an SQL expression over the table, or "" for `fingerprint`. Opens no
/// connection.
[[nodiscard]] Result<std::unique_ptr<TableSource>> make_postgres_source(
    const Config& read, Secret url, const std::string& changed_when);

}  // namespace rhumb
