#include "engine/duckdb/cell_functions.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/point_arguments.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"
#include "geo/geohash.h"
#include "geo/web_tile.h"

namespace rhumb {
namespace {

constexpr size_t kShownText = 40;

/// A rectangle as PostGIS writes one: from the south-west corner northwards.
std::array<char, 93> box_wkb(const GeoBox& box) {
  std::array<char, 93> wkb{};
  wkb[0] = 1;
  const std::array<uint32_t, 3> header = {3, 1, 5};  // a polygon of one ring of five points
  std::memcpy(wkb.data() + 1, header.data(), sizeof header);
  const std::array<double, 10> corners = {box[0], box[1], box[0], box[3], box[2],
                                          box[3], box[2], box[1], box[0], box[1]};
  std::memcpy(wkb.data() + 13, corners.data(), sizeof corners);
  return wkb;
}

void set_box(ScalarCall& call, idx_t row, const GeoBox& box) {
  const auto wkb = box_wkb(box);
  call.set_bytes(row, {wkb.data(), wkb.size()});
}

// ---- geohash

void geohash_of_point(duckdb_function_info info, duckdb_data_chunk arguments,
                      duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "ST_GeoHash";
    const auto at = take_degrees(call, 0, row, kName);
    if (!at) return;
    std::optional<int> length = kMaxGeohashLength;
    if (call.argument_count() > 1)
      length = take_within(call, 1, row, 1, kMaxGeohashLength, kName, "the precision");
    if (length) call.set_bytes(row, geohash(at->x, at->y, *length));
  });
}

void fail_geohash(ScalarCall& call, std::string_view name, std::string_view text) {
  call.fail(
      fmt::format("{}: `{}` is no geohash\na geohash has 1 to {} of the characters "
                  "0123456789bcdefghjkmnpqrstuvwxyz",
                  name, printable(text, kShownText), kMaxGeohashLength));
}

/// The cell of the geohash in the first argument, cut to the precision in the second.
std::optional<GeoBox> take_geohash(ScalarCall& call, idx_t row, std::string_view name) {
  std::string_view text = call.bytes(0, row);
  if (call.argument_count() > 1) {
    const auto length = take_within(call, 1, row, 1, kMaxGeohashLength, name, "the precision");
    if (!length) return std::nullopt;
    text = text.substr(0, static_cast<size_t>(*length));
  }
  auto box = geohash_box(text);
  if (!box) fail_geohash(call, name, text);
  return box;
}

void geohash_to_box(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    if (const auto box = take_geohash(call, row, "ST_GeomFromGeoHash")) set_box(call, row, *box);
  });
}

void geohash_to_centre(duckdb_function_info info, duckdb_data_chunk arguments,
                       duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const auto box = take_geohash(call, row, "ST_PointFromGeoHash");
    if (!box) return;
    const WkbPoint point = make_wkb_point(((*box)[0] + (*box)[2]) / 2, ((*box)[1] + (*box)[3]) / 2);
    call.set_bytes(row, {point.data(), point.size()});
  });
}

struct Direction {
  std::string_view name;
  int east;
  int north;
};
constexpr std::array<Direction, 8> kDirections = {{{"n", 0, 1},
                                                   {"ne", 1, 1},
                                                   {"e", 1, 0},
                                                   {"se", 1, -1},
                                                   {"s", 0, -1},
                                                   {"sw", -1, -1},
                                                   {"w", -1, 0},
                                                   {"nw", -1, 1}}};

void geohash_neighbour_of(duckdb_function_info info, duckdb_data_chunk arguments,
                          duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "ST_GeoHashNeighbor";
    const std::string_view wanted = call.bytes(1, row);
    for (const Direction& direction : kDirections) {
      if (!equals_ignoring_case(direction.name, wanted)) continue;
      const auto cell = geohash_neighbour(call.bytes(0, row), direction.east, direction.north);
      if (!cell) return fail_geohash(call, kName, call.bytes(0, row));
      return cell->empty() ? call.set_null(row) : call.set_bytes(row, *cell);
    }
    call.fail(fmt::format("{}: the direction is n, ne, e, se, s, sw, w or nw, not `{}`", kName,
                          printable(wanted, kShownText)));
  });
}

void geohash_neighbours_of(duckdb_function_info info, duckdb_data_chunk arguments,
                           duckdb_vector result) {
  std::vector<std::string> cells;
  auto* const lists = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(result));
  ScalarCall whole(info, arguments, result);
  for (idx_t row = 0; row < whole.rows(); ++row) lists[row] = {0, 0};
  whole.each([&](ScalarCall& call, idx_t row) {
    const size_t begin = cells.size();
    for (const Direction& direction : kDirections) {
      auto cell = geohash_neighbour(call.bytes(0, row), direction.east, direction.north);
      if (!cell) return fail_geohash(call, "ST_GeoHashNeighbors", call.bytes(0, row));
      if (!cell->empty()) cells.push_back(*std::move(cell));
    }
    lists[row] = {begin, cells.size() - begin};
  });
  const duckdb_vector child = make_list(result, cells.size());
  for (size_t i = 0; i < cells.size(); ++i) set_bytes(child, i, cells[i]);
}

