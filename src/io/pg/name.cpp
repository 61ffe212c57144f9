#include "io/pg/name.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain(std::string_view name) {
  const auto fits = [](char c) { return (is_letter(c) && (c < 'A' || c > 'Z')) || is_digit(c); };
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), fits);
}

// Takes one part off the front of `rest`; nothing when it is no identifier.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string part;
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      part += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      part += rest[i++];
    } else {
      rest.remove_prefix(i + 1);
      return part;
    }
  }
  return std::nullopt;
}

std::optional<std::string> take_part(std::string_view& rest) {
  if (rest.starts_with('"')) return take_quoted(rest);
  size_t end = 0;
  while (end < rest.size() &&
         (is_letter(rest[end]) || (end > 0 && (is_digit(rest[end]) || rest[end] == '$')))) {
    ++end;
  }
  std::string part = to_lower(rest.substr(0, end));
  rest.remove_prefix(end);
  return part;
}

}  // namespace

std::string PgName::quoted() const {
  return schema.empty() ? quote_identifier(name)
                        : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string PgName::text() const {
  const auto shown = [](const std::string& part) {
    return is_plain(part) ? part : quote_identifier(part);
  };
  return schema.empty() ? shown(name) : shown(schema) + "." + shown(name);
}

Result<PgName> parse_pg_name(std::string_view text) {
  const Error bad{Code::kBadValue,
                  fmt::format("this is not the name of a table or view: {}", printable(text)),
                  "expected name or schema.name; put a part in double quotes when it has capitals, "
                  "spaces or other special characters: public.\"Odd Name\"",
                  {}};
  std::string_view rest = trim(text);
  std::vector<std::string> parts;
  while (true) {
    const auto part = take_part(rest);
    if (!part || part->empty() || part->find('\0') != std::string::npos || !is_utf8(*part)) {
      return bad;
    }
    parts.push_back(*part);
    if (rest.empty()) break;
    if (rest.front() != '.' || parts.size() == 2) return bad;
    rest.remove_prefix(1);
  }
  if (parts.size() == 1) return PgName{.schema = "", .name = parts[0]};
  return PgName{.schema = parts[0], .name = parts[1]};
}

}  // namespace rhumb
