#include "decode/value/json_text.h"

#include <charconv>

namespace rhumb {
namespace {

constexpr int kMaxDepth = 512;

class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}

  bool run() {
    if (!value(0)) return false;
    skip_space();
    return text_.empty();
  }

 private:
  void skip_space() {
    const size_t first = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(first == std::string_view::npos ? text_.size() : first);
  }
  bool accept(char c) {
    skip_space();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool accept_word(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  bool value(int depth) {
    if (depth > kMaxDepth) return false;
    skip_space();
    if (text_.empty()) return false;
    switch (text_.front()) {
      case '{':
        return members(depth);
      case '[':
        return elements(depth);
      case '"':
        return string();
      case 't':
        return accept_word("true");
      case 'f':
        return accept_word("false");
      case 'n':
        return accept_word("null");
      default:
        return number();
    }
  }

  bool members(int depth) {
    accept('{');
    if (accept('}')) return true;
    do {
      skip_space();
      if (!string() || !accept(':') || !value(depth + 1)) return false;
    } while (accept(','));
    return accept('}');
  }

  bool elements(int depth) {
    accept('[');
    if (accept(']')) return true;
    do {
      if (!value(depth + 1)) return false;
    } while (accept(','));
    return accept(']');
  }

  bool string() {
    if (text_.empty() || text_.front() != '"') return false;
    text_.remove_prefix(1);
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool escape() {
    if (text_.empty()) return false;
    const char c = text_.front();
    text_.remove_prefix(1);
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    unsigned unit = 0;
    if (!code_unit(unit) || unit == 0) return false;
    const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    const bool high = unit >= 0xD800 && unit <= 0xDBFF;
    if (!high) return !low;
    return accept_word("\\u") && code_unit(unit) && unit >= 0xDC00 && unit <= 0xDFFF;
  }

  bool code_unit(unsigned& unit) {
    if (text_.size() < 4) return false;
    const char* const end = text_.data() + 4;
    const auto [stop, error] = std::from_chars(text_.data(), end, unit, 16);
    text_.remove_prefix(4);
    return error == std::errc{} && stop == end;
  }

  size_t digits() {
    const size_t end = text_.find_first_not_of("0123456789");
    const size_t count = end == std::string_view::npos ? text_.size() : end;
    text_.remove_prefix(count);
    return count;
  }

  bool number() {
    accept_word("-");
    const bool zero = !text_.empty() && text_.front() == '0';
    const size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (accept_word(".") && digits() == 0) return false;
    if (accept_word("e") || accept_word("E")) {
      if (!accept_word("+")) accept_word("-");
      return digits() > 0;
    }
    return true;
  }

  std::string_view text_;
};

}  // namespace

bool is_json(std::string_view text) {
  return JsonChecker(text).run();
}

}  // namespace rhumb
