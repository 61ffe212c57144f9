#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decode/text/structural_scan.h"

namespace rhumb {

/// What a look at one JSON value found.
struct JsonExtent {
  enum class Outcome : uint8_t {
    kWhole,   ///< the value ends at `at`
    kMore,    ///< the text ends before the value does
    kBroken,  ///< no value can go on like this: see `fault`
  };
  Outcome outcome = Outcome::kMore;
  const char* at = nullptr;  ///< behind the value, or the place of the fault
  const char* fault = "";    ///< for people
  bool is_opening = false;   ///< broken by a bracket that opens where none may
};

/// Finds where values end without reading them: brackets must pair, stand where brackets may, and
/// strings must end on their line and be followed by what may follow them. That is enough to cut a
/// text into records and to notice at once when a quote or a bracket is missing. What lies between
/// is checked by who reads the record.
///
/// REQUIRES: 64 readable bytes behind the end of the text. Not thread-safe.
class JsonScan {
 public:
  static constexpr size_t kMaxDepth = 1024;

  /// `complete`: nothing follows the text.
  void reset(const char* end, bool complete) {
    end_ = end;
    complete_ = complete;
  }
  /// REQUIRES: *at is `{` or `[`
  [[nodiscard]] JsonExtent container(const char* at);
  /// REQUIRES: *at is a quote
  [[nodiscard]] JsonExtent string(const char* at);
  [[nodiscard]] const char* skip_space(const char* at) const {
    while (at < end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
    return at;
  }

 private:
  void seek(const char* at);
  const char* next();
  [[nodiscard]] JsonExtent at_end(const char* fault) const;
  [[nodiscard]] JsonExtent close_string();
  [[nodiscard]] bool may_open(const char* at) const;
  [[nodiscard]] bool follows_string(const char* at) const;

  const char* end_ = nullptr;
  bool complete_ = false;
  const char* window_ = nullptr;
  uint64_t bits_ = 0;
  const char* begin_ = nullptr;
  std::bitset<kMaxDepth> objects_;  ///< which of the open brackets are braces
  size_t depth_ = 0;
};

}  // namespace rhumb
