#include "decode/flatgeobuf/flat_geometry.h"

#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "geo/wkb.h"
#include "geo/wkb_edit.h"

namespace rhumb {
namespace {

// Fields of the table.
enum : size_t { kEnds = 0, kXy = 1, kZ = 2, kM = 3, kType = 6, kParts = 7 };

Error malformed(std::string what) {
  return Error{Code::kBadValue, std::move(what), "", {}};
}

class FlatGeometryWriter {
 public:
  FlatGeometryWriter(bool has_z, bool has_m, size_t limit)
      : builder_(has_z, has_m), has_z_(has_z), has_m_(has_m), left_(limit) {}

  Status write(const FlatTable& table, WkbKind kind, int depth) {
    if (depth > kMaxWkbDepth) return malformed("collections are nested too deeply");
    if (kind == WkbKind::kMultiPolygon || kind == WkbKind::kCollection)
      return write_parts(table, kind, depth);
    RHUMB_TRY(load(table));
    switch (kind) {
      case WkbKind::kPoint:
        return write_point();
      case WkbKind::kLineString:
        builder_.begin(kind, count_);
        return write_run(0, count_);
      case WkbKind::kMultiPoint:
        return write_multipoint();
      default:
        return write_runs(kind);
    }
  }
  std::string take() { return builder_.take(); }

 private:
  Status load(const FlatTable& table) {
    const auto ends = table.vector(kEnds, 4), xy = table.vector(kXy, 8);
    const auto z = table.vector(kZ, 8), m = table.vector(kM, 8);
    if (!ends || !xy || !z || !m) return malformed("its coordinates lie outside of the feature");
    count_ = xy->size() / 16;
    if ((has_z_ && z->size() / 8 < count_) || (has_m_ && m->size() / 8 < count_))
      return malformed("it has fewer heights or measures than positions");
    const uint64_t bytes = count_ * builder_.dimensions() * 8;
    if (bytes > left_) return malformed("its parts are longer than the feature");
    left_ -= bytes;
    xy_ = *xy;
    z_ = *z;
    m_ = *m;
    ends_.clear();
    for (size_t i = 0; i < ends->size() / 4; ++i)
      ends_.push_back(little_endian_at<uint32_t>(*ends, i * 4));
    return {};
  }

  void put(size_t i) {
    std::array<double, 4> at{little_endian_at<double>(xy_, i * 16),
                             little_endian_at<double>(xy_, i * 16 + 8)};
    size_t next = 2;
    if (has_z_) at[next++] = little_endian_at<double>(z_, i * 8);
    if (has_m_) at[next] = little_endian_at<double>(m_, i * 8);
    builder_.position(at.data());
  }

  Status write_run(size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) put(i);
    return {};
  }

  Status write_point() {
    if (count_ > 1) return malformed("a point has several positions");
    if (count_ == 1) {
      point_at(0);
      return {};
    }
    const std::array<double, 4> none{std::nan(""), std::nan(""), std::nan(""), std::nan("")};
    builder_.point(none.data());
    return {};
  }

  void point_at(size_t i) {
    std::array<double, 4> at{little_endian_at<double>(xy_, i * 16),
                             little_endian_at<double>(xy_, i * 16 + 8)};
    size_t next = 2;
    if (has_z_) at[next++] = little_endian_at<double>(z_, i * 8);
    if (has_m_) at[next] = little_endian_at<double>(m_, i * 8);
    builder_.point(at.data());
  }

  Status write_multipoint() {
    builder_.begin(WkbKind::kMultiPoint, count_);
    for (size_t i = 0; i < count_; ++i) point_at(i);
    return {};
  }

  /// Polygons and multi lines: runs that end where `ends` says; without it there is one.
  Status write_runs(WkbKind kind) {
    if (ends_.empty() && count_ > 0) ends_.push_back(static_cast<uint32_t>(count_));
    size_t from = 0;
    for (const uint32_t end : ends_) {
      if (end < from || end > count_) return malformed("its parts are not in order");
      from = end;
    }
    if (from != count_) return malformed("positions follow the end of its last part");
    builder_.begin(kind, ends_.size());
    from = 0;
    for (const uint32_t end : ends_) {
      if (kind == WkbKind::kPolygon) {
        builder_.ring(end - from);
      } else {
        builder_.begin(WkbKind::kLineString, end - from);
      }
      RHUMB_TRY(write_run(from, end));
      from = end;
    }
    return {};
  }

  Status write_parts(const FlatTable& table, WkbKind kind, int depth) {
    const auto parts = table.tables(kParts);
    if (!parts) return malformed("its parts lie outside of the feature");
    if (*parts * 9 > left_) return malformed("its parts are longer than the feature");
    left_ -= *parts * 9;
    builder_.begin(kind, *parts);
    for (size_t i = 0; i < *parts; ++i) {
      const auto part = table.table_at(kParts, i);
      if (!part) return malformed("a part lies outside of the feature");
      const auto own = part->scalar<uint8_t>(kType, 0);
      const auto of_part = kind == WkbKind::kMultiPolygon ? uint8_t{3} : own.value_or(0);
      if (of_part < 1 || of_part > 7)
        return malformed(fmt::format("a part is of the kind {}", of_part));
      RHUMB_TRY(write(*part, static_cast<WkbKind>(of_part), depth + 1));
    }
    return {};
  }

  WkbBuilder builder_;
  bool has_z_, has_m_;
  uint64_t left_;
  size_t count_ = 0;
  std::string_view xy_, z_, m_;
  std::vector<uint32_t> ends_;
};

/// Whether any part of the geometry has that vector: files need not announce it.
bool has_any(const FlatTable& table, size_t field, int depth) {
  const auto own = table.vector(field, 8);
  if (own && !own->empty()) return true;
  if (depth > kMaxWkbDepth) return false;
  // The first part speaks for all; a part without is malformed then.
  const auto parts = table.tables(kParts);
  if (!parts || *parts == 0) return false;
  const auto first = table.table_at(kParts, 0);
  return first && has_any(*first, field, depth + 1);
}

}  // namespace

Result<std::string> flat_geometry_wkb(const FlatTable& geometry, uint8_t kind,
                                      size_t feature_bytes) {
  const auto own = geometry.scalar<uint8_t>(kType, 0);
  const uint8_t found = kind == 0 ? own.value_or(0) : kind;
  if (found < 1 || found > 7)
    return malformed(fmt::format("the kind of geometry {} is no simple feature", found));
  FlatGeometryWriter writer(has_any(geometry, kZ, 0), has_any(geometry, kM, 0),
                            feature_bytes * 2 + 64);
  RHUMB_TRY(writer.write(geometry, static_cast<WkbKind>(found), 0));
  return writer.take();
}

}  // namespace rhumb
