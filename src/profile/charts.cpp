#include "profile/charts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rhumb {
namespace {

constexpr std::array<const char*, 9> kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kShades = " .:-=+*#%@";
// Dots of a Braille character: bit of column x, row y.
constexpr unsigned kDots[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

/// Degrees and metres alike: where in a grid a place lies.
class Grid {
 public:
  Grid(const GeoBox& box, size_t columns, size_t rows) : columns_(columns), rows_(rows) {
    const double pad_x = std::max((box[2] - box[0]) * 0.02, 1e-9);
    const double pad_y = std::max((box[3] - box[1]) * 0.02, 1e-9);
    west_ = box[0] - pad_x;
    north_ = box[3] + pad_y;
    cell_x_ = (box[2] - box[0] + 2 * pad_x) / static_cast<double>(columns);
    cell_y_ = (box[3] - box[1] + 2 * pad_y) / static_cast<double>(rows);
  }
  [[nodiscard]] size_t column(double x) const { return clamp((x - west_) / cell_x_, columns_); }
  [[nodiscard]] size_t row(double y) const { return clamp((north_ - y) / cell_y_, rows_); }

 private:
  static size_t clamp(double at, size_t count) {
    return std::min(count - 1, static_cast<size_t>(std::max(0.0, at)));
  }
  size_t columns_, rows_;
  double west_ = 0, north_ = 0, cell_x_ = 1, cell_y_ = 1;
};

std::string braille(unsigned dots) {
  const unsigned code = 0x2800 + dots;
  std::string out;
  out += static_cast<char>(0xE0 | code >> 12);
  out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  out += static_cast<char>(0x80 | (code & 0x3F));
  return out;
}

std::vector<std::string> braille_map(const std::vector<Position>& places, const GeoBox& box,
                                     size_t width, size_t height) {
  const Grid grid(box, width * 2, height * 4);
  std::vector<unsigned> cells(width * height, 0);
  for (const Position& at : places) {
    const size_t x = grid.column(at.x), y = grid.row(at.y);
    cells[y / 4 * width + x / 2] |= kDots[x % 2][y % 4];
  }
  std::vector<std::string> lines;
  for (size_t row = 0; row < height; ++row) {
    std::string& line = lines.emplace_back();
    for (size_t i = 0; i < width; ++i) line += braille(cells[row * width + i]);
  }
  return lines;
}

std::vector<std::string> shade_map(const std::vector<Position>& places, const GeoBox& box,
                                   size_t width, size_t height) {
  const Grid grid(box, width, height);
  std::vector<uint64_t> cells(width * height, 0);
  for (const Position& at : places) ++cells[grid.row(at.y) * width + grid.column(at.x)];
  const auto most = std::max<uint64_t>(1, *std::max_element(cells.begin(), cells.end()));
  std::vector<std::string> lines;
  for (size_t row = 0; row < height; ++row) {
    std::string& line = lines.emplace_back();
    for (size_t i = 0; i < width; ++i) {
      const uint64_t count = cells[row * width + i];
      // By orders of magnitude, so that one dense place does not hide the rest.
      const double share =
          std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most));
      const auto shade =
          static_cast<size_t>(std::ceil(share * static_cast<double>(kShades.size() - 1)));
      line += kShades[count == 0 ? 0 : std::max<size_t>(1, shade)];
    }
  }
  return lines;
}

}  // namespace

std::string bar_row(const std::vector<uint64_t>& counts, bool unicode) {
  const uint64_t most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
  const size_t levels = unicode ? kBlocks.size() - 1 : kShades.size() - 1;
  std::string out;
  for (const uint64_t count : counts) {
    const double share = most == 0 ? 0 : static_cast<double>(count) / static_cast<double>(most);
    const auto level = static_cast<size_t>(std::ceil(share * static_cast<double>(levels)));
    out += unicode ? std::string(kBlocks[level]) : std::string(1, kShades[level]);
  }
  return out;
}

std::vector<std::string> dot_map(const std::vector<Position>& places, const GeoBox& box,
                                 size_t width, size_t height, bool unicode) {
  if (places.empty()) return {};
  return unicode ? braille_map(places, box, width, height) : shade_map(places, box, width, height);
}

}  // namespace rhumb
