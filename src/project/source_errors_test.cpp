#include <gtest/gtest.h>

#include "project/refusal.h"

namespace rhumb {
namespace {

class SourceRefused : public testing::TestWithParam<Refusal> {};

TEST_P(SourceRefused, WithPlaceReasonAndHint) {
  EXPECT_EQ(errors_with(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Sources, SourceRefused,
    testing::Values(
        Refusal{"sources/s.yaml", "",
                "sources/s.yaml:1:1: error[bad-yaml]: the file is empty\n  hint: write its "
                "keys, or remove it\n"},
        Refusal{"sources/s.yaml", "decode: { csv: {} }\n",
                "sources/s.yaml:1:1: error[missing-key]: `source` needs the key `read`: Where the "
                "data is.\n  hint: "
                "add `read: { directory: { path: landing, files: \"*.csv\" } }`\n"},
        Refusal{"sources/s.yaml", "read: { directory: { path: p } }\ndecode: cvs\n",
                "sources/s.yaml:2:9: error[bad-value]: `decode` must be one of csv, found `cvs`\n  "
                "hint: did you mean `csv`?\n"},
        Refusal{
            "sources/s.yaml", "read: { directory: {}, postgres: {} }\ndecode: { cvs: {} }\n",
            "sources/s.yaml:1:7: error[bad-value]: `read` needs exactly one key, found directory, "
            "postgres\n  "
            "hint: known keys: directory, postgres\n"
            "sources/s.yaml:1:20: error[missing-key]: `directory` needs the key `path`: The "
            "folder.\n  hint: "
            "add `path: landing`\n"
            "sources/s.yaml:1:34: error[missing-key]: `postgres` needs the key `connection`: The "
            "database.\n  "
            "hint: add `connection: ...`\n"
            "sources/s.yaml:1:34: error[missing-key]: `postgres` needs the key `table`: The "
            "table.\n  hint: "
            "add `table: ...`\n"
            "sources/s.yaml:2:11: error[unknown-key]: `decode` has no key `cvs`\n  hint: did you "
            "mean `csv`? "
            "known keys: csv\n"},
        Refusal{
            "sources/s.yaml", "read: { postgres: { connection: warehose, table: t } }\n",
            "sources/s.yaml:1:33: error[unknown-name]: there is no connection `warehose`\n  hint: "
            "did you mean "
            "`warehouse`?\n"},
        Refusal{"sources/s.yaml", "read: { postgres: { connection: lake, table: t } }\n",
                "sources/s.yaml:1:33: error[bad-value]: `postgres` reads from a connection of kind "
                "postgres, and "
                "`lake` is of kind bucket\n  hint: it is declared at rhumb.yaml:2:49\n"},
        Refusal{"sources/s.yaml",
                "read: { postgres: { connection: warehouse, table: t } }\ndecode: { csv: {} "
                "}\nsame_bytes: skip\n",
                "sources/s.yaml:2:1: error[bad-value]: `decode` is for files, and `postgres` reads "
                "tables\n  hint: "
                "take it out\n"
                "sources/s.yaml:3:1: error[bad-value]: `same_bytes` is for files, and `postgres` "
                "reads tables\n  "
                "hint: take it out\n"},
        Refusal{
            "sources/s.yaml", RHUMB_FILE_SOURCE "changed_when: always\n",
            "sources/s.yaml:3:1: error[bad-value]: `changed_when` is for tables, and `directory` "
            "reads files\n  "
            "hint: take it out: each file is known by its name, version and content\n"},
        Refusal{"sources/s.yaml",
                "read: { postgres: { connection: warehouse, table: t } }\nchanged_when: allways\n",
                "sources/s.yaml:2:15: error[bad-value]: `changed_when` must be always, counters, "
                "fingerprint or an "
                "aggregate, found `allways`\n  hint: did you mean `always`?\n"},
        Refusal{
            "sources/s.yaml",
            "read: { postgres: { connection: warehouse, table: t } }\nchanged_when: updated_at\n",
            "sources/s.yaml:2:15: error[bad-value]: `changed_when` must be always, counters, "
            "fingerprint or an "
            "aggregate, found `updated_at`\n  hint: for example `changed_when: max(updated_at)`\n"},
        Refusal{"sources/s.yaml",
                RHUMB_FILE_SOURCE "same_bytes: keep\nbad_rows: { stop_above: 200% }\n",
                "sources/s.yaml:3:13: error[bad-value]: `same_bytes` must be one of take, skip, "
                "refuse, found "
                "`keep`\n  hint: for example `same_bytes: skip`\n"
                "sources/s.yaml:4:25: error[bad-value]: `stop_above` must be a share such as 5% or "
                "0.05, found "
                "`200%`\n  hint: for example `stop_above: 1%`\n"},
        Refusal{
            "sources/s.yml", RHUMB_FILE_SOURCE,
            "sources/s.yml: error[bad-value]: files of a project end in .yaml, and this one would "
            "be "
            "overlooked\n  hint: rename it to s.yaml\n"}));

INSTANTIATE_TEST_SUITE_P(
    Columns, SourceRefused,
    testing::Values(
        Refusal{"sources/s.yaml", RHUMB_FILE_SOURCE "columns: { a: pont }\n",
                "sources/s.yaml:3:15: error[bad-value]: `a` must be a type such as text or point, "
                "found `pont`\n  "
                "hint: did you mean `point`?\n"},
        Refusal{
            "sources/s.yaml", RHUMB_FILE_SOURCE "columns: { a: { crs: 4326 } }\n",
            "sources/s.yaml:3:15: error[missing-key]: `column` needs the key `type`: Type of the "
            "values.\n  "
            "hint: add `type: timestamp`\n"},
        Refusal{
            "sources/s.yaml", RHUMB_FILE_SOURCE "columns: { a: { type: point, crs: WGS84 } }\n",
            "sources/s.yaml:3:35: error[bad-value]: `crs` must be an EPSG code, found `WGS84`\n  "
            "hint: for "
            "example `crs: 4326` or `crs: EPSG:4326`\n"},
        Refusal{
            "sources/s.yaml", RHUMB_FILE_SOURCE "columns: { a: { type: point, lon: x } }\n",
            "sources/s.yaml:3:30: error[missing-key]: column `a`: `lon` needs `lat` beside it\n  "
            "hint: add "
            "`lat: FIELD`\n"},
        Refusal{"sources/s.yaml",
                RHUMB_FILE_SOURCE "columns: { a: { type: point, lon: x, lat: x, from: y } }\n",
                "sources/s.yaml:3:38: error[bad-value]: column `a`: `lon` and `lat` name the same "
                "field\n  hint: "
                "name two fields\n"
                "sources/s.yaml:3:46: error[bad-value]: column `a`: a point comes from one field "
                "(`from`) or from "
                "two (`lon`, `lat`)\n  hint: take one of them out\n"},
        Refusal{"sources/s.yaml",
                RHUMB_FILE_SOURCE "columns: { a: { type: text, crs: 4326, min: 1 } }\n",
                "sources/s.yaml:3:29: error[bad-value]: column `a`: `crs` is for geometry\n  hint: "
                "take it out, or "
                "change the type, now text\n"
                "sources/s.yaml:3:40: error[bad-value]: column `a`: `min` is for numbers\n  hint: "
                "take it out, or "
                "change the type, now text\n"},
        Refusal{
            "sources/s.yaml",
            RHUMB_FILE_SOURCE "columns: { a: { type: polygon, lon: x, lat: y } }\n",
            "sources/s.yaml:3:32: error[bad-value]: column `a`: `lon` is for points\n  hint: take "
            "it out, or "
            "change the type, now polygon\n"
            "sources/s.yaml:3:40: error[bad-value]: column `a`: `lat` is for points\n  hint: take "
            "it out, or "
            "change the type, now polygon\n"},
        Refusal{
            "sources/s.yaml",
            RHUMB_FILE_SOURCE "columns: { a: { type: integer, format: x, min: 5, max: 1 } }\n",
            "sources/s.yaml:3:32: error[bad-value]: column `a`: `format` is for dates and times\n "
            " hint: take "
            "it out, or change the type, now integer\n"
            "sources/s.yaml:3:43: error[bad-value]: column `a`: `min` is greater than `max`\n  "
            "hint: let them "
            "change places\n"},
        Refusal{"sources/s.yaml",
                RHUMB_FILE_SOURCE "columns: { a: { type: point, extent: [1, 2, 3] } }\n",
                "sources/s.yaml:3:38: error[bad-value]: `extent` must be [xmin, ymin, xmax, ymax] "
                "with xmin < xmax "
                "and ymin < ymax\n  hint: for example `extent: [7.6, 44.9, 10.1, 53.7]`\n"},
        Refusal{"sources/s.yaml",
                RHUMB_FILE_SOURCE "columns: { a: { type: point, extent: [5, 100, 6, 101] } }\n",
                "sources/s.yaml:3:30: error[bad-value]: column `a`: `extent` leaves the range of "
                "degrees\n  hint: "
                "write longitudes first: [west, south, east, north]\n"},
        Refusal{
            "sources/s.yaml", RHUMB_FILE_SOURCE "columns: { a: text, A: text, _input: text }\n",
            "sources/s.yaml:3:21: error[duplicate]: the column `A` stands twice (SQL ignores "
            "case); first at "
            "sources/s.yaml:3:12\n  hint: rename one of them\n"
            "sources/s.yaml:3:30: error[bad-value]: `_input` is a column that Rhumb adds itself\n "
            " hint: give "
            "it another name and say `from:` where it comes from\n"},
        Refusal{
            "sources/s.yaml",
            "read: { postgres: { connection: warehouse, table: t } }\ncolumns: { a: { type: text, "
            "from: b } }\n",
            "sources/s.yaml:2:29: error[bad-value]: column `a`: `from` is for columns of files\n  "
            "hint: a table "
            "brings its columns along; declare name, type, crs and nullable only\n"}));

}  // namespace
}  // namespace rhumb
