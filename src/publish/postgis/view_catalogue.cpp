#include "publish/postgis/view_catalogue.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "publish/postgis/open_transactions.h"

namespace rhumb {
namespace {

// Whatever names the relation or its row type, but for its own parts.
constexpr const char* kDependants =
    "SELECT DISTINCT coalesce(pg_describe_object('pg_class'::regclass, r.ev_class, 0),"
    " pg_describe_object(d.classid, d.objid, d.objsubid)) FROM pg_depend d"
    " LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid"
    " LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid"
    " LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid"
    " WHERE d.deptype = 'n' AND ("
    "  (d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid) OR"
    "  (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT unnest(ARRAY[y.oid, "
    "y.typarray])"
    "   FROM pg_type y WHERE y.typrelid = $1::oid)))"
    " AND $1::oid IS DISTINCT FROM r.ev_class AND $1::oid IS DISTINCT FROM t.tgrelid"
    " AND $1::oid IS DISTINCT FROM a.adrelid ORDER BY 1";

std::vector<std::string> first_column(const PgRows& rows) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < rows.size(); ++i) texts.push_back(rows.string(i, 0));
  return texts;
}

Result<std::vector<std::string>> texts_of(PgConnection& connection, const std::string& sql,
                                          uint32_t oid) {
  RHUMB_ASSIGN(const PgRows rows, connection.query(sql, {std::to_string(oid)}));
  return first_column(rows);
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A role the server would give rights on anything new we make; a carried-over view gets only what
// it had before.
Result<std::vector<std::string>> default_grantees(PgConnection& connection) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query(
                   "SELECT DISTINCT coalesce(g.rolname, 'public') FROM pg_default_acl d"
                   " CROSS JOIN aclexplode(d.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee"
                   " WHERE d.defaclobjtype = 'r' AND d.defaclrole = (SELECT oid FROM pg_roles"
                   " WHERE rolname = current_user) AND a.grantee <> d.defaclrole"));
  return first_column(rows);
}

Status add_comments(PgConnection& connection, const RelationLook& view, const PgName& name,
                    const std::vector<std::string>& columns, std::vector<std::string>& out) {
  RHUMB_ASSIGN(
      const PgRows rows,
      connection.query("SELECT coalesce(a.attname, ''), d.description FROM pg_description d"
                       " LEFT JOIN pg_attribute a ON a.attrelid = d.objoid"
                       " AND a.attnum = d.objsubid AND d.objsubid > 0"
                       " WHERE d.classoid = 'pg_class'::regclass AND d.objoid = $1::oid",
                       {std::to_string(view.oid)}));
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string column = rows.string(i, 0);
    const std::string text = quote_literal(rows.text(i, 1));
    if (column.empty()) {
      out.push_back(fmt::format("COMMENT ON VIEW {} IS {}", name.quoted(), text));
    } else if (contains(columns, column)) {
      out.push_back(fmt::format("COMMENT ON COLUMN {}.{} IS {}", name.quoted(),
                                quote_identifier(column), text));
    }
  }
  return {};
}

Status add_defaults(PgConnection& connection, const RelationLook& view, const PgName& name,
                    const std::vector<std::string>& columns, std::vector<std::string>& out) {
  RHUMB_ASSIGN(
      const PgRows rows,
      connection.query("SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d"
                       " JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
                       " WHERE d.adrelid = $1::oid",
                       {std::to_string(view.oid)}));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!contains(columns, rows.text(i, 0))) continue;
    out.push_back(fmt::format("ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {}", name.quoted(),
                              quote_identifier(rows.text(i, 0)), rows.text(i, 1)));
  }
  return {};
}

// pg_get_triggerdef and pg_get_ruledef name the view in full unless it lies in the search path.
Status add_triggers_and_rules(PgConnection& connection, const RelationLook& view,
                              std::vector<std::string>& out) {
  for (const char* sql :
       {"SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = $1::oid AND NOT tgisinternal"
        " ORDER BY tgname",
        "SELECT rtrim(pg_get_ruledef(oid), ';') FROM pg_rewrite WHERE ev_class = $1::oid"
        " AND rulename <> '_RETURN' ORDER BY rulename"}) {
    RHUMB_ASSIGN(const auto statements, texts_of(connection, sql, view.oid));
    out.insert(out.end(), statements.begin(), statements.end());
  }
  return {};
}

}  // namespace

bool RelationLook::runs_as_reader() const {
  return std::any_of(options.begin(), options.end(), [](const std::string& option) {
    return option == "security_invoker=true" || option == "security_invoker=on" ||
           option == "security_invoker=1" || option == "security_invoker=yes";
  });
}

std::string quote_role(const std::string& role) {
  return to_lower(role) == "public" ? "PUBLIC" : quote_identifier(role);
}

