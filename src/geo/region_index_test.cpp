#include "geo/region_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "geo/random_geometry_test_base.h"

namespace rhumb {
namespace {

struct Places : std::map<uint32_t, PointPlace> {};

GeometryStore store_of(const std::vector<std::string>& texts) {
  GeometryStore store;
  for (const std::string& text : texts) {
    const auto wkb = parse_wkt(text);
    EXPECT_TRUE(wkb.ok()) << text;
    EXPECT_TRUE(store.append(*wkb).ok()) << text;
  }
  return store;
}

std::vector<uint32_t> all_rows(const GeometryStore& store) {
  std::vector<uint32_t> out;
  for (uint32_t row = 0; row < store.rows(); ++row) {
    if (store.is_present(row)) out.push_back(row);
  }
  return out;
}

RegionIndex index_of(const GeometryStore& store, int threads = 1) {
  auto built = RegionIndex::build(store, all_rows(store), {.threads = threads});
  EXPECT_TRUE(built.ok());
  return std::move(built).value();
}

Places by_cells(const RegionIndex& index, Position p) {
  Places out;
  index.locate(p, [&](uint32_t row, PointPlace place) {
    EXPECT_TRUE(out.emplace(row, place).second) << "row " << row << " twice";
    return true;
  });
  return out;
}

Places one_by_one(const GeometryStore& store, Position p) {
  Places out;
  for (const uint32_t row : all_rows(store)) {
    const PointPlace place = locate_in_polygons(store, row, p);
    if (place != PointPlace::kOutside) out.emplace(row, place);
  }
  return out;
}

/// Vertices, points of edges, the lattice, anything; also a hair beside them.
std::vector<Position> probes(const GeometryStore& store, RandomGeometry& random, size_t count) {
  std::vector<Position> out;
  const uint32_t rows = store.rows();
  while (out.size() < count) {
    Position p = random.position();
    const auto row = static_cast<uint32_t>(random.below(rows));
    if (store.is_present(row) && !random.one_in(3)) {
      const GeometryStore::Range range = store.row_positions(row);
      const auto at = static_cast<uint32_t>(random.below(range.size() - 1));
      const Position a = store.position(range.first + at), b = store.position(range.first + at + 1);
      const double t = static_cast<double>(random.below(5)) / 4;
      p = {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
    }
    if (random.one_in(4)) p.x = std::nextafter(p.x, random.one_in(2) ? -HUGE_VAL : HUGE_VAL);
    if (random.one_in(4)) p.y = std::nextafter(p.y, random.one_in(2) ? -HUGE_VAL : HUGE_VAL);
    out.push_back(p);
  }
  return out;
}

std::optional<Position> first_difference(const GeometryStore& store,
                                         const std::vector<Position>& points) {
  const RegionIndex index = index_of(store);
  for (const Position p : points) {
    if (by_cells(index, p) != one_by_one(store, p)) return p;
  }
  return std::nullopt;
}

/// Leaves out rows as long as the difference stays; returns the rest as text.
std::string shrunk(std::vector<std::string> texts, Position p) {
  for (size_t i = 0; i < texts.size();) {
    std::vector<std::string> fewer = texts;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (!fewer.empty() && first_difference(store_of(fewer), {p})) {
      texts = fewer;
    } else {
      ++i;
    }
  }
  std::string out = "at " + RandomGeometry::text(p) + ":";
  for (const std::string& text : texts) out += "\n  " + text;
  return out;
}

void check(uint64_t seed, double scale, double offset, size_t rows) {
  RandomGeometry random(seed, scale, offset);
  std::vector<std::string> texts;
  for (size_t i = 0; i < rows; ++i) {
    texts.push_back(random.geometry(random.one_in(3) ? WkbKind::kMultiPolygon : WkbKind::kPolygon,
                                    random.one_in(2)));
  }
  const GeometryStore store = store_of(texts);
  const auto different = first_difference(store, probes(store, random, 400));
  ASSERT_FALSE(different) << "seed " << seed << ", scale " << scale << ", offset " << offset << ", "
                          << shrunk(texts, *different);
}

TEST(RegionIndexTest, AnswersAsWithoutCells) {
  for (uint64_t seed = 1; seed <= 150; ++seed) check(seed, 1, 0, 1 + seed % 40);
}

TEST(RegionIndexTest, AnswersAsWithoutCellsAtEveryScale) {
  uint64_t seed = 1000;
  for (const double scale : {1e-300, 5e-324, 1e-310, 1e-12, 1e5, 1e150, 1e300, 5e306}) {
    for (int i = 0; i < 8; ++i) check(++seed, scale, 0, 12);
  }
  for (const double offset : {1e3, -1e9, 1e15, 4e15}) {
    for (int i = 0; i < 8; ++i) check(++seed, 1, offset, 12);
  }
}

TEST(RegionIndexTest, FollowsTheRulesOfPostgis) {
  const GeometryStore store =
      store_of({"POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))",           // a bow tie
                "POLYGON ((5 0, 6 3, 3.5 1, 6.5 1, 4 3, 5 0))",  // a pentagram
                "MULTIPOLYGON (((10 0, 14 0, 14 4, 10 4, 10 0)), ((12 0, 16 0, 16 4, 12 4, 12 0)))",
                "POLYGON ((20 0, 24 0, 24 4, 20 4, 20 0), (21 1, 23 1, 23 3, 21 3, 21 1))"});
  const RegionIndex index = index_of(store);
  const auto place = [&](double x, double y) {
    const Places places = by_cells(index, {x, y});
    return places.empty() ? PointPlace::kOutside : places.begin()->second;
  };
  EXPECT_EQ(place(0.25, 1), PointPlace::kInside);
  EXPECT_EQ(place(1, 1), PointPlace::kBoundary);
  EXPECT_EQ(place(1, 0.5), PointPlace::kOutside);
  EXPECT_EQ(place(5, 1.5), PointPlace::kInside);   // wound around twice
  EXPECT_EQ(place(12, 2), PointPlace::kInside);    // inside the first part: decided
  EXPECT_EQ(place(14, 2), PointPlace::kBoundary);  // on the first's: decided, too
  EXPECT_EQ(place(22, 2), PointPlace::kOutside);
  EXPECT_EQ(place(21, 2), PointPlace::kBoundary);
  EXPECT_EQ(place(NAN, 2), PointPlace::kOutside);
  EXPECT_EQ(place(HUGE_VAL, 2), PointPlace::kOutside);
}

/// A polygon of many vertices with a wavy border.
std::string wavy(size_t vertices) {
  std::string out;
  std::vector<Position> ring;
  for (size_t i = 0; i < vertices; ++i) {
    const double angle =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(vertices);
    const double radius = 1 + 0.2 * std::sin(angle * 37) + 0.01 * std::sin(angle * 4001);
    ring.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return "POLYGON (" + RandomGeometry::text(ring) + ")";
}

TEST(RegionIndexTest, AMillionVerticesDoNotMatter) {
  const GeometryStore store = store_of({wavy(1'000'000)});
  const RegionIndex index = index_of(store);
  RandomGeometry random(7, 1.0 / 6, -1.3);
  const std::vector<Position> points = probes(store, random, 60);
  for (const Position p : points) ASSERT_EQ(by_cells(index, p), one_by_one(store, p));
  EXPECT_LT(index.bytes(), size_t{300} << 20);
}

TEST(RegionIndexTest, EdgesThroughOnePointDoNotExplode) {
  std::vector<Position> ring;
  for (size_t i = 0; i < 20'000; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / 20'000;
    ring.push_back({0, 0});
    ring.push_back({std::cos(angle), std::sin(angle)});
    ring.push_back({std::cos(angle + 1e-4), std::sin(angle + 1e-4)});
  }
  ring.push_back(ring.front());
  const GeometryStore store = store_of({"POLYGON (" + RandomGeometry::text(ring) + ")"});
  const RegionIndex index = index_of(store);
  RandomGeometry random(8, 1.0 / 8, -1);
  for (const Position p : probes(store, random, 100)) {
    ASSERT_EQ(by_cells(index, p), one_by_one(store, p));
  }
  EXPECT_LT(index.bytes(), size_t{200} << 20);
}

TEST(RegionIndexTest, ThreadsMakeNoDifference) {
  std::vector<std::string> texts;
  for (uint64_t i = 0; i < 4000; ++i) {
    RandomGeometry near(i, 1, static_cast<double>(i % 100) * 20);
    texts.push_back(near.geometry(WkbKind::kPolygon, near.one_in(2)));
  }
  RandomGeometry random(99);
  const GeometryStore store = store_of(texts);
  const RegionIndex one = index_of(store, 1), four = index_of(store, 4);
  EXPECT_EQ(one.bytes(), four.bytes());
  for (const Position p : probes(store, random, 300)) {
    ASSERT_EQ(by_cells(one, p), by_cells(four, p));
    ASSERT_EQ(by_cells(one, p), one_by_one(store, p));
  }
}

TEST(RegionIndexTest, LimitsAndCancelling) {
  const GeometryStore store = store_of({wavy(50'000)});
  const auto small = RegionIndex::build(store, all_rows(store), {.memory_limit = 100'000});
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().code, Code::kOutOfMemory);
  CancelFlag cancel;
  cancel.request();
  const auto cancelled = RegionIndex::build(store, all_rows(store), {.cancel = &cancel});
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace rhumb
