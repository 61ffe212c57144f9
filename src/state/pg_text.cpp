#include <array>
#include <charconv>

#include "base/text.h"
#include "state/pg_state_database.h"

namespace rhumb {
namespace {

constexpr char kEscape = '\x1A';

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string escaped_for_pg(std::string_view bytes) {
  const bool plain = is_utf8(bytes) && bytes.find('\0') == std::string_view::npos &&
                     bytes.find(kEscape) == std::string_view::npos;
  if (plain) return std::string(bytes);
  constexpr std::string_view kDigits = "0123456789abcdef";
  const bool utf8 = is_utf8(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    // In a text with one bad byte all that are not ASCII are written out.
    if (c != '\0' && c != kEscape && (utf8 || byte < 0x80)) {
      out += c;
      continue;
    }
    out += kEscape;
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
  return out;
}

std::string unescaped_from_pg(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == kEscape && i + 2 < text.size();
    const int high = escape ? digit(text[i + 1]) : -1;
    const int low = escape ? digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string with_pg_parameters(std::string_view sql) {
  std::string out;
  int next = 1;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '?') {
      out += sql[i];
      continue;
    }
    out += '$';
    const bool numbered = i + 1 < sql.size() && digit(sql[i + 1]) >= 0 && digit(sql[i + 1]) < 10;
    if (!numbered) out += std::to_string(next++);
  }
  return out;
}

}  // namespace rhumb
