#include "transform/references.h"

#include <gtest/gtest.h>

#include "transform/test_trees.h"

namespace rhumb {
namespace {

using Names = std::vector<std::string>;

Result<References> find(const std::string& sql) {
  return find_references(parsed(sql), FunctionFacts());
}

TEST(References, AreInTheOrderOfTheText) {
  const auto found = find(R"sql(WITH z AS (SELECT * FROM zones)
SELECT * FROM Trips AS t JOIN z USING (id) JOIN "trips" AS u USING (id) WHERE id IN (SELECT id FROM main.bans))sql");
  ASSERT_TRUE(found.ok());
  Names names;
  for (const Reference& table : found->tables) names.push_back(table.name);
  EXPECT_EQ(names, (Names{"zones", "Trips", "trips", "bans"}));
  EXPECT_EQ(found->names(), (Names{"bans", "trips", "zones"}));
  EXPECT_EQ(found->tables[1].place, (Place{"", 2, 15}));
  EXPECT_EQ(found->tables[3].schema, "main");
}

TEST(References, IgnoreCommonTablesInScopeOnly) {
  const auto found =
      find(R"sql(WITH a AS (SELECT 1) SELECT * FROM A, (WITH b AS (FROM a) FROM b) AS s, b)sql");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->names(), Names{"b"});
}

TEST(References, FilesAreRefused) {
  for (const char* sql : {R"sql(SELECT 1,
 2 FROM read_csv('a.csv'))sql",
                          R"sql(SELECT 1,
 2 FROM 'a.csv')sql",
                          R"sql(SELECT 1,
 2 FROM "s3://bucket/x")sql",
                          R"sql(SELECT 1,
 2 FROM glob('*'))sql",
                          R"sql(SELECT 1,
 2 FROM ST_Read('a.shp'))sql",
                          R"sql(SELECT 1,
 2 FROM query_table('trips'))sql",
                          R"sql(SELECT 1,
 2 FROM information_schema.tables)sql",
                          R"sql(SELECT 1,
 2 FROM duckdb_settings())sql"}) {
    const auto found = find(sql);
    ASSERT_FALSE(found.ok()) << sql;
    EXPECT_EQ(found.error().code, Code::kBadSql);
    EXPECT_EQ(found.error().place, (Place{"", 2, 9})) << sql;
    EXPECT_NE(found.error().hint.find("sources/"), std::string::npos);
  }
}

TEST(References, FilesAreRefusedWhereverTheyStand) {
  EXPECT_FALSE(find(R"sql(SELECT (SELECT count(*) FROM read_parquet('x')) FROM trips)sql").ok());
  EXPECT_FALSE(find(R"sql(WITH unused AS (FROM read_text('/etc/passwd')) SELECT 1)sql").ok());
  EXPECT_FALSE(find(R"sql(SELECT * FROM (SUMMARIZE trips))sql").ok());
  EXPECT_FALSE(find(R"sql(SELECT * FROM trips AT (VERSION => 3))sql").ok());
}

TEST(References, TheFirstErrorInTheTextIsReported) {
  const auto found = find(R"sql(SELECT * FROM read_csv('a') JOIN read_json('b') ON true)sql");
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("read_csv"), std::string::npos);
}

TEST(References, HarmlessTableFunctionsAreAllowed) {
  const auto found =
      find(R"sql(SELECT * FROM range(3), unnest([1]), generate_series(1, 2), trips)sql");
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->names(), Names{"trips"});
  const SyntaxTree own = parsed(R"sql(SELECT * FROM my_tiles(3))sql");
  FunctionFacts facts;
  EXPECT_FALSE(find_references(own, facts).ok());
  facts.allow_table_function("My_Tiles");
  EXPECT_TRUE(find_references(own, facts).ok());
}

TEST(References, VolatileCallsAreListed) {
  const auto found = find(R"sql(SELECT random(), now() AS n,
  current_date, abs(uuid()::int) FROM trips WHERE ts < today())sql");
  ASSERT_TRUE(found.ok());
  Names names;
  for (const VolatileCall& call : found->volatile_calls) names.push_back(call.name);
  EXPECT_EQ(names, (Names{"random", "now", "current_date", "uuid", "today"}));
  EXPECT_EQ(found->volatile_calls[2].place, (Place{"", 2, 3}));
}

TEST(References, DeepTreesAreWalked) {
  const auto tree = SyntaxTree::parse(nested_tree(1000), "");
  ASSERT_TRUE(tree.ok());
  const auto found = find_references(*tree, FunctionFacts());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->names(), Names{"trips"});
}

TEST(FunctionFacts, KnowsAggregates) {
  const FunctionFacts facts;
  const auto items =
      parsed(
          R"sql(SELECT ST_Union(g), ST_Union(g, h), ST_Collect(list(g)), ST_Collect([g]), sum(x) OVER (),
  unknown(x ORDER BY y), unknown(x) FILTER (WHERE y), unknown(DISTINCT x), (SELECT sum(x) FROM t), abs(max(x)), sum(sum(x)) OVER (), geomean(x))sql")
          .root()
          .select_list();
  const std::vector<bool> expected{true, false, true,  false, false, true,
                                   true, true,  false, true,  true,  true};
  ASSERT_EQ(items.size(), expected.size());
  for (size_t i = 0; i < items.size(); ++i) EXPECT_EQ(facts.aggregates(items[i]), expected[i]) << i;
  EXPECT_TRUE(FunctionFacts::has_window(items[4]));
  EXPECT_FALSE(FunctionFacts::has_window(items[0]));
}

}  // namespace
}  // namespace rhumb
