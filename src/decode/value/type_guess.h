#pragma once

#include <string_view>

#include "component/schema.h"

namespace rhumb {

/// Watches the texts of one column and keeps the types that all of them fit. Cheap: a type that
/// failed once is not tried again.
class TypeGuess {
 public:
  /// `text` is not one of those that mean null.
  void add(std::string_view text);
  /// The narrowest type that fits; text when there was none or no value.
  [[nodiscard]] Type type() const;

 private:
  void add_moment(std::string_view text);

  bool seen_ = false;
  bool boolean_ = true, integer_ = true, double_ = true;
  bool date_ = true, moment_ = true;
  bool with_offset_ = false, without_offset_ = false;
  bool month_first_ = false, day_shown_ = false;  // written M/D/YYYY; once with a day above 12
};

/// True when the text is a number, a date, a timestamp or a boolean, so hardly a column's name.
[[nodiscard]] bool looks_like_value(std::string_view text);

}  // namespace rhumb
