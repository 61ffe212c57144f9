#include "decode/json/json_options.h"

#include <memory>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/record_size.h"

namespace rhumb {
namespace {

std::vector<Field> shared_fields() {
  const auto text = std::make_shared<const Field>(Field{.name = "text", .doc = "One text."});
  return {
      {.name = "encoding",
       .type = FieldType::kChoice,
       .doc =
           "How bytes stand for characters. auto goes by the byte order mark, then by the bytes: "
           "UTF-16, UTF-8, else windows-1252.",
       .default_value = "auto",
       .example = "utf-8",
       .choices = {"auto", "utf-8", "utf-16", "latin-1", "windows-1252"}},
      {.name = "nulls",
       .type = FieldType::kListOrOne,
       .doc = "Texts and numbers that mean null, beside JSON's own null.",
       .default_value = "[]",
       .example = "[\"\", \"-999\"]",
       .item = text},
      {.name = "extra_members",
       .type = FieldType::kChoice,
       .doc = "Without `columns:`, what happens to a record with a member that none of the records "
              "has from which the columns were taken (the first 32 MiB).",
       .default_value = "quarantine",
       .example = "drop",
       .choices = {"quarantine", "drop"}},
      max_record_field(),
  };
}

}  // namespace

Declaration make_geojson_declaration() {
  return {
      .name = "geojson",
      .summary = "GeoJSON (RFC 7946): collections, single objects, one per line, text sequences.",
      .doc =
          "Reads a FeatureCollection, a Feature or a geometry; several of them one after the other "
          "or one per line; an array of them; text sequences (RFC 8142). Plain, gzip and zstd "
          "files of any size, in bounded memory.\n\n"
          "A column takes the property of its name, else the member of the feature (`id`); "
          "`from: address.city` goes into objects, `from: $.meta.id` begins at the feature itself. "
          "A geometry column without `from:` takes the feature's geometry. Nested properties "
          "become JSON text. What a feature lacks is null.\n\n"
          "Without `columns:` they are `id`, the properties, further members of the features and "
          "`geometry`, as the first 32 MiB have them. The old member `crs` is obeyed.\n\n"
          "Rings keep their order; a ring that is not closed, and what else breaks the rules, "
          "sends its feature to the quarantine with the path in the message. A feature that is "
          "malformed JSON goes there alone: reading goes on at the next one.",
      .fields = shared_fields(),
      .example = "geojson: {}\n",
  };
}

Declaration make_json_declaration() {
  Declaration out{
      .name = "json",
      .summary = "JSON objects: an array of them, one per line (JSON lines), text sequences.",
      .doc =
          "Every object is a record, its members are columns; nested objects and arrays become "
          "JSON "
          "text. `from: address.city` goes into objects. A geometry column takes WKT, hex WKB, a "
          "GeoJSON geometry or a position such as `[7.6, 45.0]`; `lon:` and `lat:` take two "
          "members. What a record lacks is null.\n\n"
          "Without `columns:` they are all members that the first 32 MiB have, with the types "
          "these show. A record that is malformed goes to the quarantine alone: reading goes on at "
          "the next one.",
      .fields = {{.name = "records",
                  .doc = "The array of records within a root object, as names with dots between.",
                  .example = "data.items"}},
      .example = "json: { records: data.items }\n",
  };
  for (Field& field : shared_fields()) out.fields.push_back(std::move(field));
  return out;
}

Result<JsonOptions> read_json_options(const Config& config, bool geojson) {
  JsonOptions out{.geojson = geojson};
  out.encoding = encoding_option(config["encoding"].as_text("auto"));
  out.nulls = config["nulls"].as_texts();
  out.drop_extra_members = config["extra_members"].as_text() == "drop";
  if (geojson) out.records = {"features"};
  if (const std::string path = config["records"].as_text(); !path.empty()) {
    for (const std::string_view name : split(path, '.')) out.records.emplace_back(name);
  }
  RHUMB_ASSIGN(out.max_record, read_max_record(config));
  return out;
}

}  // namespace rhumb
