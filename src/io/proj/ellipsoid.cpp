#include "io/proj/ellipsoid.h"

#include <cmath>
#include <cstdint>
#include <numbers>

#include <fmt/format.h>
#include <geodesic.h>

#include "geo/wkb_walk.h"

namespace rhumb {
namespace {

constexpr double kSemiMajorAxisM = 6378137, kFlattening = 1 / 298.257223563;

const geod_geodesic& wgs84() {
  static const geod_geodesic earth = [] {
    geod_geodesic made;
    geod_init(&made, kSemiMajorAxisM, kFlattening);
    return made;
  }();
  return earth;
}

enum class Measure : uint8_t { kLength, kPerimeter, kArea };

/// Adds up one measure over all parts of a geometry.
class Measurer {
 public:
  explicit Measurer(Measure measure) : measure_(measure) {}

  void geometry(const WkbHeader& header, uint32_t /*count*/) {
    if (header.kind == WkbKind::kLineString && measure_ == Measure::kLength) begin(true);
    rings_ = 0;
  }
  void ring(uint32_t /*points*/) {
    close();
    if (measure_ != Measure::kLength) begin(measure_ == Measure::kPerimeter);
    ++rings_;
  }
  void coordinate(const double* at) {
    if (!(std::abs(at[1]) <= 90) || !std::isfinite(at[0])) {
      if (!fault_) fault_ = Position{at[0], at[1]};
      return;
    }
    if (open_) geod_polygon_addpoint(&wgs84(), &path_, at[1], at[0]);
  }
  void end() { close(); }

  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] const std::optional<Position>& fault() const { return fault_; }

 private:
  void begin(bool is_line) {
    geod_polygon_init(&path_, is_line ? 1 : 0);
    open_ = true;
  }
  void close() {
    if (!open_) return;
    open_ = false;
    double area = 0, length = 0;
    const bool has_points = geod_polygon_compute(&wgs84(), &path_, 0, 1, &area, &length) > 0;
    if (!has_points) return;
    if (measure_ != Measure::kArea) {
      total_ += length;
    } else {
      total_ += rings_ == 1 ? std::abs(area) : -std::abs(area);
    }
  }

  const Measure measure_;
  geod_polygon path_{};
  bool open_ = false;
  int rings_ = 0;  ///< begun of the polygon at hand
  double total_ = 0;
  std::optional<Position> fault_;
};

Result<double> measure(std::string_view wkb, Measure what) {
  Measurer measurer(what);
  if (const char* malformed = WkbWalk(wkb, measurer).run())
    return Error{Code::kBadValue, malformed, "", {}};
  if (measurer.fault()) {
    return Error{Code::kBadValue,
                 fmt::format("({}, {}) is no longitude and latitude in degrees",
                             measurer.fault()->x, measurer.fault()->y),
                 "",
                 {}};
  }
  return measurer.total();
}

}  // namespace

double geodesic_distance_m(Position from, Position to) {
  double metres = 0;
  geod_inverse(&wgs84(), from.y, from.x, to.y, to.x, &metres, nullptr, nullptr);
  return metres;
}

std::optional<double> geodesic_azimuth(Position from, Position to) {
  double metres = 0, degrees = 0;
  geod_inverse(&wgs84(), from.y, from.x, to.y, to.x, &metres, &degrees, nullptr);
  if (metres == 0) return std::nullopt;
  return (degrees < 0 ? degrees + 360 : degrees) * std::numbers::pi / 180;
}

Result<double> geodesic_length_m(std::string_view wkb) {
  return measure(wkb, Measure::kLength);
}

Result<double> geodesic_perimeter_m(std::string_view wkb) {
  return measure(wkb, Measure::kPerimeter);
}

Result<double> geodesic_area_m2(std::string_view wkb) {
  return measure(wkb, Measure::kArea);
}

}  // namespace rhumb
