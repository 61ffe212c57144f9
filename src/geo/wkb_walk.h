#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "geo/wkb.h"

namespace rhumb {

/// Goes once through WKB or EWKB of either byte order and calls the visitor in the order of the
/// bytes, checking every size before it is believed. The visitor has
///
///   void geometry(const WkbHeader&, uint32_t count)  points of a line, rings of a polygon, parts
///                                                    of a collection; 1 or 0 (EMPTY) for a point
///   void ring(uint32_t points)                       of the polygon just begun
///   void coordinate(const double* xyzm)              header.dimensions() numbers
///   void end()                                       closes what geometry() began
///
/// Linear in the bytes, without allocations of its own. Not thread-safe.
template <typename Visitor>
class WkbWalk {
 public:
  WkbWalk(std::string_view wkb, Visitor& visitor) : rest_(wkb), visitor_(visitor) {}

  /// nullptr, or what is malformed; the visitor may then have seen a part.
  const char* run() {
    if (const char* fault = geometry(nullptr, 0)) return fault;
    return rest_.empty() ? nullptr : "bytes follow the end of the geometry";
  }
  /// The same of the geometry at the front alone; left() bytes follow it.
  const char* run_first() { return geometry(nullptr, 0); }
  [[nodiscard]] size_t left() const { return rest_.size(); }
  /// True for the fault of bytes that end too early.
  [[nodiscard]] static bool is_cut(const char* fault) { return fault == kShort; }

 private:
  static constexpr const char* kShort = "the geometry is cut off";
  // Byte order and type, then at least a count or a point.
  static constexpr size_t kLeastGeometry = 9;

  template <typename T>
  bool take(T& out) {
    if (rest_.size() < sizeof(T)) return false;
    std::array<char, sizeof(T)> bytes;
    for (size_t i = 0; i < sizeof(T); ++i) bytes[swap_ ? sizeof(T) - 1 - i : i] = rest_[i];
    std::memcpy(&out, bytes.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }

  const char* read_header(WkbHeader& header) {
    if (rest_.empty()) return kShort;
    const char order = rest_.front();
    if (order != 0 && order != 1) return "the byte order is neither 0 nor 1";
    swap_ = order == 0;
    rest_.remove_prefix(1);
    uint32_t code = 0;
    if (!take(code)) return kShort;
    constexpr uint32_t kZ = 0x80000000U, kM = 0x40000000U, kSrid = 0x20000000U;
    const bool with_srid = (code & kSrid) != 0;
    header.has_z = (code & kZ) != 0;
    header.has_m = (code & kM) != 0;
    code &= ~(kZ | kM | kSrid);
    const uint32_t thousands = code / 1000, kind = code % 1000;
    if (thousands > 3 || kind < 1 || kind > 7) return "the kind of geometry is unknown";
    header.kind = static_cast<WkbKind>(kind);
    header.has_z |= thousands == 1 || thousands == 3;
    header.has_m |= thousands >= 2;
    int32_t srid = 0;
    if (with_srid && !take(srid)) return kShort;
    header.srid = srid;
    return nullptr;
  }

  const char* geometry(const WkbHeader* parent, int depth) {
    if (depth > kMaxWkbDepth) return "collections are nested too deeply";
    WkbHeader header;
    if (const char* fault = read_header(header)) return fault;
    if (parent != nullptr && !fits(*parent, header)) {
      return "a part is of another kind or dimension than its collection";
    }
    if (header.kind == WkbKind::kPoint) return point(header);
    uint32_t count = 0;
    if (!take(count)) return kShort;
    switch (header.kind) {
      case WkbKind::kLineString:
        return line(header, count);
      case WkbKind::kPolygon:
        return polygon(header, count);
      default:
        return parts(header, count, depth);
    }
  }

  static bool fits(const WkbHeader& parent, const WkbHeader& part) {
    if (parent.has_z != part.has_z || parent.has_m != part.has_m) return false;
    switch (parent.kind) {
      case WkbKind::kMultiPoint:
        return part.kind == WkbKind::kPoint;
      case WkbKind::kMultiLineString:
        return part.kind == WkbKind::kLineString;
      case WkbKind::kMultiPolygon:
        return part.kind == WkbKind::kPolygon;
      default:
        return true;
    }
  }

  // An empty point is written as NaNs.
  const char* point(const WkbHeader& header) {
    std::array<double, 4> at{};
    bool all_nan = true;
    for (size_t i = 0; i < header.dimensions(); ++i) {
      if (!take(at[i])) return kShort;
      all_nan &= std::isnan(at[i]);
    }
    visitor_.geometry(header, all_nan ? 0 : 1);
    if (!all_nan) visitor_.coordinate(at.data());
    visitor_.end();
    return nullptr;
  }

  const char* line(const WkbHeader& header, uint32_t count) {
    if (count == 1) return "a line has one point only";
    visitor_.geometry(header, count);
    if (const char* fault = coordinates(header, count, false)) return fault;
    visitor_.end();
    return nullptr;
  }

  const char* polygon(const WkbHeader& header, uint32_t count) {
    if (count > rest_.size() / sizeof(uint32_t)) return kShort;
    visitor_.geometry(header, count);
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t points = 0;
      if (!take(points)) return kShort;
      if (points < 4) return "a ring has fewer than four points";
      visitor_.ring(points);
      if (const char* fault = coordinates(header, points, true)) return fault;
    }
    visitor_.end();
    return nullptr;
  }

  const char* parts(const WkbHeader& header, uint32_t count, int depth) {
    if (count > rest_.size() / kLeastGeometry) return kShort;
    visitor_.geometry(header, count);
    for (uint32_t i = 0; i < count; ++i) {
      if (const char* fault = geometry(&header, depth + 1)) return fault;
    }
    visitor_.end();
    return nullptr;
  }

  const char* coordinates(const WkbHeader& header, uint32_t count, bool closed) {
    const size_t dimensions = header.dimensions();
    if (count > rest_.size() / (dimensions * sizeof(double))) return kShort;
    std::array<double, 4> at{};
    Position first;
    for (uint32_t i = 0; i < count; ++i) {
      for (size_t d = 0; d < dimensions; ++d) take(at[d]);
      if (i == 0) first = {at[0], at[1]};
      visitor_.coordinate(at.data());
    }
    if (closed && !(first == Position{at[0], at[1]})) return "a ring is not closed";
    return nullptr;
  }

  std::string_view rest_;
  Visitor& visitor_;
  bool swap_ = false;
};

}  // namespace rhumb
