#include "geo/spatial_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "geo/pair_tester.h"
#include "geo/random_geometry_test_base.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

using List = std::vector<uint32_t>;
using Texts = std::vector<std::string>;

/// Rows from texts; "" is NULL.
class Rows {
 public:
  explicit Rows(const Texts& texts) {
    for (const std::string& text : texts) {
      const auto wkb = parse_wkt(text);
      EXPECT_TRUE(text.empty() || wkb.ok()) << text;
      wkb_.push_back(text.empty() ? "" : *wkb);
    }
    for (const std::string& one : wkb_) views_.push_back(one.empty() ? std::string_view() : one);
  }
  [[nodiscard]] SpatialIndex index(const SpatialIndex::Options& options = {}) const {
    auto built = SpatialIndex::build(views_, options);
    EXPECT_TRUE(built.ok()) << built.error().text();
    return std::move(built).value();
  }
  [[nodiscard]] const std::vector<std::string_view>& wkb() const { return views_; }

 private:
  std::vector<std::string> wkb_;
  std::vector<std::string_view> views_;
};

List find(const SpatialIndex& index, SpatialRelation relation, const std::string& probe,
          double distance = 0) {
  List rows;
  auto search = index.search(relation, distance);
  const std::string wkb = *parse_wkt(probe);
  search.find(wkb, rows);
  EXPECT_FALSE(search.fault()) << search.fault()->text();
  EXPECT_EQ(search.any(wkb), !rows.empty());
  return rows;
}

TEST(SpatialIndexTest, FindsRowsOfEveryKind) {
  const SpatialIndex index =
      Rows({"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", "", "POINT EMPTY", "LINESTRING (0 0, 4 4)",
            "POINT (2 2)", "MULTIPOINT (2 2, 9 9)", "POLYGON ((8 8, 9 8, 9 9, 8 9, 8 8))"})
          .index();
  EXPECT_EQ(index.rows(), 7U);
  EXPECT_EQ(find(index, SpatialRelation::kIntersects, "POINT (2 2)"), (List{0, 3, 4, 5}));
  EXPECT_EQ(find(index, SpatialRelation::kContains, "POINT (4 2)"), List{});
  EXPECT_EQ(find(index, SpatialRelation::kContains, "POINT (2 2)"), (List{0, 3, 4, 5}));
  EXPECT_EQ(find(index, SpatialRelation::kCovers, "POINT (4 2)"), List{0});
  EXPECT_EQ(find(index, SpatialRelation::kTouches, "POINT (4 2)"), List{0});
  EXPECT_EQ(find(index, SpatialRelation::kEquals, "POINT Z (2 2 7)"), List{4});
  EXPECT_EQ(find(index, SpatialRelation::kCrosses, "LINESTRING (-1 1, 5 1)"), (List{0, 3}));
  EXPECT_EQ(find(index, SpatialRelation::kWithin, "POLYGON ((1 1, 9 1, 9 9, 1 9, 1 1))"),
            (List{4, 5, 6}));
  EXPECT_EQ(find(index, SpatialRelation::kDWithin, "POINT (5 2)", 1), List{0});
}

TEST(SpatialIndexTest, WhatMatchesNothing) {
  const Rows rows({"POINT (1 1)", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", "POLYGON EMPTY",
                   "MULTIPOINT EMPTY", ""});
  const SpatialIndex index = rows.index();
  std::vector<uint32_t> found;
  for (int relation = 0; relation < kSpatialRelations; ++relation) {
    auto search = index.search(static_cast<SpatialRelation>(relation), 5);
    search.find({}, found);
    search.find(*parse_wkt("POLYGON EMPTY"), found);
    search.find(*parse_wkt("GEOMETRYCOLLECTION (POINT EMPTY)"), found);
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      search.find_point(bad, 1, found);
      search.find_point(1, bad, found);
      const WkbPoint point = make_wkb_point(bad, 1);
      search.find({point.data(), point.size()}, found);
      EXPECT_FALSE(search.any_point(bad, 1));
    }
    EXPECT_FALSE(search.fault()) << search.fault()->text();
  }
  EXPECT_EQ(found, List{});
  for (const double distance : {-1.0, std::nan("")}) {
    EXPECT_FALSE(index.search(SpatialRelation::kDWithin, distance).any_point(1, 1));
  }
  const WkbPoint infinite = make_wkb_point(HUGE_VAL, 0);
  const std::vector<std::string_view> one = {{infinite.data(), infinite.size()}};
  const auto of_infinite = SpatialIndex::build(one, {});
  ASSERT_TRUE(of_infinite.ok());
  EXPECT_FALSE(of_infinite->search(SpatialRelation::kIntersects).any_point(0, 0));
  EXPECT_FALSE(SpatialIndex::build({}, {})->search(SpatialRelation::kIntersects).any_point(0, 0));
}

