#include "project/front_matter.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {
namespace {

bool is_comment(std::string_view line) {
  return line.starts_with("--");
}

// A comment line's text: without `--` and one space.
std::string_view comment_text(std::string_view line) {
  line.remove_prefix(2);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

bool is_fence(std::string_view line) {
  return is_comment(line) && trim(comment_text(line)) == "---" && !line.starts_with("----");
}

Error misplaced(const std::string& file, size_t line, std::string message, std::string hint) {
  return Error{
      Code::kBadYaml, std::move(message), std::move(hint), {file, static_cast<int>(line) + 1, 1}};
}

struct Fences {
  size_t open = 0;   ///< line of the first `-- ---`
  size_t close = 0;  ///< line of the second; 0 = there is no front matter
};

/// A fence below another comment would be skipped in silence, and its asserts with it.
Result<Fences> no_front_matter(const std::vector<std::string_view>& lines,
                               const std::string& file) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (is_fence(lines[i])) {
      return misplaced(file, i, "front matter must be the first thing in the file",
                       "move it above the other comments");
    }
    if (!trim(lines[i]).empty() && !is_comment(lines[i])) break;
  }
  return Fences{};
}

Result<Fences> find_fences(const std::vector<std::string_view>& lines, const std::string& file) {
  Fences found;
  while (found.open < lines.size() && trim(lines[found.open]).empty()) ++found.open;
  if (found.open == lines.size() || !is_fence(lines[found.open]))
    return no_front_matter(lines, file);
  const auto closing = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(found.open) + 1,
                                    lines.end(), is_fence);
  if (closing == lines.end()) {
    return misplaced(file, found.open, "the front matter that begins here is not closed",
                     "close it with a second line `-- ---`");
  }
  found.close = static_cast<size_t>(closing - lines.begin());
  for (size_t i = found.open + 1; i < found.close; ++i) {
    if (is_comment(lines[i]) || trim(lines[i]).empty()) continue;
    return misplaced(file, i, "every line of the front matter must begin with `--`",
                     "begin it with `-- `, or close the front matter above with `-- ---`");
  }
  return found;
}

void take_yaml(const std::vector<std::string_view>& lines, Fences fences, const std::string& file,
               SqlFile& out) {
  std::string yaml;
  out.yaml_origin.file = file;
  for (size_t i = fences.open + 1; i < fences.close; ++i) {
    const bool bare = !is_comment(lines[i]);
    const std::string_view text = bare ? "" : comment_text(lines[i]);
    yaml.append(text).append("\n");
    out.yaml_origin.lines.push_back(
        {.line = static_cast<int>(i) + 1,
         .columns_before = bare ? 0 : static_cast<int>(lines[i].size() - text.size())});
  }
  out.yaml = std::move(yaml);
  out.yaml_place = {file, static_cast<int>(fences.open) + 1, 1};
}

/// Walks over SQL just far enough to tell comments from everything else.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::pair<size_t, size_t> range() {
    size_t first = std::string_view::npos, end = 0;
    while (at_ < text_.size()) {
      const size_t begin = at_;
      if (skip_comment() || skip_space()) continue;
      const bool semicolon = text_[at_] == ';';
      skip_token();
      first = std::min(first, begin);
      if (!semicolon) end = at_;
    }
    return end == 0 ? std::pair{size_t{0}, size_t{0}} : std::pair{first, end};
  }

 private:
  [[nodiscard]] bool sees(std::string_view word) const {
    return text_.substr(at_, word.size()) == word;
  }
  void skip_past(std::string_view word, size_t from) {
    const size_t found = text_.find(word, from);
    at_ = found == std::string_view::npos ? text_.size() : found + word.size();
  }

  bool skip_space() {
    if (trim(text_.substr(at_, 1)).empty()) return ++at_, true;
    return false;
  }

  bool skip_comment() {
    if (sees("--")) return skip_past("\n", at_), true;
    if (!sees("/*")) return false;
    // They nest. One that never ends is left to the SQL parser, which says so.
    size_t depth = 0, i = at_;
    do {
      const std::string_view two = text_.substr(i, 2);
      if (two.size() < 2) return false;
      depth += two == "/*" ? 1U : 0U;
      depth -= two == "*/" ? 1U : 0U;
      i += two == "/*" || two == "*/" ? 2U : 1U;
    } while (depth > 0);
    at_ = i;
    return true;
  }

  void skip_token() {
    const char c = text_[at_];
    if (sees("/*")) {
      at_ = text_.size();
    } else if (c == '\'' || c == '"') {
      skip_past(std::string(1, c), at_ + 1);  // a doubled quote reads as the next text
    } else if (c == '$') {
      skip_dollars();
    } else if (is_word(c)) {
      skip_word();
    } else {
      ++at_;
    }
  }

  static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  // Of all words only `E` changes how the quote behind it is read: `E'it\'s'`.
  void skip_word() {
    const size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const bool escapes = at_ - begin == 1 && (text_[begin] == 'e' || text_[begin] == 'E');
    if (!escapes || !sees("'")) return;
    for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  // `$tag$ ... $tag$`; `$name` alone is a parameter.
  void skip_dollars() {
    const size_t end = text_.find('$', at_ + 1);
    const std::string_view tag =
        end == std::string_view::npos ? "" : text_.substr(at_, end + 1 - at_);
    const bool is_tag = !tag.empty() && std::all_of(tag.begin() + 1, tag.end() - 1, is_word);
    if (is_tag) {
      skip_past(tag, end + 1);
    } else {
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::pair<size_t, size_t> statement_range(std::string_view text) {
  return Scanner(text).range();
}

Result<SqlFile> split_sql_file(std::string_view text, const std::string& file) {
  const std::vector<std::string_view> lines = lines_of(text);
  RHUMB_ASSIGN(const Fences fences, find_fences(lines, file));
  SqlFile out;
  std::string_view sql = text;
  if (fences.close > 0) {
    take_yaml(lines, fences, file, out);
    const std::string_view last = lines[fences.close];
    sql = text.substr(static_cast<size_t>(last.data() - text.data()) + last.size());
  }
  const auto [first, end] = statement_range(sql);
  const size_t begin = (text.size() - sql.size()) + (end == 0 ? sql.size() : first);
  const auto [line, column] = position_of(text, begin);
  out.sql = sql.substr(first, end - first);
  out.sql_place = Origin{file, {}}.place(line, column);
  return out;
}

}  // namespace rhumb
