#include "transform/join_counts.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/rewrite.h"
#include "transform/test_trees.h"

namespace rhumb {
namespace {

/// "" when the joins are not counted beside the rows.
std::string counted(const std::string& sql) {
  const auto query = joins_as_counts(*parsed(sql).root().json());
  if (!query) return "";
  KnownSql text;
  return text.to_sql(rewrite::document(*query)).value();
}

TEST(JoinCounts, EachJoinedTableIsACount) {
  EXPECT_EQ(
      counted(
          R"sql(SELECT t._row AS r FROM rhumb_raw.trips AS t JOIN zones AS p ON ST_Contains(p.geom, t.pickup) JOIN zones AS d ON ST_Intersects(t.dropoff, D.geom) WHERE T.fare > 1 AND t.id <> 7)sql"),
      R"sql(SELECT (SELECT count(*) FROM zones AS p WHERE ST_Contains(p.geom, t.pickup)) * (SELECT count(*) FROM zones AS d WHERE ST_Intersects(t.dropoff, D.geom)) AS matches FROM rhumb_raw.trips AS t WHERE T.fare > 1 AND t.id <> 7)sql");
}

TEST(JoinCounts, ALeftJoinKeepsRowsWithoutAMatchOnce) {
  EXPECT_EQ(
      counted(
          R"sql(SELECT trips._row AS r FROM rhumb_raw.trips LEFT JOIN zones ON ST_DWithin(zones.geom, trips.pickup, 0.5))sql"),
      R"sql(SELECT greatest((SELECT count(*) FROM zones WHERE ST_DWithin(zones.geom, trips.pickup, 0.5)), 1) AS matches FROM rhumb_raw.trips)sql");
}

TEST(JoinCounts, AWithClauseStays) {
  EXPECT_EQ(
      counted(
          R"sql(WITH big AS (SELECT geom FROM zones WHERE size > 3) SELECT t._row AS r FROM rhumb_raw.trips AS t JOIN big AS b ON ST_Covers(b.geom, t.pickup))sql"),
      R"sql(WITH big AS (SELECT geom FROM zones WHERE size > 3) SELECT (SELECT count(*) FROM big AS b WHERE ST_Covers(b.geom, t.pickup)) AS matches FROM rhumb_raw.trips AS t)sql");
}

TEST(JoinCounts, WhatIsNotSoPlainIsLeftAlone) {
  for (
      const char* sql : {
          R"sql(SELECT t._row AS r FROM trips AS t)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON t.zone = z.id)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(geom, pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) AND z.id > t.id)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) WHERE z.id > 3)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) WHERE t.id IN (SELECT 1))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Distance(z.geom, t.pickup) < 3)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_DWithin(z.geom, t.pickup, z.size))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) JOIN parks AS p ON ST_Touches(p.geom, z.geom))sql",
          R"sql(SELECT t._row AS r FROM trips AS t FULL JOIN zones AS z ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t SEMI JOIN zones AS z ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t NATURAL JOIN zones AS z)sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN (SELECT * FROM zones) AS z ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS t ON ST_Contains(t.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z TABLESAMPLE 1% ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) LIMIT 3)sql",
          R"sql(SELECT DISTINCT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) QUALIFY row_number() OVER () < 3)sql",
          R"sql(SELECT unnest(t.l) AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup))sql",
          R"sql(SELECT t._row AS r FROM trips AS t JOIN zones AS z ON ST_Contains(z.geom, t.pickup) UNION ALL SELECT 1 AS r)sql",
      }) {
    EXPECT_EQ(counted(sql), "") << sql;
  }
}

}  // namespace
}  // namespace rhumb
