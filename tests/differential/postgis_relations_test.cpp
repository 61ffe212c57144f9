#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "geo/random_geometry_test_base.h"
#include "geo/spatial_index.h"
#include "geo/wkt.h"
#include "geos_xml.h"
#include "io/pg/test_database.h"

namespace rhumb {
namespace {

using Texts = std::vector<std::string>;

SpatialIndex index_of(const Texts& texts) {
  std::vector<std::string> wkb;
  for (const std::string& text : texts) wkb.push_back(*parse_wkt(text));
  const std::vector<std::string_view> views(wkb.begin(), wkb.end());
  auto built = SpatialIndex::build(views, {});
  if (!built.ok()) throw std::runtime_error(built.error().text());
  return std::move(built).value();
}

/// For each of `probes` and each row, t or f; e where the search could not decide everything.
Texts our_answers(const Texts& rows, const Texts& probes, SpatialRelation relation,
                  double distance) {
  const SpatialIndex index = index_of(rows);
  auto search = index.search(relation, distance);
  Texts out;
  for (const std::string& probe : probes) {
    std::vector<uint32_t> found;
    search.find(*parse_wkt(probe), found);
    std::string answers(rows.size(), search.take_fault() ? 'e' : 'f');
    for (const uint32_t row : found) answers[row] = 't';
    out.push_back(answers);
  }
  return out;
}

/// A database that answers the same questions; what PostGIS refuses is e. It is asked twice: from
/// the second time on PostGIS uses what it prepared, as in a join; for invalid polygons the first
/// answer may be another one.
class PostgisTest : public PgTest {
 protected:
  void SetUp() override {
    PgTest::SetUp();
    if (IsSkipped()) return;
    connection_.emplace(connect());
    std::string cases;
    for (int i = 0; i < static_cast<int>(SpatialRelation::kDWithin); ++i) {
      const std::string name(spatial_relation_name(static_cast<SpatialRelation>(i)));
      cases += "WHEN '" + name + "' THEN r := " + name + "(a, b);\n";
    }
    run(*connection_,
        "CREATE TABLE a (i int, g geometry); CREATE TABLE b (i int, g geometry);"
        "CREATE FUNCTION relates(n text, a geometry, b geometry, d float8) RETURNS text AS $$"
        "DECLARE r boolean; BEGIN FOR k IN 1..2 LOOP CASE n " +
            cases +
            "WHEN 'ST_DWithin' THEN r := ST_DWithin(a, b, d);"
            "WHEN 'ST_DistanceSphere <=' THEN r := ST_DistanceSphere(a, b) <= d;"
            "END CASE; END LOOP; RETURN CASE WHEN r THEN 't' ELSE 'f' END;"
            "EXCEPTION WHEN OTHERS THEN RETURN 'e'; END $$ LANGUAGE plpgsql;"
            "SET client_min_messages = error");
  }

  void fill(const std::string& table, const Texts& texts) {
    run(*connection_, "TRUNCATE " + table);
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto done =
          connection_->query("INSERT INTO " + table + " VALUES ($1::int, ST_GeomFromText($2))",
                             {std::to_string(i), texts[i]});
      if (!done.ok()) throw std::runtime_error(texts[i] + ": " + done.error().text());
    }
  }

  Texts their_answers(SpatialRelation relation, double distance) {
    const auto rows = connection_->query(
        "SELECT string_agg(relates($1, a.g, b.g, $2::float8), '' ORDER BY a.i) FROM a, b "
        "GROUP BY b.i ORDER BY b.i",
        {std::string(spatial_relation_name(relation)), std::to_string(distance)});
    if (!rows.ok()) throw std::runtime_error(rows.error().text());
    Texts out;
    for (size_t i = 0; i < rows->size(); ++i) out.push_back(rows->string(i, 0));
    return out;
  }

