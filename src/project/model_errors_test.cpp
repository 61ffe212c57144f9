#include <gtest/gtest.h>

#include "project/refusal.h"

namespace rhumb {
namespace {

class ModelRefused : public testing::TestWithParam<Refusal> {};

TEST_P(ModelRefused, WithPlaceReasonAndHint) {
  EXPECT_EQ(errors_with(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Models, ModelRefused,
    testing::Values(
        Refusal{"models/m.sql", "",
                "models/m.sql:1:1: error[bad-sql]: the model `m` holds no SQL\n  hint: write "
                "one SELECT statement below the front matter\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("kind: ful"),
                "models/m.sql:2:10: error[bad-value]: `kind` must be one of full, append, "
                "partitioned, view, found "
                "`ful`\n  hint: did you mean `full`?\n"},
        Refusal{
            "models/m.sql",
            "-- ---\n-- assert:\n--   - mn_rows: 1\n--   - not_null\n-- ---\nSELECT 1\n",
            "models/m.sql:3:8: error[unknown-key]: `assert` has no key `mn_rows`\n  hint: did you "
            "mean "
            "`min_rows`? known keys: min_rows, max_shrink, not_null, unique, accepted, range, "
            "relationship, "
            "geometry, freshness, conserves, sql\n"
            "models/m.sql:4:8: error[bad-value]: an item of `assert` must be a map, found "
            "`not_null`\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("key: [a\n-- tags: b"),
                "models/m.sql:2:9: error[bad-yaml]: the `[` that opens here is not closed\n  hint: "
                "separate the "
                "items with `,` and close the list with `]`\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("kind: partitioned"),
                "models/m.sql:2:4: error[missing-key]: `kind: partitioned` needs the key "
                "`partition_by`\n  hint: "
                "add `partition_by: COLUMN`, a time or key column of the result\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("partition_by: week"),
                "models/m.sql:2:4: error[bad-value]: `partition_by` is for `kind: partitioned`\n  "
                "hint: take it "
                "out, or change the kind, now full\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("kind: view\n-- assert: [min_rows: 1]"),
                "models/m.sql:3:4: error[bad-value]: `assert` needs stored rows, and a view has "
                "none\n  hint: take "
                "it out, or make it `kind: full`\n"},
        Refusal{
            "models/m.sql", RHUMB_MODEL_WITH("when: [changd, every: soon]"),
            "models/m.sql:2:11: error[bad-value]: an item of `when` must be one of changed, found "
            "`changd`\n  "
            "hint: did you mean `changed`?\n"
            "models/m.sql:2:26: error[bad-value]: `every` must be a length of time such as 15 "
            "minutes, found "
            "`soon`\n  hint: for example `every: 15 minutes`\n"},
        Refusal{
            "models/m.yaml", "kind: full\n",
            "models/m.yaml:1:1: error[not-found]: there is no m.sql beside this file\n  hint: a "
            "model is an "
            ".sql file; its keys alone make none\n"},
        Refusal{"models/2024-trips.sql", "SELECT 1\n",
                "models/2024-trips.sql:1:1: error[bad-value]: `2024-trips` cannot be the name of a "
                "table\n  hint: "
                "name the file with up to 48 letters, digits and _, not beginning with a digit\n"},
        Refusal{"models/rhumb_x.sql", "SELECT 1\n",
                "models/rhumb_x.sql:1:1: error[bad-value]: `rhumb_x`: names that begin with rhumb_ "
                "are taken\n  "
                "hint: rename the file\n"},
        Refusal{
            "sources/Zones.yaml", RHUMB_FILE_SOURCE,
            "models/zones.sql:1:1: error[duplicate]: sources and models share one namespace, and "
            "`zones` is "
            "already sources/Zones.yaml\n  hint: rename one of the two files\n"},
        Refusal{
            "models/old/zones.sql", "SELECT 1\n",
            "models/zones.sql:1:1: error[duplicate]: sources and models share one namespace, and "
            "`zones` is "
            "already models/old/zones.sql\n  hint: rename one of the two files\n"}));

INSTANTIATE_TEST_SUITE_P(
    Publish, ModelRefused,
    testing::Values(
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("publish:"),
                "models/m.sql:2:12: error[missing-key]: `publish` needs the key `to`: the "
                "connection to publish "
                "to\n  hint: add `to: NAME`, a name of `connections:` in rhumb.yaml\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("publish: { to: warehose, view: v }"),
                "models/m.sql:2:19: error[unknown-name]: there is no connection "
                "`warehose`\n  hint: did you mean "
                "`warehouse`?\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("publish: { to: lake }"),
                "models/m.sql:2:19: error[not-supported]: nothing can be published to a "
                "connection of kind "
                "bucket\n  hint: `lake` is declared at rhumb.yaml:2:49\n"},
        Refusal{"models/m.sql", RHUMB_MODEL_WITH("publish: { to: warehouse, veiw: v }"),
                "models/m.sql:2:13: error[missing-key]: `postgis` needs the key `view`: "
                "Name of the view.\n  hint: "
                "add `view: a.v`\n"
                "models/m.sql:2:30: error[unknown-key]: `postgis` has no key `veiw`\n  "
                "hint: did you mean `view`? "
                "known keys: to, view, table, indexes, keep, timeout\n"}));

INSTANTIATE_TEST_SUITE_P(
    Asserts, ModelRefused,
    testing::Values(Refusal{"models/m.sql", RHUMB_MODEL_WITH("assert: [min_rows: -1]"),
                            "models/m.sql:2:23: error[bad-value]: `min_rows` must be 0 or more\n  "
                            "hint: 0 allows an empty "
                            "version\n"},
                    Refusal{"models/m.sql", RHUMB_MODEL_WITH("assert: [range: { column: a }]"),
                            "models/m.sql:2:20: error[missing-key]: `range` needs `min`, `max` or "
                            "both\n  hint: add `min: 0`\n"},
                    Refusal{"models/m.sql",
                            RHUMB_MODEL_WITH("assert: [range: { column: a, min: 2, max: 1 }]"),
                            "models/m.sql:2:38: error[bad-value]: `min` is greater than `max`\n  "
                            "hint: let them change "
                            "places\n"},
                    Refusal{"models/m.sql", RHUMB_MODEL_WITH("assert: [not_null: []]"),
                            "models/m.sql:2:23: error[bad-value]: `not_null` has an empty list\n  "
                            "hint: name at least one, or "
                            "take the assert out\n"},
                    Refusal{"models/m.sql",
                            RHUMB_MODEL_WITH("assert: [relationship: { column: a, to: zones }]"),
                            "models/m.sql:2:44: error[bad-value]: `to` must be TABLE.COLUMN, found "
                            "`zones`\n  hint: for "
                            "example `to: zones.zone_id`\n"},
                    Refusal{"models/m.sql",
                            RHUMB_MODEL_WITH("assert: [relationship: { column: a, to: zone.id }]"),
                            "models/m.sql:2:44: error[unknown-name]: there is no source or model "
                            "`zone`\n  hint: did you mean "
                            "`zones`?\n"},
                    Refusal{"models/m.sql",
                            RHUMB_MODEL_WITH("assert: [conserves: { source: trips }]"),
                            "models/m.sql:2:34: error[unknown-name]: there is no source or model "
                            "`trips`\n  hint: sources and "
                            "models: m, zones\n"},
                    Refusal{"models/m.sql", RHUMB_MODEL_WITH("assert: { min_rows: 1 }"),
                            "models/m.sql:2:12: error[bad-value]: `assert` must be a list, found a "
                            "map\n  hint: for example "
                            "`assert: [min_rows: 1000, not_null: [region]]`\n"}));

INSTANTIATE_TEST_SUITE_P(
    FunctionsAndTests, ModelRefused,
    testing::Values(
        Refusal{"functions/f.sql", "CREATE MACRO f(a) AS a\n",
                "functions/f.sql:1:1: error[bad-sql]: this is not a function: `name(a, b) "
                "AS expression` was "
                "expected\n  hint: write `name(a, b) AS expression`\n"},
        Refusal{"functions/f.sql", "f(a) AS\n",
                "functions/f.sql:1:1: error[bad-sql]: this is not a function: `name(a, b) "
                "AS expression` was "
                "expected\n  hint: write `name(a, b) AS expression`\n"},
        Refusal{"functions/f.sql", "f(a)\n AS TABLE SELECT a\n",
                "functions/f.sql:2:5: error[not-supported]: a function stands for a value, not "
                "for a table\n  hint: write it as a model of kind view\n"},
        Refusal{"functions/f.sql", "g(a, A) AS a\n",
                "functions/f.sql:1:1: error[bad-value]: the file is named after its "
                "function, and this one is "
                "`g`\n  hint: rename the file to g.sql, or the function\n"
                "functions/f.sql:1:1: error[duplicate]: the parameter `A` stands twice\n  "
                "hint: rename one of "
                "them\n"},
        Refusal{"functions/f.sql", "-- ---\n-- kind: full\n-- ---\nf() AS 1\n",
                "functions/f.sql:2:4: error[unknown-key]: `function` has no key `kind`\n  "
                "hint: known keys: "
                "description\n"},
        Refusal{"tests/zons.yaml", "a test:\n  expect: a\n",
                "tests/zons.yaml:1:1: error[unknown-name]: there is no model `zons` to "
                "test\n  hint: did you mean "
                "`zones`?; a test file is named after its model, or says `model:`\n"},
        Refusal{"tests/zones.yaml", "a test:\n  given: { trip: a }\n",
                "tests/zones.yaml:2:3: error[missing-key]: `test` needs the key `expect`: "
                "Rows the model must "
                "have, in any order.\n  hint: add `expect: ...`\n"
                "tests/zones.yaml:2:12: error[unknown-name]: there is no source or model "
                "`trip`\n  hint: sources "
                "and models: zones\n"},
        Refusal{"tests/zones.yaml", "a test:\n  expect: |\n    a | b\n    1 | 2\n    1 | 2 | 3\n",
                "tests/zones.yaml:5:5: error[bad-value]: this row has 3 cells, and the "
                "header has 2\n  hint: give "
                "every column a cell; an empty one is null\n"},
        Refusal{"tests/zones.yaml", "a test:\n  expect: \"a | b\\n1\"\n",
                "tests/zones.yaml:2:11: error[bad-value]: this row has 1 cells, and the "
                "header has 2\n  hint: give "
                "every column a cell; an empty one is null\n"}));

}  // namespace
}  // namespace rhumb
