#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "geo/wkb.h"
#include "geo/wkt.h"

namespace rhumb {

/// Geometries of every kind that adversaries would choose: on a small lattice, so that vertices,
/// borders and collinear overlaps meet all the time, or anywhere. The same for the same seed.
class RandomGeometry {
 public:
  explicit RandomGeometry(uint64_t seed, double scale = 1, double offset = 0)
      : random_(seed), scale_(scale), offset_(offset) {}

  uint64_t below(uint64_t end) { return random_() % end; }
  bool one_in(uint64_t n) { return below(n) == 0; }

  /// Steps of a half on [0, 16], or any double in it.
  double number() {
    const double at = one_in(4) ? std::uniform_real_distribution<double>(0, 16)(random_)
                                : static_cast<double>(below(33)) / 2;
    return at * scale_ + offset_;
  }
  Position position() { return {number(), number()}; }

  using Ring = std::vector<Position>;

  Ring rectangle() {
    const Position a = position();
    const double width = size(), height = one_in(5) ? width / 1024 : size();
    const double x = a.x + width, y = a.y + height;
    return {a, {x, a.y}, {x, y}, {a.x, y}, a};
  }

  /// Simple and star-shaped: random angles around a middle.
  Ring star() {
    const Position middle = position();
    std::vector<double> angles(3 + below(12));
    for (double& angle : angles) {
      angle = std::uniform_real_distribution<double>(0, 2 * std::numbers::pi)(random_);
    }
    std::sort(angles.begin(), angles.end());
    Ring out;
    for (const double angle : angles) {
      const double radius = size();
      out.push_back(
          snapped({middle.x + radius * std::cos(angle), middle.y + radius * std::sin(angle)}));
    }
    out.push_back(out.front());
    return out;
  }

  /// Any corners: bow ties, overlaps, spikes, repeated points.
  Ring tangle() {
    Ring out;
    for (uint64_t i = 0, n = 3 + below(9); i < n; ++i) {
      out.push_back(!out.empty() && one_in(6) ? out[below(out.size())] : position());
    }
    out.push_back(out.front());
    return out;
  }

  /// A band that winds inwards along the lattice.
  Ring spiral() {
    const double step = scale_ / 2, from = offset_;
    Ring outward, inward;
    for (int i = 0; i < 12; ++i) {
      const double low = from + step * i, high = from + 16 * scale_ - step * i;
      outward.insert(outward.end(), {{low, low}, {high, low}, {high, high}, {low + step, high}});
      inward.insert(inward.end(), {{low + step / 2, low + step / 2},
                                   {high - step / 2, low + step / 2},
                                   {high - step / 2, high - step / 2},
                                   {low + step * 1.5, high - step / 2}});
    }
    outward.insert(outward.end(), inward.rbegin(), inward.rend());
    outward.push_back(outward.front());
    return outward;
  }

  Ring ring() {
    switch (below(8)) {
      case 0:
      case 1:
        return rectangle();
      case 2:
      case 3:
      case 4:
        return star();
      case 5:
        return spiral();
      default:
        return tangle();
    }
  }

  /// Rings of one polygon; holes may be anywhere.
  std::vector<Ring> polygon() {
    std::vector<Ring> out = {ring()};
    while (one_in(3)) out.push_back(one_in(2) ? rectangle() : ring());
    return out;
  }

  Ring line() {
    Ring out;
    for (uint64_t i = 0, n = 2 + below(6); i < n; ++i) out.push_back(position());
    return out;
  }

  /// A text of a valid polygon: a rectangle, perhaps with a rectangular hole inside that may touch
  /// it in one point, or a star.
  std::string valid_polygon() {
    if (one_in(2)) return "(" + text(star()) + ")";
    const Ring outer = rectangle();
    std::string out = "(" + text(outer);
    if (one_in(2)) {
      const double dx = outer[2].x - outer[0].x, dy = outer[2].y - outer[0].y;
      const Position a{outer[0].x + dx / 4, outer[0].y + dy / 4};
      const Position b{outer[0].x + dx / 2, outer[0].y + dy / 2};
      const Position c{one_in(2) ? outer[0].x : a.x, b.y};
      out += ", " + text({a, b, c, a});
    }
    return out + ")";
  }

  /// WKT of the kind; polygons are valid ones when asked for (except stars that touch themselves).
  std::string geometry(WkbKind kind, bool valid = true) {
    switch (kind) {
      case WkbKind::kPoint:
        return "POINT (" + text(position()) + ")";
      case WkbKind::kLineString:
        return "LINESTRING " + text(line());
      case WkbKind::kPolygon:
        return "POLYGON " + (valid ? valid_polygon() : rings(polygon()));
      case WkbKind::kMultiPoint:
        return "MULTIPOINT " + parts([&] { return "(" + text(position()) + ")"; });
      case WkbKind::kMultiLineString:
        return "MULTILINESTRING " + parts([&] { return text(line()); });
      case WkbKind::kMultiPolygon:
        return valid ? apart_polygons() : "MULTIPOLYGON " + parts([&] { return rings(polygon()); });
      default:
        return "GEOMETRYCOLLECTION " +
               parts([&] { return geometry(static_cast<WkbKind>(1 + below(6)), valid); });
    }
  }

  static std::string text(Position at) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.17g %.17g", at.x, at.y);
    return buffer;
  }
  static std::string text(const Ring& ring) {
    std::string out = "(";
    for (const Position& at : ring) out += (out.size() > 1 ? ", " : "") + text(at);
    return out + ")";
  }
  static std::string rings(const std::vector<Ring>& polygon) {
    std::string out = "(";
    for (const Ring& ring : polygon) out += (out.size() > 1 ? ", " : "") + text(ring);
    return out + ")";
  }

 private:
  double size() { return (one_in(6) ? 8.0 : static_cast<double>(1 + below(8)) / 2) * scale_; }
  Position snapped(Position at) {
    if (one_in(2)) return at;
    const auto snap = [&](double v) {
      return std::round((v - offset_) / scale_ * 2) / 2 * scale_ + offset_;
    };
    return {snap(at.x), snap(at.y)};
  }
  std::string parts(const std::function<std::string()>& part) {
    std::string out = "(";
    for (uint64_t i = 0, n = 1 + below(3); i < n; ++i) out += (i > 0 ? ", " : "") + part();
    return out + ")";
  }
  /// Rectangles in a row, which may touch in corners.
  std::string apart_polygons() {
    std::string out = "MULTIPOLYGON (";
    Position at = position();
    for (uint64_t i = 0, n = 1 + below(3); i < n; ++i) {
      const Position to{at.x + size(), at.y + size()};
      out += (i > 0 ? ", (" : "(") + text(Ring{at, {to.x, at.y}, to, {at.x, to.y}, at}) + ")";
      at = {to.x + (one_in(2) ? 0 : size()), to.y};
    }
    return out + ")";
  }

  std::mt19937_64 random_;
  double scale_, offset_;
};

}  // namespace rhumb
