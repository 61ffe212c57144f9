#include "transform/lineage_render.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb {
namespace {

ProjectLineage sample() {
  const auto copied = [](const char* name, const char* dataset, const char* column) {
    return ColumnLineage{.name = name, .kind = LineageKind::kCopied, .from = {{dataset, column}}};
  };
  ProjectLineage out;
  out.datasets.push_back({.name = "trips", .is_source = true});
  out.datasets.push_back({.name = "zones", .is_source = true});
  DatasetLineage clean{.name = "clean", .reads = {"trips", "zones"}};
  clean.lineage.columns = {copied("id", "trips", "id"),
                           {.name = "region",
                            .kind = LineageKind::kComputed,
                            .from = {{"zones", "name", LineageKind::kComputed}}},
                           {.name = "", .unknown = "no column 'x' is in reach"}};
  clean.lineage.rows = {{"trips", "point", RowRole::kJoin},
                        {"zones", "geom", RowRole::kFilter},
                        {"zones", "geom", RowRole::kJoin}};
  DatasetLineage weekly{.name = "weekly", .reads = {"clean", "zones"}};
  weekly.lineage.columns = {{.name = "n", .kind = LineageKind::kAggregated}, {.name = "one"}};
  out.datasets.push_back(clean);
  out.datasets.push_back(weekly);
  return out;
}

TEST(LineageRender, TextTree) {
  EXPECT_EQ(render_lineage(sample(), "text", false),
            "weekly\n"
            "├─ clean\n"
            "│  ├─ trips (source)\n"
            "│  └─ zones (source)\n"
            "└─ zones (source)\n");
}

TEST(LineageRender, TextWithColumns) {
  EXPECT_EQ(render_lineage(sample(), "text", true),
            "weekly\n"
            "│  n    number or order of rows\n"
            "│  one  constant\n"
            "├─ clean\n"
            "│  │  id         trips.id\n"
            "│  │  region     zones.name (computed)\n"
            "│  │  (unnamed)  unknown: no column 'x' is in reach\n"
            "│  │  rows decided by trips.point (join), zones.geom (filter, join)\n"
            "│  ├─ trips (source)\n"
            "│  └─ zones (source)\n"
            "└─ zones (source) (as above)\n");
}

TEST(LineageRender, ADatasetIsSpelledOutOnce) {
  ProjectLineage diamonds;
  diamonds.datasets.push_back({.name = "d0", .is_source = true});
  for (int i = 1; i < 60; ++i) {
    // Two models read the one before: 2^60 ways down.
    const std::string before = "d" + std::to_string(i - 1);
    diamonds.datasets.push_back({.name = "e" + std::to_string(i), .reads = {before}});
    diamonds.datasets.push_back(
        {.name = "d" + std::to_string(i), .reads = {before, "e" + std::to_string(i)}});
  }
  const std::string text = render_lineage(diamonds, "text", false);
  EXPECT_LT(text.size(), 60'000U);
  EXPECT_NE(text.find("d57 (as above)"), std::string::npos);
}

TEST(LineageRender, Json) {
  const auto json = nlohmann::json::parse(render_lineage(sample(), "json", true));
  const auto& clean = json.at("datasets").at(2);
  EXPECT_EQ(clean.at("name"), "clean");
  EXPECT_EQ(clean.at("type"), "model");
  EXPECT_EQ(clean.at("reads"), (std::vector<std::string>{"trips", "zones"}));
  EXPECT_EQ(clean.at("columns").at(1).at("from").at(0).at("kind"), "computed");
  EXPECT_EQ(clean.at("columns").at(2).at("unknown"), "no column 'x' is in reach");
  EXPECT_EQ(clean.at("rows").at(0).at("role"), "join");
  const auto tables = nlohmann::json::parse(render_lineage(sample(), "json", false));
  EXPECT_FALSE(tables.at("datasets").at(2).contains("columns"));
}

TEST(LineageRender, Dot) {
  EXPECT_EQ(render_lineage(sample(), "dot", false),
            "digraph lineage {\n"
            "  rankdir=LR;\n"
            "  node [fontname=\"sans-serif\"];\n"
            "  \"trips\" [shape=cylinder];\n"
            "  \"zones\" [shape=cylinder];\n"
            "  \"clean\" [shape=box];\n"
            "  \"weekly\" [shape=box];\n"
            "  \"trips\" -> \"clean\";\n"
            "  \"zones\" -> \"clean\";\n"
            "  \"clean\" -> \"weekly\";\n"
            "  \"zones\" -> \"weekly\";\n"
            "}\n");
}

TEST(LineageRender, DotWithColumnsEscapes) {
  ProjectLineage hostile;
  DatasetLineage model{.name = "a\"b\\", .reads = {"<src>"}};
  model.lineage.columns = {
      {.name = "x<&>\"|{}", .from = {{"<src>", "c\n", LineageKind::kComputed}}}};
  hostile.datasets.push_back(model);
  const std::string dot = render_lineage(hostile, "dot", true);
  EXPECT_NE(dot.find("\"a\\\"b\\\\\" [shape=plain"), std::string::npos) << dot;
  EXPECT_NE(dot.find("x&lt;&amp;&gt;&quot;|{}"), std::string::npos) << dot;
  EXPECT_NE(dot.find("\"<src>\":c0 -> \"a\\\"b\\\\\":c0 [style=dashed]"), std::string::npos) << dot;
  // The source was not asked for, but an arrow starts at it.
  EXPECT_NE(dot.find("<b>&lt;src&gt;</b>"), std::string::npos) << dot;
}

TEST(LineageRender, NothingIsEmpty) {
  EXPECT_EQ(render_lineage({}, "text", true), "");
  EXPECT_EQ(render_lineage({}, "dot", true),
            "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n}\n");
  EXPECT_EQ(nlohmann::json::parse(render_lineage({}, "json", true)).at("datasets").size(), 0U);
}

TEST(LineageRender, BrokenNamesDoNotThrow) {
  ProjectLineage broken;
  broken.datasets.push_back({.name = "a\xff", .is_source = true});
  for (const char* format : {"text", "json", "dot"}) {
    EXPECT_FALSE(render_lineage(broken, format, true).empty());
  }
}

}  // namespace
}  // namespace rhumb
