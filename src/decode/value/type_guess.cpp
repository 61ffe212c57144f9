#include "decode/value/type_guess.h"

#include "base/text.h"
#include "decode/value/number_text.h"
#include "decode/value/time_text.h"

namespace rhumb {
namespace {

bool is_true_or_false(std::string_view text) {
  return equals_ignoring_case(text, "true") || equals_ignoring_case(text, "false");
}

}  // namespace

void TypeGuess::add(std::string_view text) {
  text = trim(text);
  if (text.empty()) return;
  seen_ = true;
  boolean_ = boolean_ && is_true_or_false(text);
  if (integer_ || double_) {
    int64_t ignored = 0;
    // Whole numbers beyond 64 bits are identifiers, which a double would change.
    const bool whole = is_canonical_integer(text);
    const bool fits = whole && parse_integer(text, ignored);
    integer_ = integer_ && fits;
    double_ = double_ && (fits || (!whole && is_plain_number(text)));
  }
  if (date_ || moment_) add_moment(text);
}

void TypeGuess::add_moment(std::string_view text) {
  ParsedTime at;
  int32_t ignored = 0;
  // Eight digits are a number more often than a date.
  const bool dated = text.find_first_of("-/") != std::string_view::npos;
  date_ = date_ && dated && parse_date(text, ignored) &&
          text.find_first_of(" T:") == std::string_view::npos;
  moment_ = moment_ && dated && parse_timestamp(text, at);
  if (!moment_) return;
  (at.has_offset ? with_offset_ : without_offset_) = true;
  if (!is_month_first(text)) return;
  month_first_ = true;
  const size_t slash = text.find('/');
  int64_t day = 0;
  if (parse_integer(text.substr(slash + 1, text.find('/', slash + 1) - slash - 1), day) &&
      day > 12) {
    day_shown_ = true;
  }
}

Type TypeGuess::type() const {
  const auto plain = [](TypeId id) { return Type{.id = id}; };
  if (!seen_) return plain(TypeId::kText);
  if (boolean_) return plain(TypeId::kBoolean);
  if (integer_) return plain(TypeId::kInteger);
  if (double_) return plain(TypeId::kDouble);
  if (month_first_ && !day_shown_) return plain(TypeId::kText);  // perhaps the day comes first
  if (date_) return plain(TypeId::kDate);
  if (moment_ && !(with_offset_ && without_offset_)) {
    return plain(with_offset_ ? TypeId::kTimestampTz : TypeId::kTimestamp);
  }
  return plain(TypeId::kText);
}

bool looks_like_value(std::string_view text) {
  TypeGuess guess;
  guess.add(text);
  double number = 0;
  ParsedTime moment;
  return guess.type().id != TypeId::kText || parse_double(trim(text), number) ||
         parse_timestamp(trim(text), moment);
}

}  // namespace rhumb
