#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace rhumb {

/// Bytes with kTextPadding readable ones behind their end, so that text can be looked at 64 bytes
/// at a time. Growing leaves new bytes as they are: they are about to be written.
class TextBuffer {
 public:
  static constexpr size_t kTextPadding = 64;

  [[nodiscard]] char* data() { return bytes_.get(); }
  [[nodiscard]] const char* begin() const { return bytes_.get(); }
  [[nodiscard]] const char* end() const { return bytes_.get() + size_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::string_view view() const { return {begin(), size_}; }

  void resize(size_t size) {
    if (size > capacity_ || bytes_ == nullptr) grow(size);
    size_ = size;
    std::memset(bytes_.get() + size_, 0, kTextPadding);
  }
  void assign(std::string_view text) {
    resize(text.size());
    std::memcpy(data(), text.data(), text.size());
  }

 private:
  void grow(size_t size) {
    auto bytes = std::make_unique_for_overwrite<char[]>(size + kTextPadding);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = size;
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace rhumb
