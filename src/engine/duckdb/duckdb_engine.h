#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "component/engine.h"

namespace rhumb {

struct DuckdbOptions {
  uint64_t memory_limit = 0;      ///< bytes; 0 = 60 % of the machine's memory, at most 4 GiB
  int threads = 0;                ///< 0 = one per processor
  std::string temp_directory;     ///< for what does not fit in memory; made when needed
  std::string timezone = "UTC";   ///< IANA name; where weeks and hours of timestamptz are cut
  std::string spatial_extension;  ///< absolute path of the engine's spatial extension
  std::string readable_folder;    ///< absolute; the only place SQL can read from and write to
};

/// The embedded engine: an in-memory DuckDB whose SQL reaches nothing but `readable_folder`. It
/// loads no extension but the named one, and neither the network, other files nor its settings can
/// be reached from SQL. kEngine when the extension cannot be loaded, kBadValue for an unknown zone.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_duckdb_engine(const DuckdbOptions& options);

/// How an engine that make_duckdb_engine made will run a SELECT, as the JSON of its EXPLAIN: for
/// tests and for finding out why a statement is slow.
[[nodiscard]] Result<std::string> execution_plan(Engine& engine, const std::string& sql);

}  // namespace rhumb
