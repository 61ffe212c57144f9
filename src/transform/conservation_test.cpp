#include "transform/conservation.h"

#include <gtest/gtest.h>

#include "transform/test_trees.h"

namespace rhumb {
namespace {

/// The rewritten model inside the counting query.
std::string contributions(const std::string& sql, const std::string& source = "trips") {
  KnownSql text;
  const auto queries = conservation_queries(parsed(sql), FunctionFacts(), source, text);
  if (!queries.ok()) return queries.error().text();
  const size_t from = queries->counts_sql.find("(\n") + 2;
  return queries->counts_sql.substr(from, queries->counts_sql.find("\n)") - from);
}

Error refusal(const std::string& sql, const std::string& source = "trips") {
  KnownSql text;
  const auto queries = conservation_queries(parsed(sql), FunctionFacts(), source, text);
  EXPECT_FALSE(queries.ok()) << sql;
  return queries.ok() ? Error{} : queries.error();
}

TEST(Conservation, TheFirstSystem) {
  EXPECT_EQ(
      contributions(
          R"sql(SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone, date_trunc('week', t.at) AS week, count(*) AS trips
FROM trips AS t JOIN zones AS p ON ST_Contains(p.geom, t.pickup) JOIN zones AS d ON ST_Contains(d.geom, t.dropoff)
WHERE week > '2024-01-01' GROUP BY 1, 2, 3 HAVING count(*) > 2 ORDER BY 1 LIMIT 5)sql"),
      R"sql(SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone, date_trunc('week', t.at) AS week, t._input AS rhumb_input, t._row AS rhumb_row
FROM rhumb_raw.trips AS t JOIN zones AS p ON ST_Contains(p.geom, t.pickup) JOIN zones AS d ON ST_Contains(d.geom, t.dropoff)
WHERE week > '2024-01-01')sql");
}

TEST(Conservation, TheCountsAndTheExamples) {
  KnownSql text;
  const auto queries = conservation_queries(parsed(R"sql(SELECT count(*) FROM Trips)sql"),
                                            FunctionFacts(), "trips", text);
  ASSERT_TRUE(queries.ok()) << queries.error().text();
  EXPECT_EQ(
      queries->counts_sql,
      "SELECT total, total - matched AS lost, matched AS single, CAST(0 AS BIGINT) AS doubled, "
      "least(matched, 1) AS max_matches FROM (SELECT (SELECT count(*) FROM "
      "\"rhumb_raw\".\"trips\") AS total, (SELECT count(rhumb_row) FROM (\n"
      R"sql(SELECT Trips._input AS rhumb_input, Trips._row AS rhumb_row FROM rhumb_raw.Trips AS Trips)sql"
      "\n) AS rhumb_contributions) AS matched)");
  EXPECT_NE(queries->examples_sql.find("(SELECT 'lost' AS rhumb_kind"), std::string::npos);
  EXPECT_NE(queries->examples_sql.find("(SELECT 'doubled' AS rhumb_kind"), std::string::npos);
  EXPECT_NE(queries->examples_sql.find("LIMIT 10"), std::string::npos);
}

TEST(Conservation, RowsAreCountedOneByOneOnlyWhereTheyCanRepeat) {
  KnownSql text;
  const auto joined = conservation_queries(
      parsed(R"sql(SELECT t.x FROM trips AS t JOIN zones AS z ON t.x = z.x)sql"), FunctionFacts(),
      "trips", text);
  // Its rewritten form, which the tree of this statement gives:
  (void)R"sql(SELECT t.x, t._input AS rhumb_input, t._row AS rhumb_row FROM rhumb_raw.trips AS t JOIN zones AS z ON t.x = z.x)sql";
  ASSERT_TRUE(joined.ok()) << joined.error().text();
  EXPECT_NE(joined->counts_sql.find("GROUP BY ALL"), std::string::npos);
  EXPECT_NE(joined->counts_sql.find("matched - single AS doubled"), std::string::npos);
}

TEST(Conservation, StarsDoNotShowTheIdentity) {
  EXPECT_EQ(
      contributions(R"sql(SELECT *, trips.*, zones.* FROM trips, zones)sql"),
      R"sql(SELECT * EXCLUDE (_input, _row), trips.* EXCLUDE (_input, _row), zones.*, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips, zones)sql");
}

TEST(Conservation, RowsAreFollowedThroughCommonTablesUpToTheGrouping) {
  EXPECT_EQ(
      contributions(
          R"sql(WITH clean AS (SELECT id, point FROM trips WHERE id > 0) SELECT name, count(*) FROM clean AS c JOIN zones ON ST_Contains(geom, point) GROUP BY name)sql"),
      R"sql(WITH clean AS (SELECT id, point, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips WHERE id > 0) SELECT c.rhumb_input AS rhumb_input, c.rhumb_row AS rhumb_row FROM clean AS c JOIN zones ON ST_Contains(geom, point))sql");
  EXPECT_EQ(
      contributions(R"sql(SELECT s.id FROM (SELECT id FROM trips) AS s)sql"),
      R"sql(SELECT s.id, s.rhumb_input AS rhumb_input, s.rhumb_row AS rhumb_row FROM (SELECT id, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips) AS s)sql");
}

TEST(Conservation, AGroupingFurtherInEndsTheWay) {
  EXPECT_EQ(
      contributions(
          R"sql(WITH z AS (SELECT * FROM zones WHERE id < 4), g AS (SELECT zone, count(*) AS n FROM trips JOIN z ON zone = id GROUP BY zone) SELECT * FROM g WHERE n > 3)sql"),
      R"sql(WITH z AS (SELECT * FROM zones WHERE id < 4) SELECT * FROM (SELECT trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips JOIN z ON zone = id) AS rhumb_rows)sql");
}

TEST(Conservation, UnionAllIsFollowed) {
  EXPECT_EQ(
      contributions(
          R"sql(SELECT a FROM (SELECT a FROM trips UNION ALL SELECT b FROM old_trips) AS u)sql"),
      R"sql(SELECT a, u.rhumb_input AS rhumb_input, u.rhumb_row AS rhumb_row FROM (SELECT a, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips UNION ALL SELECT *, NULL AS rhumb_input, NULL AS rhumb_row FROM (SELECT b FROM old_trips) AS rhumb_other) AS u)sql");
  EXPECT_EQ(
      contributions(R"sql(SELECT a FROM trips UNION SELECT b FROM old_trips)sql"),
      R"sql(SELECT a, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips)sql");
}

TEST(Conservation, WhatMultipliesOrCutsRowsStays) {
  EXPECT_EQ(
      contributions(
          R"sql(SELECT unnest(l) AS v FROM trips QUALIFY row_number() OVER (ORDER BY id) < 5 LIMIT 3)sql"),
      R"sql(SELECT unnest(l) AS v, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips QUALIFY row_number() OVER (ORDER BY id) < 5 LIMIT 3)sql");
  EXPECT_EQ(
      contributions(
          R"sql(SELECT DISTINCT zone AS z, count(*) AS n, n * 2 AS m FROM trips WHERE z > 2)sql"),
      R"sql(SELECT zone AS z, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips WHERE z > 2)sql");
}

TEST(Conservation, SubqueriesMayReadItToo) {
  EXPECT_EQ(
      contributions(R"sql(SELECT id FROM trips WHERE fare > (SELECT avg(fare) FROM trips))sql"),
      R"sql(SELECT id, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips WHERE fare > (SELECT avg(fare) FROM trips))sql");
}

TEST(Conservation, TheSchemaOfQualifiedColumnsIsForgotten) {
  EXPECT_EQ(
      contributions(R"sql(SELECT main.trips.id FROM main.trips WHERE main.trips.fare > 1)sql"),
      R"sql(SELECT trips.id, trips._input AS rhumb_input, trips._row AS rhumb_row FROM rhumb_raw.trips AS trips WHERE trips.fare > 1)sql");
}

TEST(Conservation, WhatCannotBeCountedIsRefused) {
  struct Case {
    const char* sql;
    const char* why;
  };
  for (
      const Case& c : {
          Case{R"sql(SELECT 1 FROM trips a JOIN trips b USING (id))sql", "several times"},
          Case{R"sql(WITH a AS (FROM trips) SELECT 1 FROM a x JOIN a y USING (id))sql",
               "several times"},
          Case{R"sql(SELECT id FROM zones)sql", "not in the model's FROM"},
          Case{R"sql(SELECT id FROM zones WHERE id IN (SELECT zone FROM trips))sql",
               "not in the model's FROM"},
          Case{R"sql(WITH trips AS (SELECT 1 AS id) SELECT id FROM trips)sql",
               "not in the model's FROM"},
          Case{R"sql(SELECT zone FROM trips UNION ALL SELECT id FROM trips)sql", "both sides"},
          Case{R"sql(SELECT id FROM zones ANTI JOIN trips USING (id))sql", "ANTI JOIN"},
          Case{R"sql(SELECT id FROM zones EXCEPT SELECT zone FROM trips)sql", "EXCEPT"},
          Case{R"sql(SELECT * FROM (PIVOT trips ON zone IN (1, 2) USING sum(fare)))sql", "PIVOT"},
          Case{
              R"sql(WITH RECURSIVE r AS (SELECT id FROM trips UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT * FROM r)sql",
              "recursive"},
          Case{
              R"sql(WITH a AS (FROM trips) SELECT * FROM (WITH b AS (SELECT 1) SELECT * FROM a, b) AS s)sql",
              "WITH clauses within"},
      }) {
    const Error error = refusal(c.sql);
    EXPECT_EQ(error.code, Code::kNotSupported) << c.sql;
    EXPECT_NE(error.message.find(c.why), std::string::npos) << error.message;
    EXPECT_FALSE(error.hint.empty());
    EXPECT_EQ(error.place.line, 1) << c.sql;
  }
}

}  // namespace
}  // namespace rhumb
