#include "decode/detect/text_signs.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "decode/detect/json_signs.h"
#include "decode/value/geometry_text.h"

namespace rhumb {
namespace {

DetectedFormat found(std::string_view format, std::string_view detail, double confidence) {
  return {.format = std::string(format), .detail = std::string(detail), .confidence = confidence};
}

/// The first lines that hold something, without their line ends.
std::vector<std::string_view> first_lines(std::string_view text, size_t most) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < most) {
    const size_t end = std::min(text.size(), text.find_first_of("\r\n"));
    if (!trim(text.substr(0, end)).empty()) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

/// The name of the first element, without its prefix; declarations and comments are passed over.
std::string_view root_element(std::string_view text) {
  for (;;) {
    const size_t begin = text.find('<');
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    const bool comment = text.starts_with("<!--");
    if (!comment && !text.starts_with("<?") && !text.starts_with("<!")) break;
    const std::string_view close = comment ? "-->" : ">";
    const size_t end = text.find(close);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + close.size());
  }
  std::string_view name =
      text.substr(1, std::min(text.size(), text.find_first_of(" \t\r\n/>")) - 1);
  const size_t colon = name.find(':');
  if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
  return name;
}

DetectedFormat xml_format(std::string_view text) {
  const std::string_view root = root_element(text);
  if (root == "gpx") return found("gpx", "GPX", 1.0);
  if (equals_ignoring_case(root, "kml")) return found("kml", "KML", 1.0);
  if (equals_ignoring_case(root, "html")) return found("html", "an HTML page", 1.0);
  return found("xml", "XML" + (root.empty() ? "" : " (" + printable(root, 40) + ")"), 0.9);
}

bool is_nmea(std::string_view line) {
  line = trim(line);
  if (line.size() < 10 || (line[0] != '$' && line[0] != '!')) return false;
  const size_t comma = line.find(',');
  if (comma == std::string_view::npos || comma < 4 || comma > 12) return false;
  return std::all_of(line.begin() + 1, line.begin() + static_cast<std::ptrdiff_t>(comma),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

bool is_plt(const std::vector<std::string_view>& lines) {
  return lines.size() > 1 && lines[0].starts_with("Geolife trajectory") &&
         trim(lines[1]) == "WGS 84";
}

/// The same delimiter, equally often, on every one of the first lines.
bool has_delimiter(const std::vector<std::string_view>& lines) {
  constexpr std::string_view kDelimiters = ",;\t|";
  return std::any_of(kDelimiters.begin(), kDelimiters.end(), [&](char delimiter) {
    const auto count = std::count(lines.front().begin(), lines.front().end(), delimiter);
    return count > 0 && std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
             return std::count(line.begin(), line.end(), delimiter) == count;
           });
  });
}

/// Every line a geometry, but for one that alone fills what was looked at.
bool is_geometry_lines(const std::vector<std::string_view>& lines) {
  constexpr std::array<std::string_view, 7> kKinds = {
      "point", "linestring", "polygon", "multi", "geometrycollection", "srid=", "01"};
  const std::string first = to_lower(trim(lines.front()).substr(0, 20));
  const bool begins = std::any_of(kKinds.begin(), kKinds.end(),
                                  [&](std::string_view kind) { return first.starts_with(kind); });
  if (!begins && !first.starts_with("00")) return false;
  if (lines.size() == 1 && lines.front().size() > kDetectBytes / 2) return true;
  return std::all_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return parse_geometry_text(trim(line)).ok(); });
}

/// For texts that say nothing themselves: a header alone, one column, free text.
DetectedFormat by_name(std::string_view file_name) {
  const std::string name = to_lower(file_name);
  const bool table = name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".psv");
  return found("csv", table ? "CSV" : "text without a known structure", table ? 0.5 : 0.2);
}

}  // namespace

DetectedFormat text_format(std::string_view text, std::string_view file_name) {
  text.remove_prefix(text.find_first_not_of(" \t\r\n"));
  if (text.front() == '<') return xml_format(text);
  if (text.front() == '{' || text.front() == '[' || text.front() == '\x1E')
    return json_format(text);
  constexpr size_t kLines = 20;
  auto lines = first_lines(text, kLines);
  if (is_plt(lines)) return found("plt", "a GeoLife trajectory (PLT)", 1.0);
  const auto sentences = std::count_if(lines.begin(), lines.end(), is_nmea);
  if (sentences > 0 && 2 * static_cast<size_t>(sentences) >= lines.size()) {
    return found("nmea", "NMEA 0183 sentences", 0.95);
  }
  if (lines.size() > 1 && lines.size() < kLines) lines.pop_back();  // it may be cut
  if (is_geometry_lines(lines)) return found("wkt", "geometries as text (WKT)", 0.95);
  if (has_delimiter(lines)) return found("csv", "CSV", 0.8);
  return by_name(file_name);
}

}  // namespace rhumb
