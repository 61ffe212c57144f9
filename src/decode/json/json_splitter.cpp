#include "decode/json/json_splitter.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

JsonSplitter::JsonSplitter(std::unique_ptr<TextInput> input, JsonFraming framing, size_t block_size,
                           std::optional<std::string> crs, std::atomic<uint64_t>& consumed)
    : input_(std::move(input)),
      framer_(std::move(framing)),
      block_size_(std::max<size_t>(block_size, 1)),
      crs_(std::move(crs)),
      consumed_(consumed) {}

Result<bool> JsonSplitter::next(JsonBlock& out) {
  const std::scoped_lock lock(mutex_);
  if (failure_) return *failure_;
  auto taken = take(out);
  if (taken.ok()) {
    if (Status same = check_crs(); !same.ok()) taken = std::move(same).error();
  }
  if (!taken.ok()) failure_ = taken.error();
  consumed_.store(input_->consumed_bytes(), std::memory_order_relaxed);
  return taken;
}

// The framer says when it needs the text after position() again; the text then grows by half, so
// that one long record is looked at a few times and not once per block.
Result<bool> JsonSplitter::take(JsonBlock& out) {
  out.frames.clear();
  out.text.assign(carry_);
  carry_.clear();
  size_t wanted = out.text.size() + block_size_;
  for (;;) {
    RHUMB_TRY(fill(out.text, wanted));
    framer_.reset(out.text.begin(), out.text.end(), ended_);
    JsonFrame frame;
    JsonFramer::Step step = framer_.next(frame);
    while (step == JsonFramer::Step::kFrame) {
      out.frames.push_back(frame);
      step = framer_.next(frame);
    }
    const auto used = static_cast<size_t>(framer_.position() - out.text.begin());
    carry_ = out.text.view().substr(used);
    if (!out.frames.empty()) return true;
    if (step == JsonFramer::Step::kEnd) return false;
    out.text.assign(carry_);
    wanted = out.text.size() + std::max(block_size_, out.text.size() / 2);
  }
}

Status JsonSplitter::fill(TextBuffer& text, size_t size) {
  size_t filled = text.size();
  text.resize(size);
  while (filled < size && !ended_) {
    RHUMB_ASSIGN(const size_t got, input_->read(text.data() + filled, size - filled));
    ended_ = got == 0;
    filled += got;
  }
  text.resize(filled);
  return {};
}

Status JsonSplitter::check_crs() {
  if (!crs_) return {};
  const auto& members = framer_.members();
  for (; members_checked_ < members.size(); ++members_checked_) {
    const auto& [name, value] = members[members_checked_];
    if (name != "crs" || value == *crs_) continue;
    return Error{.code = Code::kBadFile,
                 .message = fmt::format("the file names another coordinate system, {}, behind "
                                        "records that were read without it",
                                        printable(value, 100)),
                 .hint = "Put `crs` before `features`, or split the file."};
  }
  return {};
}

}  // namespace rhumb
