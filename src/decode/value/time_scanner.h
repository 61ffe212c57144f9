#pragma once

#include <string_view>

#include "base/time.h"

namespace rhumb {

/// Takes a text apart from its front. Every method leaves the text as it was when it returns false.
class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool done() const { return text_.empty(); }
  [[nodiscard]] std::string_view rest() const { return text_; }
  [[nodiscard]] char front() const { return text_.empty() ? '\0' : text_.front(); }

  bool accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool accept_ignoring_case(std::string_view word);
  void skip_spaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t'))
      text_.remove_prefix(1);
  }
  /// REQUIRES: count <= rest().size()
  void skip(size_t count) { text_.remove_prefix(count); }
  /// Digits at the front.
  [[nodiscard]] size_t digits() const;
  /// `least` to `most` digits, as many as there are.
  bool number(size_t least, size_t most, int& out);
  /// Digits of a fraction of a second, as microseconds, rounded: may give 1,000,000.
  bool fraction(Micros& out);
  /// `Z`, `UTC`, `GMT`, `+02`, `+0200`, `+02:00`.
  bool offset(Micros& out);
  /// `AM`, `PM`, with or without dots.
  bool half_of_day(bool& afternoon);

 private:
  std::string_view text_;
};

}  // namespace rhumb
