#include "geo/wkt.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/wkb_walk.h"

namespace rhumb {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Recursive descent over the text. WKB is written as it is read; counts and, as the number of
// dimensions may only show in the first coordinate, type codes are filled in afterwards.
class WktParser {
 public:
  explicit WktParser(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    if (!geometry(std::nullopt, 0)) return fault();
    skip_space();
    if (at_ != text_.size()) {
      expected("the end of the text");
      return fault();
    }
    return std::move(out_);
  }

 private:
  Error fault() const {
    return {.code = Code::kBadValue,
            .message = fmt::format("at character {}: expected {}", fault_at_ + 1, expected_)};
  }

  bool expected(std::string_view what) {
    expected_ = what;
    fault_at_ = at_;
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool require(char c, std::string_view what) { return accept(c) || expected(what); }

  std::string_view peek_word() {
    skip_space();
    size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  bool accept_word(std::string_view word) {
    const std::string_view found = peek_word();
    if (!equals_ignoring_case(found, word)) return false;
    at_ += found.size();
    return true;
  }

  template <typename T>
  void put(T value) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    out_.append(bytes.data(), bytes.size());
  }

  void put_at(size_t position, uint32_t value) {
    std::memcpy(out_.data() + position, &value, sizeof value);
  }

  // `POINT`, `POINTZ`, `POINT Z`...: the letters may be glued to the word or stand alone.
  bool read_kind(WkbKind& kind) {
    const size_t from = at_;
    const std::string word = to_lower(peek_word());
    for (int code = 1; code <= 7; ++code) {
      kind = static_cast<WkbKind>(code);
      const std::string name = to_lower(wkb_kind_name(kind));
      if (word.compare(0, name.size(), name) != 0) continue;
      const std::string letters = word.substr(name.size());
      if (!letters.empty() && letters != "z" && letters != "m" && letters != "zm") continue;
      at_ += word.size();
      set_letters(letters.empty() ? stand_alone_letters() : letters);
      return true;
    }
    at_ = from;
    skip_space();
    return expected("a kind of geometry such as POINT or MULTIPOLYGON");
  }

  std::string stand_alone_letters() {
    for (const char* letters : {"z", "m", "zm"}) {
      if (accept_word(letters)) return letters;
    }
    return "";
  }

  void set_letters(const std::string& letters) {
    if (letters.empty()) return;
    has_z_ = letters.front() == 'z';
    has_m_ = letters.back() == 'm';
    known_ = true;
  }

  bool geometry(std::optional<WkbKind> parent, int depth) {
    if (depth > kMaxWkbDepth) return expected("collections nested less deeply");
    const bool outer_z = has_z_, outer_m = has_m_, outer_known = known_;
    WkbKind kind{};
    const size_t from = at_;
    if (!read_kind(kind)) return false;
    if (parent && outer_known && (has_z_ != outer_z || has_m_ != outer_m)) {
      at_ = from;
      return expected("a part with the dimensions of its collection");
    }
    return body(kind, depth);
  }

  // What stands in parentheses, after the kind's name or as a part without it.
  bool body(WkbKind kind, int depth) {
    const size_t start = out_.size();
    put(char{1});
    put(uint32_t{0});
    if (!content(kind, depth)) return false;
    const uint32_t thousands = (has_z_ ? 1U : 0U) + (has_m_ ? 2U : 0U);
    put_at(start + 1, static_cast<uint32_t>(kind) + thousands * 1000);
    return true;
  }

  bool content(WkbKind kind, int depth) {
    if (kind == WkbKind::kPoint) return point();
    const size_t count_at = out_.size();
    put(uint32_t{0});
    if (accept_word("EMPTY")) return known_ = true;
    if (!require('(', "( or EMPTY")) return false;
    uint32_t count = 0;
    if (kind == WkbKind::kLineString) {
      if (!coordinates(count)) return false;
      if (count < 2) return expected("a second point");
    } else {
      do {
        if (!part(kind, depth)) return false;
        ++count;
      } while (accept(','));
      if (!require(')', ", or )")) return false;
    }
    put_at(count_at, count);
    return true;
  }

  bool part(WkbKind kind, int depth) {
    switch (kind) {
      case WkbKind::kPolygon:
        return ring();
      case WkbKind::kMultiPoint:
        return multipoint_part();
      case WkbKind::kMultiLineString:
        return body(WkbKind::kLineString, depth + 1);
      case WkbKind::kMultiPolygon:
        return body(WkbKind::kPolygon, depth + 1);
      default:
        return geometry(kind, depth + 1);
    }
  }

  bool point() {
    if (accept_word("EMPTY")) return empty_point();
    return require('(', "( or EMPTY") && coordinate() && require(')', ")");
  }

  // What is EMPTY fixes the dimensions too: its type code is already written.
  bool empty_point() {
    known_ = true;
    for (size_t i = 0; i < dimensions(); ++i) put(std::nan(""));
    return true;
  }

  // Both `((1 2), (3 4))` and the older `(1 2, 3 4)` are in use.
  bool multipoint_part() {
    const size_t start = out_.size();
    put(char{1});
    put(uint32_t{0});
    skip_space();
    const bool bare = at_ < text_.size() && text_[at_] != '(' && !is_letter(text_[at_]);
    if (!(bare ? coordinate() : point())) return false;
    put_at(start + 1, 1 + ((has_z_ ? 1U : 0U) + (has_m_ ? 2U : 0U)) * 1000);
    return true;
  }

  bool ring() {
    const size_t count_at = out_.size();
    put(uint32_t{0});
    uint32_t count = 0;
    if (!require('(', "(") || !coordinates(count)) return false;
    if (count < 4) return expected("four points or more in a ring");
    const size_t first = count_at + sizeof count;
    const size_t last = out_.size() - dimensions() * sizeof(double);
    Position begin, end;
    std::memcpy(&begin, out_.data() + first, sizeof begin);
    std::memcpy(&end, out_.data() + last, sizeof end);
    if (!(begin == end)) return expected("a ring that ends where it begins");
    put_at(count_at, count);
    return true;
  }

  // Up to and with the closing parenthesis.
  bool coordinates(uint32_t& count) {
    do {
      if (!coordinate()) return false;
      ++count;
    } while (accept(','));
    return require(')', ", or )");
  }

  bool coordinate() {
    size_t found = 0;
    for (double value = 0; found < 4 && number(value); ++found) put(value);
    if (found < 2) return expected("a number");
    if (!known_) {
      has_z_ = found >= 3;
      has_m_ = found == 4;
      known_ = true;
    }
    return found == dimensions() ||
           expected(fmt::format("{} numbers in every coordinate", dimensions()));
  }

  bool number(double& value) {
    skip_space();
    size_t from = at_;
    if (from < text_.size() && text_[from] == '+') ++from;
    if (from == text_.size() || is_letter(text_[from])) return false;
    const char* const end = text_.data() + text_.size();
    const auto parsed = std::from_chars(text_.data() + from, end, value);
    // "-nan" and "-inf" are numbers to from_chars.
    if (parsed.ec != std::errc{} || !std::isfinite(value)) return false;
    if (parsed.ptr != end && (is_letter(*parsed.ptr) || *parsed.ptr == '.')) return false;
    at_ = static_cast<size_t>(parsed.ptr - text_.data());
    return true;
  }

  size_t dimensions() const { return 2U + (has_z_ ? 1 : 0) + (has_m_ ? 1 : 0); }

  std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  bool has_z_ = false, has_m_ = false;
  bool known_ = false;  // by letters or by the first coordinate
  std::string expected_;
  size_t fault_at_ = 0;
};

class WktWriter {
 public:
  void geometry(const WkbHeader& header, uint32_t count) {
    const bool named = open_.empty() || open_.back().kind == WkbKind::kCollection;
    separate();
    if (named) {
      out += wkb_kind_name(header.kind);
      if (header.has_z || header.has_m) out += ' ';
      if (header.has_z) out += 'Z';
      if (header.has_m) out += 'M';
      out += ' ';
    }
    out += count == 0 ? "EMPTY" : "(";
    open_.push_back({header.kind, header.dimensions(), count, 0, 0});
  }
  void ring(uint32_t points) {
    separate();
    out += '(';
    open_.back().ring = points;
  }
  void coordinate(const double* at) {
    Level& level = open_.back();
    if (level.kind != WkbKind::kPolygon) separate();
    for (size_t i = 0; i < level.dimensions; ++i) {
      out += fmt::format("{}{}", i == 0 ? "" : " ", at[i]);
    }
    if (level.kind == WkbKind::kPolygon) out += --level.ring == 0 ? ")" : ", ";
  }
  void end() {
    if (open_.back().count > 0) out += ')';
    open_.pop_back();
  }

