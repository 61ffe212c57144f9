#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/duckdb/engine_fixture.h"

namespace rhumb {
namespace {

/// Three zones that share borders, one NULL, one EMPTY; the first covers both squares.
constexpr const char* kZones = R"(
  SELECT * FROM (VALUES ('a', 'POLYGON((0 0, 2 0, 2 1, 0 1, 0 0))'),
                        ('b', 'POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))'),
                        ('none', NULL), ('empty', 'POLYGON EMPTY'),
                        ('c', 'POLYGON((1 0, 2 0, 2 1, 1 1, 1 0))')) AS v(name, wkt))";

class EngineLookupTest : public EngineTest {
 protected:
  void make(Lookup lookup) {
    const Status made = engine().make_lookup(lookup);
    ASSERT_TRUE(made.ok()) << made.error().text();
  }
  void make_zones(int srid = 0) {
    make({.name = "zones",
          .rows = fmt::format("SELECT name, ST_SetSRID(ST_GeomFromText(wkt), {}) AS geom FROM ({})",
                              srid, kZones),
          .geometry = "geom"});
  }
};

TEST_F(EngineLookupTest, RowsAreKeptInTheirOrderWithTheirNumber) {
  make_zones();
  EXPECT_EQ(ask("SELECT rhumb_row, name, ST_IsEmpty(geom) FROM rhumb_lookup.zones ORDER BY 1"),
            "0 | a | false\n1 | b | false\n2 | none | NULL\n3 | empty | true\n4 | c | false");
}

TEST_F(EngineLookupTest, MatchesAreAscendingRows) {
  make_zones();
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'intersects', ST_Point(0.5, 0.5))"), "[0, 1]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'intersects', ST_Point(1, 0.5))"), "[0, 1, 4]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', ST_Point(1, 0.5))"), "[0]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', ST_Point(5, 5))"), "[]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', NULL)"), "[]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', ST_GeomFromText('POINT EMPTY'))"), "[]");
  EXPECT_EQ(ask("SELECT rhumb_matches_outer('zones', 'contains', NULL)"), "[NULL]");
  EXPECT_EQ(ask("SELECT rhumb_matches_outer('zones', 'contains', ST_Point(5, 5))"), "[NULL]");
  EXPECT_EQ(ask("SELECT rhumb_matches_outer('zones', 'contains', ST_Point(0.5, 0.5))"), "[0, 1]");
  EXPECT_EQ(ask("SELECT rhumb_has_match('zones', 'contains', ST_Point(0.5, 0.5)), "
                "rhumb_has_match('zones', 'contains', ST_Point(5, 5)), "
                "rhumb_has_match('zones', 'contains', NULL)"),
            "true | false | false");
}

TEST_F(EngineLookupTest, ProbesOfAnyKind) {
  make_zones();
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'within', ST_MakeEnvelope(-1, -1, 1.5, 3))"), "[1]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'equals', ST_MakeEnvelope(1, 0, 2, 1))"), "[4]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'crosses', "
                "ST_GeomFromText('LINESTRING(1.5 -1, 1.5 3)'))"),
            "[0, 4]");
}

TEST_F(EngineLookupTest, DistancesMayBeConstantsAndColumns) {
  make_zones();
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'dwithin', ST_Point(3, 0.5), 1)"), "[0, 4]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'dwithin', ST_Point(3, 0.5), NULL)"), "[]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'dwithin', ST_Point(3, 0.5), -1)"), "[]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'dwithin', ST_Point(3, 0.5), d), "
                "rhumb_has_match('zones', 'dwithin', ST_Point(3, 0.5), d) "
                "FROM (VALUES (0.9), (1.0), (NULL), (2.0), (2.0)) AS v(d)"),
            "[] | false\n[0, 4] | true\n[] | false\n[0, 1, 4] | true\n[0, 1, 4] | true");
}

