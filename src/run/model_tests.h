#pragma once

#include <map>
#include <string>
#include <vector>

#include "component/schema.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

struct TestOutcome {
  std::string name;
  std::string model;
  bool passed = false;
  std::string detail;  ///< rows missing and rows too many, as lines
  Place place;
};

/// Runs one test: the given rows take the place of the datasets the model reads (those not given
/// are empty), the named columns of its answer are compared as a multiset. Numbers agree to 9
/// digits.
[[nodiscard]] Result<TestOutcome> run_model_test(const Project& project, const Analysis& analysis,
                                                 const std::map<std::string, Schema>& schemas,
                                                 Engine& engine, const TestDef& test,
                                                 const std::string& folder);

}  // namespace rhumb
