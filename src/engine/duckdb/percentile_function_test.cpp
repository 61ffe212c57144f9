// The aggregate beside the engine's own, to the last bit.

#include <fmt/format.h>

#include "engine/duckdb/engine_fixture.h"

namespace rhumb {
namespace {

using PercentileTest = EngineTest;

// Groups of 0 to some thousand values, with NULL, NaN, infinities and repeated values among them.
constexpr const char* kRows =
    "(SELECT CAST(floor(pow(random(), 4) * 3000) AS INTEGER) AS g, CASE CAST(i % 97 AS INTEGER) "
    "WHEN 0 THEN NULL WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN 'inf'::DOUBLE WHEN 3 THEN "
    "'-inf'::DOUBLE WHEN 4 THEN 7 ELSE (random() - 0.5) * pow(10, i % 30) END AS v "
    "FROM range(200000) AS t(i))";

TEST_F(PercentileTest, IsTheEnginesOwnToTheLastBit) {
  for (const char* fraction : {"0.5", "0", "1", "0.25", "0.9", "0.123456789"}) {
    EXPECT_EQ(ask(fmt::format(
                  "WITH rows AS MATERIALIZED (SELECT * FROM {0}) SELECT count(*) FROM (SELECT g, "
                  "rhumb_percentile(v, {1}) AS own, quantile_cont(v, {1}) AS engines FROM rows "
                  "GROUP BY g) WHERE own IS DISTINCT FROM engines",
                  kRows, fraction)),
              "0")
        << fraction;
  }
}

TEST_F(PercentileTest, OneGroupOfManyValues) {
  EXPECT_EQ(ask("SELECT rhumb_percentile(CAST(i AS DOUBLE), 0.5) FROM range(1000001) AS t(i)"),
            "500000.0");
  EXPECT_EQ(ask("SELECT rhumb_percentile(v, 0.5) = median(v) FROM (SELECT CAST(hash(i) AS DOUBLE) "
                "AS v FROM range(3000000) AS t(i))"),
            "true");
}

TEST_F(PercentileTest, NothingToOrderIsNull) {
  EXPECT_EQ(ask("SELECT rhumb_percentile(CAST(NULL AS DOUBLE), 0.5)"), "NULL");
  EXPECT_EQ(ask("SELECT rhumb_percentile(1.0, 0.5) FROM range(0)"), "NULL");
  EXPECT_EQ(ask("SELECT rhumb_percentile(v, 0.5) FILTER (WHERE v > 1) FROM (VALUES (1.0), (2.0), "
                "(4.0)) AS t(v)"),
            "3.0");
}

TEST_F(PercentileTest, AFractionIsFrom0To1) {
  const auto found = engine().query("SELECT rhumb_percentile(1.0, 1.5)", {});
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("from 0 to 1"), std::string::npos) << found.error().message;
}

}  // namespace
}  // namespace rhumb
