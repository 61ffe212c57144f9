#include "publish/postgis/view_change.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

using Kind = ViewChange::Kind;
using Columns = std::vector<RelationColumn>;

const RelationColumn kA{.name = "a", .type = 20, .modifier = -1, .type_text = "bigint"};
const RelationColumn kB{.name = "b", .type = 25, .modifier = -1, .type_text = "text"};
const RelationColumn kC{.name = "c", .type = 25, .modifier = -1, .type_text = "text"};

TEST(ViewChangeTest, FirstOfAll) {
  const ViewChange change = plan_view_change(std::nullopt, {kA, kB});
  EXPECT_EQ(change.kind, Kind::kCreate);
  EXPECT_EQ(change.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(change.breaking.empty());
}

TEST(ViewChangeTest, TheSameColumnsInAnyOrderKeepTheReadersOrder) {
  for (const Columns& table : {Columns{kA, kB}, Columns{kB, kA}}) {
    const ViewChange change = plan_view_change(Columns{kA, kB}, table);
    EXPECT_EQ(change.kind, Kind::kReplace);
    EXPECT_EQ(change.columns, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(change.breaking.empty());
  }
}

TEST(ViewChangeTest, ANewColumnComesLastWhereverTheModelHasIt) {
  const ViewChange change = plan_view_change(Columns{kA, kB}, {kC, kA, kB});
  EXPECT_EQ(change.kind, Kind::kReplace);
  EXPECT_EQ(change.columns, (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_EQ(change.breaking.size(), 1U);
  EXPECT_EQ(change.breaking[0],
            "column c is added at the end: prepared SELECT * statements fail once");
}

TEST(ViewChangeTest, ADroppedColumnRebuilds) {
  const ViewChange change = plan_view_change(Columns{kA, kB}, {kC, kA});
  EXPECT_EQ(change.kind, Kind::kRebuild);
  EXPECT_EQ(change.columns, (std::vector<std::string>{"c", "a"}));
  EXPECT_EQ(change.breaking,
            (std::vector<std::string>{"column b is dropped", "column c is added"}));
}

TEST(ViewChangeTest, AnotherTypeOrModifierRebuilds) {
  RelationColumn other = kB;
  other.type = 1043;
  other.type_text = "character varying(5)";
  EXPECT_EQ(plan_view_change(Columns{kA, kB}, {kA, other}).breaking,
            (std::vector<std::string>{"column b changes from text to character varying(5)"}));
  other = kB;
  other.modifier = 9;
  EXPECT_EQ(plan_view_change(Columns{kA, kB}, {kA, other}).kind, Kind::kRebuild);
}

}  // namespace
}  // namespace rhumb
