#include "transform/rewrite.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/test_trees.h"

namespace rhumb::rewrite {
namespace {

TEST(Rewrite, SameExpressionLooksAtMeaning) {
  const auto items =
      parsed(
          R"sql(SELECT a + 1 AS x, a  +  1, a + 2, {'p': a}, {'q': a}, f(DISTINCT a), f(a), 1, 1.0)sql")
          .root()
          .select_list();
  const auto same = [&](size_t i, size_t j) {
    return same_expression(*items[i].json(), *items[j].json());
  };
  EXPECT_TRUE(same(0, 1));
  EXPECT_FALSE(same(0, 2));
  EXPECT_FALSE(same(3, 4));
  EXPECT_FALSE(same(5, 6));
  EXPECT_FALSE(same(7, 8));
  EXPECT_FALSE(same_expression(json(3), json("3")));
  EXPECT_TRUE(same_expression(json::array(), json::array()));
}

TEST(Rewrite, CopyWithoutDropsEmptyConjunctions) {
  const json tree = json::parse(
      R"({"where":{"type":"CONJUNCTION_AND","children":[{"type":"A"},{"type":{"id":1}}]},"keep":[1,{"x":2}]})");
  EXPECT_EQ(copy_without(tree, {}), tree);
  const json* first = &tree["where"]["children"][0];
  const json* second = &tree["where"]["children"][1];
  EXPECT_EQ(copy_without(tree, {first})["where"], json::parse(R"({"type":{"id":1}})"));
  EXPECT_EQ(copy_without(tree, {first, second}), json::parse(R"({"keep":[1,{"x":2}]})"));
}

TEST(Rewrite, DocumentsCanBeParsedAgain) {
  const json query = select(json::array({star(), column({"t", "a"}, "b"), null_value("n")}),
                            subquery(*parsed(R"sql(SELECT 1 AS one)sql").root().json(), "t"));
  const auto tree = SyntaxTree::parse(document(query), "");
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(same_expression(
      *tree->root().json(),
      *parsed(R"sql(SELECT *, t.a AS b, NULL AS n FROM (SELECT 1 AS one) AS t)sql").root().json()));
}

// `a, b LEFT JOIN c` would be a beside b LEFT JOIN c.
TEST(Rewrite, CrossJoinsWithinOtherJoinsAreSpelledOut) {
  const auto spelled = [](const std::string& sql) {
    return json::parse(document(*parsed(sql).root().json()))["statements"][0]["node"]["from_table"];
  };
  const json within = spelled(R"sql(SELECT 1 FROM a CROSS JOIN b LEFT JOIN c ON true)sql");
  EXPECT_EQ(within["left"]["ref_type"], "REGULAR");
  EXPECT_EQ(within["left"]["condition"], true_value());
  const json outermost = spelled(R"sql(SELECT 1 FROM a, b LEFT JOIN c ON true)sql");
  EXPECT_EQ(outermost["ref_type"], "CROSS");
  const json right = spelled(R"sql(SELECT 1 FROM a LEFT JOIN (b CROSS JOIN c) ON true)sql");
  EXPECT_EQ(right["right"]["ref_type"], "REGULAR");
}

}  // namespace
}  // namespace rhumb::rewrite
