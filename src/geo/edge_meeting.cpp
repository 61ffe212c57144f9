#include "geo/edge_meeting.h"

#include <algorithm>

#include "geo/orientation.h"

namespace rhumb {
namespace {

// Beyond these GEOS, which keeps an index of a prepared geometry's edges, is quicker.
constexpr size_t kMostPositions = 300, kMostPairs = 20'000;

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

bool is_few(const GeometryStore& store, GeometryStore::Index row) {
  return is_linear_or_polygonal(store.kind(row)) &&
         store.row_positions(row).size() <= kMostPositions;
}

bool do_meet(const GeoBox& a, const GeoBox& b) {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
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

void EdgeMeeting::set_other(const GeometryStore& other, GeometryStore::Index row) {
  other_ = &other;
  other_row_ = row;
  examined_ = false;
}

/// Appends the edges that meet the box `near`; returns the box of all.
GeoBox EdgeMeeting::collect(std::span<const Position> ring, const GeoBox& near, Edges& edges) {
  GeoBox box = kEmptyBox;
  extend(box, ring[0].x, ring[0].y);
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    const Position a = ring[i], b = ring[i + 1];
    extend(box, b.x, b.y);
    const GeoBox of_edge = {std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x, b.x),
                            std::max(a.y, b.y)};
    if (do_meet(of_edge, near)) edges.push_back({a, b});
  }
  return box;
}

/// The box of a row and its edges that meet the box `near`. Nothing when a hole reaches out of its
/// polygon: what GEOS makes of such depends on the way it takes.
std::optional<GeoBox> EdgeMeeting::sound_box(const GeometryStore& store, GeometryStore::Index row,
                                             const GeoBox& near, Edges& edges) {
  edges.clear();
  GeoBox out = kEmptyBox;
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index part = parts.first; part < parts.end; ++part) {
    const GeometryStore::Range rings = store.rings(part);
    const GeoBox outer = collect(store.ring(rings.first), near, edges);
    for (GeometryStore::Index i = rings.first + 1; i < rings.end; ++i) {
      if (!contains(outer, collect(store.ring(i), near, edges))) return std::nullopt;
    }
    extend(out, outer[0], outer[1]);
    extend(out, outer[2], outer[3]);
  }
  return out;
}

void EdgeMeeting::examine_other() {
  examined_ = true;
  other_box_.reset();
  if (!is_few(*other_, other_row_)) return;
  other_box_ = sound_box(*other_, other_row_, kEmptyBox, other_edges_);
}

bool EdgeMeeting::edges_meet() const {
  for (const Edge& edge : edges_) {
    for (const Edge& other : other_edges_) {
      if (segments_meet(edge.from, edge.to, other.from, other.to)) return true;
    }
  }
  return false;
}

std::optional<bool> EdgeMeeting::decide(const GeometryStore& prepared, GeometryStore::Index row) {
  if (!examined_) examine_other();
  if (!other_box_ || !is_few(prepared, row)) return std::nullopt;
  const std::optional<GeoBox> box = sound_box(prepared, row, *other_box_, edges_);
  if (!box) return std::nullopt;
  if (!do_meet(*box, *other_box_)) return false;
  if (!edges_.empty()) {
    (void)sound_box(*other_, other_row_, *box, other_edges_);
    if (edges_.size() * other_edges_.size() > kMostPairs) return std::nullopt;
    if (edges_meet()) return true;
  }
  return (is_polygonal(prepared.kind(row)) &&
          begins_inside(*other_, other_row_,
                        [&](Position p) { return is_in_row(prepared, row, p); })) ||
         (is_polygonal(other_->kind(other_row_)) && begins_inside(prepared, row, [&](Position p) {
            return is_in_any_part(*other_, other_row_, p);
          }));
}

}  // namespace rhumb
