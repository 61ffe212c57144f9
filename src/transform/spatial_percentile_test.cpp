#include "transform/spatial_percentile.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/rewrite.h"
#include "transform/test_trees.h"

namespace rhumb::spatial {
namespace {

/// Columns named d are DOUBLE. Null when nothing was replaced.
nlohmann::json replace_in(const std::string& sql) {
  const nlohmann::json before = *parsed(sql).root().json();
  nlohmann::json query = before;
  use_own_percentiles(query["select_list"], [](const Expression& value) {
    return gives_double(value, [](const Expression& e) { return e.column_names().back() == "d"; });
  });
  return query == before ? nlohmann::json() : query;
}

std::string replaced(const std::string& sql) {
  KnownSql text;
  return text.to_sql(rewrite::document(replace_in(sql))).value();
}

TEST(SpatialPercentile, EveryWayOfWritingOne) {
  const std::string half = R"sql(SELECT rhumb_percentile(d, 0.5) AS m FROM t)sql";
  EXPECT_EQ(replaced(R"sql(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d) AS m FROM t)sql"),
            half);
  EXPECT_EQ(replaced(R"sql(SELECT quantile_cont(d, 0.5) AS m FROM t)sql"), half);
  EXPECT_EQ(replaced(R"sql(SELECT median(d) FILTER (WHERE d > 1) + 1 AS m FROM t)sql"),
            R"sql(SELECT rhumb_percentile(d, 5e-1) FILTER (WHERE d > 1) + 1 AS m FROM t)sql");
  EXPECT_EQ(replaced(R"sql(SELECT quantile_cont(t.d, 1) AS m FROM t)sql"),
            R"sql(SELECT rhumb_percentile(t.d, 1) AS m FROM t)sql");
}

TEST(SpatialPercentile, WhatGivesADouble) {
  for (const char* sql :
       {R"sql(SELECT median(ST_DistanceSphere(a, b)))sql",
        R"sql(SELECT median(CAST(x AS DOUBLE)))sql",
        R"sql(SELECT median(ST_Length(a) / 1000.0 + 1))sql", R"sql(SELECT median(-d * d))sql"}) {
    EXPECT_FALSE(replace_in(sql).is_null()) << sql;
  }
}

TEST(SpatialPercentile, WhatTheEngineKeeps) {
  for (const char* sql :
       {R"sql(SELECT median(x) AS m FROM t)sql", R"sql(SELECT median(DISTINCT d) AS m FROM t)sql",
        R"sql(SELECT median(d ORDER BY x) AS m FROM t)sql",
        R"sql(SELECT percentile_cont(0.2) WITHIN GROUP (ORDER BY d DESC) AS m FROM t)sql",
        R"sql(SELECT quantile_cont(d, [0.1, 0.2]) AS m FROM t)sql",
        R"sql(SELECT quantile_cont(d, 1.5) AS m FROM t)sql",
        R"sql(SELECT quantile_cont(d, x) AS m FROM t)sql",
        R"sql(SELECT quantile_disc(d, 0.5) AS m FROM t)sql",
        R"sql(SELECT median(d + x) AS m FROM t)sql", R"sql(SELECT median(1 + 1) AS m FROM t)sql",
        R"sql(SELECT median(d) OVER (ORDER BY x) AS m FROM t)sql",
        R"sql(SELECT (SELECT median(d) FROM u) AS m FROM t)sql",
        R"sql(SELECT other.median(d) AS m FROM t)sql"}) {
    EXPECT_TRUE(replace_in(sql).is_null()) << sql;
  }
}

}  // namespace
}  // namespace rhumb::spatial
