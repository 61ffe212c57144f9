#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "component/schema.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

struct StaticCheck {
  std::map<std::string, Schema> schemas;  ///< of every dataset whose columns are known
  Errors errors;
  std::vector<std::string> notes;  ///< what could not be checked, and why
};

/// Asks a table's own catalogue for its columns.
using TableSchema = std::function<Result<Schema>(const SourceDef&)>;

/// Binds every model's SQL against the columns its sources declare (or had in their newest version)
/// and checks that keys, partitions, asserts and indexes name columns that exist. Reads no data;
/// asks databases only when `table_schema` is given.
[[nodiscard]] StaticCheck check_models(const Project& project, const Analysis& analysis,
                                       Engine& engine, State& state,
                                       const TableSchema& table_schema = {});

}  // namespace rhumb
