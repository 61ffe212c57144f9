#include "decode/shapefile/shape.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "decode/shapefile/rings.h"
#include "geo/wkb_edit.h"

namespace rhumb {
namespace {

constexpr double kNoMeasure = -1e38;  // and everything below it
constexpr size_t kBoxBytes = 32, kRangeBytes = 16, kPositionBytes = 16;

Error malformed(std::string message) {
  return Error{Code::kBadValue, std::move(message), "", {}};
}

/// Takes a record's content apart from its front.
class ShapeReader {
 public:
  explicit ShapeReader(std::string_view rest) : rest_(rest) {}

  Result<std::string> read() {
    if (rest_.size() < 4) return malformed("the shape is cut off");
    const auto code = take<int32_t>();
    const int variant = code / 10;  // 0 plain, 1 Z (with or without M), 2 M
    switch (shape_kind(code)) {
      case ShapeKind::kNull:
        return std::string();
      case ShapeKind::kPoint:
        return point(variant);
      case ShapeKind::kMultiPoint:
        return several(variant, false, false);
      case ShapeKind::kPolyline:
        return several(variant, true, false);
      case ShapeKind::kPolygon:
        return several(variant, true, true);
      case ShapeKind::kUnknown:
        break;
    }
    return malformed(code == 31 ? "multipatches (type 31, surfaces in space) are not read"
                                : fmt::format("the shape is of the unknown type {}", code));
  }

