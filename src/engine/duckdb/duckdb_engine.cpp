#include "engine/duckdb/duckdb_engine.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/dataset_view.h"
#include "engine/duckdb/errors.h"
#include "engine/duckdb/file_merge.h"
#include "engine/duckdb/join_guard.h"
#include "engine/duckdb/lookup_table.h"
#include "engine/duckdb/parquet_writer.h"
#include "engine/duckdb/result_columns.h"
#include "engine/duckdb/result_stream.h"
#include "engine/duckdb/session.h"
#include "engine/duckdb/types.h"
#include "engine/duckdb/vectors.h"
#include "engine/functions/catalogue.h"

namespace rhumb {
namespace {

class DuckdbEngine final : public Engine {
 public:
  explicit DuckdbEngine(std::unique_ptr<Session> session) : session_(std::move(session)) {}

  Status bind(const Dataset& dataset) override;
  Status bind_query(const std::string& name, const std::string& sql) override;
  Status unbind(const std::string& name) override;
  Status make_lookup(const Lookup& lookup) override;
  Status drop_lookups() override;
  Result<Schema> describe(const std::string& sql) override;
  Result<std::string> syntax_tree(const std::string& sql) override;
  Result<bool> knows_function(const std::string& name) override;
  Result<Table> query(const std::string& sql, const std::vector<std::string>& parameters) override;
  Result<std::unique_ptr<BatchStream>> stream(const std::string& sql) override;
  Result<std::vector<DataFile>> write(BatchStream& rows, const WriteRequest& request) override;
  Result<std::vector<DataFile>> write(const std::string& sql, const WriteRequest& request) override;
  Result<std::vector<DataFile>> merge(const Dataset& rows,
                                      const std::vector<std::string>& without_inputs,
                                      const WriteRequest& request) override {
    RHUMB_TRY(begin());
    return merge_files(*session_, rows, without_inputs, request);
  }

  [[nodiscard]] uint64_t memory_limit() const override { return session_->memory_limit(); }
  Status limit_memory(uint64_t bytes) override { return session_->limit_memory(bytes); }
  /// See execution_plan().
  Result<std::string> plan(const std::string& sql);

  void cancel() override { session_->cancel(); }
  [[nodiscard]] EngineProgress progress() const override;

 private:
  Status begin();
  Status begin(const std::string& sql);
  enum class Relation : uint8_t { kTable, kView };
  Status make_room(const std::string& name, Relation next);
  Result<ResultColumns> storable_columns(const std::string& sql);
  Result<ResultColumns> result_columns(const std::string& sql,
                                       const std::vector<std::string>& parameters);
  Result<std::optional<SettingScope>> guard(const SqlText& sql,
                                            const std::vector<std::string>& parameters = {});
  Result<Table> fetch_table(const SqlText& sql, const std::vector<std::string>& parameters,
                            Schema schema);

