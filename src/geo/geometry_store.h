#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

/// Geometries taken apart into arrays, two dimensions of them: rows consist of parts (points,
/// lines, polygons), parts of rings (a point and a line are one), rings of positions. Collections
/// are flattened; their bytes are kept too, because GEOS sees a difference. Up to 2^32 positions.
/// Reading is thread-safe.
class GeometryStore {
 public:
  using Index = uint32_t;
  struct Range {
    Index first = 0;
    Index end = 0;
    [[nodiscard]] Index size() const { return end - first; }
  };

  /// `memory` holds the arrays and must outlive the store.
  explicit GeometryStore(std::pmr::memory_resource* memory = std::pmr::get_default_resource());

  /// Appends a row. NULL (data() == nullptr), EMPTY, and x or y that are not finite numbers give a
  /// row without parts. An error (kBadValue malformed, kNotSupported too much) appends nothing.
  [[nodiscard]] Status append(std::string_view wkb);
  /// REQUIRES: x and y are finite
  void append_point(double x, double y);
  /// Appends the rows of another.
  [[nodiscard]] Status append(const GeometryStore& other);
  void clear();
  void shrink_to_fit();

  [[nodiscard]] Index rows() const { return static_cast<Index>(kinds_.size()); }
  /// The kind as it was written. REQUIRES: is_present(row)
  [[nodiscard]] WkbKind kind(Index row) const { return kinds_[row]; }
  [[nodiscard]] bool is_present(Index row) const { return first_part_[row] < first_part_[row + 1]; }
  [[nodiscard]] Range parts(Index row) const { return {first_part_[row], first_part_[row + 1]}; }
  /// kPoint, kLineString or kPolygon.
  [[nodiscard]] WkbKind part_kind(Index part) const { return part_kinds_[part]; }
  /// The first of a polygon's is its outer ring.
  [[nodiscard]] Range rings(Index part) const { return {first_ring_[part], first_ring_[part + 1]}; }
  [[nodiscard]] Range positions(Index ring) const {
    return {first_position_[ring], first_position_[ring + 1]};
  }
  /// Of all rings of a row. REQUIRES: is_present(row)
  [[nodiscard]] Range row_positions(Index row) const;
  [[nodiscard]] const Position* data() const { return positions_.data(); }
  [[nodiscard]] const Position& position(Index at) const { return positions_[at]; }
  [[nodiscard]] std::span<const Position> ring(Index ring) const;
  /// REQUIRES: is_present(row) and kind(row) is kCollection
  [[nodiscard]] std::string_view collection_wkb(Index row) const;
  [[nodiscard]] GeoBox box(Index row) const;
  /// Same kind, same parts, same positions.
  [[nodiscard]] bool same(Index row, const GeometryStore& other, Index other_row) const;

  [[nodiscard]] size_t bytes() const;

 private:
  struct Collection {
    Index row;
    std::string wkb;
  };
  class Appender;

  std::pmr::vector<WkbKind> kinds_;
  std::pmr::vector<WkbKind> part_kinds_;
  // One more than there are: the last is where the next begins.
  std::pmr::vector<Index> first_part_, first_ring_, first_position_;
  std::pmr::vector<Position> positions_;
  std::vector<Collection> collections_;  // by row
};

/// POLYGON or MULTIPOLYGON.
[[nodiscard]] inline bool is_polygonal(WkbKind kind) {
  return kind == WkbKind::kPolygon || kind == WkbKind::kMultiPolygon;
}

/// POINT or MULTIPOINT.
[[nodiscard]] inline bool is_puntal(WkbKind kind) {
  return kind == WkbKind::kPoint || kind == WkbKind::kMultiPoint;
}

}  // namespace rhumb
