#pragma once

#include "component/schema.h"
#include "decode/json/json_record.h"
#include "decode/value/type_guess.h"

namespace rhumb {

/// Watches one member of all records and finds the type that holds every value unchanged.
class JsonTypeGuess {
 public:
  void add(const JsonValue& value);
  /// Integer, double, boolean, date, timestamp or text when all values agree; json when they do
  /// not, are nested, or are numbers that no double holds. Text when there was no value.
  [[nodiscard]] Type type() const;

 private:
  bool booleans_ = false, numbers_ = false, strings_ = false, nested_ = false;
  TypeGuess number_, string_;
};

}  // namespace rhumb
