#include "geo/web_tile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rhumb {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

int64_t tiles_across(int zoom) {
  return int64_t{1} << static_cast<unsigned>(zoom);
}

// Position within the world, 0 to 1, as a number of tiles.
int64_t tile_number(double part, int zoom) {
  const auto count = static_cast<double>(tiles_across(zoom));
  return static_cast<int64_t>(std::clamp(std::floor(part * count), 0.0, count - 1));
}

double latitude_of(int64_t y, int zoom) {
  const double part = static_cast<double>(y) / static_cast<double>(tiles_across(zoom));
  return std::atan(std::sinh(std::numbers::pi * (1 - 2 * part))) / kDegree;
}

double longitude_of(int64_t x, int zoom) {
  return static_cast<double>(x) / static_cast<double>(tiles_across(zoom)) * 360 - 180;
}

}  // namespace

bool is_web_tile(const WebTile& tile) {
  if (tile.zoom < 0 || tile.zoom > kMaxTileZoom) return false;
  const int64_t count = tiles_across(tile.zoom);
  return tile.x >= 0 && tile.x < count && tile.y >= 0 && tile.y < count;
}

WebTile web_tile_at(double longitude, double latitude, int zoom) {
  // At the poles asinh(tan) is huge or infinite, which tile_number brings back.
  const double north = std::asinh(std::tan(latitude * kDegree)) / std::numbers::pi;
  return WebTile{.zoom = zoom,
                 .x = tile_number((longitude + 180) / 360, zoom),
                 .y = tile_number((1 - north) / 2, zoom)};
}

GeoBox web_tile_box(const WebTile& tile) {
  return GeoBox{longitude_of(tile.x, tile.zoom), latitude_of(tile.y + 1, tile.zoom),
                longitude_of(tile.x + 1, tile.zoom), latitude_of(tile.y, tile.zoom)};
}

std::string quadkey(const WebTile& tile) {
  std::string out;
  for (auto bit = static_cast<unsigned>(tile.zoom); bit-- > 0;) {
    const int64_t digit = (tile.x >> bit & 1) + 2 * (tile.y >> bit & 1);
    out += static_cast<char>('0' + digit);
  }
  return out;
}

std::optional<WebTile> parse_quadkey(std::string_view text) {
  if (text.size() > kMaxTileZoom) return std::nullopt;
  WebTile tile{.zoom = static_cast<int>(text.size())};
  for (const char c : text) {
    if (c < '0' || c > '3') return std::nullopt;
    const int digit = c - '0';
    tile.x = tile.x * 2 + digit % 2;
    tile.y = tile.y * 2 + digit / 2;
  }
  return tile;
}

}  // namespace rhumb
