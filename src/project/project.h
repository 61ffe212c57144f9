#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"
#include "component/source.h"

namespace rhumb {

/// `timeout:` - how long a step may take, and where that is said.
struct TimeLimit {
  Micros length = 0;  ///< 0 = as long as it takes
  Place place;
};

/// `connections:` - what reaches a server. The Config holds the component's own fields.
struct Connection {
  std::string name;
  std::string kind;  ///< `postgres`
  Config config;
  Place place;
};

struct Environment {
  std::string name;
  std::string suffix;   ///< added to published names and to the store's folder
  double sample = 1.0;  ///< fraction of the inputs' rows that is read
  Place place;
};

/// A state that lies in a database and not in the store's folder.
struct StateDef {
  std::string connection;  ///< to PostgreSQL
  std::string schema;      ///< beginning of its name
  Place place;
  /// Name of the schema of an environment's state.
  [[nodiscard]] std::string schema_of(const Environment& environment) const {
    return schema + "_" + environment.name;
  }
};

/// `spark:` - where `--engine spark` builds.
struct SparkDef {
  std::filesystem::path home;  ///< folder of Spark; "" = that of SPARK_HOME
  std::string master;          ///< as spark-submit takes it; "" = this machine
};

struct BadRows {
  bool quarantine = true;    ///< false: the first bad row stops the run
  double stop_above = 0.05;  ///< fraction of a source's records in one run
};

/// `sources/NAME.yaml`
struct SourceDef {
  std::string name;
  std::string description;
  std::string kind;  ///< key under `read:`: directory, postgres
  Config read;
  std::string decoder;  ///< key under `decode:`; "" for tables
  Config decode;
  std::vector<DeclaredColumn> columns;  ///< empty = as found
  std::string changed_when;  ///< tables: always | counters | fingerprint | an SQL expression
  BadRows bad_rows;
  SameBytes same_bytes = SameBytes::kTake;
  bool sampled = true;  ///< false: environments that sample read it whole all the same
  TimeLimit timeout;    ///< of reading it; that of the project unless given
  std::vector<std::string> tags;
  Place place;
  [[nodiscard]] bool is_table() const { return decoder.empty(); }
};

enum class ModelKind { kFull, kAppend, kPartitioned, kView };
[[nodiscard]] const char* kind_name(ModelKind kind);

/// One entry of `assert:`, e.g. `min_rows: 1000` or `not_null: [a, b]`.
struct Assert {
  std::string kind;  ///< min_rows, max_shrink, not_null, unique, accepted, range, relationship,
                     ///< geometry, freshness, conserves, sql
  Config config;     ///< of the value beside the kind
  Place place;
};

/// `publish:` - one target of a model.
struct PublishDef {
  std::string to;     ///< connection
  Config config;      ///< the target's own fields: view, table, indexes, keep, grants...
  TimeLimit timeout;  ///< of loading it; that of the project unless given
  Place place;
};

/// A run of text that a statement has from one of the user's files.
struct SqlPiece {
  size_t begin = 0;      ///< first byte in the statement
  Place place;           ///< where that byte stands in its file
  std::string function;  ///< whose body it is from; "" = from the statement's own file
};

/// Place in the user's files of line and column (from 1) within `sql`, which is put together from
/// `pieces`, or stands at `begin` as it is when there are none.
[[nodiscard]] Place place_in_pieces(std::string_view sql, const std::vector<SqlPiece>& pieces,
                                    const Place& begin, int line, int column);

/// `models/NAME.sql`
struct ModelDef {
  std::string name;
  std::string description;
  ModelKind kind = ModelKind::kFull;
  std::string partition_by;  ///< partitioned: an output column
  std::vector<std::string> key;
  std::vector<Assert> asserts;
  std::vector<PublishDef> publish;
  std::vector<std::string> tags;
  std::vector<std::string> triggers;  ///< `when:`, kept for the service
  std::optional<int> srid;            ///< of geometry columns whose CRS the SQL does not tell
  std::string order_by;               ///< "" = Hilbert order when there is a geometry
  TimeLimit timeout;                  ///< of building it; that of the project unless given
  std::string sql;                    ///< the statement alone
  Place place;                        ///< of the file
  Place sql_place;                    ///< of the statement's first character
  std::vector<SqlPiece> pieces;       ///< by `begin`; empty = `sql` is as it stands in its file
  /// Place in the user's files of line and column (from 1) within `sql`.
  [[nodiscard]] Place place_in_sql(int line, int column) const;
};

/// A table written in a test: header and rows of text, or an inline query.
struct GivenTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  Place place;
  /// Cells (row, column) written `""`: empty text. Every other empty cell is null.
  std::set<std::pair<size_t, size_t>> empty_texts;
  [[nodiscard]] bool is_null(size_t row, size_t column) const;
};

/// `tests/*.yaml`: given rows -> expected rows of one model.
struct TestDef {
  std::string name;
  std::string model;
  std::vector<GivenTable> given;
  GivenTable expect;
  Place place;
};

/// `functions/NAME.sql`: `NAME(a, b) AS expression`.
struct FunctionDef {
  std::string name;
  std::vector<std::string> parameters;
  std::string expression;
  Place place;             ///< of the name
  Place expression_place;  ///< of the expression's first character
};

/// A checked project; immutable.
struct Project {
  std::filesystem::path root;
  std::string name;
  std::string timezone = "UTC";
  int srid = 4326;                ///< of geometry that says nothing else
  std::filesystem::path store;    ///< absolute; default ROOT/.rhumb
  std::optional<StateDef> state;  ///< nothing = a file in the store
  uint64_t memory_limit = 0;      ///< bytes, 0 = chosen by the engine
  int threads = 0;                ///< 0 = all
  SparkDef spark;
  TimeLimit timeout;  ///< of every step that says nothing else
  std::map<std::string, Connection> connections;
  std::map<std::string, Environment> environments;  ///< `prod` is always there
  std::map<std::string, std::string> vars;
  std::map<std::string, SourceDef> sources;
  std::map<std::string, ModelDef> models;
  std::vector<FunctionDef> functions;
  std::vector<TestDef> tests;
};

/// Reads ROOT/rhumb.yaml and the folders beside it. Reports every error found, not only the first,
/// ordered by place. Does not parse SQL and opens no connection.
[[nodiscard]] std::variant<Project, Errors> load_project(const std::filesystem::path& root,
                                                         const Catalogue& catalogue);

/// The folder at or above `from` that holds a rhumb.yaml.
[[nodiscard]] Result<std::filesystem::path> find_project(const std::filesystem::path& from);

/// Resolves `${ENV}` references and `file:PATH` (relative to the root) in a scalar.
[[nodiscard]] Result<Secret> resolve_secret(const Config& value, const std::filesystem::path& root);

/// JSON Schemas for editors, one per kind of file (`rhumb.yaml`, `sources/*.yaml`, ...), by file
/// name.
[[nodiscard]] std::map<std::string, std::string> json_schemas(const Catalogue& catalogue);

/// Reference pages in Markdown, by file name, from the same declarations.
[[nodiscard]] std::map<std::string, std::string> reference_pages(const Catalogue& catalogue);

}  // namespace rhumb