TEST(SpatialIndexTest, FaultsAreKept) {
  const SpatialIndex index = Rows({"LINESTRING (0 0, 4 4)"}).index();
  List rows;
  auto search = index.search(SpatialRelation::kIntersects);
  search.find("nonsense", rows);
  ASSERT_TRUE(search.fault());
  EXPECT_EQ(search.take_fault()->code, Code::kBadValue);
  EXPECT_FALSE(search.fault());
  search.find_point(2, 2, rows);
  EXPECT_EQ(rows, List{0});
  auto sphere = index.search(SpatialRelation::kDWithinSphere, 10);
  EXPECT_FALSE(sphere.any_point(2, 2));
  ASSERT_TRUE(sphere.fault());
  EXPECT_EQ(sphere.fault()->code, Code::kNotSupported);
  std::vector<Neighbour> near;
  const Status refused =
      index.nearest_search(Metric::kSphere).find(*parse_wkt("POINT (0 0)"), 1, 10, near);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kNotSupported);
}

TEST(SpatialIndexTest, MalformedRowsAreNamed) {
  const std::vector<std::string_view> wkb = {{}, "nonsense"};
  const auto built = SpatialIndex::build(wkb, {});
  ASSERT_FALSE(built.ok());
  EXPECT_EQ(built.error().code, Code::kBadValue);
  EXPECT_NE(built.error().message.find("row 2"), std::string::npos) << built.error().text();
}

/// Gives no more than so many bytes.
class LimitedMemory : public std::pmr::memory_resource {
 public:
  explicit LimitedMemory(size_t limit) : left_(limit) {}
  [[nodiscard]] size_t most() const { return most_; }

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    const std::scoped_lock lock(mutex_);
    if (bytes > left_) throw std::bad_alloc();
    left_ -= bytes;
    most_ = std::max(most_, used_ += bytes);
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* block, size_t bytes, size_t alignment) override {
    const std::scoped_lock lock(mutex_);
    left_ += bytes;
    used_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::mutex mutex_;
  size_t left_, used_ = 0, most_ = 0;
};

TEST(SpatialIndexTest, LiesInTheMemoryItIsGivenOrIsRefused) {
  for (const int count : {5'000, 30'000}) {  // the larger one is read by threads
    Texts texts;
    for (int i = 0; i < count; ++i) texts.push_back("POINT (" + std::to_string(i) + " 1)");
    const Rows rows(texts);
    const auto enough = std::make_shared<LimitedMemory>(size_t{64} << 20);
    std::optional<SpatialIndex> index = rows.index({.threads = 2, .memory = enough});
    EXPECT_GT(enough->most(), static_cast<size_t>(count) * sizeof(Position));
    std::vector<uint32_t> found;
    index->search(SpatialRelation::kIntersects).find_point(count - 1, 1, found);
    EXPECT_EQ(found, List{static_cast<uint32_t>(count - 1)});

    for (size_t limit = 1'000; limit < enough->most(); limit += enough->most() / 7) {
      const auto less = std::make_shared<LimitedMemory>(limit);
      const auto refused = SpatialIndex::build(rows.wkb(), {.threads = 2, .memory = less});
      ASSERT_FALSE(refused.ok()) << limit;
      EXPECT_EQ(refused.error().code, Code::kOutOfMemory);
    }
  }
}

