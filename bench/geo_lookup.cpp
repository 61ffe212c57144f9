// How quickly the cells of geo/region_index.h tell in which polygon a point lies, in millions of
// points per CPU second, and beside it, in the same run, an STRtree with prepared geometries of
// GEOS asked for the same points:
//   geo_lookup zones [NAME=FILE...]     FILE: a WKT polygon per line; zones: made here, 263 of them

#include <geos_c.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "geo/spatial_index.h"
#include "geo/wkt.h"

namespace {

using namespace rhumb;

constexpr size_t kPoints = 4'000'000;
constexpr size_t kGeosPoints = 200'000;
constexpr int kRepeats = 3;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// 263 zones that share wavy borders of many points, in a box of the size of a city.
std::vector<std::string> zones() {
  constexpr int kColumns = 16, kZones = 263, kPerSide = 90;  // the last row is short
  const auto wave = [](double t, double seed) {
    return 0.18 * std::sin(t * 2 * std::numbers::pi) * std::sin(seed * 12.9898) +
           0.03 * std::sin(t * std::numbers::pi) * std::sin(t * 14 * std::numbers::pi + seed);
  };
  const auto horizontal = [&](int row, double x) {
    const double t = x - std::floor(x);
    return row + wave(t, row * 31 + std::floor(x));
  };
  const auto vertical = [&](int column, double y) {
    const double t = y - std::floor(y);
    return column + wave(t, column * 57 + std::floor(y) + 0.5);
  };
  std::vector<std::string> out;
  for (int i = 0; i < kZones; ++i) {
    const int column = i % kColumns, row = i / kColumns;
    std::string text;
    const auto add = [&](double x, double y) {
      text += fmt::format("{}{:.9f} {:.9f}", text.empty() ? "" : ", ", -74.25 + x * 0.035,
                          40.5 + y * 0.025);
    };
    for (int k = 0; k < kPerSide; ++k) add(column + k / 90.0, horizontal(row, column + k / 90.0));
    for (int k = 0; k < kPerSide; ++k) add(vertical(column + 1, row + k / 90.0), row + k / 90.0);
    for (int k = kPerSide; k > 0; --k) {
      add(column + k / 90.0, k == kPerSide ? row + 1 : horizontal(row + 1, column + k / 90.0));
    }
    for (int k = kPerSide; k >= 0; --k)
      add(k == kPerSide ? column : vertical(column, row + k / 90.0), row + k / 90.0);
    out.push_back("POLYGON ((" + text + "))");
  }
  return out;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

struct Points {
  std::vector<Position> at;

  Points(const std::vector<std::string>& wkb, size_t count) {
    GeoBox box = kEmptyBox;
    for (const std::string& one : wkb) {
      const WkbSummary summary = *inspect_wkb(one);
      if (summary.points == 0) continue;
      const GeoBox& of_one = summary.box;
      extend(box, of_one[0], of_one[1]);
      extend(box, of_one[2], of_one[3]);
    }
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> x(box[0], box[2]), y(box[1], box[3]);
    for (size_t i = 0; i < count; ++i) at.push_back({x(random), y(random)});
  }
};

/// The STRtree's candidates, tested with prepared polygons. GEOS's own objects live as long as the
/// program.
class GeosLookup {
 public:
  explicit GeosLookup(const std::vector<std::string>& wkb) : handle_(GEOS_init_r()) {
    tree_ = GEOSSTRtree_create_r(handle_, 10);
    GEOSWKBReader* reader = GEOSWKBReader_create_r(handle_);
    prepared_.reserve(wkb.size());
    for (const std::string& one : wkb) {
      GEOSGeometry* geometry = GEOSWKBReader_read_r(
          handle_, reader, reinterpret_cast<const unsigned char*>(one.data()), one.size());
      prepared_.push_back(GEOSPrepare_r(handle_, geometry));
      GEOSSTRtree_insert_r(handle_, tree_, geometry, &prepared_.back());
    }
    GEOSWKBReader_destroy_r(handle_, reader);
  }

  size_t count(Position at) {
    point_ = GEOSGeom_createPointFromXY_r(handle_, at.x, at.y);
    found_ = 0;
    GEOSSTRtree_query_r(handle_, tree_, point_, test, this);
    GEOSGeom_destroy_r(handle_, point_);
    return found_;
  }

 private:
  static void test(void* item, void* self) {
    auto* lookup = static_cast<GeosLookup*>(self);
    const auto* prepared = *static_cast<const GEOSPreparedGeometry**>(item);
    if (GEOSPreparedContains_r(lookup->handle_, prepared, lookup->point_) == 1) ++lookup->found_;
  }

  GEOSContextHandle_t handle_;
  GEOSSTRtree* tree_ = nullptr;
  std::vector<const GEOSPreparedGeometry*> prepared_;
  GEOSGeometry* point_ = nullptr;
  size_t found_ = 0;
};

/// Millions per CPU second, the best of some runs.
template <typename Count>
double rate(const std::vector<Position>& points, Count count, size_t& found) {
  double best = 0;
  for (int i = 0; i < kRepeats; ++i) {
    const double start = cpu_seconds();
    found = count();
    best = std::max(best, static_cast<double>(points.size()) / (cpu_seconds() - start) / 1e6);
  }
  return best;
}

void run(const std::string& name, const std::vector<std::string>& texts) {
  std::vector<std::string> wkb;
  size_t vertices = 0;
  for (const std::string& text : texts) {
    wkb.push_back(*parse_wkt(text));
    vertices += inspect_wkb(wkb.back())->points;
  }
  const std::vector<std::string_view> views(wkb.begin(), wkb.end());
  const Points points(wkb, kPoints), few(wkb, kGeosPoints);

  const double start = cpu_seconds();
  const auto index = SpatialIndex::build(views, {});
  const double built = cpu_seconds() - start;
  auto search = index->search(SpatialRelation::kContains);
  size_t found = 0, geos_found = 0, same_found = 0;
  std::vector<uint32_t> rows;
  const auto look_up = [&](const std::vector<Position>& at) {
    size_t sum = 0;
    for (const Position p : at) {
      rows.clear();
      search.find_point(p.x, p.y, rows);
      sum += rows.size();
    }
    return sum;
  };
  const double ours = rate(
      points.at, [&] { return look_up(points.at); }, found);
  GeosLookup geos(wkb);
  const double theirs = rate(
      few.at,
      [&] {
        size_t sum = 0;
        for (const Position p : few.at) sum += geos.count(p);
        return sum;
      },
      geos_found);
  same_found = look_up(few.at);
  fmt::print(
      "{:<10} {:>6} polygons {:>8} vertices | built in {:.3f} s, {:.1f} MB | {:.1f} M points/s, "
      "GEOS {:.2f} M | {:.1f} % found{}\n",
      name, texts.size(), vertices, built, static_cast<double>(index->bytes()) / 1e6, ours, theirs,
      100.0 * static_cast<double>(found) / static_cast<double>(kPoints),
      same_found == geos_found ? "" : ", GEOS DIFFERS");
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    if (argument == "zones") {
      run("zones", zones());
    } else if (equals != std::string::npos) {
      run(argument.substr(0, equals), lines_of(argument.substr(equals + 1)));
    } else {
      fmt::print(stderr, "usage: geo_lookup zones [NAME=FILE...]\n");
      return 2;
    }
  }
}
