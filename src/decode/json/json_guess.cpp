#include "decode/json/json_guess.h"

namespace rhumb {

void JsonTypeGuess::add(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kAbsent:
    case JsonValue::Kind::kNull:
      return;
    case JsonValue::Kind::kFalse:
    case JsonValue::Kind::kTrue:
      booleans_ = true;
      return;
    case JsonValue::Kind::kNumber:
      numbers_ = true;
      number_.add(value.raw);
      return;
    case JsonValue::Kind::kString:
      strings_ = true;
      string_.add(value.text.empty() ? "x" : value.text);  // no null, as it is in CSV
      return;
    case JsonValue::Kind::kObject:
    case JsonValue::Kind::kArray:
      nested_ = true;
  }
}

Type JsonTypeGuess::type() const {
  const int kinds = (booleans_ ? 1 : 0) + (numbers_ ? 1 : 0) + (strings_ ? 1 : 0);
  if (nested_ || kinds > 1) return {.id = TypeId::kJson};
  if (booleans_) return {.id = TypeId::kBoolean};
  if (numbers_) {
    const Type type = number_.type();
    const bool held = type.id == TypeId::kInteger || type.id == TypeId::kDouble;
    return held ? type : Type{.id = TypeId::kJson};
  }
  if (!strings_) return {.id = TypeId::kText};
  // Text that looks like a number is none: whoever wrote the quotes knew why.
  const Type type = string_.type();
  const bool moment =
      type.id == TypeId::kDate || type.id == TypeId::kTimestamp || type.id == TypeId::kTimestampTz;
  return moment ? type : Type{.id = TypeId::kText};
}

}  // namespace rhumb
