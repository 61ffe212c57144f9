#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "publish/postgis/headroom.h"
#include "publish/postgis/publication.h"
#include "publish/postgis/row_security.h"

namespace rhumb {
namespace {

constexpr size_t kMaxColumns = 1600;
constexpr auto kSystemColumns =
    std::to_array<std::string_view>({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"});
constexpr auto kSeatColumns = std::to_array<std::string_view>({kSeatColumn, "rhumb_slot"});

// Who we are, whether we may make schemas, and whether the commit record is ours to write (null: it
// is still to be made, in a schema that is still to be made).
constexpr const char* kRights =
    "SELECT current_user, has_database_privilege(current_database(), 'CREATE'), CASE"
    " WHEN to_regnamespace('rhumb') IS NULL THEN NULL ELSE"
    "  (SELECT bool_and(CASE WHEN r.oid IS NULL THEN has_schema_privilege('rhumb', 'CREATE') ELSE"
    "   has_table_privilege(r.oid, 'SELECT') AND has_table_privilege(r.oid, 'INSERT') AND"
    "   has_table_privilege(r.oid, 'UPDATE') AND has_table_privilege(r.oid, 'DELETE') END)"
    "  FROM (SELECT to_regclass(name)::oid AS oid FROM unnest(ARRAY['rhumb.publications',"
    "   'rhumb.leases', 'rhumb.seats']) AS name) r) END";

// Publications (of logical replication) that send what happens in a table elsewhere.
constexpr const char* kReplicated =
    "SELECT DISTINCT p.pubname FROM pg_publication p LEFT JOIN pg_publication_rel r"
    " ON r.prpubid = p.oid AND r.prrelid = $1::oid LEFT JOIN pg_publication_namespace n"
    " ON n.pnpubid = p.oid AND n.pnnspid = to_regnamespace($2)"
    " WHERE p.puballtables OR r.oid IS NOT NULL OR n.oid IS NOT NULL ORDER BY 1";

Status check_name(const std::string& name, const std::string& what, const Place& place) {
  if (name.size() <= kPgNameBytes) return {};
  return Error{Code::kBadValue,
               fmt::format("the name of {} has {} bytes, PostgreSQL keeps {}: {}", what,
                           name.size(), kPgNameBytes, name),
               "choose a shorter one", place};
}

// Names that a seat needs for itself.
Status check_seat_columns(const Schema& schema, const Place& place) {
  for (const std::string_view name : kSeatColumns) {
    if (!find_column(schema, name)) continue;
    return Error{Code::kBadValue,
                 fmt::format("with `switch: pointer` no column can have the name {}", name),
                 "write AS with another", place};
  }
  return {};
}

Status check_columns(const Schema& schema, const Place& place) {
  if (schema.empty() || schema.size() > kMaxColumns) {
    return Error{
        Code::kBadValue,
        fmt::format("a table has 1 to {} columns, this result has {}", kMaxColumns, schema.size()),
        "", place};
  }
  std::set<std::string> names;
  for (const Column& column : schema) {
    RHUMB_TRY(check_name(column.name, "column " + printable(column.name, 30), place));
    const bool reserved = std::find(kSystemColumns.begin(), kSystemColumns.end(), column.name) !=
                          kSystemColumns.end();
    if (reserved || column.name.empty() || !names.insert(column.name).second) {
      return Error{Code::kBadValue,
                   fmt::format("PostgreSQL cannot have a column of that name: \"{}\"", column.name),
                   reserved ? "it is the name of a system column; write AS with another"
                            : "each column needs a name of its own; write AS",
                   place};
    }
  }
  return {};
}

const char* kind_words(char kind) {
  switch (kind) {
    case 'm':
      return "a materialized view";
    case 'r':
    case 'p':
      return "a table";
    case 'f':
      return "a foreign table";
    case 'S':
      return "a sequence";
    default:
      return "an index or a type";
  }
}

Error not_a_view(const PgName& view, char kind, const Place& place) {
  const std::string move =
      fmt::format("ALTER {} {} RENAME TO {}", kind == 'm' ? "MATERIALIZED VIEW" : "TABLE",
                  view.quoted(), quote_identifier(view.name + "_old"));
  return Error{Code::kConflict, fmt::format("{} is {}, not a view", view.text(), kind_words(kind)),
               kind == 'm' || kind == 'r' || kind == 'p'
                   ? "move it away first, or choose another name: " + move
                   : "choose another name",
               place};
}

std::vector<RelationColumn> expected_columns(const Schema& schema,
                                             const std::vector<PgColumnType>& types) {
  std::vector<RelationColumn> columns;
  for (size_t i = 0; i < schema.size(); ++i) {
    columns.push_back({.name = schema[i].name,
                       .type = types[i].oid,
                       .modifier = types[i].modifier,
                       .type_text = types[i].sql});
  }
  return columns;
}

std::string counted(size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

Result<std::string> model_column(const Schema& schema, const std::string& name,
                                 const std::string& what, const Place& place) {
  if (const auto found = find_column(schema, name)) return schema[*found].name;
  std::vector<std::string> names;
  for (const Column& column : schema) names.push_back(column.name);
  const std::string nearest = nearest_name(name, names);
  return Error{Code::kUnknownName, fmt::format("{} names no column of the model: {}", what, name),
               nearest.empty() ? "columns: " + join(names, ", ") : "did you mean " + nearest + "?",
               place};
}

Status PostgisTarget::check_request(const PublishRequest& request) const {
  RHUMB_TRY(check_columns(request.schema, options_.place));
  if (options_.way == SwitchWay::kPointer) {
    RHUMB_TRY(check_seat_columns(request.schema, options_.place));
  }
  RHUMB_TRY(check_name(options_.view.name, "the view", options_.place));
  RHUMB_TRY(
      check_name(options_.table(request.version).name, "the version's table", options_.place));
  for (const std::string& column : request.key) {
    RHUMB_ASSIGN(const auto found, model_column(request.schema, column, "`key`", options_.place));
    static_cast<void>(found);
  }
  for (const PostgisIndex& index : options_.indexes) {
    for (const std::string& column : index.columns) {
      RHUMB_ASSIGN(const auto found,
                   model_column(request.schema, column, "`indexes`", index.place));
      static_cast<void>(found);
    }
  }
  for (const auto& [column, type] : options_.columns) {
    RHUMB_ASSIGN(const auto found,
                 model_column(request.schema, column, "`columns`", options_.place));
    static_cast<void>(found);
  }
  return {};
}

Result<std::vector<std::string>> PostgisTarget::missing_schemas(PgConnection& connection) const {
  std::vector<std::string> missing;
  for (const std::string& schema : std::set{options_.view.schema, options_.table(1).schema}) {
    RHUMB_ASSIGN(const PgRows rows,
                 connection.query("SELECT has_schema_privilege(oid, 'USAGE')"
                                  " AND has_schema_privilege(oid, 'CREATE'), current_user"
                                  " FROM pg_namespace WHERE nspname = $1",
                                  {schema}));
    if (rows.empty()) {
      missing.push_back(schema);
    } else if (!rows.boolean(0, 0)) {
      return Error{Code::kRights,
                   fmt::format("{} may not create tables in schema {}", rows.text(0, 1), schema),
                   grants(rows.string(0, 1)), options_.place};
    }
  }
  return missing;
}

Status PostgisTarget::check_rights(PgConnection& connection, TargetState& state) const {
  RHUMB_ASSIGN(const auto missing, missing_schemas(connection));
  RHUMB_ASSIGN(const PgRows rows, connection.query(kRights));
  const std::string user = rows.string(0, 0);
  const bool may_make_schemas = rows.boolean(0, 1);
  if (!missing.empty() && !may_make_schemas) {
    return Error{Code::kNotFound,
                 fmt::format("there is no schema {} in {}, and {} may not make it", missing.front(),
                             target_.name, user),
                 grants(user), options_.place};
  }
  for (const std::string& schema : missing)
    state.notes.push_back("schema " + schema + " will be made");
  const bool may_record = rows.is_null(0, 2) ? may_make_schemas : rows.boolean(0, 2);
  if (may_record) return {};
  return Error{Code::kRights, user + " may not write the commit record rhumb.publications",
               grants(user), options_.place};
}

Status PostgisTarget::check_roles(PgConnection& connection) const {
  for (const auto& [role, privileges] : options_.grants) {
    if (to_lower(role) == "public") continue;
    RHUMB_ASSIGN(const PgRows rows,
                 connection.query("SELECT 1 FROM pg_roles WHERE rolname = $1", {role}));
    if (!rows.empty()) continue;
    return Error{Code::kUnknownName, fmt::format("`grants` names no role of the server: {}", role),
                 "make it: CREATE ROLE " + quote_identifier(role), options_.place};
  }
  return {};
}

Status PostgisTarget::check_table_name(PgConnection& connection, const PublishRequest& request,
                                       const std::vector<PublishedTable>& known) const {
  const PgName name = options_.table(request.version);
  const bool ours = std::any_of(known.begin(), known.end(),
                                [&](const PublishedTable& each) { return each.table == name; });
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT to_regclass($1) IS NULL", {name.quoted()}));
  if (ours || rows.boolean(0, 0)) return {};
  return Error{Code::kConflict,
               fmt::format("{} exists and was not made by Rhumb for {}", name.text(), description_),
               "move it away, or choose another `table`", options_.place};
}

Result<PostgisTarget::Comparison> PostgisTarget::compare(PgConnection& connection,
                                                         const std::vector<RelationColumn>& table) {
  Comparison comparison;
  RHUMB_ASSIGN(comparison.view, look_at_relation(connection, options_.view));
  if (comparison.view && comparison.view->kind == 'v') {
    RHUMB_ASSIGN(comparison.seat, Seats(connection, options_.view).of_view(comparison.view->oid));
  }
  if (!comparison.view) {
    comparison.change = plan_view_change(std::nullopt, table);
    return comparison;
  }
  const RelationLook& view = *comparison.view;
  if (view.kind != 'v') return not_a_view(options_.view, view.kind, options_.place);
  if (!view.owned) {
    return Error{
        Code::kRights,
        fmt::format("only {}, its owner, may replace {}", view.owner, options_.view.text()),
        fmt::format("ALTER VIEW {} OWNER TO the role that publishes, or GRANT {} to it",
                    options_.view.quoted(), quote_identifier(view.owner)),
        options_.place};
  }
  comparison.change = plan_view_change(view.columns, table);
  if (comparison.change.kind == ViewChange::Kind::kRebuild && !view.dependants.empty()) {
    return Error{Code::kDependants,
                 fmt::format("{} cannot be rebuilt while other objects depend on it: {}; needed "
                             "because {}",
                             options_.view.text(), join(view.dependants, ", "),
                             join(comparison.change.breaking, ", ")),
                 "keep the old column beside the new one, or drop the dependants first and make "
                 "them again afterwards",
                 options_.place};
  }
  return comparison;
}

void PostgisTarget::describe_change(const Comparison& comparison, bool ours,
                                    TargetState& state) const {
  const bool rebuilt = comparison.change.kind == ViewChange::Kind::kRebuild;
  state.breaking = comparison.change.breaking;
  if (!comparison.view) return;
  const RelationLook& view = *comparison.view;
  if (!ours) {
    state.breaking.insert(state.breaking.begin(),
                          fmt::format("view {} was not made by Rhumb, or was changed by hand, and "
                                      "would be replaced",
                                      options_.view.text()));
  }
  if (!view.dependants.empty() && !rebuilt) {
    state.notes.push_back(fmt::format("{} unaffected: {}",
                                      counted(view.dependants.size(), "dependant"),
                                      join(view.dependants, ", ")));
  }
  if (!view.grantees.empty()) {
    state.notes.push_back("grants carried: " + join(view.grantees, ", "));
  }
  if (rebuilt) state.notes.emplace_back("owner, comments, options, triggers and rules carried");
}

// Whether the view shows what the commit record says.
Result<bool> PostgisTarget::shows(PgConnection& connection, const Comparison& comparison,
                                  const PublishedTable& table) const {
  if (!comparison.seat) return view_reads(connection, comparison.view->oid, table.oid);
  Seats seats(connection, options_.view);
  RHUMB_ASSIGN(const int slot, seats.visible_slot(*comparison.seat));
  RHUMB_ASSIGN(const auto seated, seats.seated(comparison.seat->slot(slot)));
  return seated.size() == 1 && seated[0].oid == table.oid;
}

Status PostgisTarget::describe_surroundings(PgConnection& connection, const Comparison& comparison,
                                            const PublishedTable* visible,
                                            TargetState& state) const {
  if (visible == nullptr || visible->oid == 0) return {};
  RHUMB_ASSIGN(const std::string unseen, look_at_headroom(connection, visible->oid));
  if (!unseen.empty()) state.notes.push_back(unseen);
  RHUMB_ASSIGN(const auto slot, slot_of(connection, visible->oid));
  if (!slot && comparison.view) {
    RHUMB_ASSIGN(const auto policies, row_security_of(connection, visible->oid, options_.view));
    if (!policies.empty()) state.notes.emplace_back("row-level security carried");
  }
  RHUMB_ASSIGN(const PgRows rows,
               connection.query(kReplicated, {std::to_string(visible->oid),
                                              quote_identifier(visible->table.schema)}));
  for (size_t i = 0; i < rows.size(); ++i) {
    state.notes.push_back(fmt::format(
        "publication {} replicates {}: its subscribers get each version's rows in a table of its "
        "own, and no view",
        rows.text(i, 0), visible->table.text()));
  }
  return {};
}

void PostgisTarget::describe_move(const Comparison& comparison, TargetState& state) const {
  if (!comparison.view) return;
  const bool pointer = options_.way == SwitchWay::kPointer;
  if (pointer == comparison.seat.has_value()) return;
  state.move = pointer ? "the view is to read what a pointer names (switch: pointer): it is "
                         "replaced once more, later switches only move the pointer"
                       : "the view is to read its table itself again (switch: view)";
  state.notes.push_back(state.move);
}

Result<TargetState> PostgisTarget::inspect(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request, true));
  RHUMB_TRY(check_request(request));
  TargetState state;
  RHUMB_TRY(check_rights(*connection, state));
  RHUMB_TRY(check_roles(*connection));
  RHUMB_ASSIGN(const auto types,
               resolve_column_types(*connection, request.schema, options_.columns));
  for (size_t i = 0; i < types.size(); ++i) {
    RHUMB_ASSIGN(const auto encoding, choose_encoding(request.schema[i], types[i]));
    static_cast<void>(encoding);
  }
  RHUMB_ASSIGN(const Comparison comparison,
               compare(*connection, expected_columns(request.schema, types)));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  RHUMB_TRY(check_table_name(*connection, request, tables));

  const bool recorded = !tables.empty() && tables.front().switched;
  bool ours = false;
  if (recorded && comparison.view) {
    RHUMB_ASSIGN(ours, shows(*connection, comparison, tables.front()));
  }
  const bool foreign = ours && is_of_other_store(tables.front(), request.store);
  if (ours && !foreign) {
    state.visible_version = tables.front().version;
    describe_move(comparison, state);
  }
  if (recorded && !comparison.view) {
    state.notes.push_back(
        fmt::format("view {} is gone and will be made again", options_.view.text()));
  }
  describe_change(comparison, ours, state);
  if (foreign) state.breaking.insert(state.breaking.begin(), owned_by(tables.front()));
  const bool pointed = comparison.seat && options_.way == SwitchWay::kPointer;
  const char* how = pointed                                                ? "pointed at"
                    : comparison.change.kind == ViewChange::Kind::kRebuild ? "rebuilt"
                    : comparison.change.kind == ViewChange::Kind::kReplace ? "replaced in place"
                                                                           : "new view";
  state.change = state.visible_version
                     ? fmt::format("v{} -> v{}, {}", *state.visible_version, request.version, how)
                     : fmt::format("v{}, {}", request.version, how);
  RHUMB_TRY(
      describe_surroundings(*connection, comparison, recorded ? &tables.front() : nullptr, state));
  // Many targets are looked at before one is worked on; none keeps a session meanwhile.
  if (!lease_ || !lease_->held()) end_session();
  return state;
}

}  // namespace rhumb
