#include "decode/value/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace rhumb {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// from_chars knows no plus; "+-1" must not become -1.
bool drop_plus(std::string_view& text) {
  if (text.empty() || text.front() != '+') return true;
  text.remove_prefix(1);
  return !text.empty() && text.front() != '-';
}

bool only_zeros(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

bool parse_integer(std::string_view text, int64_t& out) {
  if (!drop_plus(text)) return false;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{}) return false;
  if (stop == end) return true;
  const std::string_view rest(stop, static_cast<size_t>(end - stop));
  return rest.front() == '.' && only_zeros(rest.substr(1));
}

bool is_canonical_integer(std::string_view text) {
  if (text == "0") return true;
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && text.front() != '0' &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_plain_number(std::string_view text) {
  double ignored = 0;
  if (is_canonical_integer(text)) return true;
  if (!parse_double(text, ignored) || text.front() == '+') return false;
  if (text.front() == '-') text.remove_prefix(1);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && is_digit(text[1]);
  return !leading_zero && text.find_first_not_of("0123456789") != std::string_view::npos;
}

bool parse_double(std::string_view text, double& out) {
  if (!drop_plus(text)) return false;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stop == end && std::isfinite(out);
}

bool parse_decimal(std::string_view text, int precision, int scale, Int128& out) {
  if (!drop_plus(text)) return false;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view fraction;
  if (dot != std::string_view::npos) fraction = text.substr(dot + 1);
  if (whole.empty() && fraction.empty()) return false;
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > static_cast<size_t>(scale)) return false;
  Int128 value = 0;
  int digits = 0;  // significant ones
  const auto push = [&](char c) {
    if (!is_digit(c)) return false;
    if (digits > 0 || c != '0') ++digits;
    if (digits > precision) return false;
    value = value * 10 + (c - '0');
    return true;
  };
  for (const char c : whole) {
    if (!push(c)) return false;
  }
  for (int i = 0; i < scale; ++i) {
    const auto at = static_cast<size_t>(i);
    if (!push(at < fraction.size() ? fraction[at] : '0')) return false;
  }
  out = negative ? -value : value;
  return true;
}

bool parse_boolean(std::string_view text, bool& out) {
  constexpr auto kTrue = std::to_array<std::string_view>({"true", "t", "yes", "y", "on", "1"});
  constexpr auto kFalse = std::to_array<std::string_view>({"false", "f", "no", "n", "off", "0"});
  for (size_t i = 0; i < kTrue.size(); ++i) {
    out = equals_ignoring_case(text, kTrue[i]);
    if (out || equals_ignoring_case(text, kFalse[i])) return true;
  }
  return false;
}

}  // namespace rhumb