  std::unique_ptr<Session> session_;
  std::map<std::string, Dataset> datasets_;    ///< bound, by name in lower case
  std::set<std::string> identified_;           ///< those of them whose identity view was asked for
  std::map<std::string, Relation> relations_;  ///< what bound names are, in lower case
  std::set<std::string> joining_queries_;      ///< bound queries that name a join
  bool streaming_ = false;
  mutable std::mutex mutex_;
  const StreamProgress* writing_ = nullptr;  ///< guarded by mutex_
};

Status DuckdbEngine::begin() {
  if (streaming_) {
    return Error{
        Code::kInternal, "the engine was asked for something while a stream of it is open", "", {}};
  }
  session_->begin();
  return {};
}

/// Makes the identity views that `sql` names, too.
Status DuckdbEngine::begin(const std::string& sql) {
  RHUMB_TRY(begin());
  for (const std::string& name : names_in_schema(sql, "rhumb_raw")) {
    const auto dataset = datasets_.find(to_lower(name));
    if (dataset == datasets_.end() || identified_.contains(dataset->first)) continue;
    RHUMB_TRY(create_identity_view(*session_, dataset->second));
    identified_.insert(dataset->first);
  }
  return {};
}

Status DuckdbEngine::bind(const Dataset& dataset) {
  RHUMB_TRY(begin());
  const std::string name = to_lower(dataset.name);
  const bool empty = dataset.files.empty();
  RHUMB_TRY(make_room(dataset.name, empty ? Relation::kTable : Relation::kView));
  RHUMB_TRY(empty ? create_empty_table(*session_, dataset)
                  : create_dataset_view(*session_, dataset));
  datasets_.insert_or_assign(name, dataset);
  return identified_.contains(name) ? create_identity_view(*session_, dataset) : Status();
}

/// A view is replaced by a view in one statement; everything else has to go first.
Status DuckdbEngine::make_room(const std::string& name, Relation next) {
  const auto [known, is_new] = relations_.emplace(to_lower(name), next);
  if (is_new) return {};
  const Relation before = std::exchange(known->second, next);
  if (before == Relation::kView && next == Relation::kView) return {};
  return session_->execute(fmt::format("DROP {} IF EXISTS main.{}",
                                       before == Relation::kTable ? "TABLE" : "VIEW",
                                       quote_identifier(name)));
}

Result<ResultColumns> DuckdbEngine::storable_columns(const std::string& sql) {
  RHUMB_ASSIGN(const PreparedHandle prepared, session_->prepare_select(sql));
  if (duckdb_nparams(prepared.get()) > 0) {
    return Error{Code::kBadSql,
                 "the statement has parameters, and nothing is given for them",
                 "write the values, or `vars` of the project",
                 {}};
  }
  ResultColumns columns = columns_of(prepared.get());
  RHUMB_TRY(check_storable(columns));
  return columns;
}

Result<Schema> DuckdbEngine::describe(const std::string& sql) {
  RHUMB_TRY(begin(sql));
  RHUMB_ASSIGN(const ResultColumns columns, storable_columns(sql));
  return schema_of(columns);
}

Status DuckdbEngine::bind_query(const std::string& name, const std::string& sql) {
  RHUMB_TRY(begin(sql));
  RHUMB_ASSIGN(const ResultColumns columns, storable_columns(sql));
  std::vector<std::string> select;
  for (size_t i = 0; i < columns.size(); ++i) {
    select.push_back(as_type(fmt::format("c{}", i), columns[i].cast) + " AS " +
                     quote_identifier(columns[i].column.name));
  }
  RHUMB_TRY(make_room(name, Relation::kView));
  const std::string before = fmt::format("CREATE OR REPLACE VIEW main.{} AS SELECT {} FROM ",
                                         quote_identifier(name), join(select, ", "));
  RHUMB_TRY(session_->run(numbered(before, statement_body(sql), columns.size())));
  if (has_word(sql, "join")) {
    joining_queries_.insert(name);
  } else {
    joining_queries_.erase(name);
  }
  return {};
}

Status DuckdbEngine::unbind(const std::string& name) {
  RHUMB_TRY(begin());
  joining_queries_.erase(name);
  datasets_.erase(to_lower(name));
  identified_.erase(to_lower(name));
  if (const auto known = relations_.find(to_lower(name)); known != relations_.end()) {
    RHUMB_TRY(session_->execute(fmt::format("DROP {} IF EXISTS main.{}",
                                            known->second == Relation::kTable ? "TABLE" : "VIEW",
                                            quote_identifier(name))));
    relations_.erase(known);
  }
  return session_->execute("DROP VIEW IF EXISTS rhumb_raw." + quote_identifier(name));
}

Status DuckdbEngine::make_lookup(const Lookup& lookup) {
  RHUMB_TRY(begin());
  RHUMB_ASSIGN(const auto guarded, guard(SqlText::plain(lookup.rows)));
  return create_lookup(*session_, lookup);
}

Status DuckdbEngine::drop_lookups() {
  RHUMB_TRY(begin());
  return remove_lookups(*session_);
}

Result<std::string> DuckdbEngine::syntax_tree(const std::string& sql) {
  RHUMB_TRY(begin());
  RHUMB_TRY(session_->check_single_statement(sql));
  RHUMB_ASSIGN(std::string tree, session_->serialized(sql));
  if (!tree.starts_with(R"({"error":true)")) return tree;
  return Error{Code::kBadSql, "the statement is not a SELECT",
               "a model is one SELECT (WITH ... SELECT included)",
               Place{.file = "", .line = 1, .column = 1}};
}

Result<bool> DuckdbEngine::knows_function(const std::string& name) {
  RHUMB_TRY(begin());
  if (find_function(name) != nullptr) return true;
  const SqlText look = SqlText::internal(
      "SELECT CASE WHEN EXISTS (SELECT 1 FROM duckdb_functions() WHERE function_name = lower($1)) "
      "OR EXISTS (SELECT 1 FROM duckdb_keywords() WHERE keyword_name = lower($1) AND "
      "keyword_category <> 'unreserved') THEN 'yes' ELSE 'no' END");
  RHUMB_ASSIGN(const std::string found, session_->text_of(look, {name}));
  return found == "yes";
}

Result<std::optional<SettingScope>> DuckdbEngine::guard(
    const SqlText& sql, const std::vector<std::string>& parameters) {
  if (joining_queries_.empty() && !has_word(sql.user(), "join"))
    return std::optional<SettingScope>();
  return guard_outer_spatial_joins(*session_, sql, parameters);
}

Result<std::string> DuckdbEngine::plan(const std::string& sql) {
  RHUMB_TRY(begin(sql));
  return plan_of(*session_, SqlText::plain(sql), {});
}

Result<ResultColumns> DuckdbEngine::result_columns(const std::string& sql,
                                                   const std::vector<std::string>& parameters) {
  RHUMB_ASSIGN(const PreparedHandle prepared, session_->prepare_select(sql));
  if (duckdb_nparams(prepared.get()) == 0) return columns_of(prepared.get());
  // Types follow from the values, so they must be there.
  RHUMB_ASSIGN(
      ResultHandle none,
      session_->run(SqlText::wrapped("SELECT * FROM (", statement_body(sql), "\n) LIMIT 0"),
                    parameters));
  return columns_of(*none.get());
}

Result<Table> DuckdbEngine::query(const std::string& sql,
                                  const std::vector<std::string>& parameters) {
  RHUMB_TRY(begin(sql));
  RHUMB_ASSIGN(const ResultColumns columns, result_columns(sql, parameters));
  std::vector<std::string> select;
  for (size_t i = 0; i < columns.size(); ++i) {
    select.push_back(as_text(fmt::format("c{}", i), columns[i]));
  }
  const SqlText text = numbered(fmt::format("SELECT {} FROM ", join(select, ", ")),
                                statement_body(sql), columns.size());
  RHUMB_ASSIGN(const auto guarded, guard(text, parameters));
  return fetch_table(text, parameters, schema_of(columns));
}

Result<Table> DuckdbEngine::fetch_table(const SqlText& sql,
                                        const std::vector<std::string>& parameters, Schema schema) {
  RHUMB_ASSIGN(ResultHandle result, session_->run(sql, parameters));
  Table table{.schema = std::move(schema), .rows = {}};
  while (const ChunkHandle chunk = result.next()) {
    const idx_t rows = duckdb_data_chunk_get_size(chunk.get());
    if (rows == 0) break;
    for (idx_t row = 0; row < rows; ++row) {
      auto& cells = table.rows.emplace_back();
      for (size_t i = 0; i < table.schema.size(); ++i) {
        const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), i);
        cells.push_back(is_valid_at(vector, row) ? std::optional(std::string(bytes_at(vector, row)))
                                                 : std::nullopt);
      }
    }
  }
  RHUMB_TRY(session_->fetch_status(result, sql));
  return table;
}

