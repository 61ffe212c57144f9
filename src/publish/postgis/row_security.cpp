#include "publish/postgis/row_security.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr const char* kPolicies =
    "SELECT polname, CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,"
    " CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'"
    "  WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,"
    " (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE"
    "   quote_ident(pg_get_userbyid(role)) END, ', ') FROM unnest(polroles) AS role),"
    " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)"
    " FROM pg_policy WHERE polrelid = $1::oid ORDER BY polname";

}  // namespace

Result<std::vector<std::string>> row_security_of(PgConnection& connection, uint32_t from,
                                                 const PgName& to) {
  std::vector<std::string> statements;
  const PgParameters relation{std::to_string(from)};
  RHUMB_ASSIGN(const PgRows rows, connection.query(kPolicies, relation));
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string name = quote_identifier(rows.text(i, 0));
    // A table that is shown again after a rollback has them already.
    statements.push_back(fmt::format("DROP POLICY IF EXISTS {} ON {}", name, to.quoted()));
    std::string policy = fmt::format("CREATE POLICY {} ON {} AS {} FOR {} TO {}", name, to.quoted(),
                                     rows.text(i, 1), rows.text(i, 2), rows.text(i, 3));
    if (!rows.is_null(i, 4)) policy += fmt::format(" USING ({})", rows.text(i, 4));
    if (!rows.is_null(i, 5)) policy += fmt::format(" WITH CHECK ({})", rows.text(i, 5));
    statements.push_back(std::move(policy));
  }
  RHUMB_ASSIGN(const PgRows state,
               connection.query("SELECT relrowsecurity, relforcerowsecurity FROM pg_class"
                                " WHERE oid = $1::oid",
                                relation));
  for (const auto& [column, word] : {std::pair{0, "ENABLE"}, std::pair{1, "FORCE"}}) {
    if (state.empty() || !state.boolean(0, static_cast<size_t>(column))) continue;
    statements.push_back(fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY", to.quoted(), word));
  }
  return statements;
}

}  // namespace rhumb
