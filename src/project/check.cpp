#include "project/check.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check_scalar.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

using Kind = Config::Kind;

/// Which kinds of YAML value a field can hold at all.
bool can_hold(const Field& field, Kind kind) {
  switch (field.type) {
    case FieldType::kAny:
      return true;
    case FieldType::kObject:
      return kind == Kind::kMap || kind == Kind::kNull;
    case FieldType::kMapOf:
      return kind == Kind::kMap;
    case FieldType::kListOf:
      return kind == Kind::kList;
    case FieldType::kListOrOne:
      return kind == Kind::kList || can_hold(*field.item, kind);
    case FieldType::kOneOf:
      return std::any_of(field.alternatives.begin(), field.alternatives.end(),
                         [&](const auto& each) { return can_hold(*each, kind); });
    default:
      return kind == Kind::kScalar;
  }
}

std::vector<std::string> field_names(const Declaration& declaration) {
  std::vector<std::string> names;
  for (const Field& field : declaration.fields) names.push_back(field.name);
  return names;
}

const Field* find_field(const Declaration& declaration, std::string_view key) {
  const auto found = std::find_if(declaration.fields.begin(), declaration.fields.end(),
                                  [&](const Field& field) { return field.name == key; });
  return found == declaration.fields.end() ? nullptr : &*found;
}

std::string labelled(const Field& field, const std::string& parent) {
  return field.name.empty() ? parent : fmt::format("`{}`", field.name);
}

class Checker {
 public:
  explicit Checker(Errors& errors) : errors_(errors) {}

  Config block(const Config& value, const Declaration& declaration, const std::string& label) {
    if (value.kind() != Kind::kMap && !value.is_null()) {
      const Field shape{.type = FieldType::kObject};
      errors_.push_back(wrong_value(value, shape, label));
      return Config::null(value.place());
    }
    std::vector<Config::Entry> entries;
    std::vector<std::pair<std::string, Place>> key_places;
    for (const auto& [key, given] : value.entries()) {
      const Field* field = find_field(declaration, key);
      if (field == nullptr) {
        unknown_key(value, key, declaration);
        continue;
      }
      Config checked = one(given, *field, fmt::format("`{}`", key));
      // What may be empty stays: `decode: { csv: }` names its format by the key alone.
      if (checked.is_null() && !can_hold(*field, Kind::kNull)) continue;
      entries.emplace_back(key, std::move(checked));
      key_places.emplace_back(key, value.key_place(key));
    }
    fill_in(value, declaration, entries);
    Config made = Config::map(std::move(entries), value.place());
    for (auto& [key, place] : key_places) made.set_key_place(std::move(key), std::move(place));
    return made;
  }

  Config one(const Config& value, const Field& field, const std::string& label) {
    if (is_scalar(field.type)) {
      std::optional<Error> refused = refuse_scalar(value, field, label);
      if (!refused) return value;
      errors_.push_back(std::move(*refused));
      return Config::null(value.place());
    }
    if (!can_hold(field, value.kind())) {
      errors_.push_back(wrong_value(value, field, label));
      return Config::null(value.place());
    }
    switch (field.type) {
      case FieldType::kObject:
        return block(value, *field.object, label);
      case FieldType::kMapOf:
        return map_of(value, field);
      case FieldType::kListOf:
        return list_of(value, field, label);
      case FieldType::kListOrOne:
        return value.kind() == Kind::kList ? list_of(value, field, label)
                                           : one(value, *field.item, labelled(*field.item, label));
      case FieldType::kOneOf:
        return one_of(value, field, label);
      default:
        return value;
    }
  }

 private:
  void unknown_key(const Config& value, const std::string& key, const Declaration& declaration) {
    const std::vector<std::string> names = field_names(declaration);
    const std::string near = nearest_name(key, names);
    std::string hint = near.empty() ? "" : fmt::format("did you mean `{}`? ", near);
    hint += names.empty() ? "it takes no keys" : "known keys: " + join(names, ", ");
    errors_.push_back({Code::kUnknownKey,
                       fmt::format("`{}` has no key `{}`", declaration.name, printable(key, 60)),
                       std::move(hint), value.key_place(key)});
  }

  void fill_in(const Config& value, const Declaration& declaration,
               std::vector<Config::Entry>& entries) {
    if (declaration.exactly_one) return one_alone(value, declaration);
    for (const Field& field : declaration.fields) {
      if (value.has(field.name)) continue;
      if (field.required) {
        missing_key(value, field, declaration);
      } else if (!field.default_value.empty()) {
        Config given = parse_declared(field.default_value, value.place());
        entries.emplace_back(field.name, one(given, field, fmt::format("`{}`", field.name)));
      }
    }
  }

