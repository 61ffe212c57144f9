#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// Turns text of one character set into UTF-8. Not thread-safe.
class CharsetReader {
 public:
  /// Any name the C library knows (`CP850`, `ISO-8859-2`, `BIG5`). kBadValue for others.
  static Result<CharsetReader> make(const std::string& charset);

  /// False when the bytes are no text in that set; `out` is then undefined.
  [[nodiscard]] bool to_utf8(std::string_view bytes, std::string& out);

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  explicit CharsetReader(void* handle) : handle_(handle) {}
  std::unique_ptr<void, Close> handle_;
};

}  // namespace rhumb
