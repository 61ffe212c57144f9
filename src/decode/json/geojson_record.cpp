#include "decode/json/geojson_record.h"

#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/detect/json_signs.h"
#include "decode/text/text_buffer.h"

namespace rhumb {
namespace {

using Kind = JsonValue::Kind;

bool refuse(JsonFault& fault, std::string message, std::string field, const JsonValue& at) {
  fault = {.reason = RejectReason::kBadValue,
           .message = std::move(message),
           .field = std::move(field),
           .at = at.raw.empty() ? nullptr : at.raw.data()};
  return false;
}

std::string shown(const JsonValue& value) {
  return value.kind == Kind::kNull ? "null" : printable(value.raw, 40);
}

bool is_object_or_null(const JsonValue& value) {
  return value.kind == Kind::kAbsent || value.kind == Kind::kNull || value.kind == Kind::kObject;
}

std::optional<int> epsg_of(std::string_view name) {
  if (name.ends_with("CRS84") || name.ends_with("CRS84h")) return 4326;
  const size_t colon = name.find_last_of(":/");
  const std::string upper = to_lower(name);
  if (colon == std::string_view::npos || upper.find("epsg") == std::string::npos) {
    return std::nullopt;
  }
  int code = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + colon + 1, end, code);
  if (error != std::errc{} || stop != end || code <= 0) return std::nullopt;
  return code;
}

}  // namespace

size_t add_geojson_fields(JsonFields& fields) {
  fields.slot(fields.node({"type"}));
  fields.slot(fields.node({"geometry"}));
  const size_t properties = fields.node({"properties"});
  fields.slot(properties);
  for (const char* known : {"bbox", "coordinates", "geometries"}) fields.node({known});
  return properties;
}

bool accept_geojson(std::string_view record, std::vector<JsonValue>& values, JsonFault& fault) {
  const JsonValue& type = values[kGeoJsonType];
  if (type.kind != Kind::kString) {
    return refuse(fault, "expected a Feature or a geometry, found an object without a type", "type",
                  type);
  }
  if (type.text == "Feature") {
    if (!is_object_or_null(values[kGeoJsonProperties])) {
      return refuse(fault,
                    fmt::format("expected an object of properties, found {}",
                                shown(values[kGeoJsonProperties])),
                    "properties", values[kGeoJsonProperties]);
    }
    if (is_object_or_null(values[kGeoJsonGeometry])) return true;
    return refuse(fault,
                  fmt::format("expected a geometry object or null, found {}",
                              shown(values[kGeoJsonGeometry])),
                  "geometry", values[kGeoJsonGeometry]);
  }
  if (!is_geojson_type(type.text) || type.text == "FeatureCollection") {
    return refuse(
        fault,
        fmt::format("expected a Feature or a geometry, found an object of type '{}'{}",
                    printable(type.text, 40),
                    type.text == "FeatureCollection" ? " without an array of features" : ""),
        "type", type);
  }
  values[kGeoJsonGeometry] = {Kind::kObject, record, {}};
  values[kGeoJsonProperties] = {};
  return true;
}

Result<int> geojson_srid(std::string_view crs) {
  if (trim(crs) == "null") return 4326;
  JsonFields fields;
  const size_t name = fields.slot(fields.node({"properties", "name"}));
  JsonRecordReader reader(fields);
  JsonFault fault;
  TextBuffer text;
  text.assign(crs);
  std::optional<int> code;
  if (crs.starts_with('{') && reader.read(text.view(), fault) &&
      reader.values()[name].kind == Kind::kString) {
    code = epsg_of(reader.values()[name].text);
  }
  if (code) return *code;
  return Error{
      .code = Code::kBadFile,
      .message = fmt::format("the file's coordinate system is not known: {}", printable(crs, 200)),
      .hint = "It must name an EPSG code, for example urn:ogc:def:crs:EPSG::4269, or CRS84."};
}

}  // namespace rhumb