  void missing_key(const Config& value, const Field& field, const Declaration& declaration) {
    const bool block = field.example.find('\n') != std::string::npos;
    const std::string shown = field.example.empty() || block ? "..." : field.example;
    errors_.push_back(
        {Code::kMissingKey,
         fmt::format("`{}` needs the key `{}`: {}", declaration.name, field.name, field.doc),
         fmt::format("add `{}: {}`", field.name, shown), value.place()});
  }

  void one_alone(const Config& value, const Declaration& declaration) {
    if (value.entries().size() == 1) return;
    std::vector<std::string> keys;
    for (const auto& [key, ignored] : value.entries()) keys.push_back(printable(key, 60));
    errors_.push_back({keys.empty() ? Code::kMissingKey : Code::kBadValue,
                       fmt::format("`{}` needs exactly one key, found {}", declaration.name,
                                   keys.empty() ? "none" : join(keys, ", ")),
                       "known keys: " + join(field_names(declaration), ", "), value.place()});
  }

  Config map_of(const Config& value, const Field& field) {
    std::vector<Config::Entry> entries;
    for (const auto& [key, given] : value.entries()) {
      entries.emplace_back(key, one(given, *field.item, fmt::format("`{}`", printable(key, 60))));
    }
    Config made = Config::map(std::move(entries), value.place());
    for (const auto& [key, ignored] : value.entries())
      made.set_key_place(key, value.key_place(key));
    return made;
  }

  Config list_of(const Config& value, const Field& field, const std::string& label) {
    std::vector<Config> items;
    for (const Config& given : value.items()) {
      items.push_back(one(given, *field.item, "an item of " + label));
    }
    return Config::list(std::move(items), value.place());
  }

  Config one_of(const Config& value, const Field& field, const std::string& label) {
    const Field* only = nullptr;
    size_t shaped = 0;
    for (const auto& each : field.alternatives) {
      Errors tried;
      Config checked = Checker(tried).one(value, *each, labelled(*each, label));
      if (tried.empty()) return checked;
      if (!can_hold(*each, value.kind())) continue;
      only = each.get();
      ++shaped;
    }
    // One alternative has the right shape: what it says is more precise than the list of them all.
    if (shaped == 1) return one(value, *only, labelled(*only, label));
    errors_.push_back(wrong_value(value, field, label));
    return Config::null(value.place());
  }

  Errors& errors_;
};

}  // namespace

Config check(const Config& value, const Declaration& declaration, Errors& errors) {
  return Checker(errors).block(value, declaration, fmt::format("`{}`", declaration.name));
}

Config check(const Config& value, const Field& field, Errors& errors) {
  return Checker(errors).one(value, field, fmt::format("`{}`", field.name));
}

std::string expectation(const Field& field) {
  switch (field.type) {
    case FieldType::kText:
    case FieldType::kSecret:
      return "text";
    case FieldType::kInteger:
      return "a whole number";
    case FieldType::kNumber:
      return "a number";
    case FieldType::kBoolean:
      return "true or false";
    case FieldType::kFraction:
      return "a share such as 5% or 0.05";
    case FieldType::kDuration:
      return "a length of time such as 15 minutes";
    case FieldType::kSize:
      return "a size such as 4 GiB";
    case FieldType::kChoice:
      return "one of " + join(field.choices, ", ");
    case FieldType::kSql:
      return "an SQL expression";
    case FieldType::kColumnType:
      return "a type such as text or point";
    case FieldType::kAny:
      return "a value";
    case FieldType::kObject:
    case FieldType::kMapOf:
      return "a map";
    case FieldType::kListOf:
      return "a list";
    case FieldType::kListOrOne:
      return fmt::format("{}, or a list", expectation(*field.item));
    case FieldType::kOneOf:
      break;
  }
  std::vector<std::string> all;
  for (const auto& each : field.alternatives) {
    std::string expected = expectation(*each);
    if (std::find(all.begin(), all.end(), expected) == all.end())
      all.push_back(std::move(expected));
  }
  return join(all, " or ");
}

Config parse_declared(const std::string& yaml, const Place& place) {
  // Nearly all defaults are plain words; only the others are worth a parser.
  if (yaml.find_first_of("{}[]\"'\n:#&*!|>%@`") == std::string::npos) {
    return Config::scalar(yaml, place);
  }
  Errors errors;
  const std::vector<Origin::Line> lines{{.line = place.line, .columns_before = place.column - 1}};
  std::optional<Config> parsed = read_yaml(yaml, Origin{place.file, lines}, errors);
  if (parsed) return *std::move(parsed);
  return Config::scalar(yaml, place);
}

std::string suggest(const std::string& name, const std::vector<std::string>& known,
                    const std::string& what) {
  return did_you_mean(name, known,
                      what + ": " + (known.empty() ? std::string("none") : join(known, ", ")));
}

}  // namespace rhumb
