#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {

Declaration test_block() {
  return {
      .name = "test",
      .summary = "Given rows, expected rows of one model.",
      .doc =
          "A table is text: a header, then one line per row, cells separated by `|`. An empty cell "
          "is "
          "null, `\"\"` is empty text; a cell in double quotes may hold `|`, and `\"\"` inside it "
          "stands for one quote. A line of dashes under the header is allowed. Only the columns "
          "named are compared.",
      .fields = {{.name = "model",
                  .doc = "The model under test; the file's name unless given.",
                  .example = "trips_per_zone"},
                 item_field(FieldType::kMapOf, "given", Field{},
                            "Rows of the tables the model reads; tables not named are empty.",
                            "zones: |\n  zone_id | name\n  1       | North"),
                 {.name = "expect",
                  .doc = "Rows the model must have, in any order.",
                  .required = true,
                  .example = "|\n  zone_id | trips\n  1       | 2"}},
      .example =
          "a zone without trips:\n  given:\n    zones: |\n      zone_id | name\n      1       | "
          "North\n  expect: |\n    zone_id | trips\n    1       | 0\n",
  };
}

Field test_file() {
  return item_field(FieldType::kMapOf, "tests", object_field("", test_block(), "One test."),
                    "Tests by name.");
}

}  // namespace rhumb
