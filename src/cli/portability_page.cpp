#include "cli/portability_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/functions/catalogue.h"
#include "engine/functions/spark.h"

namespace rhumb {
namespace {

constexpr const char* kIntroduction = R"(# Portability

What means the same with `rhumb run` and `rhumb run --engine spark`. `rhumb check --portable` names, with
its place, what a project uses beyond that, and a run on Spark refuses it before it begins.

The list is made from the table that translates. The SQL tests and the examples of all functions run on
both engines (`tests/run-sql build/release spark`) and compare the rows; what is known to differ stands in
`tests/sql/spark_differences.tsv`, with the reason.

## Grammar

Common tables, joins (inner, outer, semi, anti, natural, cross), subqueries, set operations, `CASE`,
windows, `FILTER`, `GROUP BY ALL`, `ORDER BY ALL`, `HAVING`, `LIMIT` and `VALUES` are translated. NULL
comes last in every order. A number that becomes an integer is rounded on both. Not there yet: lists and
structs, table functions, `QUALIFY`, `DISTINCT ON`, `GROUPING SETS`, samples, recursive queries, `* EXCLUDE`,
`ASOF` and positional joins, the types `time` and `uuid`. Division (`/`) by zero and integers that grow
beyond 64 bits are errors there; a subquery that reads the row outside may not sort.

Models of the kinds `full` and `view` are built on Spark; `append` and `partitioned` are not there yet.
)";

std::string state_on_spark(const SparkFunction* function) {
  if (function == nullptr) return "not yet";
  switch (function->form) {
    case SparkForm::kSame:
      return "same";
    case SparkForm::kRewritten:
      return "rewritten";
    case SparkForm::kMissing:
      return "refused";
  }
  return "";
}

std::string row(std::string_view name, const SparkFunction* function) {
  return fmt::format("| `{}` | yes | {} | {} |\n", name, state_on_spark(function),
                     function == nullptr ? "" : function->difference);
}

}  // namespace

std::string portability_page() {
  constexpr const char* kHead =
      "| function | embedded | Spark 3.5 | what differs |\n|---|---|---|---|\n";
  std::string out = kIntroduction;
  out += fmt::format("\n## Rhumb's functions\n\n{}", kHead);
  for (const FunctionDoc& function : function_catalogue()) {
    if (function.form != FunctionForm::kRefused)
      out += row(function.name, find_spark_function(to_lower(function.name)));
  }
  out += fmt::format(
      "\n## The engine's own\n\nThose that are not listed are not known to be the "
      "same, and refused.\n\n{}",
      kHead);
  for (const SparkFunction& function : spark_functions()) {
    const bool name = function.name[0] >= 'a' && function.name[0] <= 'z';
    if (name && function.name != "count_star" && find_function(function.name) == nullptr)
      out += row(function.name, &function);
  }
  return out;
}

}  // namespace rhumb
