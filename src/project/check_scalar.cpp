#include "project/check_scalar.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "component/schema.h"
#include "project/check.h"
#include "project/secret_reference.h"

namespace rhumb {
namespace {

std::string found(const Config& value, bool secret) {
  switch (value.kind()) {
    case Config::Kind::kNull:
      return "nothing";
    case Config::Kind::kList:
      return "a list";
    case Config::Kind::kMap:
      return "a map";
    case Config::Kind::kScalar:
      break;
  }
  if (secret) return "another text";
  return value.text().empty() ? "empty text" : fmt::format("`{}`", printable(value.text(), 60));
}

std::string hint_for(const Field& field) {
  if (field.example.empty()) return "";
  const bool block = field.example.find('\n') != std::string::npos;
  if (field.name.empty()) return block ? "" : fmt::format("for example `{}`", field.example);
  if (!block) return fmt::format("for example `{}: {}`", field.name, field.example);
  std::string hint = fmt::format("for example\n    {}:", field.name);
  for (const std::string_view line : split(trim(field.example), '\n')) {
    hint += fmt::format("\n      {}", line);
  }
  return hint;
}

bool may_be_secret(const Field& field) {
  return field.type == FieldType::kSecret || (field.item && may_be_secret(*field.item)) ||
         std::any_of(field.alternatives.begin(), field.alternatives.end(),
                     [](const auto& each) { return may_be_secret(*each); });
}

bool is_unquoted_number(const Config& value, bool parses) {
  return parses && !value.quoted();
}

bool is_choice(const Config& value, const Field& field) {
  return std::find(field.choices.begin(), field.choices.end(), value.text()) != field.choices.end();
}

bool fits(const Config& value, const Field& field) {
  const std::string& text = value.text();
  switch (field.type) {
    case FieldType::kInteger:
      return is_unquoted_number(value, parse_integer(text).has_value());
    case FieldType::kNumber:
      return is_unquoted_number(value, parse_number(text).has_value());
    case FieldType::kBoolean:
      return is_unquoted_number(value, parse_boolean(text).has_value());
    case FieldType::kFraction:
      return parse_fraction(text).has_value();
    case FieldType::kDuration:
      return parse_duration(text).has_value();
    case FieldType::kSize:
      return parse_size(text).has_value();
    case FieldType::kChoice:
      return is_choice(value, field);
    case FieldType::kSql:
      return !trim(text).empty();
    case FieldType::kColumnType:
      return parse_type(text).has_value();
    default:
      return true;
  }
}

// A better hint than the example, where the mistake can be guessed.
std::string guess(const Config& value, const Field& field) {
  Field unquoted{.type = field.type};
  if (value.quoted() && fits(Config::scalar(value.text(), value.place()), unquoted) &&
      field.type != FieldType::kChoice) {
    return "take the quotes off";
  }
  if (field.type == FieldType::kChoice) {
    return did_you_mean(value.text(), field.choices);
  }
  if (field.type == FieldType::kColumnType)
    return suggest(value.text(), type_names(), "known types");
  if (field.type == FieldType::kBoolean) return "write true or false";
  return "";
}

}  // namespace

bool is_scalar(FieldType type) {
  switch (type) {
    case FieldType::kAny:
    case FieldType::kObject:
    case FieldType::kMapOf:
    case FieldType::kListOf:
    case FieldType::kListOrOne:
    case FieldType::kOneOf:
      return false;
    default:
      return true;
  }
}

Error wrong_value(const Config& value, const Field& field, const std::string& label) {
  const bool secret = may_be_secret(field);
  return Error{
      Code::kBadValue,
      fmt::format("{} must be {}, found {}", label, expectation(field), found(value, secret)),
      hint_for(field), value.place()};
}

std::optional<Error> refuse_scalar(const Config& value, const Field& field,
                                   const std::string& label) {
  if (value.kind() != Config::Kind::kScalar) return wrong_value(value, field, label);
  if (field.type == FieldType::kSecret) return refuse_secret(value, field.name);
  if (fits(value, field)) return std::nullopt;
  Error error = wrong_value(value, field, label);
  if (std::string better = guess(value, field); !better.empty()) error.hint = std::move(better);
  return error;
}

}  // namespace rhumb
