#include "geo/h3/h3_cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <span>

#include <fmt/format.h>
#include <h3api.h>

namespace rhumb {
namespace {

constexpr double kRound = 360, kHalfRound = 180, kPole = 90;

using Ring = std::vector<Position>;  ///< open: the first is not repeated

Position in_degrees(const LatLng& at) {
  return {radsToDegs(at.lng), radsToDegs(at.lat)};
}

// Longitudes run on beyond 180 instead of jumping.
Ring unrolled_outline(H3Cell cell) {
  CellBoundary boundary;
  cellToBoundary(cell, &boundary);
  Ring out;
  for (int i = 0; i < boundary.numVerts; ++i) {
    Position at = in_degrees(boundary.verts[i]);
    if (!out.empty()) at.x += kRound * std::round((out.back().x - at.x) / kRound);
    out.push_back(at);
  }
  return out;
}

// An outline that goes once around the Earth has a pole in it: it is closed along that.
void reach_pole(Ring& ring) {
  const double turns = std::round((ring.back().x - ring.front().x) / kRound);
  if (turns == 0) return;
  const double pole = std::copysign(kPole, ring.front().y);
  const Position first{ring.front().x + turns * kRound, ring.front().y};
  ring.push_back(first);
  ring.push_back({first.x, pole});
  ring.push_back({ring.front().x, pole});
}

// What lies on one side of a meridian (Sutherland and Hodgman).
Ring clipped(const Ring& ring, double meridian, bool east) {
  const auto inside = [&](const Position& p) { return east ? p.x >= meridian : p.x <= meridian; };
  Ring out;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Position& from = ring[i];
    const Position& to = ring[(i + 1) % ring.size()];
    if (inside(from)) out.push_back(from);
    if (inside(from) == inside(to)) continue;
    const double share = (meridian - from.x) / (to.x - from.x);
    out.push_back({meridian, from.y + share * (to.y - from.y)});
  }
  return out;
}

double doubled_area(const Ring& ring) {
  double sum = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Position& a = ring[i];
    const Position& b = ring[(i + 1) % ring.size()];
    sum += (a.x - ring[0].x) * (b.y - ring[0].y) - (b.x - ring[0].x) * (a.y - ring[0].y);
  }
  return sum;
}

// The parts between -180 and 180, counter-clockwise.
std::vector<Ring> pieces(const Ring& ring) {
  std::vector<Ring> out;
  for (const double turn : {-kRound, 0.0, kRound}) {
    Ring piece = clipped(clipped(ring, turn - kHalfRound, true), turn + kHalfRound, false);
    if (piece.size() < 3 || doubled_area(piece) == 0) continue;
    for (Position& at : piece) at.x -= turn;
    if (doubled_area(piece) < 0) std::reverse(piece.begin(), piece.end());
    out.push_back(std::move(piece));
  }
  return out;
}

template <typename T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_header(std::string& to, WkbKind kind, size_t count) {
  to.push_back(1);
  append(to, static_cast<uint32_t>(kind));
  append(to, static_cast<uint32_t>(count));
}

void append_polygon(std::string& to, const Ring& ring) {
  append_header(to, WkbKind::kPolygon, 1);
  append(to, static_cast<uint32_t>(ring.size() + 1));
  for (const Position& at : ring) append(to, at);
  append(to, ring.front());
}

}  // namespace

bool is_h3_cell(H3Cell cell) {
  return isValidCell(cell) != 0;
}

std::optional<H3Cell> parse_h3_cell(std::string_view text) {
  H3Cell cell = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cell, 16);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && is_h3_cell(cell) ? std::optional(cell) : std::nullopt;
}

std::string h3_text(H3Cell cell) {
  return fmt::format("{:x}", cell);
}

H3Cell h3_cell_at(double longitude, double latitude, int resolution) {
  const LatLng at{.lat = degsToRads(latitude), .lng = degsToRads(longitude)};
  H3Cell cell = H3_NULL;
  latLngToCell(&at, resolution, &cell);
  return cell;
}

int h3_resolution(H3Cell cell) {
  return getResolution(cell);
}

Position h3_centre(H3Cell cell) {
  LatLng at{};
  cellToLatLng(cell, &at);
  return in_degrees(at);
}

std::string h3_outline_wkb(H3Cell cell) {
  Ring ring = unrolled_outline(cell);
  reach_pole(ring);
  const std::vector<Ring> parts = pieces(ring);
  std::string wkb;
  if (parts.size() > 1) append_header(wkb, WkbKind::kMultiPolygon, parts.size());
  for (const Ring& part : parts) append_polygon(wkb, part);
  return wkb;
}

H3Cell h3_parent(H3Cell cell, int resolution) {
  H3Cell parent = H3_NULL;
  cellToParent(cell, resolution, &parent);
  return parent;
}

std::vector<H3Cell> h3_disk(H3Cell cell, int steps) {
  int64_t size = 0;
  maxGridDiskSize(steps, &size);
  std::vector<H3Cell> cells(static_cast<size_t>(size), H3_NULL);
  gridDisk(cell, steps, cells.data());
  std::erase(cells, H3Cell{H3_NULL});  // fewer around a pentagon
  std::sort(cells.begin(), cells.end());
  return cells;
}

Result<int64_t> h3_distance(H3Cell a, H3Cell b) {
  int64_t steps = 0;
  const H3Error error = gridDistance(a, b, &steps);
  if (error == E_SUCCESS) return steps;
  return Error{Code::kBadValue,
               fmt::format("H3 cannot count the steps from {} to {}: {}", h3_text(a), h3_text(b),
                           describeH3Error(error)),
               "both must have one resolution and lie near each other",
               {}};
}

}  // namespace rhumb
