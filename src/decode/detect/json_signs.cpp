#include "decode/detect/json_signs.h"

#include <algorithm>
#include <array>
#include <string>

namespace rhumb {
namespace {

constexpr char kRecordSeparator = '\x1E';

/// The members of the first object of a text, as far as they are needed to name its format.
class FirstObject {
 public:
  explicit FirstObject(std::string_view text) : text_(text) {}

  void read() {
    skip_to('{');
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        take_string(depth);
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) {
        closed_ = true;
        ++at_;
        return;
      }
      if (c == ',') key_ = {};
      ++at_;
    }
  }

  [[nodiscard]] std::string_view type() const { return type_; }
  [[nodiscard]] bool has(std::string_view key) const {
    return std::any_of(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(count_),
                       [&](std::string_view known) { return known == key; });
  }
  /// The object is whole, and another one follows on a line of its own.
  [[nodiscard]] bool another_follows() const {
    if (!closed_) return false;
    const size_t next = text_.find_first_not_of(" \t\r", at_);
    if (next == std::string_view::npos || text_[next] != '\n') return false;
    const size_t begin = text_.find_first_not_of(" \t\r\n", next);
    return begin != std::string_view::npos &&
           (text_[begin] == '{' || text_[begin] == kRecordSeparator);
  }

 private:
  void skip_to(char wanted) { at_ = std::min(text_.size(), text_.find(wanted)); }

  void take_string(int depth) {
    const size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view text = text_.substr(begin, at_ - begin);
    at_ = std::min(at_ + 1, text_.size());
    if (depth != 1) return;
    const size_t colon = text_.find_first_not_of(" \t\r\n", at_);
    if (colon != std::string_view::npos && text_[colon] == ':') {
      key_ = text;
      if (count_ < keys_.size()) keys_.at(count_++) = text;
    } else if (key_ == "type" && type_.empty()) {
      type_ = text;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string_view key_, type_;
  std::array<std::string_view, 64> keys_{};
  size_t count_ = 0;
  bool closed_ = false;
};

DetectedFormat said(std::string_view format, std::string_view detail, double confidence) {
  return {.format = std::string(format), .detail = std::string(detail), .confidence = confidence};
}

}  // namespace

bool is_geojson_type(std::string_view type) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"FeatureCollection", "Feature", "Point", "LineString", "Polygon", "MultiPoint",
       "MultiLineString", "MultiPolygon", "GeometryCollection"});
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

DetectedFormat json_format(std::string_view text) {
  FirstObject first(text);
  first.read();
  const bool sequence = text.front() == kRecordSeparator;
  const bool lines = text.front() == '{' && first.another_follows();
  if (first.type() == "Topology" || (first.has("arcs") && first.has("objects"))) {
    return said("topojson", "TopoJSON", 0.95);
  }
  const bool typed = is_geojson_type(first.type());
  if (typed && sequence) return said("geojson", "a GeoJSON text sequence", 0.95);
  if (typed && lines) return said("geojson", "newline-delimited GeoJSON", 0.95);
  if (typed) return said("geojson", "GeoJSON", 0.95);
  if (text.front() == '{' && first.has("features")) return said("geojson", "GeoJSON", 0.8);
  if (sequence) return said("json", "a JSON text sequence", 0.9);
  if (lines) return said("json", "JSON lines", 0.9);
  if (text.front() == '[') return said("json", "a JSON array", 0.8);
  return said("json", "a JSON object", 0.7);
}

}  // namespace rhumb
