#pragma once

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
  std::vector<std::string> notes;         ///< what could not be checked, and why
};

/// Binds every model's SQL against the columns its sources declare (or had in their newest version)
/// and checks that keys, partitions, asserts and indexes name columns that exist. Reads no data.
[[nodiscard]] StaticCheck check_models(const Project& project, const Analysis& analysis,
                                       Engine& engine, State* state);

}  // namespace rhumb
