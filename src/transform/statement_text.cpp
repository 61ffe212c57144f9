#include "transform/statement_text.h"

#include <algorithm>
#include <cctype>

namespace rhumb {
namespace {

constexpr size_t kEnd = std::string_view::npos;

size_t or_end(size_t at, size_t length, std::string_view sql) {
  return at == kEnd ? sql.size() : at + length;
}

// Behind the quoted text that starts at `at`. A doubled quote ends one text and starts the next,
// which comes to the same; backslashes count in E'...' only.
size_t skip_quoted(std::string_view sql, size_t at, bool backslashes) {
  const char mark = sql[at];
  for (size_t i = at + 1; i < sql.size(); ++i) {
    if (backslashes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == mark) {
      return i + 1;
    }
  }
  return sql.size();
}

// Block comments nest.
size_t skip_comment(std::string_view sql, size_t at) {
  size_t depth = 0;
  for (size_t i = at; i + 1 < sql.size(); ++i) {
    if (sql[i] == '/' && sql[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (sql[i] == '*' && sql[i + 1] == '/') {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return sql.size();
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// $tag$ ... $tag$; a dollar that starts none is one character.
size_t skip_dollar(std::string_view sql, size_t at) {
  size_t end = at + 1;
  while (end < sql.size() && is_word(sql[end])) ++end;
  const bool parameter = end < sql.size() && end > at + 1 &&
                         std::isdigit(static_cast<unsigned char>(sql[at + 1])) != 0;
  if (end >= sql.size() || sql[end] != '$' || parameter) return at + 1;
  const std::string_view tag = sql.substr(at, end + 1 - at);
  return or_end(sql.find(tag, end + 1), tag.size(), sql);
}

bool escapes(std::string_view sql, size_t quote) {
  const bool e = quote > 0 && (sql[quote - 1] == 'e' || sql[quote - 1] == 'E');
  return e && (quote < 2 || !is_word(sql[quote - 2]));
}

}  // namespace

std::string_view first_statement(std::string_view sql) {
  size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    const char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
    if (c == ';') return sql.substr(0, at);
    if (c == '\'' || c == '"') {
      at = skip_quoted(sql, at, c == '\'' && escapes(sql, at));
    } else if (c == '-' && next == '-') {
      at = or_end(sql.find('\n', at), 1, sql);
    } else if (c == '/' && next == '*') {
      at = skip_comment(sql, at);
    } else if (c == '$' && (at == 0 || !is_word(sql[at - 1]))) {
      at = skip_dollar(sql, at);
    } else {
      ++at;
    }
  }
  return sql;
}

std::string in_parentheses(std::string_view sql) {
  return "(\n" + std::string(first_statement(sql)) + "\n)";
}

}  // namespace rhumb
