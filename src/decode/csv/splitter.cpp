#include "decode/csv/splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "decode/value/record_size.h"

namespace rhumb {
namespace {

constexpr size_t kLeast = size_t{64} << 10;  // bytes that a block is filled with

}  // namespace

CsvSplitter::CsvSplitter(std::unique_ptr<TextInput> input, const CsvOptions& options, uint64_t line,
                         std::atomic<uint64_t>& consumed)
    : input_(std::move(input)),
      dialect_(options.dialect),
      max_record_(options.max_record),
      block_size_(std::max<size_t>(options.block_size, 1)),
      scanner_(options.dialect, options.max_record, 0),
      consumed_(consumed),
      line_(line) {}

Result<bool> CsvSplitter::next(CsvBlock& out) {
  const std::scoped_lock lock(mutex_);
  if (failure_) return *failure_;
  auto taken = take(out);
  if (!taken.ok()) failure_ = taken.error();
  consumed_.store(input_->consumed_bytes(), std::memory_order_relaxed);
  return taken;
}

Result<bool> CsvSplitter::take(CsvBlock& out) {
  out.text.assign(carry_);
  carry_.clear();
  out.too_long = false;
  out.line = line_;
  // No larger than what is there needs: most files are a small part of a block.
  size_t wanted =
      out.text.size() + std::min(block_size_, std::max(input_->likely_rest() + 1, kLeast));
  for (;;) {
    RHUMB_ASSIGN(const bool more, fill(out.text, wanted));
    if (!more) {
      carry_.clear();
      return out.text.size() > 0;
    }
    const size_t cut = find_cut(out.text);
    if (cut > 0) {
      carry_ = out.text.view().substr(cut);
      out.text.resize(cut);
      return true;
    }
    if (out.text.size() > max_record_ + 1) return take_long_line(out);
    wanted = std::max(wanted + 1, std::min(2 * wanted, max_record_ + 2));
  }
}

// False when the input ended before `size` bytes.
Result<bool> CsvSplitter::fill(TextBuffer& text, size_t size) {
  size_t filled = text.size();
  if (filled < size) text.resize(size);
  while (filled < size && !ended_) {
    RHUMB_ASSIGN(const size_t got, input_->read(text.data() + filled, size - filled));
    ended_ = got == 0;
    filled += got;
  }
  text.resize(filled);
  return !ended_ || filled == size;
}

// Length of the whole records at the front; advances line_ over them.
size_t CsvSplitter::find_cut(const TextBuffer& text) {
  const bool has_quote =
      dialect_.quoting && std::memchr(text.begin(), dialect_.quote, text.size()) != nullptr;
  if (!has_quote) {
    const size_t cut = find_cut_by_lines(text.view());
    line_ += count_lines(text.begin(), text.begin() + cut);
    return cut;
  }
  scanner_.reset(text.begin(), text.end(), line_, false);
  while (scanner_.next() == RecordScanner::Step::kRecord) {
  }
  line_ = scanner_.next_line();
  return static_cast<size_t>(scanner_.position() - text.begin());
}

// A CR at the very end may be half of a CRLF.
size_t CsvSplitter::find_cut_by_lines(std::string_view text) const {
  const void* end = memrchr(text.data(), '\n', text.size());
  if (end == nullptr && text.size() > 1) end = memrchr(text.data(), '\r', text.size() - 1);
  if (end == nullptr) return 0;
  return static_cast<size_t>(static_cast<const char*>(end) - text.data()) + 1;
}

Result<bool> CsvSplitter::take_long_line(CsvBlock& out) {
  const bool comment = !dialect_.comment.empty() && out.text.view().starts_with(dialect_.comment);
  carry_ = out.text.view();
  RHUMB_TRY(pass_rest_of_line());
  ++line_;
  if (comment) return take(out);
  out.text.resize(kept_of_long_record(max_record_) + 1);  // one more, to see where to cut
  out.too_long = true;
  return true;
}

// Reads on until carry_ begins behind the line's end.
Status CsvSplitter::pass_rest_of_line() {
  size_t end = carry_.find_first_of("\r\n");
  while (end == std::string::npos || (carry_[end] == '\r' && end + 1 == carry_.size())) {
    if (end == std::string::npos)
      carry_.clear();
    else
      carry_ = "\r";
    TextBuffer more;
    RHUMB_ASSIGN(const bool goes_on, fill(more, block_size_));
    carry_ += more.view();
    end = carry_.find_first_of("\r\n");
    if (!goes_on) break;
  }
  if (end == std::string::npos) {
    carry_.clear();
    return {};
  }
  const bool pair = carry_[end] == '\r' && end + 1 < carry_.size() && carry_[end + 1] == '\n';
  carry_.erase(0, end + (pair ? 2 : 1));
  return {};
}

}  // namespace rhumb
