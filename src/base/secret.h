#pragma once

#include <string>
#include <utility>

namespace rhumb {

/// A value that must never be shown. It has no conversion to text and no stream operator: only
/// `reveal()` gives it out, and only to the library call that needs it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace rhumb