  std::string out;

 private:
  struct Level {
    WkbKind kind;
    size_t dimensions;
    uint32_t count;
    uint32_t ring;  // points still to come
    uint32_t seen;
  };

  void separate() {
    if (!open_.empty() && open_.back().seen++ > 0) out += ", ";
  }

  std::vector<Level> open_;
};

}  // namespace

Result<std::string> parse_wkt(std::string_view text) {
  return WktParser(text).run();
}

bool parse_wkt_point(std::string_view text, Position& at) {
  constexpr std::string_view kWord = "point";
  if (text.size() < kWord.size() + 5 || text.back() != ')') return false;
  for (size_t i = 0; i < kWord.size(); ++i) {
    if ((text[i] | 0x20) != kWord[i]) return false;
  }
  const char* p = text.data() + kWord.size();
  const char* const end = text.data() + text.size() - 1;
  if (*p == ' ') ++p;
  if (*p++ != '(') return false;
  const auto x = std::from_chars(p, end, at.x);
  if (x.ec != std::errc{} || x.ptr == end || *x.ptr != ' ') return false;
  const auto y = std::from_chars(x.ptr + 1, end, at.y);
  return y.ec == std::errc{} && y.ptr == end && std::isfinite(at.x) && std::isfinite(at.y);
}

std::string write_wkt(std::string_view wkb) {
  WktWriter writer;
  if (WkbWalk(wkb, writer).run() != nullptr) return "(malformed WKB)";
  return std::move(writer.out);
}

}  // namespace rhumb
