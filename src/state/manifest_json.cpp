#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "state/manifest.h"

namespace rhumb {
namespace {

// Keeps the keys in the order they are written here, for people.
using Json = nlohmann::ordered_json;

Json column_json(const Column& column) {
  Json out{{"name", column.name}, {"type", type_name(column.type)}};
  if (column.type.srid != 0) out["srid"] = column.type.srid;
  if (!column.nullable) out["nullable"] = false;
  return out;
}

bool is_finite(const Box& box) {
  return std::all_of(box.begin(), box.end(), [](double x) { return std::isfinite(x); });
}

Json part_json(const FilePart& part) {
  Json out{{"path", part.path}};
  if (!part.input.empty()) out["input"] = part.input;
  return out;
}

Json file_json(const DataFile& file) {
  Json out{{"path", file.path}, {"rows", file.rows}, {"bytes", file.bytes}};
  if (!file.sha256.empty()) out["sha256"] = file.sha256;
  // JSON has no spelling for infinity, and an empty box prunes nothing.
  if (file.bbox && is_finite(*file.bbox)) out["bbox"] = *file.bbox;
  if (!file.input.empty()) out["input"] = file.input;
  if (!file.partition.empty()) out["partition"] = file.partition;
  if (!file.ranges.empty()) out["ranges"] = file.ranges;
  for (const FilePart& part : file.parts) out["parts"].push_back(part_json(part));
  return out;
}

Json input_json(const LedgerEntry& input) {
  return {{"id", input.id},
          {"dataset", input.dataset},
          {"name", input.announcement.name},
          {"version", input.announcement.version},
          {"size", input.announcement.size},
          {"content_hash", input.content_hash},
          {"rows", input.rows},
          {"rejected", input.rejected},
          {"taken_at", input.taken_at},
          {"run", input.run}};
}

Json check_json(const CheckResult& check) {
  return {{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}};
}

std::string line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// `"key": [` one element per line `]`
template <typename T, typename ToJson>
std::string list(std::string_view key, const std::vector<T>& items, ToJson to_item) {
  std::string out = fmt::format("  \"{}\": [", key);
  for (size_t i = 0; i < items.size(); ++i) {
    out += i == 0 ? "\n    " : ",\n    ";
    out += line(to_item(items[i]));
  }
  return out + (items.empty() ? "]" : "\n  ]");
}

std::string field(std::string_view key, const Json& value) {
  return fmt::format("  \"{}\": {}", key, line(value));
}

/// What makes a document no manifest. Never leaves this file.
struct BadManifest {
  std::string what;
};

const Json& need(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw BadManifest{fmt::format("`{}` is missing", key)};
  return *found;
}

std::string as_text(const Json& value, const char* key) {
  if (!value.is_string()) throw BadManifest{fmt::format("`{}` is not a text", key)};
  return value.get<std::string>();
}

uint64_t as_count(const Json& value, const char* key) {
  if (!value.is_number_unsigned()) {
    throw BadManifest{fmt::format("`{}` is not a number from 0 up", key)};
  }
  return value.get<uint64_t>();
}

std::string text(const Json& object, const char* key) {
  return as_text(need(object, key), key);
}
uint64_t count(const Json& object, const char* key) {
  return as_count(need(object, key), key);
}

std::string text_or_empty(const Json& object, const char* key) {
  return object.contains(key) ? text(object, key) : "";
}

Micros micros(const Json& object, const char* key) {
  const Json& value = need(object, key);
  if (!value.is_number_integer()) throw BadManifest{fmt::format("`{}` is not a whole number", key)};
  return value.get<Micros>();
}

template <typename Parse>
auto parse_list(const Json& object, const char* key, Parse parse) {
  const Json& items = need(object, key);
  if (!items.is_array()) throw BadManifest{fmt::format("`{}` is not a list", key)};
  std::vector<decltype(parse(items.front()))> out;
  out.reserve(items.size());
  for (const Json& item : items) {
    if (!item.is_object()) throw BadManifest{fmt::format("an entry of `{}` is not an object", key)};
    out.push_back(parse(item));
  }
  return out;
}

Column parse_column(const Json& json) {
  Column column{.name = text(json, "name")};
  const std::string type = text(json, "type");
  const auto known = parse_type(type);
  if (!known) throw BadManifest{"the type of a column is unknown: " + printable(type)};
  column.type = *known;
  if (json.contains("srid")) {
    const uint64_t srid = count(json, "srid");
    if (srid > std::numeric_limits<int>::max()) throw BadManifest{"`srid` is too large"};
    column.type.srid = static_cast<int>(srid);
  }
  if (const auto nullable = json.find("nullable"); nullable != json.end()) {
    column.nullable = !nullable->is_boolean() || nullable->get<bool>();
  }
  return column;
}

Box parse_box(const Json& json) {
  Box box{};
  const bool numbers =
      json.is_array() && json.size() == box.size() &&
      std::all_of(json.begin(), json.end(), [](const Json& x) { return x.is_number(); });
  if (!numbers) throw BadManifest{"`bbox` is not a list of four numbers"};
  for (size_t i = 0; i < box.size(); ++i) box.at(i) = json[i].get<double>();
  return box;
}

/// A name that stays inside the store.
std::string parse_path(const Json& json) {
  std::string path = text(json, "path");
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") {
      throw BadManifest{"a file lies outside the store: " + printable(path)};
    }
  }
  return path;
}