Result<std::vector<RelationColumn>> columns_of(PgConnection& connection, uint32_t oid) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT attname, atttypid::bigint, atttypmod,"
                                " format_type(atttypid, atttypmod) FROM pg_attribute"
                                " WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped"
                                " ORDER BY attnum",
                                {std::to_string(oid)}));
  std::vector<RelationColumn> columns;
  for (size_t i = 0; i < rows.size(); ++i) {
    columns.push_back({.name = rows.string(i, 0),
                       .type = static_cast<uint32_t>(rows.integer(i, 1)),
                       .modifier = static_cast<int>(rows.integer(i, 2)),
                       .type_text = rows.string(i, 3)});
  }
  return columns;
}

Result<std::optional<RelationLook>> look_at_relation(PgConnection& connection, const PgName& name) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT c.oid::bigint, c.relkind, o.rolname,"
                                " pg_has_role(c.relowner, 'USAGE') FROM pg_class c"
                                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                " JOIN pg_roles o ON o.oid = c.relowner"
                                " WHERE n.nspname = $1 AND c.relname = $2",
                                {name.schema, name.name}));
  if (rows.empty()) return std::optional<RelationLook>();
  RelationLook look{.oid = static_cast<uint32_t>(rows.integer(0, 0)),
                    .kind = rows.text(0, 1).front(),
                    .owner = rows.string(0, 2),
                    .owned = rows.boolean(0, 3)};
  RHUMB_ASSIGN(look.columns, columns_of(connection, look.oid));
  RHUMB_ASSIGN(look.options,
               texts_of(connection, "SELECT unnest(reloptions) FROM pg_class WHERE oid = $1::oid",
                        look.oid));
  RHUMB_ASSIGN(
      look.grantees,
      texts_of(connection,
               "SELECT DISTINCT coalesce(g.rolname, 'public') FROM pg_class c"
               " CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee"
               " WHERE c.oid = $1::oid AND a.grantee <> c.relowner ORDER BY 1",
               look.oid));
  RHUMB_ASSIGN(look.dependants, texts_of(connection, kDependants, look.oid));
  return std::optional<RelationLook>(std::move(look));
}

Result<std::vector<std::string>> grants_of(PgConnection& connection, uint32_t from,
                                           const PgName& to,
                                           const std::vector<std::string>& columns) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query(
                   "SELECT '', a.privilege_type, coalesce(g.rolname, 'public'), a.is_grantable"
                   " FROM pg_class c CROSS JOIN aclexplode(c.relacl) a"
                   " LEFT JOIN pg_roles g ON g.oid = a.grantee"
                   " WHERE c.oid = $1::oid AND a.grantee <> c.relowner UNION ALL "
                   "SELECT t.attname, a.privilege_type, coalesce(g.rolname, 'public'),"
                   " a.is_grantable FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid"
                   " CROSS JOIN aclexplode(t.attacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee"
                   " WHERE c.oid = $1::oid AND a.grantee <> c.relowner",
                   {std::to_string(from)}));
  std::vector<std::string> statements;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string column = rows.string(i, 0);
    if (!column.empty() && !contains(columns, column)) continue;
    statements.push_back(fmt::format("GRANT {}{} ON {} TO {}{}", rows.text(i, 1),
                                     column.empty() ? "" : " (" + quote_identifier(column) + ")",
                                     to.quoted(), quote_role(rows.string(i, 2)),
                                     rows.boolean(i, 3) ? " WITH GRANT OPTION" : ""));
  }
  return statements;
}

Result<std::vector<std::string>> belongings_of(PgConnection& connection, const RelationLook& view,
                                               const PgName& name,
                                               const std::vector<std::string>& columns) {
  std::vector<std::string> out;
  RHUMB_ASSIGN(const auto surplus, default_grantees(connection));
  for (const std::string& role : surplus) {
    out.push_back(fmt::format("REVOKE ALL ON {} FROM {}", name.quoted(), quote_role(role)));
  }
  out.push_back(
      fmt::format("ALTER VIEW {} OWNER TO {}", name.quoted(), quote_identifier(view.owner)));
  RHUMB_ASSIGN(const auto grants, grants_of(connection, view.oid, name, columns));
  out.insert(out.end(), grants.begin(), grants.end());
  RHUMB_TRY(add_comments(connection, view, name, columns, out));
  RHUMB_TRY(add_defaults(connection, view, name, columns, out));
  RHUMB_TRY(add_triggers_and_rules(connection, view, out));
  return out;
}

Result<bool> view_reads(PgConnection& connection, uint32_t view, uint32_t relation) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite r"
                                " ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid"
                                " WHERE r.ev_class = $1::oid AND d.refclassid ="
                                " 'pg_class'::regclass AND d.refobjid = $2::oid)",
                                {std::to_string(view), std::to_string(relation)}));
  return rows.boolean(0, 0);
}

Result<std::vector<std::string>> lock_holders(PgConnection& connection, uint32_t oid) {
  RHUMB_ASSIGN(const OpenTransactions holders, transactions_on(connection, oid));
  return describe_transactions(connection, holders);
}

}  // namespace rhumb
