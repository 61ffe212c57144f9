#include "transform/spatial_join.h"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/test_trees.h"

namespace rhumb {
namespace {

Column geometry(std::string name, GeometryKind kind) {
  return {.name = std::move(name), .type = {.id = TypeId::kGeometry, .geometry = kind}};
}

Column integer(std::string name) {
  return {.name = std::move(name), .type = {.id = TypeId::kInteger}};
}

/// trips(id, k, pickup), zones(zone, k, area), roads(road, line); look-ups are l1, l2, ...
class Tables : public TableFacts {
 public:
  Result<Schema> columns(const std::string&, const std::string& name) override {
    const std::map<std::string, Schema> tables{
        {"trips", {integer("id"), integer("k"), geometry("pickup", GeometryKind::kPoint)}},
        {"zones", {integer("zone"), integer("k"), geometry("area", GeometryKind::kPolygon)}},
        {"roads", {integer("road"), geometry("line", GeometryKind::kLineString)}}};
    const auto at = tables.find(name);
    if (at == tables.end()) return Error{Code::kBadSql, "no table " + name, "", {}};
    return at->second;
  }
  std::optional<uint64_t> rows(const std::string&, const std::string& name) override {
    const auto at = sizes.find(name);
    return at == sizes.end() ? std::nullopt : std::optional(at->second);
  }
  std::string lookup_name(const std::string& rows, const std::vector<std::string>&) override {
    const auto [at, fresh] = names_.try_emplace(rows, "");
    if (fresh) at->second = "l" + std::to_string(names_.size());
    return at->second;
  }

  std::map<std::string, uint64_t> sizes;

