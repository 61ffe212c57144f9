#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/pg/copy.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

std::string create_table_sql(const PgName& table, const Schema& schema,
                             const std::vector<PgColumnType>& types) {
  std::vector<std::string> columns;
  for (size_t i = 0; i < schema.size(); ++i) {
    // The type ends with its line: what follows it must not be swallowed by a comment in it.
    columns.push_back(fmt::format("{} {}\n{}", quote_identifier(schema[i].name), types[i].sql,
                                  schema[i].nullable ? "" : " NOT NULL"));
  }
  return fmt::format("CREATE TABLE {} ({})", table.quoted(), join(columns, ","));
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(quote_identifier(name));
  return join(quoted, ", ");
}

Result<uint64_t> copy_rows(PgConnection& connection, const PgName& table, BatchStream& rows,
                           const Schema& schema, BatchEncoder& encoder) {
  RHUMB_ASSIGN(const std::unique_ptr<BatchReader> reader, rows.open_reader());
  // FREEZE: a reader whose snapshot is older than the switch sees these rows all the same, where it
  // would otherwise find the new table empty.
  RHUMB_ASSIGN(
      PgCopyWriter writer,
      PgCopyWriter::start(
          connection, fmt::format("COPY {} FROM STDIN (FORMAT binary, FREEZE)", table.quoted())));
  Batch batch(schema);
  while (true) {
    RHUMB_ASSIGN(const bool more, reader->next(batch));
    if (!more) break;
    for (size_t row = 0; row < batch.rows(); ++row) {
      RHUMB_TRY(encoder.append(batch, row, writer.buffer()));
      if (row % 64 == 63) RHUMB_TRY(writer.flush_when_full());
    }
    RHUMB_TRY(writer.flush_when_full());
  }
  return writer.finish();
}

// The key and unique indexes are asserts of the user's own.
Error refused_by_index(Error error, const std::string& sqlstate, const std::string& what) {
  if (sqlstate != "23505" && sqlstate != "23502") return error;
  return Error{Code::kAssertFailed,
               what + " does not hold: " + error.message,
               "correct the key or the model; nothing was switched",
               {}};
}

Status run_index(PgConnection& connection, const std::string& sql, const std::string& what) {
  Status done = connection.execute(sql);
  if (done.ok()) return done;
  return refused_by_index(std::move(done).error(), connection.sqlstate(), what);
}

}  // namespace

// Nothing when this very run has already made the version visible.
Result<std::optional<PgName>> PostgisTarget::choose_table(PgConnection& connection,
                                                          const PublishRequest& request) {
  CommitRecord record(connection, options_.view);
  RHUMB_ASSIGN(const auto known, record.tables());
  if (!known.empty() && known.front().switched && known.front().run == request.run &&
      known.front().version == request.version) {
    return std::optional<PgName>();
  }
  for (int attempt = 1; attempt <= 100; ++attempt) {
    PgName name = options_.table(request.version, attempt);
    const auto entry = std::find_if(known.begin(), known.end(),
                                    [&](const PublishedTable& each) { return each.table == name; });
    // What readers see stays, even when a new store counts its versions from one again.
    const bool visible = !known.empty() && entry == known.begin() && entry->switched;
    if (visible) continue;
    if (name.name.size() > kPgNameBytes) break;
    RHUMB_ASSIGN(const bool free,
                 make_name_free(connection, name, entry == known.end() ? nullptr : &*entry));
    if (free) return std::optional<PgName>(std::move(name));
  }
  return Error{
      Code::kConflict,
      fmt::format("no free name for a table of version {} of {}", request.version, description_),
      "drop the tables of that version which nobody reads",
      {}};
}

// False when a left-over of ours is still in use.
Result<bool> PostgisTarget::make_name_free(PgConnection& connection, const PgName& name,
                                           const PublishedTable* known) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT to_regclass($1) IS NULL", {name.quoted()}));
  if (rows.boolean(0, 0)) return true;
  if (known == nullptr) {
    return Error{
        Code::kConflict,
        fmt::format("{} exists and was not made by Rhumb for {}", name.text(), description_),
        "move it away, or choose another `table`", options_.place};
  }
  RHUMB_ASSIGN(const std::string why_not, drop_table(connection, *known));
  return why_not.empty();
}

