#pragma once

#include <cstdint>

#include "geo/orientation.h"
#include "geo/wkb.h"

namespace rhumb {

/// How often a ring winds around a point, told from how often it winds around a corner near by and
/// the edges between.
///
/// From the corner a path leads straight up to the point's height and then straight right to the
/// point; each edge it passes changes the winding number by one. So that the path meets no vertex
/// and no edge lengthwise, it runs infinitely little (e) to the left of the corner and, far less
/// still (d), above the point: whatever lies exactly on it lies, by this, on one side. The corner's
/// own winding number is that of (left - e, bottom + d).

/// On which side of a -> b lies (p.x - e, p.y + d); never 0 unless a = b.
[[nodiscard]] inline int side_of_corner(Position a, Position b, Position p) {
  if (const int side = orientation(a, b, p); side != 0) return side;
  if (a.y != b.y) return a.y < b.y ? 1 : -1;
  return a.x < b.x ? 1 : (a.x > b.x ? -1 : 0);
}

/// Whether an edge passes the vertical x = left - e.
[[nodiscard]] inline bool passes_left(Position a, Position b, double left) {
  return (a.x < left) != (b.x < left);
}

/// The change of the winding number on the way up, from the corner to (corner.x - e, y + d).
/// REQUIRES: passes_left(a, b, corner.x)
[[nodiscard]] inline int winding_upwards(Position a, Position b, Position corner, double y) {
  const int from = side_of_corner(a, b, corner), to = side_of_corner(a, b, {corner.x, y});
  if (from == to) return 0;
  const bool rightwards = a.x < b.x;
  if (rightwards) return from < 0 ? 1 : 0;  // an edge to the right is passed from its right side
  return from > 0 ? -1 : 0;
}

/// The change on the whole way to p of an edge that passes the left side.
[[nodiscard]] inline int winding_past_left(Position a, Position b, Position corner, Position p) {
  int change = winding_upwards(a, b, corner, p.y);
  const bool from_below = a.y <= p.y, to_below = b.y <= p.y;
  if (from_below == to_below) return change;
  const int from = side_of_corner(a, b, {corner.x, p.y}), to = orientation(a, b, p);
  if (from_below && from > 0 && to < 0) --change;
  if (to_below && from < 0 && to > 0) ++change;
  return change;
}

/// Adds the changes of the edges between `count` + 1 positions on the way from the corner to p.
/// True when p lies on one of them; `winding` is then undefined.
/// REQUIRES: corner.x <= p.x, corner.y <= p.y
inline bool add_winding(const Position* positions, uint32_t count, Position corner, Position p,
                        int32_t& winding) {
  for (uint32_t i = 0; i < count; ++i) {
    const Position a = positions[i], b = positions[i + 1];
    const bool from_below = a.y <= p.y, to_below = b.y <= p.y;
    if (passes_left(a, b, corner.x)) {
      if (on_segment(a, b, p)) return true;
      winding += winding_past_left(a, b, corner, p);
      continue;
    }
    if (from_below == to_below) {
      if ((a.y == p.y || b.y == p.y) && on_segment(a, b, p)) return true;
      continue;
    }
    if (a.x < corner.x || (a.x > p.x && b.x > p.x)) continue;
    const int side = orientation(a, b, p);
    if (side == 0) return true;
    if (from_below && side < 0) --winding;
    if (to_below && side > 0) ++winding;
  }
  return false;
}

}  // namespace rhumb
