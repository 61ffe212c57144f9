#include "transform/graph.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

using Names = std::vector<std::string>;

/// A project of sources and of models that read what is listed, each reference on a line of its
/// own.
class GraphTest : public testing::Test {
 protected:
  void source(const std::string& name) { project_.sources[name] = SourceDef{.name = name}; }

  void model(const std::string& name, const Names& reads) {
    const std::string file = "models/" + name + ".sql";
    project_.models[name] =
        ModelDef{.name = name, .place = {file, 1, 1}, .sql_place = {file, 10, 1}};
    References& found = references_[name];
    for (const std::string& read : reads) {
      const int line = static_cast<int>(found.tables.size()) + 1;
      found.tables.push_back({.name = read, .place = {"", line, 15}});
    }
  }

  DependencyGraph build() {
    auto built = DependencyGraph::build(project_, references_);
    if (std::holds_alternative<DependencyGraph>(built)) return std::get<DependencyGraph>(built);
    for (const Error& error : std::get<Errors>(built)) ADD_FAILURE() << error.text();
    return {};
  }

  Errors errors() {
    auto built = DependencyGraph::build(project_, references_);
    if (std::holds_alternative<Errors>(built)) return std::get<Errors>(built);
    ADD_FAILURE() << "no errors";
    return {Error{}};
  }

  Project project_;
  std::map<std::string, References> references_;
};

TEST_F(GraphTest, OrdersByNameAmongTheReady) {
  source("trips");
  source("zones");
  model("c", {"trips"});
  model("b", {"c", "ZONES"});
  model("a", {"b"});
  model("d", {});
  const DependencyGraph graph = build();
  EXPECT_EQ(graph.order(), (Names{"trips", "zones", "c", "b", "a", "d"}));
  EXPECT_EQ(graph.reads("b"), (std::set<std::string>{"c", "zones"}));
  EXPECT_EQ(graph.read_by("trips"), std::set<std::string>{"c"});
  EXPECT_EQ(graph.levels(), (std::vector<Names>{{"d", "trips", "zones"}, {"c"}, {"b"}, {"a"}}));
  EXPECT_TRUE(graph.is_source("trips"));
  EXPECT_FALSE(graph.is_source("a"));
  EXPECT_TRUE(graph.contains("a"));
  EXPECT_FALSE(graph.contains("A"));
}

TEST_F(GraphTest, AncestorsAndDescendants) {
  source("s");
  model("a", {"s"});
  model("b", {"a", "s"});
  model("c", {"b"});
  const DependencyGraph graph = build();
  EXPECT_EQ(graph.ancestors("c"), (std::set<std::string>{"a", "b", "s"}));
  EXPECT_EQ(graph.ancestors("c", 1), std::set<std::string>{"b"});
  EXPECT_EQ(graph.ancestors("c", 0), std::set<std::string>{});
  EXPECT_EQ(graph.descendants("s", 1), (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(graph.descendants("c"), std::set<std::string>{});
}

TEST_F(GraphTest, AnEmptyProjectHasAnEmptyGraph) {
  EXPECT_TRUE(build().order().empty());
  EXPECT_TRUE(DependencyGraph().levels().empty());
}

TEST_F(GraphTest, UnusedSources) {
  source("used");
  source("unused");
  model("a", {"used"});
  EXPECT_EQ(build().unused_sources(), Names{"unused"});
}

TEST_F(GraphTest, UnknownNamesHaveAPlaceAndANeighbour) {
  source("trips");
  model("a", {"trips", "trps"});
  model("b", {"something_else"});
  const Errors found = errors();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].code, Code::kUnknownName);
  EXPECT_EQ(found[0].place, (Place{"models/a.sql", 11, 15}));
  EXPECT_EQ(found[0].hint, "did you mean `trips`?");
  EXPECT_NE(found[1].hint.find("sources/something_else.yaml"), std::string::npos);
}

TEST_F(GraphTest, CyclesNameTheirPath) {
  model("a", {"b"});
  model("b", {"x", "c"});
  model("c", {"a"});
  model("x", {});
  model("reader", {"a"});
  const Errors found = errors();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, Code::kCycle);
  EXPECT_EQ(found[0].message, "a model cannot be made from itself: a -> b -> c -> a");
  EXPECT_EQ(found[0].place, (Place{"models/a.sql", 10, 15}));
  EXPECT_NE(found[0].hint.find("b reads c at models/b.sql:11:15"), std::string::npos);
}

TEST_F(GraphTest, EachCycleIsNamedOnce) {
  model("a", {"a"});
  model("b", {"c"});
  model("c", {"b"});
  model("d", {"b", "a"});
  const Errors found = errors();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NE(found[0].message.find(": a -> a"), std::string::npos);
  EXPECT_NE(found[1].message.find(": b -> c -> b"), std::string::npos);
}

TEST_F(GraphTest, ManyModelsAreOrderedQuickly) {
  constexpr int kModels = 5000;
  source("s");
  const auto name = [](int i) { return "m" + std::to_string(10000 + i); };
  model(name(0), {"s"});
  for (int i = 1; i < kModels; ++i) model(name(i), {name(i - 1), name(i / 2), "s"});
  const DependencyGraph graph = build();
  EXPECT_EQ(graph.order().size(), 5001U);
  EXPECT_EQ(graph.order().back(), name(kModels - 1));
  EXPECT_EQ(graph.levels().size(), 5001U);
  EXPECT_EQ(graph.ancestors(name(kModels - 1)).size(), 5000U);
}

TEST(PlacedInFile, UnknownPlacesBecomeTheFile) {
  const ModelDef model{
      .name = "a", .place = {"models/a.sql", 1, 1}, .sql_place = {"models/a.sql", 4, 1}};
  EXPECT_EQ(placed_in_file(Error{.place = {"", 2, 7}}, model).place, (Place{"models/a.sql", 5, 7}));
  EXPECT_EQ(placed_in_file(Error{}, model).place, (Place{"models/a.sql", 1, 1}));
}

}  // namespace
}  // namespace rhumb