 private:
  std::map<std::string, std::string> names_;
};

/// SQL is the engine's affair (tests/sql/joins, tests/cli): here a tree stands for itself.
class TreeAsText : public TreeToSql {
 public:
  Result<std::string> to_sql(const std::string& tree_json) override { return tree_json; }
};

/// What happens in a tree, in its order: calls of our functions, conditions on columns, joins.
void outline(const nlohmann::json& node, std::vector<std::string>& out) {
  if (node.is_object()) {
    const std::string function = node.value("function_name", "");
    if (function.starts_with("rhumb_")) {
      out.push_back(function + "(" + node["children"][0]["value"]["value"].get<std::string>() +
                    ", " + node["children"][1]["value"]["value"].get<std::string>() + ")");
    }
    if (node.contains("join_type")) out.push_back(node["join_type"]);
    if (node.value("class", "") == "COMPARISON") {
      out.push_back(node["left"].value("column_names", nlohmann::json({"?"})).back());
    }
    if (node.contains("table_name")) out.push_back(node["table_name"]);
  }
  if (!node.is_structured()) return;
  for (const nlohmann::json& below : node) outline(below, out);
}

std::vector<std::string> outline(const std::string& tree) {
  std::vector<std::string> out;
  outline(nlohmann::json::parse(tree), out);
  return out;
}

using Outline = std::vector<std::string>;

CompiledSql compile(const std::string& sql, std::map<std::string, uint64_t> sizes = {}) {
  Tables tables;
  tables.sizes = std::move(sizes);
  TreeAsText text;
  auto compiled = compile_spatial_joins(parsed(sql), FunctionFacts(), tables, text);
  EXPECT_TRUE(compiled.ok()) << compiled.error().text();
  return compiled.ok() ? *std::move(compiled) : CompiledSql{};
}

/// Why the only spatial join of it was left to the engine.
std::string refusal(const std::string& sql) {
  const CompiledSql compiled = compile(sql);
  EXPECT_EQ(compiled.sql, sql);
  EXPECT_EQ(compiled.joins.size(), 1U) << sql;
  return compiled.joins.empty() ? "nothing was found" : compiled.joins[0].reason;
}

TEST(SpatialJoins, TheProbingRowsAreRepeatedAndMeetTheSearchedOnesByNumber) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, z.zone FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql");
  EXPECT_EQ(outline(compiled.sql),
            (Outline{"INNER", "rhumb_hit2", "trips", "rhumb_matches(l1, contains)", "l1"}));
  ASSERT_EQ(compiled.lookups.size(), 1U);
  EXPECT_EQ(outline(compiled.lookups[0].rows), Outline{"zones"});
  EXPECT_EQ(compiled.lookups[0].geometry, "rhumb_geometry");
  EXPECT_FALSE(compiled.lookups[0].keep_geometry);
  EXPECT_TRUE(compiled.lookups[0].point_probes);
  EXPECT_EQ(compiled.lookups[0].tables, std::vector<std::string>{"zones"});
  ASSERT_EQ(compiled.joins.size(), 1U);
  EXPECT_EQ(compiled.joins[0].place, (Place{"", 1, 56}));
  EXPECT_EQ(compiled.joins[0].relation, "contains");
  EXPECT_EQ(compiled.joins[0].indexed, "z");
  EXPECT_EQ(compiled.joins[0].probed, "t");
  EXPECT_EQ(compiled.joins[0].lookup, "l1");
}

TEST(SpatialJoins, ConditionsBetweenSearchedTablesWaitForTheirHits) {
  const auto ties = [](const std::string& sql) {
    const std::string tree = compile(sql).sql;
    size_t count = 0;
    for (size_t at = tree.find("OPERATOR_IS_NULL"); at != std::string::npos;
         at = tree.find("OPERATOR_IS_NULL", at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(
      ties(
          R"sql(SELECT count(*) FROM trips AS t JOIN zones AS p ON ST_Contains(p.area, t.pickup) JOIN zones AS d ON ST_Contains(d.area, t.pickup) WHERE p.zone <> d.zone)sql"),
      2U);
  EXPECT_EQ(
      ties(
          R"sql(SELECT count(*) FROM trips AS t JOIN zones AS p ON ST_Contains(p.area, t.pickup) JOIN zones AS d ON ST_Contains(d.area, t.pickup) AND p.k = d.k)sql"),
      2U);
  // What an outer join leaves without a hit must not pass.
  EXPECT_EQ(
      ties(
          R"sql(SELECT count(*) FROM trips AS t JOIN zones AS p ON ST_Contains(p.area, t.pickup) LEFT JOIN zones AS d ON ST_Contains(d.area, t.pickup) WHERE p.zone <> d.zone)sql"),
      0U);
  EXPECT_EQ(
      ties(
          R"sql(SELECT count(*) FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup) WHERE t.k <> z.k)sql"),
      0U);
  // The hits of trips are in roads, which nothing outside of the ANTI JOIN sees.
  EXPECT_EQ(
      ties(
          R"sql(SELECT count(*) FROM trips AS t ANTI JOIN roads AS r ON ST_Intersects(r.line, t.pickup) AND (t.k = 1 OR r.road = 2) JOIN zones AS z ON ST_Intersects(t.pickup, z.area) AND t.k < z.k)sql"),
      0U);
}

// Both tables have a column k.
TEST(SpatialJoins, ColumnsOfOtherTablesAreNotKept) {
  const auto keeps_k = [](const std::string& sql) {
    const CompiledSql compiled = compile(sql);
    EXPECT_EQ(compiled.lookups.size(), 1U) << sql;
    return compiled.lookups.at(0).rows.find(R"("k")") != std::string::npos;
  };
  for (
      const char* other :
      {R"sql(SELECT t.k FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql",
       R"sql(SELECT T.K, z.zone FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql"}) {
    EXPECT_FALSE(keeps_k(other)) << other;
  }
  for (
      const char* own :
      {R"sql(SELECT z.k FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql",
       R"sql(SELECT Z.K FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql",
       R"sql(SELECT z.* FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql",
       R"sql(SELECT t.id, (SELECT max(k) FROM roads AS r) FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql"}) {
    EXPECT_TRUE(keeps_k(own)) << own;
  }
}

TEST(SpatialJoins, TheSmallerTableIsSearched) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, z.zone FROM trips AS t JOIN zones AS z ON ST_Within(t.pickup, z.area))sql",
      {{"trips", 10}, {"zones", 1000}});
  EXPECT_EQ(outline(compiled.sql),
            (Outline{"INNER", "rhumb_hit2", "l1", "zones", "rhumb_matches(l1, within)"}));
  ASSERT_EQ(compiled.lookups.size(), 1U);
  EXPECT_EQ(compiled.lookups[0].estimated_rows, 10U);
  EXPECT_FALSE(compiled.lookups[0].point_probes);
}

TEST(SpatialJoins, ConditionsOfOneTableGoWhereItsRowsAreMade) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, z.zone FROM trips AS t LEFT JOIN zones AS z ON ST_Contains(z.area, t.pickup) AND z.k > 1 AND t.k > 2)sql");
  EXPECT_EQ(outline(compiled.sql), (Outline{"LEFT", "rhumb_hit2", "trips",
                                            "rhumb_matches_outer(l1, contains)", "k", "l1"}));
  ASSERT_EQ(compiled.lookups.size(), 1U);
  EXPECT_EQ(outline(compiled.lookups[0].rows), (Outline{"zones", "k"}));
}