DataFile parse_file(const Json& json) {
  DataFile file{
      .path = parse_path(json), .rows = count(json, "rows"), .bytes = count(json, "bytes")};
  file.sha256 = text_or_empty(json, "sha256");
  if (json.contains("bbox")) file.bbox = parse_box(json["bbox"]);
  file.input = text_or_empty(json, "input");
  file.partition = text_or_empty(json, "partition");
  if (const auto ranges = json.find("ranges"); ranges != json.end()) {
    if (!ranges->is_object()) throw BadManifest{"`ranges` is not an object"};
    for (const auto& [column, range] : ranges->items()) {
      if (!range.is_array() || range.size() != 2) throw BadManifest{"a range is not a pair"};
      file.ranges[column] = {as_text(range[0], "ranges"), as_text(range[1], "ranges")};
    }
  }
  if (json.contains("parts")) {
    file.parts = parse_list(json, "parts", [](const Json& part) {
      return FilePart{.path = parse_path(part), .input = text_or_empty(part, "input")};
    });
  }
  return file;
}

LedgerEntry parse_input(const Json& json) {
  return {.id = text(json, "id"),
          .dataset = text(json, "dataset"),
          .announcement = {text(json, "name"), text(json, "version"), count(json, "size")},
          .content_hash = text(json, "content_hash"),
          .rows = count(json, "rows"),
          .rejected = count(json, "rejected"),
          .taken_at = micros(json, "taken_at"),
          .run = text(json, "run")};
}

CheckResult parse_check(const Json& json) {
  const Json& passed = need(json, "passed");
  if (!passed.is_boolean()) throw BadManifest{"`passed` is neither true nor false"};
  return {text(json, "name"), passed.get<bool>(), text(json, "detail")};
}

std::map<std::string, uint64_t> parse_upstream(const Json& json) {
  const Json& upstream = need(json, "upstream");
  if (!upstream.is_object()) throw BadManifest{"`upstream` is not an object"};
  std::map<std::string, uint64_t> out;
  for (const auto& [dataset, version] : upstream.items())
    out[dataset] = as_count(version, "upstream");
  return out;
}

Manifest parse_manifest(const Json& json) {
  if (!json.is_object()) throw BadManifest{"it is not an object"};
  const uint64_t format = count(json, "format");
  if (format != kManifestFormat) {
    throw BadManifest{
        fmt::format("its format is {}, and this Rhumb reads format {}", format, kManifestFormat)};
  }
  Manifest out{.dataset = text(json, "dataset"),
               .version = count(json, "version"),
               .previous = count(json, "previous"),
               .run = text(json, "run"),
               .created_at = micros(json, "created_at"),
               .reason = text(json, "reason"),
               .definition = text(json, "definition"),
               .fingerprint = text_or_empty(json, "fingerprint"),
               .schema = parse_list(json, "schema", parse_column),
               .files = parse_list(json, "files", parse_file),
               .inputs = parse_list(json, "inputs", parse_input),
               .upstream = parse_upstream(json),
               .checks = parse_list(json, "checks", parse_check)};
  if (json.contains("rolled_back_to")) out.rolled_back_to = count(json, "rolled_back_to");
  return out;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  std::vector<std::string> parts = {
      field("format", manifest.format),   field("dataset", manifest.dataset),
      field("version", manifest.version), field("previous", manifest.previous),
      field("run", manifest.run),         field("created_at", manifest.created_at),
      field("reason", manifest.reason),   field("definition", manifest.definition)};
  if (!manifest.fingerprint.empty()) parts.push_back(field("fingerprint", manifest.fingerprint));
  if (manifest.rolled_back_to) parts.push_back(field("rolled_back_to", *manifest.rolled_back_to));
  parts.push_back(list("schema", manifest.schema, column_json));
  parts.push_back(list("files", manifest.files, file_json));
  parts.push_back(list("inputs", manifest.inputs, input_json));
  parts.push_back(
      field("upstream", manifest.upstream.empty() ? Json::object() : Json(manifest.upstream)));
  parts.push_back(list("checks", manifest.checks, check_json));
  return "{\n" + join(parts, ",\n") + "\n}\n";
}

Result<Manifest> manifest_from_json(const std::string& json, const std::string& origin) {
  const auto refuse = [&](const std::string& what) {
    return Error{
        Code::kState,
        fmt::format("{} is not a manifest of this Rhumb: {}", printable(origin, 1000), what),
        "restore the file from a backup, or use the Rhumb that wrote it",
        {}};
  };
  try {
    return parse_manifest(Json::parse(json));
  } catch (const BadManifest& bad) {
    return refuse(bad.what);
  } catch (const Json::exception& bad) {
    return refuse(printable(bad.what()));
  }
}

}  // namespace rhumb
