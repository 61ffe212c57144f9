#include "transform/syntax.h"

#include <gtest/gtest.h>

#include "transform/test_trees.h"

namespace rhumb {
namespace {

class Counter : public Visitor {
 public:
  void on_query(const Query&) override { ++queries; }
  void on_table(const TableRef& table, bool common) override {
    if (table.is_base()) (common ? commons : tables).emplace_back(table.table_name());
  }
  void on_expression(const Expression& expression) override {
    if (expression.is_column()) columns.push_back(expression.column_names().back());
    ++expressions;
  }

  int queries = 0;
  int expressions = 0;
  std::vector<std::string> tables, commons, columns;
};

Counter count(const std::string& sql) {
  Counter counter;
  walk(parsed(sql).root(), counter);
  std::sort(counter.tables.begin(), counter.tables.end());
  std::sort(counter.columns.begin(), counter.columns.end());
  return counter;
}

using Names = std::vector<std::string>;

TEST(Syntax, ReadsASelect) {
  const SyntaxTree tree =
      parsed(R"sql(SELECT a, t.b AS x FROM trips AS t WHERE a > 1 GROUP BY ALL LIMIT 3)sql");
  const Query root = tree.root();
  ASSERT_TRUE(root.is_select());
  ASSERT_EQ(root.select_list().size(), 2U);
  EXPECT_EQ(root.select_list()[1].column_names(), (Names{"t", "b"}));
  EXPECT_EQ(root.select_list()[1].alias(), "x");
  EXPECT_EQ(root.from().table_name(), "trips");
  EXPECT_EQ(root.from().alias(), "t");
  EXPECT_TRUE(root.where());
  EXPECT_FALSE(root.having());
  EXPECT_TRUE(root.groups_by_all());
  EXPECT_TRUE(root.has_limit());
}

TEST(Syntax, VisitsSubqueriesInEveryClause) {
  const Counter counter = count(
      R"sql(SELECT (SELECT max(k1) FROM t1), sum(k2) OVER (PARTITION BY (SELECT k3 FROM t3) ORDER BY k4)
FROM t4 JOIN t5 ON k5 IN (SELECT k6 FROM t6), LATERAL (SELECT k7 FROM t7) AS l, unnest((SELECT k8 FROM t8))
WHERE EXISTS (SELECT 1 FROM t9) GROUP BY (SELECT k10 FROM ta) HAVING (SELECT true FROM tb) QUALIFY (SELECT true FROM tc)
ORDER BY (SELECT 1 FROM td) LIMIT (SELECT 1 FROM te))sql");
  EXPECT_EQ(counter.tables,
            (Names{"t1", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "ta", "tb", "tc", "td", "te"}));
  EXPECT_EQ(counter.columns, (Names{"k1", "k10", "k2", "k3", "k4", "k5", "k6", "k7", "k8"}));
}

TEST(Syntax, VisitsSetOperationsValuesPivotAndLambdas) {
  const Counter counter = count(
      R"sql(SELECT list_transform(l, x -> x + y), CASE WHEN a THEN b ELSE c END FROM (PIVOT t1 ON d IN (1, 2) USING sum(e))
UNION ALL BY NAME SELECT * REPLACE (f AS g) FROM (VALUES (1, (SELECT h FROM t2))) AS v(m, n) EXCEPT SELECT i BETWEEN j AND k FROM t3)sql");
  EXPECT_EQ(counter.tables, (Names{"t1", "t2", "t3"}));
  EXPECT_EQ(counter.columns,
            (Names{"a", "b", "c", "d", "e", "f", "h", "i", "j", "k", "l", "x", "x", "y"}));
}

TEST(Syntax, KnowsCommonTables) {
  const Counter counter =
      count(R"sql(WITH a AS (SELECT * FROM a), b AS (SELECT * FROM A, c), c AS (SELECT 1)
SELECT * FROM B, C, (WITH d AS (SELECT * FROM b) SELECT * FROM d) AS s, d, main.b)sql");
  // `a` reads the table a; `b` reads the CTE a and the table c; `d` outside its WITH is a table.
  EXPECT_EQ(counter.tables, (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(counter.commons.size(), 5U);
}

TEST(Syntax, RecursiveTablesSeeThemselves) {
  const Counter counter = count(
      R"sql(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, t WHERE n < 5) SELECT * FROM r)sql");
  EXPECT_EQ(counter.tables, Names{"t"});
  EXPECT_EQ(counter.commons, (Names{"r", "r"}));
  const Counter keyed = count(
      R"sql(WITH RECURSIVE r(n) USING KEY (n) AS (SELECT 1 UNION SELECT n FROM recurring.r) SELECT * FROM r)sql");
  EXPECT_TRUE(keyed.tables.empty());
}

TEST(Syntax, LooksThroughWhatItDoesNotKnow) {
  const auto tree = SyntaxTree::parse(
      R"({"error":false,"statements":[{"node":{"type":"FUTURE_NODE","odd":[[{"thing":{"class":"FUTURE","x":[
      {"class":"COLUMN_REF","type":"COLUMN_REF","column_names":["a", 7]}]}}]],
      "from_table":{"type":"FUTURE_REF","alias":"","sample":null,"y":{"type":"BASE_TABLE","table_name":"t"}}}}]})",
      "");
  ASSERT_TRUE(tree.ok());
  Counter counter;
  walk(tree->root(), counter);
  EXPECT_EQ(counter.columns, Names{"a"});
  EXPECT_EQ(counter.tables, Names{"t"});
}

