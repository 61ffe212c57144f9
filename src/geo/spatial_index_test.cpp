#include "geo/spatial_index.h"

#include <gtest/gtest.h>

#include <string>

#include "geo/wkt.h"

namespace rhumb {
namespace {

class Rows {
 public:
  explicit Rows(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) wkb_.push_back(text.empty() ? "" : *parse_wkt(text));
    for (const std::string& one : wkb_) views_.push_back(one.empty() ? std::string_view() : one);
  }
  [[nodiscard]] SpatialIndex index() const {
    auto built = SpatialIndex::build(views_, {});
    EXPECT_TRUE(built.ok()) << built.error().text();
    return std::move(built).value();
  }

 private:
  std::vector<std::string> wkb_;
  std::vector<std::string_view> views_;
};

std::vector<uint32_t> find(const SpatialIndex& index, SpatialRelation relation, const char* probe,
                           double distance = 0) {
  std::vector<uint32_t> rows;
  auto search = index.search(relation, distance);
  search.find(*parse_wkt(probe), rows);
  EXPECT_FALSE(search.fault()) << search.fault()->text();
  EXPECT_EQ(search.any(*parse_wkt(probe)), !rows.empty());
  return rows;
}

using List = std::vector<uint32_t>;

TEST(SpatialIndexTest, FindsRowsOfEveryKind) {
  const SpatialIndex index =
      Rows({"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", "", "POINT EMPTY", "LINESTRING (0 0, 4 4)",
            "POINT (2 2)", "MULTIPOINT (2 2, 9 9)", "POLYGON ((8 8, 9 8, 9 9, 8 9, 8 8))"})
          .index();
  EXPECT_EQ(find(index, SpatialRelation::kIntersects, "POINT (2 2)"), (List{0, 3, 4, 5}));
  EXPECT_EQ(find(index, SpatialRelation::kContains, "POINT (4 2)"), List{});
  EXPECT_EQ(find(index, SpatialRelation::kCovers, "POINT (4 2)"), List{0});
  EXPECT_EQ(find(index, SpatialRelation::kTouches, "POINT (4 2)"), List{0});
  EXPECT_EQ(find(index, SpatialRelation::kWithin, "POLYGON ((1 1, 9 1, 9 9, 1 9, 1 1))"),
            (List{4, 5, 6}));
  EXPECT_EQ(find(index, SpatialRelation::kDWithin, "POINT (5 2)", 1), List{0});
  std::vector<Neighbour> near;
  ASSERT_TRUE(index.nearest(*parse_wkt("POINT (5 2)"), 3, 100, Metric::kPlanar, near).ok());
  EXPECT_EQ(near.size(), 3U);
  EXPECT_EQ(near[0], (Neighbour{0, 1}));
}

}  // namespace
}  // namespace rhumb
