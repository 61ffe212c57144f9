#pragma once

#include <string>
#include <utility>
#include <vector>

#include "component/declaration.h"

namespace rhumb {

// Short ways to write the composed fields of a Declaration; simple ones are written with designated
// initialisers.

[[nodiscard]] inline Field object_field(std::string name, Declaration block, std::string doc) {
  return {.name = std::move(name),
          .type = FieldType::kObject,
          .doc = std::move(doc),
          .object = std::make_shared<const Declaration>(std::move(block))};
}

[[nodiscard]] inline Field item_field(FieldType type, std::string name, Field item, std::string doc,
                                      std::string example = "") {
  return {.name = std::move(name),
          .type = type,
          .doc = std::move(doc),
          .example = std::move(example),
          .item = std::make_shared<const Field>(std::move(item))};
}

[[nodiscard]] inline Field one_of_field(std::string name, std::vector<Field> alternatives,
                                        std::string doc, std::string example = "") {
  Field field{.name = std::move(name),
              .type = FieldType::kOneOf,
              .doc = std::move(doc),
              .example = std::move(example)};
  for (Field& each : alternatives) {
    field.alternatives.push_back(std::make_shared<const Field>(std::move(each)));
  }
  return field;
}

/// A text, or a list of texts.
[[nodiscard]] inline Field texts_field(std::string name, std::string doc, std::string example) {
  return item_field(FieldType::kListOrOne, std::move(name), Field{}, std::move(doc),
                    std::move(example));
}

/// `timeout` of one kind of step.
[[nodiscard]] inline Field timeout_field(std::string doc) {
  return {.name = "timeout",
          .type = FieldType::kDuration,
          .doc = std::move(doc) +
                 " A step that takes longer is stopped, and the version before stays visible; "
                 "`0 s` sets no limit.",
          .example = "30 minutes"};
}

[[nodiscard]] inline Field needed(Field field) {
  field.required = true;
  return field;
}

[[nodiscard]] inline Field with_example(Field field, std::string example) {
  field.example = std::move(example);
  return field;
}

/// A map with exactly one of `components` as its key: `read: { directory: {...} }`.
[[nodiscard]] inline Declaration one_component(std::string name, std::string summary,
                                               const std::vector<Declaration>& components) {
  Declaration block{.name = std::move(name), .summary = std::move(summary), .exactly_one = true};
  for (const Declaration& each : components) {
    block.fields.push_back(object_field(each.name, each, each.summary));
  }
  return block;
}

}  // namespace rhumb