TEST(Syntax, SurvivesNonsense) {
  for (const char* text :
       {"", "null", "[]", "{", "\"\\", "{\"statements\": 3}", "[[[[", "\xff\xfe"}) {
    EXPECT_FALSE(SyntaxTree::parse(text, "").ok()) << text;
  }
  const auto tree = SyntaxTree::parse(
      R"({"statements":[{"node":{"type":"SELECT_NODE","select_list":7,"cte_map":{"map":[{},{"key":5}]},
      "from_table":[],"modifiers":[{"type":[]}],"query_location":-1}}]})",
      "x");
  ASSERT_TRUE(tree.ok());
  Counter counter;
  walk(tree->root(), counter);
  EXPECT_EQ(counter.queries, 1);
  EXPECT_EQ(tree->root().offset(), std::nullopt);
}

TEST(Syntax, RefusesWhatNestsTooDeeply) {
  const auto deep = SyntaxTree::parse(nested_tree(5000), "");
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code, Code::kBadSql);
  EXPECT_NE(deep.error().message.find("at most 2100"), std::string::npos);
  EXPECT_FALSE(SyntaxTree::parse(std::string(10'000'000, '['), "").ok());
  // As deep as the engine allows still works.
  const auto allowed = SyntaxTree::parse(nested_tree(1000), "");
  ASSERT_TRUE(allowed.ok());
  Counter counter;
  walk(allowed->root(), counter);
  EXPECT_EQ(counter.expressions, 1001);
}

TEST(Syntax, ReportsTheEnginesErrors) {
  const auto typo = try_parsed(R"sql(SELECT 1
FORM trips t)sql");
  ASSERT_FALSE(typo.ok());
  EXPECT_EQ(typo.error().code, Code::kBadSql);
  EXPECT_EQ(typo.error().place.line, 2);
  const auto other = try_parsed(R"sql(CREATE TABLE a AS SELECT 1)sql");
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.error().message.find("not a SELECT"), std::string::npos);
  const auto two = try_parsed(R"sql(SELECT 1; SELECT 2)sql");
  ASSERT_FALSE(two.ok());
  EXPECT_EQ(two.error().message, "expected one SELECT statement, found 2");
}

TEST(Syntax, PlacesCountCharacters) {
  const SyntaxTree tree = parsed(R"sql(SELECT 'größe',
  "ü", b FROM trips)sql");
  const auto items = tree.root().select_list();
  EXPECT_EQ(tree.place(items[1]), (Place{"", 2, 3}));
  EXPECT_EQ(tree.place(items[2]), (Place{"", 2, 8}));
  EXPECT_EQ(tree.place(std::nullopt), Place{});
  EXPECT_EQ(tree.place(100000), Place{});
}

TEST(Syntax, FindsAPlaceWithin) {
  const SyntaxTree tree = parsed(R"sql(SELECT * FROM a JOIN b ON a.x = b.x)sql");
  EXPECT_EQ(tree.place_within(tree.root()).line, 1);
  EXPECT_GT(tree.place_within(tree.root()).column, 1);
}

TEST(Syntax, ReadsConstants) {
  const auto items = parsed(R"sql(SELECT 'a', 5, 0.5, NULL, 'b' || 'c')sql").root().select_list();
  EXPECT_EQ(items[0].constant_text(), "a");
  EXPECT_EQ(items[1].constant_integer(), 5);
  EXPECT_EQ(items[2].constant_integer(), std::nullopt);
  EXPECT_EQ(items[3].constant_text(), std::nullopt);
  EXPECT_EQ(items[4].constant_text(), std::nullopt);
}

}  // namespace
}  // namespace rhumb
