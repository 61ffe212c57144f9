#include "geo/edge_meeting.h"

#include <algorithm>

#include "geo/orientation.h"

namespace rhumb {
namespace {

// Beyond these GEOS, which keeps an index of a prepared geometry's edges, is quicker.
constexpr size_t kMostPositions = 600, kMostPairs = 20'000;

bool is_linear_or_polygonal(WkbKind kind) {
  return is_polygonal(kind) || kind == WkbKind::kLineString || kind == WkbKind::kMultiLineString;
}

/// Whether the ray from p to the right crosses the ring an odd number of times.
/// REQUIRES: p is not on the ring
bool is_crossed_oddly(std::span<const Position> ring, Position p) {
  bool odd = false;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    const Position a = ring[i], b = ring[i + 1];
    if ((a.y <= p.y) == (b.y <= p.y)) continue;
    odd ^= orientation(a, b, p) == (a.y < b.y ? 1 : -1);
  }
  return odd;
}

bool is_in_row(const GeometryStore& store, GeometryStore::Index row, Position p) {
  const GeometryStore::Range parts = store.parts(row);
  bool odd = false;
  for (GeometryStore::Index i = store.rings(parts.first).first; i < store.rings(parts.end - 1).end;
       ++i) {
    odd ^= is_crossed_oddly(store.ring(i), p);
  }
  return odd;
}

bool is_in_part(const GeometryStore& store, GeometryStore::Index part, Position p) {
  const GeometryStore::Range rings = store.rings(part);
  if (!is_crossed_oddly(store.ring(rings.first), p)) return false;
  for (GeometryStore::Index i = rings.first + 1; i < rings.end; ++i) {
    if (is_crossed_oddly(store.ring(i), p)) return false;
  }
  return true;
}

bool is_in_any_part(const GeometryStore& store, GeometryStore::Index row, Position p) {
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index part = parts.first; part < parts.end; ++part) {
    if (is_in_part(store, part, p)) return true;
  }
  return false;
}

/// Whether is_inside holds for the first position of any ring or line of the row.
template <typename IsInside>
bool begins_inside(const GeometryStore& store, GeometryStore::Index row, IsInside is_inside) {
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index i = store.rings(parts.first).first; i < store.rings(parts.end - 1).end;
       ++i) {
    if (is_inside(store.ring(i)[0])) return true;
  }
  return false;
}

GeoBox common_box(const GeoBox& a, const GeoBox& b) {
  return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::min(a[2], b[2]), std::min(a[3], b[3])};
}

bool is_empty(const GeoBox& box) {
  return !(box[0] <= box[2] && box[1] <= box[3]);
}

GeoBox box_of(std::span<const Position> ring) {
  GeoBox out = kEmptyBox;
  for (const Position& at : ring) extend(out, at.x, at.y);
  return out;
}

/// Nothing when a hole reaches out of its polygon: what GEOS makes of such depends on the way it
/// takes.
std::optional<GeoBox> sound_box(const GeometryStore& store, GeometryStore::Index row) {
  GeoBox out = kEmptyBox;
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index part = parts.first; part < parts.end; ++part) {
    const GeometryStore::Range rings = store.rings(part);
    const GeoBox outer = box_of(store.ring(rings.first));
    for (GeometryStore::Index i = rings.first + 1; i < rings.end; ++i) {
      if (!contains(outer, box_of(store.ring(i)))) return std::nullopt;
    }
    extend(out, outer[0], outer[1]);
    extend(out, outer[2], outer[3]);
  }
  return out;
}

}  // namespace

bool segments_meet(Position a, Position b, Position c, Position d) {
  const auto apart = [](double from, double to, double other_from, double other_to) {
    return std::max(from, to) < std::min(other_from, other_to) ||
           std::max(other_from, other_to) < std::min(from, to);
  };
  if (apart(a.x, b.x, c.x, d.x) || apart(a.y, b.y, c.y, d.y)) return false;
  const int side_of_c = orientation(a, b, c);
  if (side_of_c != 0 && side_of_c == orientation(a, b, d)) return false;
  const int side_of_a = orientation(c, d, a);
  return side_of_a == 0 || side_of_a != orientation(c, d, b);
}

void EdgeMeeting::collect(const GeometryStore& store, GeometryStore::Index row, const GeoBox& box,
                          std::vector<Edge>& edges) {
  edges.clear();
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index i = store.rings(parts.first).first; i < store.rings(parts.end - 1).end;
       ++i) {
    const std::span<const Position> ring = store.ring(i);
    for (size_t j = 0; j + 1 < ring.size(); ++j) {
      const Position a = ring[j], b = ring[j + 1];
      if (std::min(a.x, b.x) <= box[2] && std::max(a.x, b.x) >= box[0] &&
          std::min(a.y, b.y) <= box[3] && std::max(a.y, b.y) >= box[1]) {
        edges.push_back({a, b});
      }
    }
  }
}

std::optional<bool> EdgeMeeting::decide(const GeometryStore& prepared, GeometryStore::Index row,
                                        const GeometryStore& other,
                                        GeometryStore::Index other_row) {
  const WkbKind kind = prepared.kind(row), other_kind = other.kind(other_row);
  if (!is_linear_or_polygonal(kind) || !is_linear_or_polygonal(other_kind)) return std::nullopt;
  if (prepared.row_positions(row).size() + other.row_positions(other_row).size() > kMostPositions) {
    return std::nullopt;
  }
  const std::optional<GeoBox> box = sound_box(prepared, row),
                              other_box = sound_box(other, other_row);
  if (!box || !other_box) return std::nullopt;
  const GeoBox common = common_box(*box, *other_box);
  if (is_empty(common)) return false;
  collect(prepared, row, common, edges_);
  collect(other, other_row, common, other_edges_);
  if (edges_.size() * other_edges_.size() > kMostPairs) return std::nullopt;
  for (const Edge& edge : edges_) {
    for (const Edge& against : other_edges_) {
      if (segments_meet(edge.from, edge.to, against.from, against.to)) return true;
    }
  }
  return (is_polygonal(kind) &&
          begins_inside(other, other_row,
                        [&](Position p) { return is_in_row(prepared, row, p); })) ||
         (is_polygonal(other_kind) && begins_inside(prepared, row, [&](Position p) {
            return is_in_any_part(other, other_row, p);
          }));
}

}  // namespace rhumb