// Rows of trips that match nothing by both conditions stay, so that the pairs must be known first.
TEST(SpatialJoins, AConditionOnBothTablesIsCheckedBeforeRowsAreKept) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, z.zone FROM trips AS t FULL JOIN zones AS z ON ST_Contains(z.area, t.pickup) AND t.k < z.k)sql");
  EXPECT_EQ(outline(compiled.sql),
            (Outline{"trips", "FULL", "rhumb_hit2", "LEFT", "rhumb_of4", "rhumb_rows5", "INNER",
                     "rhumb_hit2", "k", "rhumb_rows5", "rhumb_matches(l1, contains)", "l1", "l1"}));
}

TEST(SpatialJoins, SemiAndAntiJoinsAreFilters) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id FROM trips AS t ANTI JOIN zones AS z ON ST_Within(t.pickup, z.area))sql");
  EXPECT_EQ(outline(compiled.sql), (Outline{"trips", "rhumb_has_match(l1, contains)"}));
  EXPECT_EQ(compiled.joins.at(0).kind, "ANTI");
}

TEST(SpatialJoins, ATableThatIsSearchedTwiceIsMadeSearchableOnce) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, p.zone, q.zone AS other FROM trips AS t, zones AS p, zones AS q WHERE ST_Contains(p.area, t.pickup) AND ST_Contains(q.area, t.pickup))sql");
  EXPECT_TRUE(compiled.compiled());
  EXPECT_EQ(compiled.lookups.size(), 1U);
  EXPECT_EQ(compiled.joins.size(), 2U);
}

TEST(SpatialJoins, ExistsIsAFilterOfItsOwnTable) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id FROM trips AS t WHERE EXISTS (SELECT 1 FROM zones AS z WHERE ST_Contains(z.area, t.pickup) AND z.k = 1))sql");
  EXPECT_EQ(outline(compiled.sql), (Outline{"trips", "rhumb_has_match(l1, contains)"}));
  ASSERT_EQ(compiled.lookups.size(), 1U);
  EXPECT_EQ(outline(compiled.lookups[0].rows), (Outline{"zones", "k"}));
  EXPECT_EQ(compiled.joins.at(0).kind, "EXISTS");
}

// Side by side without a condition before, they are joined by one afterwards.
TEST(SpatialJoins, ALateralAfterACommaBecomesAJoin) {
  const CompiledSql compiled = compile(
      R"sql(SELECT t.id, n.zone FROM trips AS t, LATERAL (SELECT zone FROM zones AS z ORDER BY ST_Distance(z.area, t.pickup) LIMIT 2) AS n)sql");
  ASSERT_TRUE(compiled.compiled());
  EXPECT_EQ(compiled.joins.at(0).kind, "NEAREST");
  const auto tree = nlohmann::json::parse(compiled.sql);
  EXPECT_EQ(tree["statements"][0]["node"]["from_table"]["ref_type"], "REGULAR");
}

TEST(SpatialJoins, WhatIsNoLookUpSaysWhyAndWhatToWrite) {
  EXPECT_EQ(
      refusal(
          R"sql(SELECT t.id, z.zone FROM trips AS t LEFT JOIN zones AS z ON ST_Contains(z.area, t.pickup) OR t.k = z.k)sql"),
      "it is part of another expression; write it as a condition of its own, an OR as UNION of two "
      "joins");
  EXPECT_EQ(
      refusal(
          R"sql(SELECT t.id, z FROM trips AS t LEFT JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql"),
      "z: its rows are taken as a whole; name the columns");
  EXPECT_EQ(
      refusal(
          R"sql(SELECT COLUMNS('id|zone') FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup))sql"),
      "columns are chosen by COLUMNS(...); write their names");
  EXPECT_EQ(
      refusal(
          R"sql(SELECT t.id FROM trips AS t JOIN zones AS z ON ST_DWithin(t.pickup, z.area, random()))sql"),
      "t: the distance does not come from it; use a number or one of its columns");
  EXPECT_EQ(
      refusal(
          R"sql(SELECT t.id FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, ST_Translate(t.pickup, random(), 0)))sql"),
      "a value in it differs from call to call; make it a column in a model of its own");
  EXPECT_EQ(
      refusal(
          R"sql(SELECT t.id, n.zone FROM trips AS t, LATERAL (SELECT zone FROM zones AS z ORDER BY ST_Distance(z.area, t.pickup) LIMIT t.k) AS n)sql"),
      "its LIMIT is not a number from 1 to 1,000,000");
}

TEST(SpatialJoins, FiltersOnOneTableAreNone) {
  const CompiledSql compiled = compile(
      R"sql(SELECT id FROM trips WHERE ST_Contains(ST_MakeEnvelope(0, 0, 1, 1), pickup))sql");
  EXPECT_FALSE(compiled.compiled());
  EXPECT_TRUE(compiled.joins.empty());
}

}  // namespace
}  // namespace rhumb
