// Any text as a value: moments, numbers, JSON, geometry, lengths of time, and the tokens of SQL.
// The first line is also taken for a format of times, the rest for a text in it.

#include <cmath>
#include <cstdint>
#include <string>

#include "base/sql_tokens.h"
#include "base/time.h"
#include "component/config.h"
#include "decode/value/geometry_text.h"
#include "decode/value/json_text.h"
#include "decode/value/number_text.h"
#include "decode/value/time_text.h"
#include "decode/value/type_guess.h"
#include "geo/wkb.h"
#include "tests/fuzz/require.h"

namespace {

using namespace rhumb;

constexpr Micros kDay = 86'400'000'000;
constexpr Micros kFirst = -719'162 * kDay, kLast = 2'932'898 * kDay;  // years 1 to 9999, and a day

void check_times(std::string_view text) {
  ParsedTime time;
  if (parse_timestamp(text, time)) {
    require(time.local >= kFirst && time.local <= kLast);
    require(std::abs(time.offset) <= kDay && (time.has_offset || time.offset == 0));
  }
  int32_t days = 0;
  if (parse_date(text, days)) require(days * kDay >= kFirst && days * kDay <= kLast);
  Micros clock = 0;
  if (parse_clock(text, clock)) require(clock >= 0 && clock < kDay);
  (void)is_month_first(text);
  (void)parse_duration(text);
}

void check_format(std::string_view text) {
  const size_t line = std::min(text.find('\n'), text.size());
  const auto format = TimeFormat::compile(text.substr(0, line));
  if (!format.ok()) return require_shown(format.error());
  ParsedTime time;
  (void)format->parse(text.substr(std::min(line + 1, text.size())), time);
}

void check_numbers(std::string_view text) {
  int64_t integer = 0;
  if (is_canonical_integer(text))
    require(!parse_integer(text, integer) || std::to_string(integer) == text);
  double number = 0;
  if (parse_double(text, number)) require(std::isfinite(number));
  if (is_plain_number(text)) require(parse_double(text, number) || !std::isfinite(number));
  Int128 decimal = 0;
  (void)parse_decimal(text, 38, 10, decimal);
  (void)parse_fraction(text);
  (void)parse_size(text);
  TypeGuess guess;
  guess.add(text);
  (void)guess.type();
}

void check_sql(std::string_view text) {
  size_t at = 0;
  for (const SqlToken& token : sql_tokens(text)) {
    require(token.begin >= at && token.end > token.begin && token.end <= text.size());
    at = token.end;
  }
  require(text.starts_with(statement_body(text)));
  (void)names_in_schema(text, "main");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  check_times(text);
  check_format(text);
  check_numbers(text);
  check_sql(text);
  (void)is_json(text);
  const auto geometry = parse_geometry_text(text);
  if (geometry.ok()) require(inspect_wkb(geometry->wkb).ok());
  return 0;
}
