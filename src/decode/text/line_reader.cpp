#include "decode/text/line_reader.h"

#include <algorithm>
#include <utility>

namespace rhumb {
namespace {

constexpr size_t kStep = size_t{16} << 10;

}  // namespace

Result<bool> LineReader::next(std::string_view& line) {
  input_->consume(std::exchange(taken_, 0));
  if (std::exchange(cut_, false)) RHUMB_TRY(pass_rest());
  for (size_t wanted = kStep;; wanted = std::min(2 * wanted, most_ + 2)) {
    RHUMB_ASSIGN(const std::string_view text, input_->peek(wanted));
    if (text.empty()) return false;
    const bool whole = text.size() < wanted;
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    // A CR at the very end may be half of a line's end.
    const bool open = end == text.size() || (text[end] == '\r' && end + 1 == text.size());
    if (open && !whole && text.size() <= most_) continue;
    ++number_;
    cut_ = end > most_;
    line = text.substr(0, std::min(end, most_));
    taken_ = cut_ ? line.size() : end;
    if (!cut_ && end < text.size()) taken_ += text.substr(end, 2) == "\r\n" ? 2 : 1;
    return true;
  }
}

Status LineReader::pass_rest() {
  for (;;) {
    RHUMB_ASSIGN(const std::string_view text, input_->peek(2));
    if (text.empty()) return {};
    const size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      input_->consume(text.size());
      continue;
    }
    if (text[end] == '\r' && end + 1 == text.size()) {
      input_->consume(end);
      RHUMB_ASSIGN(const std::string_view pair, input_->peek(2));
      input_->consume(pair == "\r\n" ? 2 : 1);
      return {};
    }
    input_->consume(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
    return {};
  }
}

}  // namespace rhumb
