#include "profile/html.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/markup.h"
#include "base/text.h"
#include "decode/text/encoding.h"

namespace rhumb {
namespace {

constexpr double kMapWidth = 720, kLeastHeight = 120, kMostHeight = 720, kMargin = 8;
constexpr double kBarWidth = 6, kBarHeight = 24;
constexpr GeoBox kWorld = {-180, -90, 180, 90};

// Of the page's length, so that a degree is as long both ways where that can be.
double height_over_width(const GeoBox& box) {
  const double wide = box[2] - box[0], high = box[3] - box[1];
  if (!(wide > 0) || !(high > 0)) return 0.5;
  const bool degrees = contains(kWorld, box);
  const double middle = (box[1] + box[3]) / 2 * std::numbers::pi / 180;
  return high / (wide * (degrees ? std::max(0.05, std::cos(middle)) : 1));
}

double share_of(double value, double from, double to) {
  return to > from ? (value - from) / (to - from) : 0.5;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string shown = repair_utf8(text);
  for (char& c : shown) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (control || c == 0x7F) c = ' ';
  }
  return escape_markup(shown);
}

std::string html_list(std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string out = fmt::format("<h3>{}</h3>\n<ul>\n", html_text(title));
  for (const std::string& item : items) out += "<li>" + html_text(item) + "</li>\n";
  return out + "</ul>\n";
}

std::string svg_map(const std::vector<Position>& places, const GeoBox& box,
                    const std::vector<std::string>& titles) {
  if (places.empty()) return "";
  const double height = std::clamp(kMapWidth * height_over_width(box), kLeastHeight, kMostHeight);
  std::string out = fmt::format(
      "<svg class=\"map\" role=\"img\" aria-label=\"map of {} places\" "
      "viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\">\n",
      human_count(places.size()), kMapWidth + 2 * kMargin, height + 2 * kMargin,
      kMapWidth + 2 * kMargin);
  // Every n-th, so that all parts of the file are there.
  const size_t step = (places.size() + kMostDots - 1) / kMostDots;
  for (size_t i = 0; i < places.size(); i += step) {
    const double x = kMargin + share_of(places[i].x, box[0], box[2]) * kMapWidth;
    const double y = kMargin + (1 - share_of(places[i].y, box[1], box[3])) * height;
    const std::string title =
        i < titles.size() ? "<title>" + html_text(titles[i]) + "</title>" : "";
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\">{}</circle>\n", x, y, title);
  }
  return out + "</svg>\n";
}

std::string svg_bars(const std::vector<uint64_t>& counts, std::string_view label) {
  const uint64_t most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
  if (most == 0) return "";
  const double width = kBarWidth * static_cast<double>(counts.size());
  std::string out = fmt::format(
      "<svg class=\"bars\" role=\"img\" aria-label=\"{0}\" width=\"{1:.0f}\" height=\"{2:.0f}\">",
      html_text(label), width, kBarHeight);
  for (size_t i = 0; i < counts.size(); ++i) {
    const double share = static_cast<double>(counts[i]) / static_cast<double>(most);
    const double height = counts[i] == 0 ? 0 : std::max(1.0, share * kBarHeight);
    out +=
        fmt::format("<rect x=\"{:.0f}\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.1f}\"/>",
                    kBarWidth * static_cast<double>(i), kBarHeight - height, kBarWidth - 1, height);
  }
  return out + "</svg>";
}

}  // namespace rhumb
