#include "run/spark_obstacles.h"

#include <fmt/format.h>

#include "engine/duckdb/engine_fixture.h"
#include "engine/functions/catalogue.h"
#include "engine/functions/spark.h"
#include "transform/portability.h"

namespace rhumb {
namespace {

class PortabilityTest : public EngineTest {
 protected:
  /// `line:column message` of each, or what could not be parsed.
  std::vector<std::string> errors(const std::string& sql) {
    const auto json = engine().syntax_tree(sql);
    const auto tree = json.ok() ? SyntaxTree::parse(*json, sql) : Result<SyntaxTree>(json.error());
    if (!tree.ok()) return {tree.error().text()};
    std::vector<std::string> out;
    for (const Error& error : portability_errors(*tree)) {
      EXPECT_EQ(error.code, Code::kNotSupported);
      EXPECT_FALSE(error.hint.empty());
      out.push_back(fmt::format("{}:{} {}", error.place.line, error.place.column, error.message));
    }
    return out;
  }
};

TEST_F(PortabilityTest, WhatBothKnowIsNoError) {
  for (const char* sql :
       {"SELECT t.id, count(*) AS n FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, "
        "t.place) WHERE t.fare BETWEEN 1 AND 5 GROUP BY ALL ORDER BY ALL LIMIT 5",
        "WITH a AS (SELECT 1 AS x UNION ALL SELECT 2) SELECT x, CASE WHEN x > 1 THEN 'a' ELSE "
        "'b' END, CAST(x AS DOUBLE) FROM a WHERE x IN (SELECT 1) AND x IS NOT NULL",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b), sum(a) FILTER (WHERE b > 1) OVER "
        "() FROM t LEFT JOIN u USING (a)",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY fare), median(fare) FROM t",
        "SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS v(a, b) WHERE EXISTS (SELECT 1 FROM u)"}) {
    EXPECT_EQ(errors(sql), std::vector<std::string>()) << sql;
  }
}

TEST_F(PortabilityTest, EachOtherThingIsNamedAtItsPlace) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"SELECT 1,\n  list_sum(a)", "2:3 `list_sum` is not known to mean the same on Spark"},
      {"SELECT concat(a, b)", "1:8 `concat` is not the same on Spark"},
      {"SELECT ST_MakePoint(1, 2, 3)",
       "1:8 `st_makepoint` of 3 arguments is not known to mean the same on Spark"},
      {"SELECT DISTINCT ON (a) a, b FROM t", ":"},
      {"SELECT a FROM t QUALIFY row_number() OVER () = 1", "QUALIFY"},
      {"SELECT * EXCLUDE (a) FROM t", "`*` with changes"},
      {"SELECT [1, 2]", "list_value"},
      {"SELECT (SELECT a FROM u ORDER BY a LIMIT 1) FROM t", "a subquery with LIMIT as a value"},
      {"SELECT main.t.a FROM t", "a column's name with a schema"},
      {"SELECT a[1] FROM t", "array"},
      {"SELECT CAST(a AS UUID) FROM t", "the type uuid"},
      {"SELECT * FROM range(5)", "`table function` in FROM"},
      {"FROM t POSITIONAL JOIN u", "a join that is positional"},
      {"FROM t ASOF JOIN u ON t.a >= u.a", "a join that is asof"},
      {"SELECT a FROM t USING SAMPLE 5", "a sample"}};
  for (const auto& [sql, expected] : cases) {
    const auto found = errors(sql);
    ASSERT_FALSE(found.empty()) << sql;
    EXPECT_NE(found.front().find(expected), std::string::npos) << sql << "\n" << found.front();
  }
}

TEST_F(PortabilityTest, TheTableNamesFunctionsThatThereAre) {
  std::string_view before;
  for (const SparkFunction& function : spark_functions()) {
    EXPECT_LT(before, function.name);
    before = function.name;
    const auto found =
        engine().query("SELECT count(*) FROM duckdb_functions() WHERE lower(function_name) = $1",
                       {std::string(function.name)});
    ASSERT_TRUE(found.ok()) << found.error().text();
    EXPECT_TRUE(found->rows.at(0).at(0) != "0" || find_function(function.name) != nullptr)
        << function.name;
    EXPECT_EQ(function.form == SparkForm::kRewritten, !function.written.empty()) << function.name;
    EXPECT_TRUE(function.form != SparkForm::kMissing || !function.difference.empty());
  }
}

}  // namespace
}  // namespace rhumb
