#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "component/decoder.h"
#include "component/stream.h"

namespace rhumb {

/// A file as it was first written.
struct FilePart {
  std::string path;
  std::string input;  ///< as in DataFile
  bool operator==(const FilePart&) const = default;
};

/// One immutable file of a version.
struct DataFile {
  std::string path;  ///< relative to the store's root
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;       ///< of its content, in hex; "" = a version of an older Rhumb
  std::optional<Box> bbox;  ///< of the primary geometry column
  std::string input;        ///< ledger id of the input its rows came from; "" = several
  std::string partition;    ///< partition value as text; "" = not partitioned
  /// Smallest and largest value per column as text, where the engine knows them.
  std::map<std::string, std::pair<std::string, std::string>> ranges;
  std::vector<FilePart> parts;  ///< files that were merged into it; empty = it is the first one
  bool operator==(const DataFile&) const = default;
};

/// A table that SQL can name: the files of one version, or nothing yet.
struct Dataset {
  std::string name;
  Schema schema;
  std::vector<std::string> files;  ///< absolute paths
};

/// Values of a column whose rows were erased and must not come back. Of the values only this is
/// known: SHA-256 in hex of the salt and the value as text.
struct ErasedKeys {
  std::string column;  ///< of text, whole numbers or UUIDs
  std::string salt;
  std::vector<std::string> hashes;
  bool operator==(const ErasedKeys&) const = default;
};

/// How rows are written into the store.
struct WriteRequest {
  std::string directory;       ///< absolute; exists, on the store's file system
  std::string stem;            ///< files are named STEM-N.parquet
  Schema schema;               ///< of the result; geometry SRIDs go into the files' metadata
  bool hilbert_order = false;  ///< sort by the Hilbert index of the primary geometry column
  std::string order_by;        ///< or by these columns (SQL); "" = as they come
  std::string partition_by;    ///< column whose values get files of their own; "" = none
  std::string input;           ///< when not empty, a text column `_input` with this value is added
  /// Rows that are left out. Columns that are not there say nothing.
  std::vector<ErasedKeys> erased = {};
};

/// Rows that a query made, as values for people, tests and checks. Small results only.
struct Table {
  Schema schema;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

/// Rows that are searched by geometry: made once, then looked up from SQL by rhumb_matches & co.
/// (engine/duckdb/lookup_functions.h says what there is).
struct Lookup {
  std::string name;      ///< unique among the engine's lookups; [a-z0-9_]+
  std::string rows;      ///< SELECT; its result is kept as table rhumb_lookup."NAME" with one more
                         ///< column `rhumb_row` BIGINT (0, 1, ...)
  std::string geometry;  ///< the column of it that is indexed; NULL and EMPTY match nothing
  bool keep_geometry = true;  ///< false leaves that column out of the table; the index has its own
  bool point_probes = true;   ///< false makes it smaller, for probes that are no points
};

struct EngineProgress {
  double fraction = -1;  ///< of the running statement, -1 = unknown
  uint64_t rows = 0;
  uint64_t total_rows = 0;
};

/// Runs SQL over datasets and streams and writes versions' files. One Engine is one session with
/// its own set of bound datasets. Not thread-safe, but for cancel() and progress().
///
/// SQL arrives in Rhumb's dialect (DuckDB's grammar; PostGIS's names, semantics and axis order);
/// the engine does the rest. Errors in SQL come back as kBadSql with the place inside the statement
/// in `place.line` and `place.column` (from 1) and `place.file` empty.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Makes `dataset.name` usable in SQL; replaces an earlier binding. A Dataset without files is
  /// an empty table of its schema.
  virtual Status bind(const Dataset& dataset) = 0;
  /// Makes `name` stand for a query (models of kind view; models in a static check).
  virtual Status bind_query(const std::string& name, const std::string& sql) = 0;
  virtual Status unbind(const std::string& name) = 0;

  /// Makes the rows and their index, and replaces an earlier lookup of that name. The index counts
  /// against the engine's memory; what does not fit lies in files. kOutOfMemory, kDiskFull;
  /// kCancelled after cancel().
  virtual Status make_lookup(const Lookup& lookup) = 0;
  virtual Status drop_lookups() = 0;

  /// Columns of a query's result, without running it.
  virtual Result<Schema> describe(const std::string& sql) = 0;
  /// The syntax tree as the engine's JSON, for transform/.
  virtual Result<std::string> syntax_tree(const std::string& sql) = 0;
  /// Whether `name(...)` means something already: a function of the engine, or a word of its
  /// grammar.
  virtual Result<bool> knows_function(const std::string& name) = 0;
  /// `parameters` are bound as text to $1, $2, ... and cast by the SQL.
  virtual Result<Table> query(const std::string& sql,
                              const std::vector<std::string>& parameters = {}) = 0;
  /// The rows of a query as a stream, for targets. The engine can do nothing else until the stream
  /// is gone.
  virtual Result<std::unique_ptr<BatchStream>> stream(const std::string& sql) = 0;

  /// Rows -> files. Written completely, not yet synced; partial files are removed on failure.
  virtual Result<std::vector<DataFile>> write(BatchStream& rows, const WriteRequest& request) = 0;
  virtual Result<std::vector<DataFile>> write(const std::string& sql,
                                              const WriteRequest& request) = 0;

  /// The rows of a dataset's files in fewer files, `_input` of each row included where there is
  /// one, but for rows of the inputs named. The rest as `write`.
  virtual Result<std::vector<DataFile>> merge(const Dataset& rows,
                                              const std::vector<std::string>& without_inputs,
                                              const WriteRequest& request) = 0;

  /// What the engine may use at most, in bytes, as long as nobody says otherwise.
  [[nodiscard]] virtual uint64_t memory_limit() const = 0;
  /// Thread-safe: changes it, also while a statement runs. kOutOfMemory, and nothing has changed,
  /// when more is in use already.
  virtual Status limit_memory(uint64_t bytes) = 0;

  /// Thread-safe: stops the running statement; it then returns kCancelled.
  virtual void cancel() = 0;
  /// Thread-safe.
  [[nodiscard]] virtual EngineProgress progress() const = 0;
};

}  // namespace rhumb