TEST_F(EngineLookupTest, Nearest) {
  make({.name = "towns",
        .rows = "SELECT ST_Point(x, 0) AS place FROM (VALUES (0), (10), (11), (30)) AS v(x)",
        .geometry = "place"});
  EXPECT_EQ(ask("SELECT rhumb_nearest('towns', ST_Point(10.4, 0), 2)"),
            "[{'row': 1, 'distance': 0.40000000000000036}, {'row': 2, 'distance': "
            "0.5999999999999996}]");
  EXPECT_EQ(ask("SELECT list_transform(rhumb_nearest('towns', ST_Point(10, 0), 9, 10), "
                "lambda n: n.row)"),
            "[1, 2, 0]");
  EXPECT_EQ(ask("SELECT rhumb_nearest('towns', ST_Point(99, 0), 2, 5), "
                "rhumb_nearest_outer('towns', ST_Point(99, 0), 2, 5), "
                "rhumb_nearest('towns', NULL, 2), rhumb_nearest_outer('towns', NULL, 2)"),
            "[] | [NULL] | [] | [NULL]");
  EXPECT_EQ(ask("SELECT round(rhumb_nearest_sphere('towns', ST_Point(0, 1), 1)[1].distance, 3)"),
            "111195.08");
}

// A list vector grows with what is found, and its validity with it.
TEST_F(EngineLookupTest, ManyMatchesPerChunk) {
  make({.name = "boxes",
        .rows = "SELECT ST_MakeEnvelope(0, 0, 1 + i % 7, 1) AS g FROM range(700) AS r(i)",
        .geometry = "g"});
  EXPECT_EQ(ask("SELECT count(*), count(row), sum(row), min(x) FROM (SELECT x, "
                "unnest(rhumb_matches_outer('boxes', 'intersects', ST_Point(x, 0.5))) AS row "
                "FROM (SELECT i % 10 + 0.5 AS x FROM range(10000) AS r(i)))"),
            // 0.5 to 6.5 meet 700, 600, ... 100 boxes, 7.5 to 9.5 none.
            fmt::format("{} | {} | {} | 0.5", 2800 * 1000 + 3 * 1000, 2800 * 1000, [] {
              int64_t sum = 0;
              for (int64_t x = 0; x < 7; ++x) {
                for (int64_t i = 0; i < 700; ++i) sum += i % 7 >= x ? i : 0;
              }
              return sum * 1000;
            }()));
}

TEST_F(EngineLookupTest, TheGeometryColumnCanBeLeftOut) {
  make({.name = "slim",
        .rows = "SELECT 7 AS id, ST_Point(1, 2) AS \"The Place\", 8 AS more",
        .geometry = "the place",
        .keep_geometry = false});
  EXPECT_EQ(ask("SELECT * FROM rhumb_lookup.slim"), "7 | 8 | 0");
  EXPECT_EQ(ask("SELECT rhumb_matches('slim', 'intersects', ST_Point(1, 2))"), "[0]");
}

TEST_F(EngineLookupTest, ALookupCanBeReplacedAndDropped) {
  make_zones();
  make({.name = "zones", .rows = "SELECT ST_Point(5, 5) AS geom", .geometry = "geom"});
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'intersects', ST_Point(5, 5))"), "[0]");
  ASSERT_TRUE(engine().drop_lookups().ok());
  EXPECT_EQ(error_of("SELECT rhumb_matches('zones', 'intersects', ST_Point(5, 5))").message,
            "there is no look-up `zones`");
  EXPECT_EQ(error_of("SELECT * FROM rhumb_lookup.zones").code, Code::kBadSql);
}

TEST_F(EngineLookupTest, NoRows) {
  make({.name = "nothing", .rows = "SELECT ST_Point(1, 1) AS g WHERE false", .geometry = "g"});
  EXPECT_EQ(ask("SELECT rhumb_matches('nothing', 'intersects', ST_Point(1, 1)), "
                "rhumb_matches_outer('nothing', 'intersects', ST_Point(1, 1)), "
                "rhumb_nearest('nothing', ST_Point(1, 1), 3)"),
            "[] | [NULL] | []");
}

TEST_F(EngineLookupTest, DifferentCoordinateSystemsAreAnError) {
  make_zones(4326);
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', ST_Point(0.5, 0.5))"), "[0, 1]");
  EXPECT_EQ(ask("SELECT rhumb_matches('zones', 'contains', ST_Point(0.5, 0.5, 4326))"), "[0, 1]");
  const Error error =
      error_of("SELECT rhumb_matches('zones', 'contains', ST_Point(0.5, 0.5, 2263))");
  EXPECT_EQ(error.code, Code::kBadSql);
  EXPECT_NE(error.message.find("EPSG:4326 and EPSG:2263"), std::string::npos) << error.message;
  EXPECT_NE(error.hint.find("ST_Transform"), std::string::npos) << error.hint;
}