 private:
  template <typename T>
  T take() {
    T value = little_endian_at<T>(rest_, 0);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  Result<std::string> point(int variant) {
    const size_t least = 16 + (variant == 1 ? 8U : 0U);
    if (rest_.size() < least) return malformed("the point is cut off");
    std::vector<double> numbers(rest_.size() / 8);
    std::memcpy(numbers.data(), rest_.data(), numbers.size() * 8);
    const size_t m_at = variant == 1 ? 3 : 2;
    const bool has_m = variant > 0 && numbers.size() > m_at && numbers[m_at] > kNoMeasure;
    WkbBuilder builder(variant == 1, has_m);
    builder.point(numbers.data());
    return builder.take();
  }

  /// Everything but points: a box, counts, part starts, positions, then Z and M, each with a range.
  Result<std::string> several(int variant, bool has_parts, bool rings) {
    const size_t counts = has_parts ? 8 : 4;
    if (rest_.size() < kBoxBytes + counts) return malformed("the shape's header is cut off");
    rest_.remove_prefix(kBoxBytes);
    const uint64_t parts = has_parts ? take<uint32_t>() : 1;
    const uint64_t points = take<uint32_t>();
    const uint64_t least = (has_parts ? parts * 4 : 0) + points * kPositionBytes +
                           (variant == 1 ? kRangeBytes + points * 8 : 0);
    if (parts > rest_.size() || points > rest_.size() || least > rest_.size()) {
      return malformed(fmt::format("{} parts with {} points do not fit into the record's {} bytes",
                                   parts, points, rest_.size()));
    }
    RHUMB_TRY(take_starts(has_parts ? parts : 0, points));
    take_positions(points, variant);
    if (!has_parts) return multipoint();
    return rings ? polygons() : lines();
  }

  Status take_starts(uint64_t parts, uint64_t points) {
    starts_.clear();
    for (uint64_t i = 0; i < parts; ++i) {
      const auto start = take<uint32_t>();
      const bool ordered = i == 0 ? start == 0 : start >= starts_.back();
      if (!ordered || start > points) return malformed("the parts are not in order");
      starts_.push_back(start);
    }
    if (parts == 0 && points > 0) starts_.push_back(0);
    starts_.push_back(points);
    return {};
  }

  void take_positions(uint64_t points, int variant) {
    const std::string_view xy = rest_.substr(0, points * kPositionBytes);
    rest_.remove_prefix(xy.size());
    std::string_view z, m;
    if (variant == 1) {
      z = rest_.substr(kRangeBytes, points * 8);
      rest_.remove_prefix(kRangeBytes + points * 8);
    }
    // Measures may be left out, with their range.
    if (variant > 0 && rest_.size() >= kRangeBytes + points * 8)
      m = rest_.substr(kRangeBytes, points * 8);
    has_z_ = variant == 1;
    has_m_ = false;
    for (size_t i = 0; i < m.size() / 8; ++i)
      has_m_ |= little_endian_at<double>(m, i * 8) > kNoMeasure;
    stride_ = 2U + (has_z_ ? 1 : 0) + (has_m_ ? 1 : 0);
    positions_.clear();
    positions_.reserve(points * stride_);
    for (size_t i = 0; i < points; ++i) {
      positions_.push_back(little_endian_at<double>(xy, i * 16));
      positions_.push_back(little_endian_at<double>(xy, i * 16 + 8));
      if (has_z_) positions_.push_back(little_endian_at<double>(z, i * 8));
      if (!has_m_) continue;
      const auto measure = little_endian_at<double>(m, i * 8);
      positions_.push_back(measure > kNoMeasure ? measure
                                                : std::numeric_limits<double>::quiet_NaN());
    }
  }

  Result<std::string> multipoint() {
    WkbBuilder builder(has_z_, has_m_);
    const size_t points = positions_.size() / stride_;
    builder.begin(WkbKind::kMultiPoint, points);
    for (size_t i = 0; i < points; ++i) builder.point(&positions_[i * stride_]);
    return builder.take();
  }

  void put_run(WkbBuilder& builder, size_t part) {
    for (size_t i = starts_[part]; i < starts_[part + 1]; ++i)
      builder.position(&positions_[i * stride_]);
  }

  Result<std::string> lines() {
    WkbBuilder builder(has_z_, has_m_);
    builder.begin(WkbKind::kMultiLineString, starts_.size() - 1);
    for (size_t part = 0; part + 1 < starts_.size(); ++part) {
      builder.begin(WkbKind::kLineString, starts_[part + 1] - starts_[part]);
      put_run(builder, part);
    }
    return builder.take();
  }

  Result<std::string> polygons() {
    RHUMB_ASSIGN(const auto sorted, sort_rings(positions_, stride_, starts_));
    WkbBuilder builder(has_z_, has_m_);
    builder.begin(WkbKind::kMultiPolygon, sorted.size());
    for (const std::vector<size_t>& polygon : sorted) {
      builder.begin(WkbKind::kPolygon, polygon.size());
      for (const size_t part : polygon) {
        builder.ring(starts_[part + 1] - starts_[part]);
        put_run(builder, part);
      }
    }
    return builder.take();
  }

  std::string_view rest_;
  std::vector<uint64_t> starts_;  // of each part, and the end
  bool has_z_ = false, has_m_ = false;
  size_t stride_ = 2;
  std::vector<double> positions_;
};

}  // namespace

ShapeKind shape_kind(int32_t code) {
  if (code < 0 || code > 28) return ShapeKind::kUnknown;
  switch (code % 10) {
    case 0:
      return code == 0 ? ShapeKind::kNull : ShapeKind::kUnknown;
    case 1:
      return ShapeKind::kPoint;
    case 3:
      return ShapeKind::kPolyline;
    case 5:
      return ShapeKind::kPolygon;
    case 8:
      return ShapeKind::kMultiPoint;
    default:
      return ShapeKind::kUnknown;
  }
}

GeometryKind geometry_of(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kPoint:
      return GeometryKind::kPoint;
    case ShapeKind::kPolyline:
      return GeometryKind::kMultiLineString;
    case ShapeKind::kPolygon:
      return GeometryKind::kMultiPolygon;
    case ShapeKind::kMultiPoint:
      return GeometryKind::kMultiPoint;
    default:
      return GeometryKind::kAny;
  }
}

Result<std::string> shape_wkb(std::string_view content) {
  return ShapeReader(content).read();
}

}  // namespace rhumb