TEST(SpatialIndexTest, CellsThatDoNotFitAreDoneWithout) {
  Texts texts;
  for (int i = 0; i < 2'000; ++i) {
    const std::string x = std::to_string(i % 50), y = std::to_string(i / 50);
    texts.push_back("POLYGON ((" + x + " " + y + ", " + x + ".9 " + y + ", " + x + ".9 " + y +
                    ".9, " + x + " " + y + "))");
  }
  const Rows rows(texts);
  const SpatialIndex with = rows.index(), without = rows.index({.cell_memory = 10'000});
  EXPECT_LT(without.bytes(), with.bytes());
  auto quick = with.search(SpatialRelation::kIntersects);
  auto slow = without.search(SpatialRelation::kIntersects);
  size_t matches = 0;
  for (int i = 0; i < 2'000; ++i) {
    const double x = i * 0.025, y = (i * 37 % 2'000) * 0.02;
    List a, b;
    quick.find_point(x, y, a);
    slow.find_point(x, y, b);
    ASSERT_EQ(a, b) << x << ' ' << y;
    matches += a.size();
  }
  EXPECT_GT(matches, 100U);
}

TEST(SpatialIndexTest, MakingOneCanBeCancelled) {
  Texts texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("POINT (" + std::to_string(i) + " 1)");
  const Rows rows(texts);
  CancelFlag cancel;
  cancel.request();
  const auto cancelled = SpatialIndex::build(rows.wkb(), {.cancel = &cancel});
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
}

TEST(SpatialIndexTest, NearestOnTheSphere) {
  const SpatialIndex index = Rows({"POINT (179.9 0)", "POINT (-179.8 0)", "POINT (0 89)",
                                   "POINT (180 -89)", "MULTIPOINT (0 0, 90 0)"})
                                 .index();
  std::vector<Neighbour> near;
  ASSERT_TRUE(index.nearest_search(Metric::kSphere)
                  .find(*parse_wkt("POINT (-179.9 0)"), 2, 1e9, near)
                  .ok());
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0].row, 1U);
  EXPECT_EQ(near[1].row, 0U);
  EXPECT_NEAR(near[1].distance, 22239.01, 0.1);
  near.clear();
  ASSERT_TRUE(
      index.nearest_search(Metric::kSphere).find(*parse_wkt("POINT (120 88)"), 1, 1e9, near).ok());
  EXPECT_EQ(near[0].row, 2U);
  auto search = index.search(SpatialRelation::kDWithinSphere, 25'000);
  List rows;
  search.find_point(-179.9, 0, rows);
  EXPECT_EQ(rows, (List{0, 1}));
}

/// One by one, without boxes, cells and trees. Nothing when a pair cannot be decided.
std::optional<List> one_by_one(const Rows& rows, SpatialRelation relation, const std::string& probe,
                               double distance) {
  GeometryStore store, probe_store;
  for (const std::string_view wkb : rows.wkb()) EXPECT_TRUE(store.append(wkb).ok());
  EXPECT_TRUE(probe_store.append(*parse_wkt(probe)).ok());
  List out;
  for (uint32_t row = 0; row < store.rows() && probe_store.is_present(0); ++row) {
    PairTester tester(store, relation, distance);
    tester.set_probe(probe_store);
    if (store.is_present(row) && tester.matches(row)) out.push_back(row);
    if (tester.fault) return std::nullopt;
  }
  return out;
}

struct Question {
  SpatialRelation relation;
  std::string probe;
  double distance;
};

bool is_answered_wrongly(const Texts& texts, const Question& question) {
  const Rows rows(texts);
  const auto expected = one_by_one(rows, question.relation, question.probe, question.distance);
  if (!expected) return false;
  for (const bool point_probes : {true, false}) {
    const SpatialIndex index = rows.index({.point_probes = point_probes});
    if (find(index, question.relation, question.probe, question.distance) != *expected) return true;
  }
  return false;
}

/// Leaves out rows as long as it stays wrong.
std::string shrunk(Texts texts, const std::function<bool(const Texts&)>& is_wrong) {
  for (size_t i = 0; i < texts.size();) {
    Texts fewer = texts;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (is_wrong(fewer)) {
      texts = fewer;
    } else {
      ++i;
    }
  }
  std::string out;
  for (const std::string& text : texts) out += "\n  " + text;
  return out;
}

Texts random_texts(RandomGeometry& random, size_t count, bool valid) {
  Texts out;
  while (out.size() < count) {
    if (random.one_in(12)) {
      out.push_back(random.one_in(2) ? "" : "LINESTRING EMPTY");
    } else if (!out.empty() && random.one_in(10)) {
      out.push_back(out[random.below(out.size())]);
    } else {
      out.push_back(random.geometry(static_cast<WkbKind>(1 + random.below(7)), valid));
    }
  }
  return out;
}

TEST(SpatialIndexTest, AnswersAsOneByOne) {
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    RandomGeometry random(seed);
    const bool valid = random.one_in(2);
    const Texts texts = random_texts(random, 1 + random.below(40), valid);
    for (int relation = 0; relation < static_cast<int>(SpatialRelation::kDWithinSphere);
         ++relation) {
      const Question question{static_cast<SpatialRelation>(relation),
                              random_texts(random, 4, valid).back(), random.number() / 4};
      if (question.probe.empty() || !is_answered_wrongly(texts, question)) continue;
      FAIL() << "seed " << seed << ", " << spatial_relation_name(question.relation) << " of "
             << question.probe << " and " << question.distance << " in"
             << shrunk(texts,
                       [&](const Texts& some) { return is_answered_wrongly(some, question); });
    }
  }
}

std::vector<Neighbour> all_by_distance(const Rows& rows, const std::string& probe, Metric metric) {
  GeometryStore store, probe_store;
  for (const std::string_view wkb : rows.wkb()) EXPECT_TRUE(store.append(wkb).ok());
  EXPECT_TRUE(probe_store.append(*parse_wkt(probe)).ok());
  PairTester tester(store, SpatialRelation::kDWithin, 0);
  tester.set_probe(probe_store);
  std::vector<Neighbour> out;
  for (uint32_t row = 0; row < store.rows(); ++row) {
    if (store.is_present(row)) out.push_back({row, tester.distance(row, metric)});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; });
  return out;
}

