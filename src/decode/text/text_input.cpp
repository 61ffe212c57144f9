#include "decode/text/text_input.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "decode/detect/binary_signs.h"

namespace rhumb {
namespace {

constexpr size_t kHead = size_t{1} << 20;     // the encoding is judged by these
constexpr size_t kFetch = size_t{256} << 10;  // bytes converted at a time
constexpr size_t kStep = size_t{16} << 10;    // most files are small

// Bytes that most likely follow; of compressed ones, what can be said without unpacking them.
size_t likely_rest(const ByteInput& input) {
  return input.consumed() < input.total() ? input.total() - input.consumed() : 0;
}

// Appends to `out` until it holds `size` bytes or the input ends.
Result<bool> read_up_to(ByteInput& input, size_t size, std::string& out) {
  while (out.size() < size) {
    const size_t before = out.size();
    const size_t step = std::min(size - before, std::max({before, kStep, likely_rest(input) + 1}));
    out.resize(before + step);
    const auto got = input.read(out.data() + before, step);
    if (!got.ok()) return got.error();
    out.resize(before + *got);
    if (*got == 0) return false;
  }
  return true;
}

Status refuse_binary(std::string_view head, const std::filesystem::path& path,
                     std::string_view wanted) {
  const auto found = binary_format(head);
  if (!found) return {};
  return Error{.code = Code::kBadFile,
               .message = fmt::format("the file is not {} but {}", wanted, found->detail),
               .hint = fmt::format("Export it as {}, or leave it out with the source's `files:` "
                                   "pattern.",
                                   wanted),
               .place = {.file = path.string()}};
}

}  // namespace

Result<std::unique_ptr<TextInput>> TextInput::open(const std::filesystem::path& path,
                                                   EncodingOption encoding,
                                                   std::string_view wanted) {
  RHUMB_ASSIGN(std::unique_ptr<ByteInput> bytes, open_byte_input(path));
  std::string head;
  RHUMB_ASSIGN(const bool more, read_up_to(*bytes, kHead, head));
  RHUMB_TRY(refuse_binary(head, path, wanted));
  const EncodingGuess guess = guess_encoding(head, !more, encoding);
  std::unique_ptr<TextInput> input(new TextInput(std::move(bytes), guess));
  head.erase(0, guess.mark);
  if (input->utf8_) {
    input->ahead_ = std::move(head);
  } else {
    input->transcoder_.convert(head, input->ahead_);
  }
  return input;
}

size_t TextInput::likely_rest() const {
  return ahead_.size() - at_ + rhumb::likely_rest(*bytes_);
}

TextInput::TextInput(std::unique_ptr<ByteInput> bytes, const EncodingGuess& guess)
    : bytes_(std::move(bytes)),
      utf8_(guess.encoding == Encoding::kUtf8),
      transcoder_(guess.encoding),
      note_(guess.note) {}

Result<bool> TextInput::fetch() {
  if (ended_) return false;
  raw_.clear();
  RHUMB_ASSIGN(const bool more, read_up_to(*bytes_, kFetch, raw_));
  ended_ = !more;
  if (utf8_) {
    ahead_ += raw_;
  } else {
    transcoder_.convert(raw_, ahead_);
    if (ended_) transcoder_.finish(ahead_);
  }
  return true;
}

Result<std::string_view> TextInput::peek(size_t wanted) {
  while (ahead_.size() - at_ < wanted) {
    ahead_.erase(0, std::exchange(at_, 0));
    RHUMB_ASSIGN(const bool more, fetch());
    if (!more) break;
  }
  return std::string_view(ahead_).substr(at_);
}

Result<size_t> TextInput::read(char* out, size_t capacity) {
  while (at_ == ahead_.size()) {
    ahead_.clear();
    at_ = 0;
    if (utf8_ && !ended_) return bytes_->read(out, capacity);
    RHUMB_ASSIGN(const bool more, fetch());
    if (!more) return size_t{0};
  }
  const size_t taken = std::min(capacity, ahead_.size() - at_);
  std::memcpy(out, ahead_.data() + at_, taken);
  at_ += taken;
  return taken;
}

}  // namespace rhumb