  /// Compares every pair; counts per relation what was true, so that no relation goes untested.
  void compare(const Texts& rows, const Texts& probes,
               const std::vector<SpatialRelation>& relations, double distance,
               const std::string& what) {
    fill("a", rows);
    fill("b", probes);
    for (const SpatialRelation relation : relations) {
      const Texts ours = our_answers(rows, probes, relation, distance);
      const Texts theirs = their_answers(relation, distance);
      for (size_t b = 0; b < probes.size(); ++b) {
        for (size_t a = 0; a < rows.size(); ++a) {
          trues_[relation] += theirs[b][a] == 't' ? 1 : 0;
          const bool undecided = theirs[b][a] == 'e' || ours[b][a] == 'e';
          ASSERT_TRUE(undecided || ours[b][a] == theirs[b][a])
              << what << ": " << spatial_relation_name(relation) << " is " << theirs[b][a]
              << " in PostGIS and " << ours[b][a] << " here; distance " << distance
              << "\n  indexed " << rows[a] << "\n  probe   " << probes[b];
        }
      }
    }
  }

  std::optional<PgConnection> connection_;
  std::map<SpatialRelation, int> trues_;
  size_t surprises_ = 0;
};

std::vector<SpatialRelation> all_relations() {
  std::vector<SpatialRelation> out;
  for (int i = 0; i < static_cast<int>(SpatialRelation::kDWithinSphere); ++i) {
    out.push_back(static_cast<SpatialRelation>(i));
  }
  return out;
}

Texts some(RandomGeometry& random, WkbKind kind, size_t count, bool valid) {
  Texts out;
  while (out.size() < count) {
    out.push_back(!out.empty() && random.one_in(8) ? out[random.below(out.size())]
                                                   : random.geometry(kind, valid));
  }
  return out;
}

TEST_F(PostgisTest, EveryRelationOfEveryPairOfKinds) {
  for (int kind = 1; kind <= 7; ++kind) {
    for (int probe_kind = 1; probe_kind <= 7; ++probe_kind) {
      const auto seed = static_cast<uint64_t>(kind * 10 + probe_kind);
      RandomGeometry random(seed);
      const Texts rows = some(random, static_cast<WkbKind>(kind), 14, true);
      Texts probes = some(random, static_cast<WkbKind>(probe_kind), 7, true);
      // The same again, so that equal and touching ones are there.
      if (kind == probe_kind) probes.insert(probes.end(), rows.begin(), rows.begin() + 4);
      compare(rows, probes, all_relations(), random.number() / 4, "seed " + std::to_string(seed));
      if (HasFatalFailure()) return;
    }
  }
  for (const SpatialRelation relation : all_relations()) {
    EXPECT_GT(trues_[relation], 10) << spatial_relation_name(relation);
  }
}

// Bow ties, overlapping parts, holes outside: PostGIS has rules of its own for points.
TEST_F(PostgisTest, PointsInInvalidPolygons) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    RandomGeometry random(seed);
    Texts rows = some(random, WkbKind::kPolygon, 12, false);
    const Texts multi = some(random, WkbKind::kMultiPolygon, 12, false);
    rows.insert(rows.end(), multi.begin(), multi.end());
    Texts probes = some(random, WkbKind::kPoint, 40, true);
    const Texts points = some(random, WkbKind::kMultiPoint, 10, true);
    probes.insert(probes.end(), points.begin(), points.end());
    const std::string what = "seed " + std::to_string(seed);
    compare(rows, probes,
            {SpatialRelation::kIntersects, SpatialRelation::kContains, SpatialRelation::kCovers}, 0,
            what);
    if (HasFatalFailure()) return;
    compare(probes, rows,
            {SpatialRelation::kIntersects, SpatialRelation::kWithin, SpatialRelation::kCoveredBy},
            0, what + ", turned");
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(trues_[SpatialRelation::kContains], 1000);
}

// Without lines of one place and polygons without area: invalid, and PostGIS's answer to ST_Covers
// changes as soon as it has prepared one of the two (docs/decisions/spatial-index.md).
TEST_F(PostgisTest, EmptyAndDegenerate) {
  const Texts all = {"POINT EMPTY",
                     "POLYGON EMPTY",
                     "GEOMETRYCOLLECTION EMPTY",
                     "MULTIPOINT (1 1, 1 1)",
                     "POINT (1 1)",
                     "LINESTRING (0 0, 2 2, 0 0)",
                     "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))",
                     "POINT ZM (1 1 5 6)",
                     "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((2 2, 4 2, 4 4, 2 4, 2 2)))",
                     "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 2 0))"};
  std::vector<SpatialRelation> relations = all_relations();
  // Here EMPTY equals nothing, as the index says; in PostGIS it equals EMPTY.
  std::erase(relations, SpatialRelation::kEquals);
  compare(all, all, relations, 1, "degenerate");
}