bool is_nearest_wrong(const Texts& texts, const std::string& probe, size_t k, double reach,
                      Metric metric) {
  const Rows rows(texts);
  std::vector<Neighbour> expected = all_by_distance(rows, probe, metric), found;
  std::erase_if(expected, [&](const Neighbour& one) { return one.distance > reach; });
  if (expected.size() > k) expected.resize(k);
  const Status done = rows.index().nearest_search(metric).find(*parse_wkt(probe), k, reach, found);
  EXPECT_TRUE(done.ok()) << done.error().text();
  return found != expected;
}

TEST(SpatialIndexTest, NearestAsOneByOne) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    RandomGeometry random(seed);
    const Texts texts = random_texts(random, 1 + random.below(60), true);
    const std::string probe = random.geometry(
        random.one_in(2) ? WkbKind::kPoint : static_cast<WkbKind>(1 + random.below(6)));
    const size_t k = 1 + random.below(8);
    const double reach = random.one_in(2) ? HUGE_VAL : random.number();
    const auto is_wrong = [&](const Texts& some) {
      return is_nearest_wrong(some, probe, k, reach, Metric::kPlanar);
    };
    ASSERT_FALSE(is_wrong(texts)) << "seed " << seed << ", " << k << " nearest to " << probe
                                  << " within " << reach << " in" << shrunk(texts, is_wrong);
  }
}

TEST(SpatialIndexTest, NearestOnTheSphereAsOneByOne) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    RandomGeometry random(seed);
    const auto place = [&] {
      const double x = static_cast<double>(random.below(7200)) / 20 - 180;
      const double y = static_cast<double>(random.below(3601)) / 20 - 90;
      return "POINT (" + RandomGeometry::text(random.one_in(8) ? Position{x, 90} : Position{x, y}) +
             ")";
    };
    Texts texts;
    for (size_t i = 0, n = 1 + random.below(300); i < n; ++i) texts.push_back(place());
    const std::string probe = place();
    const size_t k = 1 + random.below(8);
    const double reach = random.one_in(2) ? HUGE_VAL : 1e6;
    const auto is_wrong = [&](const Texts& some) {
      return is_nearest_wrong(some, probe, k, reach, Metric::kSphere);
    };
    ASSERT_FALSE(is_wrong(texts)) << "seed " << seed << ", " << k << " nearest to " << probe
                                  << shrunk(texts, is_wrong);
    const Question near{SpatialRelation::kDWithinSphere, probe, 2e6};
    ASSERT_FALSE(is_answered_wrongly(texts, near)) << "seed " << seed << ", near " << probe;
  }
}

// Read by several threads at a time; also built by several.
TEST(SpatialIndexTest, ThreadsSearchAtATime) {
  RandomGeometry random(5);
  Texts texts = random_texts(random, 300, true);
  for (int i = 0; i < 30'000; ++i) {
    texts.push_back("POINT (" + std::to_string(20 + i % 200) + " " + std::to_string(i / 200) + ")");
  }
  const Rows rows(texts);
  const SpatialIndex index = rows.index({.threads = 3});
  std::vector<std::string> probes;
  for (int i = 0; i < 12; ++i) {
    probes.push_back(*parse_wkt(random.geometry(static_cast<WkbKind>(1 + i % 6))));
  }
  const auto ask = [&] {
    List found;
    for (const auto relation : {SpatialRelation::kIntersects, SpatialRelation::kContains}) {
      auto search = index.search(relation);
      for (const std::string& probe : probes) {
        if (search.any(probe)) search.find(probe, found);
      }
    }
    std::vector<Neighbour> near;
    EXPECT_TRUE(index.nearest_search(Metric::kPlanar).find(probes[0], 20, HUGE_VAL, near).ok());
    for (const Neighbour& one : near) found.push_back(one.row);
    return found;
  };
  std::vector<List> found(3);
  std::vector<std::thread> threads;
  for (List& one : found) threads.emplace_back([&] { one = ask(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(found[0].empty());
  EXPECT_EQ(found[0], found[1]);
  EXPECT_EQ(found[0], found[2]);
}

}  // namespace
}  // namespace rhumb
