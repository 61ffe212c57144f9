#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rhumb {

enum class SparkForm : uint8_t {
  kSame,       ///< Spark's own of that name means the same, or the translator knows its counterpart
  kRewritten,  ///< another name or an expression, in `written`
  kMissing,    ///< cannot be used there; `difference` says why
};

/// How a function of the dialect is written for Spark 3.5 with Sedona 1.8.
struct SparkFunction {
  std::string_view name;  ///< lower case; a function of the catalogue or one of the engine's own
  SparkForm form = SparkForm::kSame;
  /// kRewritten: a name that takes the same arguments, or `(a, b) AS expression` in Spark's SQL,
  /// one line per number of arguments.
  std::string_view written;
  /// What differs in spite of it, or why it is missing and what to write instead; "" = nothing.
  std::string_view difference;
};

/// By name. What is not in it is not known to be the same.
[[nodiscard]] const std::vector<SparkFunction>& spark_functions();

/// The entry of that name (lower case), or nothing. O(log n).
[[nodiscard]] const SparkFunction* find_spark_function(std::string_view name);

/// Whether a call of it with so many arguments can be written on Spark.
[[nodiscard]] bool can_write(const SparkFunction& function, size_t arguments);

}  // namespace rhumb
