#include "base/sql_tokens.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {
namespace {

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool continues_word(char c) {
  return starts_word(c) || is_digit(c) || c == '$';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<SqlToken> run() {
    while (skip_space_and_comments()) {
      const size_t begin = at_;
      const SqlToken::Kind kind = take();
      tokens_.push_back(SqlToken{.kind = kind, .begin = begin, .end = at_});
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool sees(std::string_view text) const {
    return sql_.substr(at_).starts_with(text);
  }

  bool skip_space_and_comments() {
    while (at_ < sql_.size()) {
      if (is_space(peek())) {
        ++at_;
      } else if (sees("--")) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sees("/*")) {
        skip_block_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  // Block comments nest.
  void skip_block_comment() {
    for (int depth = 0; at_ < sql_.size();) {
      if (sees("/*")) {
        ++depth;
        at_ += 2;
      } else if (sees("*/")) {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  SqlToken::Kind take() {
    const char c = peek();
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      ++at_;
      return take_quoted('\'', true), SqlToken::Kind::kText;
    }
    if (c == '\'') return take_quoted('\'', false), SqlToken::Kind::kText;
    if (c == '"') return take_quoted('"', false), SqlToken::Kind::kQuotedName;
    if (c == '$' && take_dollar_quoted()) return SqlToken::Kind::kText;
    if (starts_word(c)) {
      while (at_ < sql_.size() && continues_word(peek())) ++at_;
      return SqlToken::Kind::kWord;
    }
    if (is_digit(c)) {
      while (at_ < sql_.size() && (continues_word(peek()) || peek() == '.')) ++at_;
      return SqlToken::Kind::kOther;
    }
    ++at_;
    return SqlToken::Kind::kOther;
  }

  void take_quoted(char mark, bool backslash_escapes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (backslash_escapes && peek() == '\\') {
        ++at_;
      } else if (peek() == mark) {
        ++at_;
        if (peek() != mark) return;
      }
    }
    at_ = std::min(at_, sql_.size());
  }

  // `$1` and `$name` are parameters; `$$` and `$name$` open a text.
  bool take_dollar_quoted() {
    size_t end = at_ + 1;
    if (end < sql_.size() && is_digit(sql_[end])) return false;
    while (end < sql_.size() && sql_[end] != '$' && continues_word(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  std::string_view sql_;
  size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  return Scanner(sql).run();
}

std::string_view statement_body(std::string_view sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  const auto last = std::find_if(tokens.rbegin(), tokens.rend(), [&](const SqlToken& token) {
    return sql.substr(token.begin, token.end - token.begin) != ";";
  });
  return last == tokens.rend() ? std::string_view() : sql.substr(0, last->end);
}

bool has_word(std::string_view sql, std::string_view word) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  return std::any_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) {
    return token.kind == SqlToken::Kind::kWord &&
           equals_ignoring_case(sql.substr(token.begin, token.end - token.begin), word);
  });
}

std::vector<std::string> names_in_schema(std::string_view sql, std::string_view schema) {
  std::vector<std::string> out;
  if (sql.find(schema) == std::string_view::npos) return out;  // nearly all statements
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  const auto name = [&](const SqlToken& token) {
    const std::string_view text = sql.substr(token.begin, token.end - token.begin);
    if (token.kind != SqlToken::Kind::kQuotedName) return std::string(text);
    std::string unquoted;
    for (size_t i = 1; i + 1 < text.size(); ++i) {
      unquoted += text[i];
      if (text[i] == '"') ++i;
    }
    return unquoted;
  };
  for (size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool dot =
        tokens[i + 1].end - tokens[i + 1].begin == 1 && sql[tokens[i + 1].begin] == '.';
    if (dot && name(tokens[i]) == schema) out.push_back(name(tokens[i + 2]));
  }
  return out;
}

}  // namespace rhumb