TEST_F(EngineLookupTest, MisusesAreSaid) {
  make_zones();
  EXPECT_EQ(error_of("SELECT rhumb_matches('zones', 'beside', ST_Point(1, 1))").message,
            "`beside` is no relation");
  EXPECT_EQ(error_of("SELECT rhumb_matches('zones', 'dwithin', ST_Point(1, 1))").message,
            "`ST_DWithin` needs a distance");
  EXPECT_EQ(error_of("SELECT rhumb_matches('zones', 'equals', ST_Point(1, 1), 2)").message,
            "`ST_Equals` takes no distance");
  const auto wrong =
      engine().make_lookup({.name = "names", .rows = "SELECT 'x' AS geom", .geometry = "geom"});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().message, "`geom` is no geometry");
}

// Sees what an index cannot: every pair, tried by the engine's own predicate.
TEST_F(EngineLookupTest, AgreesWithTheEngineOnARandomPlane) {
  make({.name = "plane",
        .rows = "SELECT ST_Buffer(ST_Point(hash(i) % 1000, hash(i + 500) % 1000), 5 + i % 90) AS g "
                "FROM range(300) AS r(i)",
        .geometry = "g"});
  EXPECT_EQ(
      ask("WITH probes AS MATERIALIZED (SELECT i, ST_Point(hash(i + 7) % 1000, hash(i + 9) % 1000) "
          "AS p FROM range(5000) AS r(i)), "
          "found AS (SELECT i, unnest(rhumb_matches('plane', 'intersects', p)) AS row FROM "
          "probes), "
          "wanted AS (SELECT i, rhumb_row AS row FROM probes, rhumb_lookup.plane "
          "WHERE ST_Intersects(g, p)) "
          "SELECT (SELECT count(*) > 5000 FROM found), "
          "(SELECT count(*) FROM (FROM found EXCEPT ALL FROM wanted)), "
          "(SELECT count(*) FROM (FROM wanted EXCEPT ALL FROM found))"),
      "true | 0 | 0");
}

TEST_F(EngineLookupTest, WhatDoesNotFitIntoTheMemoryLiesInFiles) {
  start({.memory_limit = uint64_t{64} << 20});
  const Lookup large{
      .name = "large",
      .rows = "SELECT ST_Buffer(ST_Point(i, i % 1000), 0.4, 32) AS g FROM range(60000) AS r(i)",
      .geometry = "g",
      .keep_geometry = false};
  const Status made = engine().make_lookup(large);
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(ask("SELECT count(*), sum(len(rhumb_matches('large', 'intersects', "
                "ST_Point(i, i % 1000)))) FROM range(0, 60000, 7) AS r(i)"),
            "8572 | 8572");
  EXPECT_EQ(ask("SELECT count(DISTINCT i) FROM range(200000) AS r(i)"), "200000")
      << "the engine has the rest";
}

TEST_F(EngineLookupTest, AFolderThatTakesNoFilesIsNamed) {
  start({.memory_limit = uint64_t{64} << 20});
  std::ofstream(spill()) << "a file where the folder should be";
  const Lookup large{
      .name = "large",
      .rows = "SELECT ST_Buffer(ST_Point(i, i % 1000), 3, 32) AS g FROM range(60000) AS r(i)",
      .geometry = "g",
      .keep_geometry = false};
  const Status made = engine().make_lookup(large);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, Code::kIo) << made.error().text();
  EXPECT_NE(made.error().message.find(spill()), std::string::npos) << made.error().text();
  EXPECT_EQ(ask("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'rhumb_lookup'"), "0");
  make_zones();  // the engine goes on
}

TEST_F(EngineLookupTest, MakingOneCanBeCancelled) {
  std::jthread later([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    engine().cancel();
  });
  const Status made = engine().make_lookup(
      {.name = "endless",
       .rows = "SELECT ST_Buffer(ST_Point(i, i % 1000), 3, 64) AS g FROM range(100000000) AS r(i)",
       .geometry = "g",
       .keep_geometry = false});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, Code::kCancelled) << made.error().text();
  make_zones();
}

}  // namespace
}  // namespace rhumb
