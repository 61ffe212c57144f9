#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"

namespace rhumb {

struct RelationColumn {
  std::string name;
  uint32_t type = 0;
  int modifier = -1;
  std::string type_text;  ///< for people: `numeric(10,2)`
};

/// What stands under a view's name.
struct RelationLook {
  uint32_t oid = 0;
  char kind = 'v';  ///< pg_class.relkind
  std::string owner;
  bool owned = false;  ///< we are its owner, or a member of it
  std::vector<RelationColumn> columns;
  std::vector<std::string> options;     ///< `security_barrier=true`
  std::vector<std::string> grantees;    ///< roles beside the owner, in order, `public` among them
  std::vector<std::string> dependants;  ///< `view bi.daily`

  [[nodiscard]] bool runs_as_reader() const;  ///< security_invoker
};

/// Nothing when there is no relation of that name.
[[nodiscard]] Result<std::optional<RelationLook>> look_at_relation(PgConnection& connection,
                                                                   const PgName& name);

/// GRANT statements that give `to` what others than the owner hold on the relation `from`; those
/// for single columns only for columns that `to` keeps.
[[nodiscard]] Result<std::vector<std::string>> grants_of(PgConnection& connection, uint32_t from,
                                                         const PgName& to,
                                                         const std::vector<std::string>& columns);

/// Statements that give a view made anew everything the old one had: owner, exact grants, comments,
/// defaults, triggers and rules.
[[nodiscard]] Result<std::vector<std::string>> belongings_of(
    PgConnection& connection, const RelationLook& view, const PgName& name,
    const std::vector<std::string>& columns);

/// Whether the view's query names the relation.
[[nodiscard]] Result<bool> view_reads(PgConnection& connection, uint32_t view, uint32_t relation);

/// Sessions that hold a lock on the relation, or wait for one (describe_transactions).
[[nodiscard]] Result<std::vector<std::string>> lock_holders(PgConnection& connection, uint32_t oid);

/// Columns as they are in the catalogue.
[[nodiscard]] Result<std::vector<RelationColumn>> columns_of(PgConnection& connection,
                                                             uint32_t oid);

/// A role for GRANT and OWNER TO: quoted, but for the keyword PUBLIC.
[[nodiscard]] std::string quote_role(const std::string& role);

}  // namespace rhumb
