#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

Field when_field() {
  const Field changed{.type = FieldType::kChoice, .choices = {"changed"}};
  return item_field(
      FieldType::kListOrOne, "when",
      one_of_field("", {changed, object_field("", trigger_block(), "At an interval.")},
                   "`changed`, or an interval.", "changed"),
      "When the service builds it: `changed` (as soon as an input has), or "
      "`every: 15 minutes`, or a list of both.",
      "[changed, every: 15 minutes]");
}

Field asserts_field() {
  return item_field(FieldType::kListOf, "assert",
                    object_field("", assert_block(), "One condition."),
                    "Conditions on the rows, tested before any reader sees them. A published model "
                    "has `min_rows: 1` and `max_shrink: 50%` unless it says otherwise.",
                    "[min_rows: 1000, not_null: [region]]");
}

}  // namespace

Declaration trigger_block() {
  return {.name = "when",
          .summary = "When the service builds a model.",
          .doc = "",
          .fields = {{.name = "every",
                      .type = FieldType::kDuration,
                      .doc = "Length of time between two builds.",
                      .required = true,
                      .example = "15 minutes"}},
          .example = "when: [every: 15 minutes]\n"};
}

Declaration model_file(Field publish) {
  return {
      .name = "model",
      .summary = "A table made by one SQL statement; it is named after the file.",
      .doc =
          "The keys stand in comments between two lines `-- ---` at the top of the .sql file, or "
          "in "
          "`NAME.yaml` beside it.",
      .fields =
          {{.name = "description",
            .doc = "What one row is.",
            .example = "Trips per zone and week."},
           {.name = "kind",
            .type = FieldType::kChoice,
            .doc =
                "`full`: built anew each time. `append`: new rows are added. `partitioned`: only "
                "touched partitions are built. `view`: not stored.",
            .default_value = "full",
            .example = "append",
            .choices = {"full", "append", "partitioned", "view"}},
           {.name = "partition_by",
            .doc = "`kind: partitioned`: the column whose values are the partitions.",
            .example = "week"},
           texts_field("key", "Columns that together name one row.", "[zone, week]"),
           when_field(),
           asserts_field(),
           item_field(FieldType::kListOrOne, "publish", std::move(publish),
                      "Where readers find it: a target, or a list of targets."),
           texts_field("tags", "Words to select the model by.", "[nightly]"),
           {.name = "crs",
            .doc = "EPSG code of geometry columns whose CRS the SQL does not tell.",
            .example = "4326"},
           {.name = "order_by",
            .type = FieldType::kSql,
            .doc = "Order of the rows in the files; along a Hilbert curve over the geometry unless "
                   "given.",
            .example = "region, started_at"},
           timeout_field("How long building it and its asserts may take.")},
      .example =
          "description: Trips per zone and week.\nkey: [zone, week]\nwhen: [changed, every: 15 "
          "minutes]\nassert:\n  - min_rows: 1000\n",
  };
}

}  // namespace rhumb