Result<std::unique_ptr<BatchStream>> DuckdbEngine::stream(const std::string& sql) {
  RHUMB_TRY(begin(sql));
  RHUMB_ASSIGN(const ResultColumns columns, storable_columns(sql));
  std::vector<std::string> select;
  for (size_t i = 0; i < columns.size(); ++i) {
    select.push_back(as_type(fmt::format("c{}", i), columns[i].cast));
  }
  SqlText text = numbered(fmt::format("SELECT {} FROM ", join(select, ", ")), statement_body(sql),
                          columns.size());
  RHUMB_ASSIGN(auto guarded, guard(text));
  RHUMB_ASSIGN(ResultHandle result, session_->run(text, {}, Delivery::kStreaming));
  streaming_ = true;
  // Any other statement would end this one, so a changed setting stays until the stream is gone.
  auto setting = std::make_shared<std::optional<SettingScope>>(std::move(guarded));
  return make_result_stream(*session_, schema_of(columns), std::move(result), std::move(text),
                            [this, setting] {
                              setting->reset();
                              streaming_ = false;
                            });
}

Result<std::vector<DataFile>> DuckdbEngine::write(BatchStream& rows, const WriteRequest& request) {
  RHUMB_TRY(begin());
  RowSource source{.source = SqlText::internal("rhumb_stream()"), .expressions = {}};
  for (size_t i = 0; i < rows.schema().size(); ++i)
    source.expressions.push_back(fmt::format("c{}", i));
  WriteRequest with_schema = request;
  with_schema.schema = rows.schema();
  // Readers take turns as they come, so there is no order to preserve, and preserving it would
  // leave one thread to write.
  RHUMB_ASSIGN(const SettingScope unordered,
               SettingScope::enter(*session_, "preserve_insertion_order", "false", "true"));
  const auto follow = [this](const StreamProgress* progress) {
    const std::scoped_lock lock(mutex_);
    writing_ = progress;
  };
  follow(&rows.progress());
  session_->stream_slot().open(rows);
  auto files = write_parquet(*session_, source, with_schema);
  session_->stream_slot().close();
  follow(nullptr);
  auto reader_error = session_->stream_slot().take_error();
  if (!files.ok() && reader_error) return *std::move(reader_error);
  if (!files.ok()) return files;
  uint64_t written = 0;
  for (const DataFile& file : *files) written += file.rows;
  const uint64_t read = session_->stream_slot().rows();
  if (written == read || (written < read && !request.erased.empty())) return files;
  return Error{Code::kInternal,
               fmt::format("{} rows were read and {} written", read, written),
               "report this: the version must not be used",
               {}};
}