TEST_F(PostgisTest, DistancesOnTheSphere) {
  RandomGeometry random(3);
  Texts points;
  for (int i = 0; i < 60; ++i) {
    const double x = static_cast<double>(random.below(3601)) / 10 - 180;
    const double y = static_cast<double>(random.below(1801)) / 10 - 90;
    points.push_back("POINT (" + RandomGeometry::text({x, y}) + ")");
  }
  for (const double distance : {1e5, 2e6, 1.5e7, 2.1e7}) {
    compare(points, points, {SpatialRelation::kDWithinSphere}, distance, "sphere");
  }
}

TEST_F(PostgisTest, TheNearest) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    RandomGeometry random(seed);
    Texts rows;
    for (int i = 0; i < 40; ++i) {
      rows.push_back(random.geometry(static_cast<WkbKind>(1 + random.below(7))));
    }
    const std::string probe = random.geometry(static_cast<WkbKind>(1 + seed % 7));
    fill("a", rows);
    std::vector<Neighbour> near;
    const Status done =
        index_of(rows).nearest_search(Metric::kPlanar).find(*parse_wkt(probe), 15, 9, near);
    ASSERT_TRUE(done.ok()) << done.error().text();
    const auto theirs = connection_->query(
        "SELECT i, d FROM (SELECT i, ST_Distance(g, ST_GeomFromText($1)) AS d FROM a) s "
        "WHERE d <= 9 ORDER BY round(d::numeric, 9), i LIMIT 15",
        {probe});
    ASSERT_TRUE(theirs.ok()) << theirs.error().text();
    ASSERT_EQ(near.size(), theirs->size()) << "seed " << seed;
    for (size_t i = 0; i < near.size(); ++i) {
      const double expected = std::stod(theirs->string(i, 1));
      ASSERT_NEAR(near[i].distance, expected, 1e-9) << "seed " << seed << ", " << probe;
    }
  }
}

const std::map<std::string, SpatialRelation>& operations() {
  static const std::map<std::string, SpatialRelation> kOperations = {
      {"intersects", SpatialRelation::kIntersects},
      {"contains", SpatialRelation::kContains},
      {"within", SpatialRelation::kWithin},
      {"covers", SpatialRelation::kCovers},
      {"coveredBy", SpatialRelation::kCoveredBy},
      {"touches", SpatialRelation::kTouches},
      {"crosses", SpatialRelation::kCrosses},
      {"overlaps", SpatialRelation::kOverlaps},
      {"equalsTopo", SpatialRelation::kEquals},
      {"isWithinDistance", SpatialRelation::kDWithin}};
  return kOperations;
}

// The questions of a newer GEOS: where that was mended since, PostGIS must err as we do.
TEST_F(PostgisTest, QuestionsOfGeosItself) {
  const std::string folder = "../shared/data/geos_xml/general/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs " << folder;
  size_t asked = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto questions = read_geos_xml(file.path().string());
    ASSERT_TRUE(questions) << file.path();
    for (const GeosXmlQuestion& question : *questions) {
      const auto operation = operations().find(question.operation);
      const auto a = parse_wkt(question.a), b = parse_wkt(question.b);
      if (operation == operations().end() || !a.ok() || !b.ok()) continue;
      // EMPTY matches nothing here.
      if (inspect_wkb(*a)->points == 0 || inspect_wkb(*b)->points == 0) continue;
      const double distance = question.argument.empty() ? 0 : std::stod(question.argument);
      const Texts answer = our_answers({question.a}, {question.b}, operation->second, distance);
      ++asked;
      if (answer[0] == (question.answer == "true" ? "t" : "f")) continue;
      ++surprises_;
      compare({question.a}, {question.b}, {operation->second}, distance, question.place);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(asked, 500U);
  EXPECT_LT(surprises_, asked / 5);
}

}  // namespace
}  // namespace rhumb
