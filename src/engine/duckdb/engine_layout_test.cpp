// Partitions and order of the files that a write makes.

#include <set>

#include <fmt/format.h>

#include "engine/duckdb/engine_fixture.h"

namespace rhumb {
namespace {

using LayoutTest = EngineTest;

Column column(const std::string& name, TypeId id) {
  return Column{.name = name, .type = Type{.id = id}};
}

Column point_column(const std::string& name, int srid) {
  return Column{
      .name = name,
      .type = Type{.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = srid}};
}

TEST_F(LayoutTest, PartitionsHaveFilesOfTheirOwnWhateverTheValue) {
  const std::string sql =
      "SELECT i, CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN '../../a/b' WHEN 2 THEN 'ü=😀' WHEN 3 THEN "
      "repeat('x', 500) WHEN 4 THEN 'a''b' ELSE 'NULL' END AS p, ST_Point(i % 100, i % 80, 4326) "
      "AS g FROM range(6000) AS t(i)";
  for (const bool ordered : {false, true}) {
    WriteRequest wanted = request(
        ordered ? "sorted" : "plain",
        {column("i", TypeId::kInteger), column("p", TypeId::kText), point_column("g", 4326)});
    wanted.partition_by = "p";
    wanted.hilbert_order = ordered;
    const auto files = engine().write(sql, wanted);
    ASSERT_TRUE(files.ok()) << files.error().text();
    std::set<std::string> values;
    uint64_t rows = 0;
    for (const DataFile& file : *files) {
      values.insert(file.partition);
      rows += file.rows;
      EXPECT_EQ(std::filesystem::path(file.path).parent_path(), store());
      EXPECT_TRUE(file.bbox.has_value());
      ASSERT_TRUE(engine()
                      .bind(Dataset{.name = "part", .schema = wanted.schema, .files = {file.path}})
                      .ok());
      EXPECT_EQ(ask("SELECT DISTINCT coalesce(p, '') FROM part"), file.partition);
      EXPECT_EQ(ask("SELECT typeof(g) FROM part LIMIT 1"), "GEOMETRY('EPSG:4326')");
    }
    EXPECT_EQ(values, (std::set<std::string>{"", "../../a/b", "ü=😀", std::string(500, 'x'), "a'b",
                                             "NULL"}));
    EXPECT_EQ(rows, 6000U);
    ASSERT_TRUE(engine()
                    .bind(Dataset{.name = "whole", .schema = wanted.schema, .files = paths(*files)})
                    .ok());
    EXPECT_EQ(ask("SELECT count(*), count(DISTINCT i) FROM whole"), "6000 | 6000");
  }
  for (const auto& entry : std::filesystem::directory_iterator(store()))
    EXPECT_TRUE(entry.is_regular_file()) << entry.path();
}

TEST_F(LayoutTest, ManyPartitionsLoseNothing) {
  WriteRequest wanted = request("many");
  wanted.partition_by = "day";
  const auto files = engine().write(
      "SELECT DATE '2024-01-01' + CAST(i % 400 AS INTEGER) AS day, i FROM range(200000) AS t(i)",
      wanted);
  ASSERT_TRUE(files.ok()) << files.error().text();
  std::set<std::string> days;
  for (const DataFile& file : *files) days.insert(file.partition);
  EXPECT_EQ(days.size(), 400U);
  EXPECT_EQ(*days.begin(), "2024-01-01");
  ASSERT_TRUE(
      engine()
          .bind(Dataset{.name = "d",
                        .schema = {column("day", TypeId::kDate), column("i", TypeId::kInteger)},
                        .files = paths(*files)})
          .ok());
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT i), count(DISTINCT day) FROM d"),
            "200000 | 200000 | 400");
  wanted.partition_by = "nope";
  EXPECT_EQ(engine().write("SELECT 1 AS i", wanted).error().code, Code::kUnknownName);
  wanted.partition_by = "g";
  EXPECT_EQ(engine().write("SELECT ST_Point(1, 2) AS g", wanted).error().code, Code::kNotSupported);
}

TEST_F(LayoutTest, OrderedWrites) {
  WriteRequest by_column = request("o");
  by_column.order_by = "b DESC, a";
  auto files = engine().write("SELECT i AS a, i % 3 AS b FROM range(300000) AS t(i)", by_column);
  ASSERT_TRUE(files.ok()) << files.error().text();
  const Schema schema = {column("a", TypeId::kInteger), column("b", TypeId::kInteger)};
  ASSERT_TRUE(engine().bind(Dataset{.name = "o", .schema = schema, .files = paths(*files)}).ok());
  EXPECT_EQ(ask("SELECT count(*) FROM (SELECT b, lag(b) OVER () AS p, a, lag(a) OVER () AS q FROM "
                "o) WHERE b > p OR (b = p AND a < q)"),
            "0");
  for (const char* bad :
       {"nope", "a) TO '/tmp/x' --", "a; DROP SCHEMA rhumb_raw", "a LIMIT 1", "a OFFSET 1"}) {
    by_column.order_by = bad;
    EXPECT_EQ(engine().write("SELECT 1 AS a", by_column).error().code, Code::kBadSql) << bad;
  }
  WriteRequest by_place = request("h");
  by_place.hilbert_order = true;
  files = engine().write(
      "SELECT ST_Point(random() * 10, 40 + random() * 10, 4326) AS g FROM range(300000)", by_place);
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_TRUE(
      engine()
          .bind(Dataset{.name = "h", .schema = {point_column("g", 4326)}, .files = paths(*files)})
          .ok());
  EXPECT_EQ(ask("SELECT count(*), bool_and(w < 8) FROM (SELECT row_group_id, max(x) - min(x) AS w "
                "FROM (SELECT (row_number() OVER () - 1) // 16384 AS row_group_id, ST_X(g) AS x "
                "FROM h) GROUP BY 1)"),
            "19 | true")
      << "neighbours lie together";
}

}  // namespace
}  // namespace rhumb