// ---- tiles

std::optional<WebTile> take_tile_of_point(ScalarCall& call, idx_t row, std::string_view name) {
  const auto at = take_degrees(call, 0, row, name);
  if (!at) return std::nullopt;
  const auto zoom = take_within(call, 1, row, 0, kMaxTileZoom, name, "the zoom");
  if (!zoom) return std::nullopt;
  return web_tile_at(at->x, at->y, *zoom);
}

std::optional<WebTile> take_quadkey(ScalarCall& call, idx_t row, std::string_view name) {
  auto tile = parse_quadkey(call.bytes(0, row));
  if (!tile) {
    call.fail(fmt::format("{}: `{}` is no quadkey\na quadkey has at most {} digits from 0 to 3",
                          name, printable(call.bytes(0, row), kShownText), kMaxTileZoom));
  }
  return tile;
}

void quadkey_of_point(duckdb_function_info info, duckdb_data_chunk arguments,
                      duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    if (const auto tile = take_tile_of_point(call, row, "quadkey"))
      call.set_bytes(row, quadkey(*tile));
  });
}

void quadkey_of_tile(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "quadkey";
    const auto zoom = take_within(call, 0, row, 0, kMaxTileZoom, kName, "the zoom");
    if (!zoom) return;
    const int most = (1 << *zoom) - 1;
    const auto x = take_within(call, 1, row, 0, most, kName, "x at that zoom");
    if (!x) return;
    const auto y = take_within(call, 2, row, 0, most, kName, "y at that zoom");
    if (y) call.set_bytes(row, quadkey({.zoom = *zoom, .x = *x, .y = *y}));
  });
}

constexpr int64_t zoom_of(const WebTile& tile) {
  return tile.zoom;
}
constexpr int64_t x_of(const WebTile& tile) {
  return tile.x;
}
constexpr int64_t y_of(const WebTile& tile) {
  return tile.y;
}

template <auto Part>
void part_of_point_tile(duckdb_function_info info, duckdb_data_chunk arguments,
                        duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const std::string_view name = Part == x_of ? "tile_x" : "tile_y";
    if (const auto tile = take_tile_of_point(call, row, name)) call.set(row, Part(*tile));
  });
}

template <auto Part>
void part_of_quadkey(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const std::string_view name = Part == x_of   ? "quadkey_x"
                                  : Part == y_of ? "quadkey_y"
                                                 : "quadkey_zoom";
    if (const auto tile = take_quadkey(call, row, name)) call.set(row, Part(*tile));
  });
}

void quadkey_to_box(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    if (const auto tile = take_quadkey(call, row, "quadkey_envelope"))
      set_box(call, row, web_tile_box(*tile));
  });
}

}  // namespace

Status register_cell_functions(duckdb_connection connection) {
  constexpr duckdb_type kGeometry = DUCKDB_TYPE_GEOMETRY, kText = DUCKDB_TYPE_VARCHAR,
                        kInteger = DUCKDB_TYPE_BIGINT;
  const ScalarRegistrar add(connection);
  RHUMB_TRY(add("ST_GeoHash", plain_type(kText),
                {{{kGeometry}, geohash_of_point}, {{kGeometry, kInteger}, geohash_of_point}}));
  RHUMB_TRY(add("rhumb_geohash_box", plain_type(kGeometry),
                {{{kText}, geohash_to_box}, {{kText, kInteger}, geohash_to_box}}));
  RHUMB_TRY(add("rhumb_geohash_centre", plain_type(kGeometry),
                {{{kText}, geohash_to_centre}, {{kText, kInteger}, geohash_to_centre}}));
  RHUMB_TRY(add("ST_GeoHashNeighbor", plain_type(kText), {{{kText, kText}, geohash_neighbour_of}}));
  RHUMB_TRY(
      add("ST_GeoHashNeighbors", list_type(plain_type(kText)), {{{kText}, geohash_neighbours_of}}));
  RHUMB_TRY(add("quadkey", plain_type(kText),
                {{{kGeometry, kInteger}, quadkey_of_point},
                 {{kInteger, kInteger, kInteger}, quadkey_of_tile}}));
  const auto number = [&](const char* name, std::vector<ScalarOverload> overloads) {
    return add(name, plain_type(kInteger), std::move(overloads));
  };
  RHUMB_TRY(number("tile_x", {{{kGeometry, kInteger}, part_of_point_tile<x_of>}}));
  RHUMB_TRY(number("tile_y", {{{kGeometry, kInteger}, part_of_point_tile<y_of>}}));
  RHUMB_TRY(number("quadkey_zoom", {{{kText}, part_of_quadkey<zoom_of>}}));
  RHUMB_TRY(number("quadkey_x", {{{kText}, part_of_quadkey<x_of>}}));
  RHUMB_TRY(number("quadkey_y", {{{kText}, part_of_quadkey<y_of>}}));
  return add("rhumb_quadkey_box", plain_type(kGeometry), {{{kText}, quadkey_to_box}});
}

}  // namespace rhumb
