#pragma once

#include <map>
#include <memory>
#include <string>

#include "component/engine.h"
#include "engine/spark/spark_driver.h"
#include "test_file.h"

namespace rhumb {

/// An engine on which every query is built on Spark and read back from its files, so that values
/// are compared and not how an engine prints them. Tables are written by `embedded`. A query that
/// is not portable is kNotSupported.
[[nodiscard]] std::unique_ptr<Engine> make_spark_queries(std::unique_ptr<Engine> embedded,
                                                         std::shared_ptr<SparkDriver> driver,
                                                         const std::string& zone,
                                                         const std::string& folder);

/// The driver of the Spark that SPARK_HOME names.
[[nodiscard]] std::shared_ptr<SparkDriver> spark_of_environment();

/// The examples of the function catalogue, a query each.
[[nodiscard]] TestFile catalogue_examples();

/// Answers that are known to be others on Spark: a reason by `file:line` of the block, or by `file`
/// when none of it is asked.
using KnownDifferences = std::map<std::string, std::string>;

/// Lines of `FILE[:LINE]<tab>reason`; `#` begins a comment.
[[nodiscard]] KnownDifferences read_differences(const std::string& path);

}  // namespace rhumb
