#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

Field extent_field() {
  return item_field(
      FieldType::kListOf, "extent", Field{.type = FieldType::kNumber},
      "Geometry: xmin, ymin, xmax, ymax in the column's own CRS; what lies outside goes "
      "to the quarantine.",
      "[7.6, 44.9, 10.1, 53.7]");
}

}  // namespace

Declaration column_block() {
  return {
      .name = "column",
      .summary = "One column of a source: its type, and where in the file it comes from.",
      .doc = "A type alone (`region: text`) is short for `{ type: text }`.",
      .fields =
          {{.name = "type",
            .type = FieldType::kColumnType,
            .doc = "Type of the values.",
            .required = true,
            .example = "timestamp"},
           texts_field("from",
                       "Name of the field in the file, or several of which the first found counts; "
                       "the column's own name unless given.",
                       "datetime"),
           {.name = "crs",
            .doc = "Geometry: EPSG code of the column. Coordinates that the file has in another "
                   "system are reprojected to it.",
            .example = "4326"},
           {.name = "from_crs",
            .doc = "Geometry: the system of the coordinates in the file, where the file does not "
                   "say it or says it wrongly: an EPSG code, WKT or a PROJ string.",
            .example = "2263"},
           {.name = "on_invalid",
            .type = FieldType::kChoice,
            .doc = "Geometry: what happens to one that is not valid, for example a ring that "
                   "crosses itself: it is kept as it is (the default), repaired (recorded in the "
                   "quarantine as `repaired`), or sent to the quarantine.",
            .example = "repair",
            .choices = {"keep", "repair", "quarantine"}},
           {.name = "lon",
            .doc = "Points from two fields: name of the longitude or x field.",
            .example = "pickup_longitude"},
           {.name = "lat",
            .doc = "Points from two fields: name of the latitude or y field.",
            .example = "pickup_latitude"},
           extent_field(),
           {.name = "allow_null_island",
            .type = FieldType::kBoolean,
            .doc = "Geometry: take the point (0, 0), which mostly means that nothing was known.",
            .default_value = "false",
            .example = "true"},
           {.name = "unit", .doc = "Unit of the values, for readers.", .example = "km/h"},
           {.name = "nullable",
            .type = FieldType::kBoolean,
            .doc = "False sends rows without a value to the quarantine.",
            .default_value = "true",
            .example = "false"},
           {.name = "min",
            .type = FieldType::kNumber,
            .doc = "Numbers: smallest value taken.",
            .example = "0"},
           {.name = "max",
            .type = FieldType::kNumber,
            .doc = "Numbers: largest value taken.",
            .example = "250"},
           {.name = "format",
            .doc = "Dates and times: how they are written, with the signs of strptime; ISO 8601 "
                   "unless given.",
            .example = "\"%d/%m/%Y %H:%M\""}},
      .example =
          "columns:\n  region: text\n  origin: { type: point, crs: 4326, from: origin_coord }\n"
          "  pickup: { type: point, crs: 4326, lon: pickup_lon, lat: pickup_lat }\n"
          "  started_at: { type: timestamp, from: [datetime, start] }\n",
  };
}

}  // namespace rhumb