Result<BatchEncoder> PostgisTarget::load(PgConnection& connection, const PublishRequest& request,
                                         const PgName& table, BatchStream& rows) {
  RHUMB_ASSIGN(const auto types,
               resolve_column_types(connection, request.schema, options_.columns));
  std::vector<ColumnEncoding> encodings;
  for (size_t i = 0; i < types.size(); ++i) {
    RHUMB_ASSIGN(ColumnEncoding encoding, choose_encoding(request.schema[i], types[i]));
    encodings.push_back(std::move(encoding));
  }
  BatchEncoder encoder(std::move(encodings));
  RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
  RHUMB_TRY(connection.execute(create_table_sql(table, request.schema, types)));
  auto copied = copy_rows(connection, table, rows, request.schema, encoder);
  if (!copied.ok()) {
    Error error = std::move(copied).error();
    if (error.message.find("dimension but column does not") != std::string::npos) {
      error.hint = "pin the column's type, for example geometry(PointZ,4326), or use ST_Force2D";
    }
    return error;
  }
  if (*copied != encoder.rows()) {
    return Error{Code::kDatabase,
                 fmt::format("PostgreSQL took {} rows of {}", *copied, encoder.rows()),
                 "",
                 {}};
  }
  // A publisher that was stopped meanwhile must not leave a table to the one that came after it.
  RHUMB_TRY(lease_->confirm(connection));
  RHUMB_TRY(CommitRecord(connection, options_.view)
                .add_staged({.version = request.version,
                             .run = request.run,
                             .table = table,
                             .appends_to = request.appends_to,
                             .store = request.store}));
  RHUMB_TRY(fault_point(FaultPoint::kStageCopied));
  RHUMB_TRY(transaction.commit());
  return encoder;
}

Status PostgisTarget::add_key(PgConnection& connection, const PublishRequest& request,
                              const PgName& table, const BatchEncoder& loaded) const {
  if (!options_.primary_key || request.key.empty()) return {};
  std::vector<std::string> columns;
  bool nulls = false;
  for (const std::string& name : request.key) {
    RHUMB_ASSIGN(columns.emplace_back(),
                 model_column(request.schema, name, "`key`", options_.place));
    nulls = nulls || loaded.has_nulls(*find_column(request.schema, name));
  }
  const std::string list = quoted_list(columns);
  const std::string sql =
      nulls ? fmt::format("CREATE UNIQUE INDEX ON {} ({}) NULLS NOT DISTINCT", table.quoted(), list)
            : fmt::format("ALTER TABLE {} ADD PRIMARY KEY ({})", table.quoted(), list);
  return run_index(connection, sql, fmt::format("the key ({})", join(columns, ", ")));
}

Status PostgisTarget::add_index(PgConnection& connection, const PublishRequest& request,
                                const PgName& table, const PostgisIndex& index) const {
  std::vector<std::string> columns;
  bool geometry = false;
  for (const std::string& name : index.columns) {
    RHUMB_ASSIGN(columns.emplace_back(),
                 model_column(request.schema, name, "`indexes`", index.place));
    geometry =
        geometry || request.schema[*find_column(request.schema, name)].type.id == TypeId::kGeometry;
  }
  const std::string method = !index.method.empty() ? index.method : geometry ? "gist" : "btree";
  if (method == "none") return {};
  return run_index(connection,
                   fmt::format("CREATE {}INDEX ON {} USING {} ({})", index.unique ? "UNIQUE " : "",
                               table.quoted(), method, quoted_list(columns)),
                   fmt::format("the unique index ({})", join(columns, ", ")));
}

// The view reads the table with its owner's rights, or, with security_invoker, with its reader's;
// and whoever could read the table before can read the new one.
Status PostgisTarget::add_rights(PgConnection& connection, const PgName& table,
                                 const Schema& schema) {
  RHUMB_ASSIGN(const auto view, look_at_relation(connection, options_.view));
  std::vector<std::string> statements;
  if (view) {
    statements.push_back(
        fmt::format("GRANT SELECT ON {} TO {}", table.quoted(), quote_identifier(view->owner)));
  }
  if (view && view->runs_as_reader()) {
    for (const auto& [role, privileges] : options_.grants) {
      statements.push_back(fmt::format("GRANT {} ON {} TO {}", join(privileges, ", "),
                                       table.quoted(), quote_role(role)));
    }
  }
  RHUMB_ASSIGN(const auto known, CommitRecord(connection, options_.view).tables());
  if (!known.empty() && known.front().switched && known.front().oid != 0) {
    std::vector<std::string> columns;
    for (const Column& column : schema) columns.push_back(column.name);
    RHUMB_ASSIGN(const auto carried, grants_of(connection, known.front().oid, table, columns));
    statements.insert(statements.end(), carried.begin(), carried.end());
  }
  for (const std::string& sql : statements) RHUMB_TRY(connection.execute(sql));
  return {};
}

