#include "geo/geojson.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "geo/wkb.h"

namespace rhumb {
namespace {

constexpr int kMaxNesting = 512;  // of members that are passed over

std::optional<WkbKind> kind_of(std::string_view type) {
  if (type == "Point") return WkbKind::kPoint;
  if (type == "LineString") return WkbKind::kLineString;
  if (type == "Polygon") return WkbKind::kPolygon;
  if (type == "MultiPoint") return WkbKind::kMultiPoint;
  if (type == "MultiLineString") return WkbKind::kMultiLineString;
  if (type == "MultiPolygon") return WkbKind::kMultiPolygon;
  if (type == "GeometryCollection") return WkbKind::kCollection;
  return std::nullopt;
}

/// Reads the text once, from front to back, and writes WKB as it goes; counts and, once the first
/// position shows the dimensions, type codes are filled in afterwards. Members may come in any
/// order: coordinates that stand before their type are kept as text until it is known.
class GeoJsonReader {
 public:
  explicit GeoJsonReader(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  Result<std::string> geometry() { return finish(object(0)); }
  Result<std::string> position_alone() {
    begin_geometry(WkbKind::kPoint);
    return finish(point());
  }

 private:
  Result<std::string> finish(bool read) {
    skip_space();
    if (read && at_ != end_) read = fail("text follows the geometry's end");
    if (!read) {
      return Error{.code = Code::kBadValue,
                   .message = path_.empty() ? message_ : path_ + ": " + message_};
    }
    const size_t dimensions = dimensions_ == 0 ? 2 : dimensions_;
    const uint32_t thousands = dimensions == 3 ? 1000 : dimensions == 4 ? 3000 : 0;
    for (const size_t header : headers_) {
      uint32_t code = 0;
      std::memcpy(&code, out_.data() + header, sizeof code);
      code += thousands;
      std::memcpy(out_.data() + header, &code, sizeof code);
    }
    return std::move(out_);
  }

  // The path is built backwards while the readers return.
  bool fail(std::string message) {
    message_ = std::move(message);
    return false;
  }
  bool within(std::string_view member) {
    path_ = std::string(member) + (path_.empty() || path_.front() == '[' ? "" : ".") + path_;
    return false;
  }
  bool within(uint32_t index) {
    path_ = fmt::format("[{}]", index) + (path_.empty() || path_.front() == '[' ? "" : ".") + path_;
    return false;
  }
  bool expected(std::string_view what) {
    if (at_ == end_) return fail(fmt::format("expected {}, found the text's end", what));
    const auto left = static_cast<size_t>(end_ - at_);
    const std::string_view found(at_, std::min<size_t>(left, 20));
    return fail(fmt::format("expected {}, found '{}'", what, printable(found, 20)));
  }

  // ---- JSON

  void skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool accept(char c) {
    if (at_ < end_ && *at_ == c) {
      ++at_;
      return true;
    }
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool require(char c, std::string_view what) { return accept(c) || expected(what); }

  // The text between quotes as it stands; names with meaning hold no escapes.
  bool string(std::string_view& out) {
    if (!require('"', "a text in quotes")) return false;
    const char* const begin = at_;
    while (at_ < end_ && *at_ != '"') at_ += *at_ == '\\' && at_ + 1 < end_ ? 2 : 1;
    if (at_ == end_) return expected("a closing quote");
    out = {begin, static_cast<size_t>(at_++ - begin)};
    return true;
  }

  // Any value; its text is [from, at_) afterwards. Only brackets and quotes are looked at.
  bool skip_value() {
    int depth = 0;
    for (;;) {
      skip_space();
      if (at_ == end_) return expected("a value");
      const char c = *at_;
      if (c == '"') {
        std::string_view ignored;
        if (!string(ignored)) return false;
      } else if (c == '{' || c == '[') {
        if (++depth > kMaxNesting) return fail("it is nested too deeply");
        ++at_;
        continue;
      } else if (c == '}' || c == ']') {
        if (depth-- == 0) return expected("a value");
        ++at_;
      } else if (!skip_word()) {
        return expected("a value");
      }
      if (depth == 0) return true;
      skip_space();
      if (at_ < end_ && (*at_ == ',' || *at_ == ':')) ++at_;
    }
  }
  bool skip_word() {
    const char* const begin = at_;
    while (at_ < end_ && std::strchr(" \t\r\n,:]}{[\"", *at_) == nullptr) ++at_;
    return at_ > begin;
  }

  // ---- geometry objects

  struct Members {
    std::optional<WkbKind> kind;
    const char* content = nullptr;  // of the coordinates or geometries, where not yet read
    bool read = false;
    bool has_type = false;
  };

  bool object(int depth) {
    if (depth > kMaxWkbDepth) return fail("collections are nested too deeply");
    if (!require('{', "a geometry object")) return false;
    Members members;
    if (!accept('}')) {
      do {
        if (!member(members, depth)) return false;
      } while (accept(','));
      if (!require('}', ", or }")) return false;
    }
    if (!members.has_type) return fail("expected the member type");
    if (members.read) return true;
    if (members.content == nullptr) {
      return fail(fmt::format("expected the member {}", content_name(*members.kind)));
    }
    const char* const behind = at_;
    at_ = members.content;
    const bool done = content(members, depth);
    at_ = behind;
    return done;
  }

  bool member(Members& members, int depth) {
    std::string_view name;
    if (!string(name) || !require(':', "a colon")) return false;
    if (name == "type") return type(members);
    const bool known = members.has_type && content_name(*members.kind) == name;
    if (known && members.read) return fail(fmt::format("the member {} stands there twice", name));
    if (known) return content(members, depth);
    skip_space();
    const char* const begin = at_;
    if (!skip_value()) return within(name);
    if (!members.has_type && (name == "coordinates" || name == "geometries")) {
      members.content = begin;
    }
    return true;
  }

  bool type(Members& members) {
    std::string_view name;
    if (members.has_type) return fail("the member type stands there twice");
    if (!string(name)) return within("type");
    members.kind = kind_of(name);
    if (!members.kind) {
      return fail(
          fmt::format("'{}' is no kind of geometry; expected Point, LineString, Polygon, "
                      "their Multi forms or GeometryCollection",
                      printable(name, 40)));
    }
    return members.has_type = true;
  }

  static std::string_view content_name(WkbKind kind) {
    return kind == WkbKind::kCollection ? "geometries" : "coordinates";
  }

  bool content(Members& members, int depth) {
    members.read = true;
    begin_geometry(*members.kind);
    return content(*members.kind, depth) || within(content_name(*members.kind));
  }

  bool content(WkbKind kind, int depth) {
    switch (kind) {
      case WkbKind::kPoint:
        return point();
      case WkbKind::kLineString:
        return line();
      case WkbKind::kPolygon:
        return list([&] { return ring(); });
      case WkbKind::kMultiPoint:
        return list([&] { return part(WkbKind::kPoint, [&] { return position(); }); });
      case WkbKind::kMultiLineString:
        return list([&] { return part(WkbKind::kLineString, [&] { return line(); }); });
      case WkbKind::kMultiPolygon:
        return list(
            [&] { return part(WkbKind::kPolygon, [&] { return list([&] { return ring(); }); }); });
      case WkbKind::kCollection:
        return list([&] { return object(depth + 1); });
    }
    return false;
  }

  // ---- coordinates

  template <typename Read>
  bool part(WkbKind kind, Read read) {
    begin_geometry(kind);
    return read();
  }

  template <typename Item>
  bool list(Item item) {
    const size_t count_at = out_.size();
    put(uint32_t{0});
    if (!require('[', "an array")) return false;
    if (accept(']')) return true;
    uint32_t count = 0;
    do {
      if (!item()) return within(count);
      ++count;
    } while (accept(','));
    put_at(count_at, count);
    return require(']', ", or ]");
  }

  // EMPTY as a point is written as NaNs in as many dimensions as the rest has.
  bool point() {
    const char* const begin = at_;
    if (accept('[') && accept(']')) {
      if (dimensions_ == 0) dimensions_ = 2;
      for (size_t i = 0; i < dimensions_; ++i) put(std::numeric_limits<double>::quiet_NaN());
      return true;
    }
    at_ = begin;
    return position();
  }

  bool line() {
    const size_t count_at = out_.size();
    if (!list([&] { return position(); })) return false;
    return count(count_at) != 1 || fail("a line has one position only");
  }

  bool ring() {
    const size_t count_at = out_.size();
    if (!list([&] { return position(); })) return false;
    const uint32_t points = count(count_at);
    if (points < 4) return fail(fmt::format("a ring needs 4 positions, found {}", points));
    const size_t width = dimensions_ * sizeof(double);
    const Position first = at_position(count_at + sizeof(uint32_t));
    const Position last = at_position(out_.size() - width);
    if (first == last) return true;
    return fail(fmt::format("the ring is not closed: it begins at ({}, {}) and ends at ({}, {})",
                            first.x, first.y, last.x, last.y));
  }

  bool position() {
    std::array<double, 4> numbers{};
    size_t count = 0;
    if (!require('[', "a position such as [7.6, 45.0]")) return false;
    do {
      skip_space();
      if (count == numbers.size()) return fail("a position has more than 4 numbers");
      if (!read_number(at_, end_, numbers.at(count))) {
        return expected("a finite number") || within(static_cast<uint32_t>(count));
      }
      ++count;
    } while (accept(','));
    if (!require(']', ", or ]")) return false;
    if (count < 2) return fail("a position needs two numbers, found 1");
    if (dimensions_ == 0) dimensions_ = count;
    if (count != dimensions_) {
      return fail(
          fmt::format("a position has {} numbers and the first one {}", count, dimensions_));
    }
    const size_t start = out_.size();
    out_.resize(start + count * sizeof(double));
    std::memcpy(out_.data() + start, numbers.data(), count * sizeof(double));
    return true;
  }

  // ---- WKB

  void begin_geometry(WkbKind kind) {
    out_ += '\1';
    headers_.push_back(out_.size());
    put(static_cast<uint32_t>(kind));
  }
  template <typename T>
  void put(T value) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    out_.append(bytes.data(), bytes.size());
  }
  void put_at(size_t place, uint32_t value) {
    std::memcpy(out_.data() + place, &value, sizeof value);
  }
  [[nodiscard]] uint32_t count(size_t place) const {
    uint32_t value = 0;
    std::memcpy(&value, out_.data() + place, sizeof value);
    return value;
  }
  [[nodiscard]] Position at_position(size_t place) const {
    Position out;
    std::memcpy(&out.x, out_.data() + place, sizeof(double));
    std::memcpy(&out.y, out_.data() + place + sizeof(double), sizeof(double));
    return out;
  }

  const char* at_;
  const char* end_;
  std::string out_;
  std::vector<size_t> headers_;
  size_t dimensions_ = 0;
  std::string path_, message_;
};

}  // namespace

Result<std::string> parse_geojson_geometry(std::string_view text) {
  return GeoJsonReader(text).geometry();
}

Result<std::string> parse_geojson_position(std::string_view text) {
  return GeoJsonReader(text).position_alone();
}

}  // namespace rhumb
