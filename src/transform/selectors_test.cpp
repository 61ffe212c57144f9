#include "transform/selectors.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

using Names = std::vector<std::string>;
using Set = std::set<std::string>;

/// trips, zones -> clean -> by_week -> report; zones -> areas
class SelectorsTest : public testing::Test {
 protected:
  SelectorsTest() {
    project_.sources["trips"] = SourceDef{.name = "trips", .tags = {"Raw", "big"}};
    project_.sources["zones"] = SourceDef{.name = "zones", .tags = {"raw"}};
    model("clean", {"trips", "zones"}, {"daily"});
    model("by_week", {"clean"}, {"daily", "public"});
    model("report", {"by_week"}, {"public"});
    model("areas", {"zones"}, {});
    graph_ = std::get<DependencyGraph>(DependencyGraph::build(project_, references_));
  }

  void model(const std::string& name, const Names& reads, const Names& tags) {
    project_.models[name] = ModelDef{.name = name, .tags = tags};
    for (const std::string& read : reads) references_[name].tables.push_back({.name = read});
  }

  Set chosen(const Names& selectors, const Names& exclude = {}) {
    auto found = select_datasets(project_, graph_, selectors, exclude);
    if (!found.ok()) ADD_FAILURE() << found.error().text();
    return found.ok() ? *found : Set{};
  }

  Error error(const Names& selectors) {
    auto found = select_datasets(project_, graph_, selectors, {});
    EXPECT_FALSE(found.ok());
    return found.ok() ? Error{} : found.error();
  }

  Project project_;
  std::map<std::string, References> references_;
  DependencyGraph graph_;
};

TEST_F(SelectorsTest, NothingChosenIsEverything) {
  EXPECT_EQ(chosen({}).size(), 6U);
  EXPECT_EQ(chosen({}, {"trips", "tag:daily"}), (Set{"zones", "report", "areas"}));
}

TEST_F(SelectorsTest, NamesAndNeighbours) {
  EXPECT_EQ(chosen({"clean"}), Set{"clean"});
  EXPECT_EQ(chosen({"CLEAN"}), Set{"clean"});
  EXPECT_EQ(chosen({"+clean"}), (Set{"clean", "trips", "zones"}));
  EXPECT_EQ(chosen({"clean+"}), (Set{"clean", "by_week", "report"}));
  EXPECT_EQ(chosen({"+by_week+"}), (Set{"trips", "zones", "clean", "by_week", "report"}));
  EXPECT_EQ(chosen({"2+report"}), (Set{"clean", "by_week", "report"}));
  EXPECT_EQ(chosen({"zones+1"}), (Set{"zones", "clean", "areas"}));
  EXPECT_EQ(chosen({"1+clean+1"}), (Set{"zones", "trips", "clean", "by_week"}));
  EXPECT_EQ(chosen({"0+clean"}), Set{"clean"});
}

TEST_F(SelectorsTest, TagsAndGlobs) {
  EXPECT_EQ(chosen({"tag:raw"}), (Set{"trips", "zones"}));
  EXPECT_EQ(chosen({"tag:p*"}), (Set{"by_week", "report"}));
  EXPECT_EQ(chosen({"tag:big+1"}), (Set{"trips", "clean"}));
  EXPECT_EQ(chosen({"*e*"}), (Set{"zones", "clean", "by_week", "report", "areas"}));
  EXPECT_EQ(chosen({"?rips"}), Set{"trips"});
}

TEST_F(SelectorsTest, UnionsAndExclusions) {
  EXPECT_EQ(chosen({"areas", "report"}), (Set{"areas", "report"}));
  EXPECT_EQ(chosen({" areas  report "}), (Set{"areas", "report"}));
  EXPECT_EQ(chosen({"+report"}, {"+clean"}), (Set{"by_week", "report"}));
  EXPECT_EQ(chosen({"clean"}, {"clean"}), Set{});
}

TEST_F(SelectorsTest, WhatMatchesNothingIsAnError) {
  EXPECT_EQ(error({"claen"}).code, Code::kUnknownName);
  EXPECT_EQ(error({"claen"}).hint, "Did you mean 'clean'?");
  EXPECT_EQ(error({"tag:dayly"}).hint, "Did you mean 'tag:daily'?");
  EXPECT_EQ(error({"zzz*"}).code, Code::kUnknownName);
  EXPECT_EQ(error({"clean", "nope"}).code, Code::kUnknownName);
}

TEST_F(SelectorsTest, UnreadableSelectors) {
  for (const char* text : {"+", "++", "2+", "path:models", "clean+x", "a+b+c", "tag:raw+-1"}) {
    EXPECT_EQ(error({text}).code, Code::kUsage) << text;
  }
}

}  // namespace
}  // namespace rhumb
