#include "decode/value/geometry_text.h"

#include <charconv>

#include "base/text.h"
#include "geo/geojson.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int letter = (c | 0x20) - 'a';
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

// The byte order comes first in WKB, so that its digits cannot be mistaken for a word of WKT.
bool looks_like_hex(std::string_view text) {
  return text.size() >= 10 && text[0] == '0' && (text[1] == '0' || text[1] == '1');
}

Result<NormalWkb> parse_hex_geometry(std::string_view text) {
  std::string bytes;
  if (!parse_hex(text, bytes)) {
    return Error{.code = Code::kBadValue, .message = "it is not an even number of hex digits"};
  }
  return normalize_wkb(bytes);
}

Result<NormalWkb> parse_ewkt(std::string_view text) {
  const size_t end = text.find(';');
  if (end == std::string_view::npos) {
    return Error{.code = Code::kBadValue, .message = "expected ; after the SRID"};
  }
  const std::string_view digits = text.substr(5, end - 5);
  NormalWkb out;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.srid);
  if (error != std::errc{} || stop != digits.data() + digits.size()) {
    return Error{.code = Code::kBadValue, .message = "expected a number after SRID="};
  }
  RHUMB_ASSIGN(out.wkb, parse_wkt(text.substr(end + 1)));
  return out;
}

Result<NormalWkb> plain(Result<std::string> wkb) {
  if (!wkb.ok()) return std::move(wkb).error();
  return NormalWkb{std::move(wkb).value(), 0};
}

}  // namespace

bool parse_hex(std::string_view text, std::string& out) {
  if (text.size() % 2 != 0) return false;
  out.resize(text.size() / 2);
  for (size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<char>(high * 16 + low);
  }
  return true;
}

Result<NormalWkb> parse_geometry_text(std::string_view text) {
  if (text.substr(0, 2) == "\\x") return parse_hex_geometry(text.substr(2));
  if (looks_like_hex(text)) return parse_hex_geometry(text);
  if (text.starts_with('{')) return plain(parse_geojson_geometry(text));
  if (text.starts_with('[')) return plain(parse_geojson_position(text));
  if (equals_ignoring_case(text.substr(0, 5), "srid=")) return parse_ewkt(text);
  return plain(parse_wkt(text));
}

}  // namespace rhumb
