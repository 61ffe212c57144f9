#include <nlohmann/json.hpp>

#include "component/schema.h"
#include "project/check.h"
#include "project/language/language.h"
#include "project/project.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

Json block_schema(const Declaration& declaration);

/// A value as an editor sees it: unquoted numbers and true/false are no strings.
Json value_of(const Config& value) {
  switch (value.kind()) {
    case Config::Kind::kNull:
      return nullptr;
    case Config::Kind::kScalar:
      break;
    case Config::Kind::kList: {
      Json items = Json::array();
      for (const Config& item : value.items()) items.push_back(value_of(item));
      return items;
    }
    case Config::Kind::kMap: {
      Json entries = Json::object();
      for (const auto& [key, entry] : value.entries()) entries[key] = value_of(entry);
      return entries;
    }
  }
  if (!value.quoted()) {
    if (const auto truth = parse_boolean(value.text())) return *truth;
    if (const auto whole = parse_integer(value.text())) return *whole;
    if (const auto number = parse_number(value.text())) return *number;
  }
  return value.text();
}

Json any_of(Json a, Json b) {
  return {{"anyOf", Json::array({std::move(a), std::move(b)})}};
}

Json shape_of(const Field& field);

Json alternatives_of(const Field& field) {
  Json all = Json::array();
  for (const auto& each : field.alternatives) all.push_back(shape_of(*each));
  return {{"anyOf", std::move(all)}};
}

Json list_of(const Field& field) {
  return {{"type", "array"}, {"items", shape_of(*field.item)}};
}

Json shape_of(const Field& field) {
  switch (field.type) {
    case FieldType::kText:
      return {{"type", {"string", "number", "boolean"}}};
    case FieldType::kSql:
      return {{"type", {"string", "number"}}};
    case FieldType::kSecret:
      return {{"type", "string"}};
    case FieldType::kInteger:
      return {{"type", "integer"}};
    case FieldType::kNumber:
      return {{"type", "number"}};
    case FieldType::kBoolean:
      return {{"type", "boolean"}};
    case FieldType::kFraction:
      return any_of({{"type", "string"}, {"pattern", R"(^\s*[0-9.]+\s*%?\s*$)"}},
                    {{"type", "number"}, {"minimum", 0}, {"maximum", 1}});
    case FieldType::kDuration:
      return {{"type", "string"}, {"pattern", R"(^\s*[0-9.]+\s*[A-Za-z]+\s*$)"}};
    case FieldType::kSize:
      return any_of(
          {{"type", "string"}, {"pattern", R"(^\s*[0-9.]+\s*([KMGTkmgt][Ii]?)?[Bb]?\s*$)"}},
          {{"type", "number"}, {"minimum", 0}});
    case FieldType::kChoice:
      return {{"enum", field.choices}};
    case FieldType::kColumnType:
      return any_of({{"enum", type_names()}}, {{"type", "string"}, {"pattern", "\\S"}});
    case FieldType::kAny:
      return Json::object();
    case FieldType::kObject:
      return block_schema(*field.object);
    case FieldType::kMapOf:
      return {{"type", "object"}, {"additionalProperties", shape_of(*field.item)}};
    case FieldType::kListOf:
      return list_of(field);
    case FieldType::kListOrOne:
      return any_of(shape_of(*field.item), list_of(field));
    case FieldType::kOneOf:
      return alternatives_of(field);
  }
  return Json::object();
}

Json field_schema(const Field& field) {
  Json schema = shape_of(field);
  schema["description"] = field.doc;
  if (!field.default_value.empty())
    schema["default"] = value_of(parse_declared(field.default_value, {}));
  if (!field.example.empty()) {
    schema["examples"] = Json::array({value_of(parse_declared(field.example, {}))});
  }
  return schema;
}

Json block_schema(const Declaration& declaration) {
  Json schema = {{"type", {"object", "null"}}};
  if (!declaration.summary.empty()) schema["description"] = declaration.summary;
  schema["properties"] = Json::object();
  Json required = Json::array();
  for (const Field& field : declaration.fields) {
    schema["properties"][field.name] = field_schema(field);
    if (field.required) required.push_back(field.name);
  }
  // A null stands for an empty map, and that is not enough where something is needed.
  if (!required.empty() || declaration.exactly_one) schema["type"] = "object";
  if (!required.empty()) schema["required"] = std::move(required);
  if (declaration.exactly_one) {
    schema["minProperties"] = 1;
    schema["maxProperties"] = 1;
  }
  schema["additionalProperties"] = false;
  return schema;
}

std::string document(const std::string& title, const Json& shape) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(shape);
  return schema.dump(2) + "\n";
}

}  // namespace

std::map<std::string, std::string> json_schemas(const Catalogue& catalogue) {
  return {
      {"rhumb.schema.json", document("rhumb.yaml", block_schema(project_file(catalogue)))},
      {"source.schema.json", document("sources/*.yaml", block_schema(source_file(catalogue)))},
      {"model.schema.json",
       document("models/*.yaml", block_schema(model_file(publish_field(catalogue))))},
      {"test.schema.json", document("tests/*.yaml", shape_of(test_file()))},
  };
}

}  // namespace rhumb
