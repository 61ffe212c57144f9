#include <algorithm>

#include <fmt/format.h>

#include "project/check.h"
#include "project/language/language.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

bool is_field(const Declaration& declaration, const std::string& key) {
  return std::any_of(declaration.fields.begin(), declaration.fields.end(),
                     [&](const Field& field) { return field.name == key; });
}

// A scalar is a block's short form: its first required field alone.
Config written_out(const Config& value, const Declaration& declaration) {
  if (value.kind() != Config::Kind::kScalar) return value;
  for (const Field& field : declaration.fields) {
    if (field.required) return Config::map({{field.name, value}}, value.place());
  }
  return value;
}

void check_blocks(const Config& value, const Declaration& declaration, Errors& errors) {
  if (value.kind() == Config::Kind::kList) {
    for (const Config& item : value.items()) check_blocks(item, declaration, errors);
    return;
  }
  const bool wraps =
      value.entries().size() == 1 && !is_field(declaration, value.entries()[0].first);
  if (wraps) return check_blocks(value.entries()[0].second, declaration, errors);
  // Several named blocks of one kind, as under `columns:`.
  const bool names =
      !value.entries().empty() &&
      std::none_of(value.entries().begin(), value.entries().end(),
                   [&](const auto& entry) { return is_field(declaration, entry.first); });
  if (!names) return static_cast<void>(check(written_out(value, declaration), declaration, errors));
  for (const auto& [name, block] : value.entries()) check_blocks(block, declaration, errors);
}

}  // namespace

Errors check_example(const Declaration& declaration) {
  Errors errors;
  if (declaration.example.empty()) return errors;
  const Origin origin{fmt::format("example of {}", declaration.name), {}};
  const auto value = read_yaml(declaration.example, origin, errors);
  if (value) check_blocks(*value, declaration, errors);
  return errors;
}

}  // namespace rhumb
