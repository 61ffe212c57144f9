#include "transform/incremental.h"

#include <gtest/gtest.h>

#include "transform/row_flow.h"
#include "transform/test_trees.h"

namespace rhumb {
namespace {

const std::vector<std::string> kTrips{"trips"};

const Schemas& schemas() {
  const auto column = [](const char* name, TypeId id) { return Column{name, Type{.id = id}}; };
  static const Schemas kSchemas{
      {"trips",
       {column("id", TypeId::kInteger), column("ts", TypeId::kTimestamp),
        column("zone", TypeId::kInteger), column("usr", TypeId::kInteger),
        column("day_text", TypeId::kText), column("d", TypeId::kDate)}},
      {"zones", {column("zone_id", TypeId::kInteger), column("region", TypeId::kText)}}};
  return kSchemas;
}

std::string append(const std::string& sql, const std::vector<std::string>& candidates = kTrips) {
  const auto source = append_source(parsed(sql), FunctionFacts(), candidates);
  return source.ok() ? *source : source.error().text();
}

Result<PartitionPlan> plan(const std::string& sql, const std::string& by) {
  KnownSql text;
  return plan_partitions(parsed(sql), FunctionFacts(), schemas(), "trips", by, text);
}

std::string range(const std::string& sql, const std::string& by) {
  const auto planned = plan(sql, by);
  if (!planned.ok()) return planned.error().text();
  return planned->range
             ? planned->range->dataset + "." + planned->range->column + "/" + planned->range->unit
             : "none";
}

TEST(Append, RowByRowModelsAreSafe) {
  for (
      const char* sql : {
          R"sql(SELECT *, fare * 2 AS f FROM trips WHERE fare > 3 ORDER BY ts)sql",
          R"sql(SELECT t.id, z.region FROM zones z RIGHT JOIN trips t ON z.zone_id = t.zone LEFT JOIN riders USING (id))sql",
          R"sql(SELECT id FROM trips ANTI JOIN banned USING (id))sql",
          R"sql(WITH clean AS (SELECT id, unnest(l) AS v FROM trips) SELECT * FROM clean, LATERAL (SELECT max(x) FROM zones WHERE zone_id = v) AS l)sql",
          R"sql(SELECT id FROM trips UNION ALL SELECT zone FROM Trips WHERE zone > 3)sql",
          R"sql(SELECT id, (SELECT count(*) FROM zones) AS n FROM trips WHERE zone IN (SELECT zone_id FROM zones))sql",
          R"sql(WITH zones AS (SELECT DISTINCT a FROM other) SELECT * FROM trips JOIN zones ON a = zone)sql",
      }) {
    EXPECT_EQ(append(sql), "trips") << sql;
  }
}

TEST(Append, WhatCombinesRowsIsRefusedWithItsPlace) {
  struct Case {
    const char* sql;
    int column;
    const char* why;
  };
  for (
      const Case& c : {
          Case{R"sql(SELECT zone FROM trips GROUP BY zone)sql", 33, "GROUP BY"},
          Case{R"sql(SELECT zone FROM trips GROUP BY ALL)sql", 8, "GROUP BY ALL"},
          Case{R"sql(SELECT id, max(zone) FROM trips)sql", 12, "the aggregate max()"},
          Case{R"sql(SELECT id, lag(zone) OVER () FROM trips)sql", 12, "the window function lag()"},
          Case{R"sql(SELECT DISTINCT zone FROM trips)sql", 17, "DISTINCT"},
          Case{R"sql(SELECT zone FROM trips ORDER BY id LIMIT 5)sql", 42, "LIMIT"},
          Case{R"sql(SELECT zone FROM trips USING SAMPLE 5)sql", 8, "a sample"},
          Case{R"sql(SELECT zone FROM trips UNION SELECT id FROM trips)sql", 8,
               "UNION without ALL"},
          Case{R"sql(SELECT zone FROM trips UNION ALL SELECT zone_id FROM zones)sql", 41,
               "would be repeated"},
          Case{R"sql(SELECT zone FROM trips EXCEPT SELECT zone_id FROM zones)sql", 8, "EXCEPT"},
          Case{R"sql(SELECT 1 FROM trips a JOIN trips b USING (id))sql", 23,
               "a join of it with itself"},
          Case{R"sql(SELECT 1 FROM zones LEFT JOIN trips ON zone = zone_id)sql", 21,
               "the optional side of LEFT JOIN"},
          Case{R"sql(SELECT 1 FROM trips FULL JOIN zones ON zone = zone_id)sql", 21,
               "the optional side of FULL JOIN"},
          Case{R"sql(SELECT 1 FROM zones SEMI JOIN trips ON zone = zone_id)sql", 21,
               "the optional side of SEMI JOIN"},
          Case{R"sql(SELECT 1 FROM trips WHERE id > (SELECT avg(id) FROM trips))sql", 32,
               "a subquery over it"},
          Case{R"sql(WITH t AS (FROM trips) SELECT (SELECT max(id) FROM t) FROM t)sql", 31,
               "a subquery over it"},
          Case{R"sql(SELECT 1 FROM trips JOIN zones ON zone = (SELECT max(zone) FROM trips))sql",
               35, "a subquery over it in ON"},
          Case{R"sql(SELECT n FROM (SELECT count(*) AS n FROM trips) AS s)sql", 23,
               "the aggregate count_star()"},
          Case{R"sql(SELECT id FROM trips QUALIFY row_number() OVER () = 1)sql", 30, "QUALIFY"},
          Case{
              R"sql(WITH RECURSIVE r AS (SELECT id FROM trips UNION ALL SELECT id FROM r) SELECT * FROM r)sql",
              29, "a recursive WITH"},
          Case{R"sql(SELECT * FROM (PIVOT trips ON zone IN (1, 2) USING sum(id)))sql", 16,
               "PIVOT over it"},
      }) {
    const auto source = append_source(parsed(c.sql), FunctionFacts(), kTrips);
    ASSERT_FALSE(source.ok()) << c.sql;
    EXPECT_EQ(source.error().code, Code::kBadSql);
    EXPECT_NE(source.error().message.find(c.why), std::string::npos) << source.error().message;
    EXPECT_EQ(source.error().place, (Place{"", 1, c.column})) << c.sql;
    EXPECT_NE(source.error().hint.find("kind: full"), std::string::npos);
  }
}

TEST(Append, TheLeftmostSafeDatasetDrives) {
  EXPECT_EQ(append(R"sql(SELECT * FROM Pings JOIN trips USING (id))sql", {"trips", "pings"}),
            "pings");
  EXPECT_EQ(
      append(R"sql(SELECT * FROM zones LEFT JOIN trips ON zone = zone_id)sql", {"trips", "zones"}),
      "zones");
  EXPECT_EQ(append(R"sql(WITH a AS (FROM zones), b AS (FROM trips) SELECT * FROM b, a)sql",
                   {"zones", "trips"}),
            "trips");
  EXPECT_NE(append(R"sql(SELECT 1 AS one)sql").find("no dataset in FROM"), std::string::npos);
  EXPECT_NE(append(R"sql(SELECT * FROM zones)sql").find("no dataset in FROM"), std::string::npos);
}

TEST(Append, FromOrderEndsWhateverTheNamesAre) {
  EXPECT_EQ(
      datasets_in_from(
          parsed(
              R"sql(WITH RECURSIVE r AS (SELECT id FROM r2 UNION ALL SELECT id FROM r, r) SELECT * FROM r, r, trips)sql")
              .root()),
      (std::vector<std::string>{"r2", "trips"}));
}

TEST(Partitions, TheFirstSystem) {
  const auto planned = plan(
      R"sql(SELECT date_trunc('week', t.ts) AS Week, z.region, count(*) AS n FROM trips AS t JOIN zones AS z ON t.zone = z.zone_id GROUP BY 1, 2 -- by week)sql",
      "week");
  ASSERT_TRUE(planned.ok()) << planned.error().text();
  EXPECT_EQ(planned->column, "Week");
  EXPECT_EQ(planned->touched_sql,
            "SELECT DISTINCT \"Week\" AS value FROM (\nSELECT date_trunc('week', t.ts) AS Week, "
            "z.region, count(*) AS n FROM "
            "trips AS t JOIN zones AS z ON t.zone = z.zone_id GROUP BY 1, 2 -- by week\n) AS "
            "rhumb_model");
  ASSERT_TRUE(planned->range);
  EXPECT_EQ(planned->range->dataset, "trips");
  EXPECT_EQ(planned->range->column, "ts");
  EXPECT_EQ(planned->range->unit, "week");
}

TEST(Partitions, ConditionsOnGroupsDoNotHidePartitions) {
  const auto planned = plan(
      R"sql(WITH daily AS (SELECT d, count(*) AS n FROM trips WHERE zone > 1 GROUP BY d HAVING count(*) > 2) SELECT d, n FROM daily WHERE n > 3 AND d > '2024-01-01')sql",
      "d");
  ASSERT_TRUE(planned.ok()) << planned.error().text();
  EXPECT_EQ(
      planned->touched_sql,
      "SELECT DISTINCT \"d\" AS value FROM (\n"
      R"sql(WITH daily AS (SELECT d, count(*) AS n FROM trips WHERE zone > 1 GROUP BY d) SELECT d, n FROM daily WHERE d > '2024-01-01')sql"
      "\n) AS rhumb_model");
}

TEST(Partitions, RangesOfTheSource) {
  EXPECT_EQ(range(R"sql(SELECT d, count(*) FROM trips GROUP BY 1)sql", "d"), "trips.d/");
  EXPECT_EQ(range(R"sql(SELECT zone AS z, count(*) FROM trips GROUP BY 1)sql", "z"), "trips.zone/");
  EXPECT_EQ(range(R"sql(SELECT CAST(date_trunc('MONTH', ts) AS DATE) AS m FROM trips)sql", "m"),
            "trips.ts/month");
  EXPECT_EQ(range(R"sql(SELECT ts::DATE AS m FROM trips)sql", "m"), "trips.ts/day");
  EXPECT_EQ(
      range(
          R"sql(WITH a AS (SELECT ts::DATE AS k FROM trips) SELECT date_trunc('year', k) AS m FROM a)sql",
          "m"),
      "trips.ts/year");
  EXPECT_EQ(
      range(R"sql(SELECT date_trunc('month', date_trunc('week', ts)) AS m FROM trips)sql", "m"),
      "none");
  EXPECT_EQ(range(R"sql(SELECT date_trunc('isoyear', ts) AS m FROM trips)sql", "m"), "none");
  EXPECT_EQ(range(R"sql(SELECT day_text::DATE AS m FROM trips)sql", "m"), "none");
  EXPECT_EQ(range(R"sql(SELECT zone % 4 AS m FROM trips)sql", "m"), "none");
  EXPECT_EQ(range(R"sql(SELECT region FROM trips JOIN zones ON zone = zone_id)sql", "region"),
            "none");
  EXPECT_EQ(
      range(
          R"sql(SELECT date_trunc('week', ts) AS w FROM trips UNION ALL SELECT date_trunc('week', ts) FROM trips)sql",
          "w"),
      "trips.ts/week");
  EXPECT_EQ(
      range(
          R"sql(SELECT date_trunc('week', ts) AS w FROM trips UNION ALL SELECT date_trunc('week', d) FROM trips)sql",
          "w"),
      "none");
}

// What a window cut at partitions leaves when conditions on groups are dropped; for KnownSql.
constexpr const char* kWithoutQualify = R"sql(SELECT * FROM trips)sql";

TEST(Partitions, WindowsMustBeCutAtPartitions) {
  EXPECT_EQ(range(kWithoutQualify, "d"), "trips.d/");
  for (
      const char* sql : {
          R"sql(SELECT d, row_number() OVER (PARTITION BY d, usr ORDER BY ts) AS n FROM trips)sql",
          R"sql(SELECT date_trunc('week', ts) AS d, lag(id) OVER (PARTITION BY date_trunc('week', ts)) AS n FROM trips)sql",
          R"sql(SELECT d, usr, sum(count(*)) OVER (PARTITION BY d) AS n FROM trips GROUP BY ALL)sql",
          R"sql(SELECT * FROM trips QUALIFY row_number() OVER (PARTITION BY d, usr ORDER BY ts) = 1)sql",
      }) {
    EXPECT_NE(range(sql, "d").find("trips."), std::string::npos) << sql << range(sql, "d");
  }
  for (
      const char* sql : {
          R"sql(SELECT d, row_number() OVER (PARTITION BY usr ORDER BY ts) AS n FROM trips)sql",
          R"sql(SELECT usr AS d, row_number() OVER (PARTITION BY d ORDER BY ts) AS n FROM trips)sql",
          R"sql(SELECT d, n FROM (SELECT d, row_number() OVER (PARTITION BY d) AS n FROM trips) AS s)sql",
          R"sql(SELECT * FROM trips QUALIFY row_number() OVER (PARTITION BY usr ORDER BY ts) = 1)sql",
          R"sql(SELECT * REPLACE (usr AS d), count(*) OVER (PARTITION BY d) AS n FROM trips)sql",
      }) {
    EXPECT_NE(range(sql, "d").find("reaches over partitions"), std::string::npos)
        << sql << range(sql, "d");
  }
}

TEST(Partitions, WhatReachesOtherPartitionsIsRefused) {
  struct Case {
    const char* sql;
    const char* why;
  };
  for (
      const Case& c : {
          Case{R"sql(SELECT max(d) AS p, usr FROM trips GROUP BY usr)sql",
               "made from several rows"},
          Case{
              R"sql(WITH u AS (SELECT usr, min(d) AS f FROM trips GROUP BY 1) SELECT f AS p, count(*) FROM u GROUP BY 1)sql",
              "made from several rows"},
          Case{
              R"sql(WITH u AS (SELECT usr, count(*) AS c FROM trips GROUP BY 1) SELECT region AS p FROM u JOIN zones ON c = zone_id)sql",
              "a join decides by a value"},
          Case{
              R"sql(WITH u AS (SELECT usr, count(*) AS zone_id FROM trips GROUP BY 1) SELECT region AS p FROM u JOIN zones USING (zone_id))sql",
              "a join decides by a value"},
          Case{
              R"sql(WITH u AS (SELECT usr, count(*) AS c FROM trips GROUP BY 1) SELECT l.region AS p FROM u, LATERAL (SELECT region FROM zones WHERE zone_id = c) AS l)sql",
              "a join decides by a value"},
          Case{
              R"sql(WITH u AS (SELECT usr, count(*) AS c FROM trips GROUP BY 1) SELECT d AS p, c FROM trips JOIN u USING (usr))sql",
              "a join of it with itself"},
          Case{R"sql(SELECT zone AS p, usr, count(*) FROM trips GROUP BY ROLLUP (zone, usr))sql",
               "GROUPING SETS"},
          Case{R"sql(SELECT zone AS p FROM trips EXCEPT SELECT zone_id FROM zones)sql", "EXCEPT"},
          Case{R"sql(SELECT DISTINCT ON (usr) zone AS p FROM trips)sql", "DISTINCT ON"},
          Case{R"sql(SELECT d AS p, count(*) FROM trips GROUP BY 1 ORDER BY 2 LIMIT 3)sql",
               "LIMIT"},
          Case{R"sql(SELECT x AS p FROM trips, missing)sql", "cannot be followed"},
      }) {
    const std::string said = range(c.sql, "p");
    EXPECT_NE(said.find(c.why), std::string::npos) << c.sql << said;
  }
}

TEST(Partitions, ThePartitionMustBeAColumnOfTheResult) {
  const auto planned = plan(R"sql(SELECT d AS week FROM trips)sql", "wek");
  ASSERT_FALSE(planned.ok());
  EXPECT_EQ(planned.error().code, Code::kUnknownName);
  EXPECT_EQ(planned.error().hint, "did you mean `week`?");
  const auto open = plan(R"sql(SELECT * FROM trips, missing)sql", "wek");
  ASSERT_FALSE(open.ok());
  EXPECT_NE(open.error().message.find("not known"), std::string::npos);
}

TEST(Partitions, TheSourceIsFoundBeforeSchemasAreKnown) {
  const FunctionFacts facts;
  const auto source =
      partition_source(parsed(R"sql(SELECT d, count(*) FROM trips GROUP BY 1)sql"), facts, kTrips);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(*source, "trips");
  EXPECT_FALSE(
      partition_source(parsed(R"sql(SELECT d FROM trips LIMIT 1)sql"), facts, kTrips).ok());
}

TEST(Partitions, StatementsForSomePartitions) {
  EXPECT_EQ(sql_for_partitions("SELECT 1 AS \"w\"\"k\"; -- x", "w\"k", {"2024-01-01", "it's"}),
            "SELECT * FROM (\nSELECT 1 AS \"w\"\"k\"\n) AS rhumb_model WHERE \"w\"\"k\" IN "
            "('2024-01-01', 'it''s')");
  EXPECT_EQ(sql_for_partitions("S", "k", {std::nullopt}),
            "SELECT * FROM (\nS\n) AS rhumb_model WHERE \"k\" IS NULL");
  EXPECT_EQ(sql_for_partitions("S", "k", {"a", std::nullopt}),
            "SELECT * FROM (\nS\n) AS rhumb_model WHERE \"k\" IN ('a') OR \"k\" IS NULL");
  EXPECT_EQ(sql_for_partitions("S", "k", {}), "SELECT * FROM (\nS\n) AS rhumb_model WHERE false");
}

}  // namespace
}  // namespace rhumb
