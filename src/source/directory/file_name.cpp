#include "source/directory/file_name.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

/// Bytes of the character at the start of `text`, 0 when it is not UTF-8.
size_t character_length(std::string_view text) {
  for (size_t length = 1; length <= std::min<size_t>(4, text.size()); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Undoes one escape at the start of `text`, which begins after the backslash.
std::optional<char> unescape(std::string_view& text) {
  if (text.starts_with('\\')) {
    text.remove_prefix(1);
    return '\\';
  }
  if (text.size() < 3 || text[0] != 'x') return std::nullopt;
  const int high = hex_digit(text[1]);
  const int low = hex_digit(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  text.remove_prefix(3);
  return static_cast<char>(high * 16 + low);
}

bool stays_inside(std::string_view path) {
  const auto parts = split(path, '/');
  return path.find('\0') == std::string_view::npos &&
         std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
           return part.empty() || part == "." || part == "..";
         });
}

}  // namespace

std::string input_name(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t length = character_length(path);
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(path[0]));
    } else {
      if (path[0] == '\\') out += '\\';
      out += path.substr(0, length);
    }
    path.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

std::optional<std::string> path_of_input(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const char c = name[0];
    name.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    const auto byte = unescape(name);
    if (!byte) return std::nullopt;
    out += *byte;
  }
  return stays_inside(out) ? std::optional(out) : std::nullopt;
}

bool is_private_name(std::string_view name) {
  return name.starts_with('.') || name.starts_with('_') || name.ends_with('~') ||
         name.ends_with(".tmp") || name.ends_with(".part");
}

}  // namespace rhumb
