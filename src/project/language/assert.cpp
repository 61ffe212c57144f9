#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

Field column_field(std::string doc) {
  return {.name = "column", .doc = std::move(doc), .required = true, .example = "region"};
}

Field accepted() {
  return object_field("accepted",
                      {.name = "accepted",
                       .summary = "A column holds only these values.",
                       .fields = {column_field("The column."),
                                  needed(item_field(FieldType::kListOf, "values", Field{},
                                                    "Every value that may occur; null may always.",
                                                    "[north, south]"))},
                       .example = "column: region\nvalues: [north, south]\n"},
                      "A column holds only these values.");
}

Field range() {
  return object_field("range",
                      {.name = "range",
                       .summary = "A number lies within bounds.",
                       .fields = {column_field("A column of numbers."),
                                  {.name = "min",
                                   .type = FieldType::kNumber,
                                   .doc = "Smallest value allowed.",
                                   .example = "0"},
                                  {.name = "max",
                                   .type = FieldType::kNumber,
                                   .doc = "Largest value allowed.",
                                   .example = "250"}},
                       .example = "column: avg_fare\nmin: 0\nmax: 250\n"},
                      "A number lies within bounds, the bounds included.");
}

Field relationship() {
  return object_field("relationship",
                      {.name = "relationship",
                       .summary = "Every value of a column occurs in another table.",
                       .fields = {column_field("The column."),
                                  {.name = "to",
                                   .doc = "`TABLE.COLUMN` that must hold the value.",
                                   .required = true,
                                   .example = "zones.zone_id"}},
                       .example = "column: zone\nto: zones.zone_id\n"},
                      "Every value of a column occurs in a column of another model or source.");
}

Field geometry() {
  return object_field(
      "geometry",
      {.name = "geometry",
       .summary = "The geometry of a column is what it should be.",
       .fields = {column_field("A geometry column."),
                  {.name = "valid",
                   .type = FieldType::kBoolean,
                   .doc = "Every geometry is valid.",
                   .default_value = "true",
                   .example = "false"},
                  {.name = "crs", .doc = "EPSG code the column must have.", .example = "4326"},
                  item_field(FieldType::kListOf, "extent", Field{.type = FieldType::kNumber},
                             "xmin, ymin, xmax, ymax that holds every geometry.",
                             "[7.6, 44.9, 10.1, 53.7]"),
                  {.name = "kind",
                   .type = FieldType::kChoice,
                   .doc = "The only kind of geometry that may occur.",
                   .example = "polygon",
                   .choices = {"point", "linestring", "polygon", "multipoint", "multilinestring",
                               "multipolygon", "geometrycollection"}}},
       .example = "column: geom\nkind: polygon\nextent: [7.6, 44.9, 10.1, 53.7]\n"},
      "Validity, CRS, extent and kind of a geometry column.");
}

Field freshness() {
  return object_field("freshness",
                      {.name = "freshness",
                       .summary = "The newest row is new enough.",
                       .fields = {column_field("A column of times."),
                                  {.name = "within",
                                   .type = FieldType::kDuration,
                                   .doc = "Greatest age of the newest value.",
                                   .required = true,
                                   .example = "2 days"}},
                       .example = "column: week\nwithin: 2 days\n"},
                      "The newest value of a time column is not older than this.");
}

Field conserves() {
  return object_field(
      "conserves",
      {.name = "conserves",
       .summary = "Rows of a source are neither lost nor counted twice.",
       .fields = {{.name = "source",
                   .doc = "Model or source whose rows are followed through the joins.",
                   .required = true,
                   .example = "trips"},
                  {.name = "lost",
                   .type = FieldType::kFraction,
                   .doc = "Share of its rows that may match nothing.",
                   .default_value = "0",
                   .example = "1%"},
                  {.name = "doubled",
                   .type = FieldType::kFraction,
                   .doc = "Share of its rows that may match more than once.",
                   .default_value = "0",
                   .example = "0"}},
       .example = "source: trips\nlost: 1%\ndoubled: 0\n"},
      "Rows of a source are neither lost nor doubled by the joins, within these shares.");
}

}  // namespace

Declaration assert_block() {
  return {
      .name = "assert",
      .summary = "Conditions on a model's rows, tested before any reader sees them.",
      .doc =
          "Each item of the list has one of these keys. A version that breaks one is never "
          "visible.",
      .fields = {{.name = "min_rows",
                  .type = FieldType::kInteger,
                  .doc = "The version has at least so many rows.",
                  .example = "1000"},
                 {.name = "max_shrink",
                  .type = FieldType::kFraction,
                  .doc = "It has at most this share of rows fewer than the version before.",
                  .example = "50%"},
                 texts_field("not_null", "These columns hold no null.", "[region, week]"),
                 texts_field("unique", "These columns together are different in every row.",
                             "[zone, week]"),
                 accepted(),
                 range(),
                 relationship(),
                 geometry(),
                 freshness(),
                 conserves(),
                 {.name = "sql",
                  .type = FieldType::kSql,
                  .doc = "A query that must return no rows; what it returns is reported.",
                  .example = "SELECT * FROM trips_per_zone WHERE trips < 0"}},
      .example =
          "assert:\n  - min_rows: 1000\n  - not_null: [region, week]\n"
          "  - conserves: { source: trips, lost: 1%, doubled: 0 }\n",
      .exactly_one = true,
  };
}

}  // namespace rhumb
