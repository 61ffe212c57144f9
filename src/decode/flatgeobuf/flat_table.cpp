#include "decode/flatgeobuf/flat_table.h"

namespace rhumb {
namespace {

constexpr size_t kVtableHeader = 4;

}  // namespace

std::optional<FlatTable> FlatTable::make(std::string_view buffer, size_t at) {
  if (at > buffer.size() || buffer.size() - at < 4) return std::nullopt;
  FlatTable out(buffer, at);
  const int64_t vtable = static_cast<int64_t>(at) - little_endian_at<int32_t>(buffer, at);
  const auto size = static_cast<int64_t>(buffer.size());
  if (vtable < 0 || vtable + static_cast<int64_t>(kVtableHeader) > size) return std::nullopt;
  out.vtable_ = static_cast<size_t>(vtable);
  out.vtable_bytes_ = little_endian_at<uint16_t>(buffer, out.vtable_);
  if (out.vtable_bytes_ < kVtableHeader || out.vtable_bytes_ > buffer.size() - out.vtable_)
    return std::nullopt;
  return out;
}

std::optional<FlatTable> FlatTable::root(std::string_view buffer) {
  if (buffer.size() < 4) return std::nullopt;
  return make(buffer, little_endian_at<uint32_t>(buffer, 0));
}

std::optional<size_t> FlatTable::place(size_t field) const {
  const size_t entry = kVtableHeader + field * 2;
  if (entry + 2 > vtable_bytes_) return 0;
  const auto offset = little_endian_at<uint16_t>(buffer_, vtable_ + entry);
  if (offset == 0) return 0;
  const size_t at = at_ + offset;
  if (at >= buffer_.size()) return std::nullopt;
  return at;
}

std::optional<size_t> FlatTable::follow(size_t at) const {
  if (buffer_.size() - at < 4) return std::nullopt;
  const size_t target = at + little_endian_at<uint32_t>(buffer_, at);
  if (target > buffer_.size() || buffer_.size() - target < 4) return std::nullopt;
  return target;
}

std::optional<std::string_view> FlatTable::vector(size_t field, size_t item_bytes) const {
  const auto at = place(field);
  if (!at) return std::nullopt;
  if (*at == 0) return std::string_view();
  const auto target = follow(*at);
  if (!target) return std::nullopt;
  const uint64_t count = little_endian_at<uint32_t>(buffer_, *target);
  const size_t begin = *target + 4;
  if (count > (buffer_.size() - begin) / item_bytes) return std::nullopt;
  return buffer_.substr(begin, count * item_bytes);
}

std::optional<FlatTable> FlatTable::table(size_t field, bool& present) const {
  const auto at = place(field);
  present = !at || *at != 0;
  if (!at || *at == 0) return std::nullopt;
  const auto target = follow(*at);
  return target ? make(buffer_, *target) : std::nullopt;
}

std::optional<size_t> FlatTable::tables(size_t field) const {
  const auto offsets = vector(field, 4);
  if (!offsets) return std::nullopt;
  return offsets->size() / 4;
}

std::optional<FlatTable> FlatTable::table_at(size_t field, size_t index) const {
  const auto offsets = vector(field, 4);
  if (!offsets || index >= offsets->size() / 4) return std::nullopt;
  const auto at = static_cast<size_t>(offsets->data() - buffer_.data()) + index * 4;
  const auto target = follow(at);
  return target ? make(buffer_, *target) : std::nullopt;
}

}  // namespace rhumb
