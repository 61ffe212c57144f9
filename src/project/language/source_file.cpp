#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

Declaration bad_rows_block() {
  return {
      .name = "bad_rows",
      .summary = "What happens to records that cannot be read.",
      .doc = "",
      .fields = {{.name = "quarantine",
                  .type = FieldType::kBoolean,
                  .doc = "Keep them with reason, file and line; false stops the run at the first.",
                  .default_value = "true",
                  .example = "false"},
                 {.name = "stop_above",
                  .type = FieldType::kFraction,
                  .doc = "Stop the run when more than this share of its records is bad.",
                  .default_value = "5%",
                  .example = "1%"}},
      .example = "bad_rows: { quarantine: true, stop_above: 5% }\n",
  };
}

Field bad_rows_field() {
  Field field =
      object_field("bad_rows", bad_rows_block(), "What happens to records that cannot be read.");
  field.default_value = "{}";
  field.example = "{ stop_above: 1% }";
  return field;
}

Field decode_field(const Catalogue& catalogue) {
  Field name{.type = FieldType::kChoice, .doc = "A decoder with its default options."};
  for (const Declaration& each : catalogue.decoders) name.choices.push_back(each.name);
  name.example = name.choices.empty() ? "" : name.choices.front();
  return one_of_field(
      "decode",
      {name,
       object_field("", one_component("decode", "How the files are written.", catalogue.decoders),
                    "The decoder with its options.")},
      "How the files are written: a decoder, or its name alone. Unless given, each file is read as "
      "what its first bytes show.",
      "{ csv: {} }");
}

Field columns_field() {
  return item_field(
      FieldType::kMapOf, "columns",
      one_of_field("",
                   {Field{.type = FieldType::kColumnType, .example = "text"},
                    object_field("", column_block(), "The column with all it needs.")},
                   "A type, or a map.", "{ type: point, crs: 4326, from: origin_coord }"),
      "Columns by name: a type, or a map. All that the file holds unless "
      "given.",
      "{ region: text, started_at: { type: timestamp, from: datetime } }");
}

}  // namespace

Declaration source_file(const Catalogue& catalogue) {
  return {
      .name = "source",
      .summary = "Data that comes from outside; the table is named after the file.",
      .doc =
          "`read:` says where the data is, `decode:` how files are written. Tables of a database "
          "bring their types along and need no `decode:`.",
      .fields =
          {{.name = "description", .doc = "What one row is.", .example = "One row per taxi trip."},
           with_example(needed(object_field(
                            "read", one_component("read", "Where the data is.", catalogue.sources),
                            "Where the data is.")),
                        "{ directory: { path: landing, files: \"*.csv\" } }"),
           decode_field(catalogue),
           columns_field(),
           {.name = "changed_when",
            .type = FieldType::kSql,
            .doc = "Tables: when to read again. `always`, `counters` (the database's change "
                   "counters), `fingerprint` (a checksum over all rows, the default), or an SQL "
                   "aggregate whose value changes with the data.",
            .example = "max(updated_at)"},
           bad_rows_field(),
           {.name = "same_bytes",
            .type = FieldType::kChoice,
            .doc = "Files: what happens to the same bytes under a second name.",
            .default_value = "take",
            .example = "skip",
            .choices = {"take", "skip", "refuse"}},
           {.name = "sample",
            .type = FieldType::kBoolean,
            .doc =
                "`false` for reference data that an environment's `sample` must not thin out. Of "
                "files, records are chosen by their number, of tables, rows by a hash of their "
                "values.",
            .default_value = "true",
            .example = "false"},
           timeout_field("How long reading what is new of it may take."),
           texts_field("tags", "Words to select the source by.", "[nightly]")},
      .example =
          "description: One row per trip.\nread: { directory: { path: landing, files: \"*.csv\" } "
          "}\n"
          "decode: { csv: {} }\ncolumns:\n  region: text\n"
          "  started_at: { type: timestamp, from: datetime }\n",
  };
}

}  // namespace rhumb