Status PostgisTarget::make_ready(PgConnection& connection, const PublishRequest& request,
                                 const PgName& table, const BatchEncoder& loaded) {
  RHUMB_TRY(add_key(connection, request, table, loaded));
  std::set<std::string> indexed;
  for (const PostgisIndex& index : options_.indexes) {
    RHUMB_TRY(add_index(connection, request, table, index));
    for (const std::string& name : index.columns) indexed.insert(to_lower(name));
  }
  for (const Column& column : request.schema) {
    if (column.type.id != TypeId::kGeometry || indexed.contains(to_lower(column.name))) continue;
    RHUMB_TRY(add_index(connection, request, table, {.columns = {column.name}, .place = {}}));
  }
  RHUMB_TRY(connection.execute("ANALYZE " + table.quoted()));
  const std::string comment =
      fmt::format("Version {} of {}, published by Rhumb for {} in run {}", request.version,
                  dataset_, options_.view.text(), request.run);
  RHUMB_TRY(connection.execute(
      fmt::format("COMMENT ON TABLE {} IS {}", table.quoted(), quote_literal(comment))));
  return add_rights(connection, table, request.schema);
}

// Asked again under the lease: another store may have published since the plan was made.
Status PostgisTarget::check_owner(PgConnection& connection, const PublishRequest& request) const {
  RHUMB_ASSIGN(const auto known, CommitRecord(connection, options_.view).tables());
  const bool foreign =
      !known.empty() && known.front().switched && is_of_other_store(known.front(), request.store);
  if (!foreign || request.consent_to_breaking) return {};
  return Error{Code::kNeedsConsent, fmt::format("{}: {}", description_, owned_by(known.front())),
               "give each project a view of its own; when this store is to take over, run again "
               "with --accept-breaking",
               options_.place};
}

std::string PostgisTarget::owned_by(const PublishedTable& visible) const {
  return fmt::format("view {} shows version {} of another store ({}), which would be replaced",
                     options_.view.text(), visible.version, visible.store);
}

Status PostgisTarget::create_schemas(PgConnection& connection) {
  RHUMB_ASSIGN(const auto missing, missing_schemas(connection));
  if (missing.empty()) return {};
  RHUMB_ASSIGN(PgTransaction transaction, begin_creating(connection));
  for (const std::string& schema : missing) {
    RHUMB_TRY(connection.execute("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(schema)));
  }
  return transaction.commit();
}

Result<uint64_t> PostgisTarget::stage(const PublishRequest& request, BatchStream& rows) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(check_request(request));
  RHUMB_TRY(CommitRecord(*connection, options_.view).prepare());
  RHUMB_TRY(take_lease(*connection, request));
  RHUMB_TRY(check_owner(*connection, request));
  RHUMB_TRY(create_schemas(*connection));
  RHUMB_ASSIGN(const auto table, choose_table(*connection, request));
  if (!table) return count_staged(request);
  RHUMB_TRY(fault_point(FaultPoint::kStageLeased));
  RHUMB_ASSIGN(const BatchEncoder loaded, load(*connection, request, *table, rows));
  RHUMB_TRY(fault_point(FaultPoint::kStageLoaded));
  if (request.appends_to) {
    RHUMB_TRY(check_appendix(*connection, request, *table, loaded));
  } else {
    RHUMB_TRY(make_ready(*connection, request, *table, loaded));
  }
  RHUMB_TRY(fault_point(FaultPoint::kStageReady));
  return loaded.rows();
}

Result<uint64_t> PostgisTarget::count_staged(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_ASSIGN(const PublishedTable staged, find_staged(*connection, request));
  RHUMB_ASSIGN(const PgRows rows,
               connection->query("SELECT count(*) FROM " + staged.table.quoted()));
  return static_cast<uint64_t>(rows.integer(0, 0));
}

}  // namespace rhumb