Result<std::vector<DataFile>> DuckdbEngine::write(const std::string& sql,
                                                  const WriteRequest& request) {
  RHUMB_TRY(begin(sql));
  RHUMB_ASSIGN(const ResultColumns columns, storable_columns(sql));
  WriteRequest with_schema = request;
  if (request.schema.empty()) with_schema.schema = schema_of(columns);
  if (with_schema.schema.size() != columns.size()) {
    return Error{Code::kInternal,
                 fmt::format("the statement has {} columns, its schema {}", columns.size(),
                             with_schema.schema.size()),
                 "",
                 {}};
  }
  RowSource source{.source = numbered("", statement_body(sql), columns.size()), .expressions = {}};
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string value = fmt::format("c{}", i);
    const Type& wanted = with_schema.schema[i].type;
    const Type& found = columns[i].column.type;
    if (wanted.id == TypeId::kGeometry) {
      source.expressions.push_back(fmt::format("ST_AsWKB({})", as_type(value, columns[i].cast)));
    } else {
      const bool same = columns[i].cast.empty() && wanted.id == found.id &&
                        wanted.precision == found.precision && wanted.scale == found.scale;
      source.expressions.push_back(as_type(value, same ? "" : sql_type(wanted)));
    }
  }
  const SqlText whole{.text = "SELECT * FROM " + source.source.text,
                      .user_begin = 14 + source.source.user_begin,
                      .user_size = source.source.user_size};
  RHUMB_ASSIGN(const auto guarded, guard(whole));
  auto files = write_parquet(*session_, source, with_schema);
  if (!files.ok()) return name_column(std::move(files).error(), columns);
  return files;
}

EngineProgress DuckdbEngine::progress() const {
  EngineProgress out{.fraction = session_->progress()};
  const std::scoped_lock lock(mutex_);
  if (writing_ == nullptr) return out;
  out.rows = writing_->rows;
  out.total_rows = writing_->total_rows;
  return out;
}

}  // namespace

Result<std::unique_ptr<Engine>> make_duckdb_engine(const DuckdbOptions& options) {
  RHUMB_ASSIGN(auto session, Session::open(options));
  return std::unique_ptr<Engine>(new DuckdbEngine(std::move(session)));
}

Result<std::string> execution_plan(Engine& engine, const std::string& sql) {
  return dynamic_cast<DuckdbEngine&>(engine).plan(sql);
}

}  // namespace rhumb
