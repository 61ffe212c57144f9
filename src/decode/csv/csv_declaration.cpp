#include <memory>

#include "decode/csv/options.h"
#include "decode/value/record_size.h"

namespace rhumb {
namespace {

Field choice(std::string name, std::string doc, std::string default_value, std::string example,
             std::vector<std::string> choices) {
  return {.name = std::move(name),
          .type = FieldType::kChoice,
          .doc = std::move(doc),
          .default_value = std::move(default_value),
          .example = std::move(example),
          .choices = std::move(choices)};
}

// How text is cut into fields.
std::vector<Field> dialect_fields() {
  return {
      {.name = "delimiter",
       .doc = "The character between fields, or auto: comma, semicolon, tab or |, whichever cuts "
              "the first records into the same number of fields.",
       .default_value = "auto",
       .example = "\";\""},
      {.name = "quote",
       .doc = "The character around fields that hold delimiters or line ends; \"\" = none.",
       .default_value = "'\"'",
       .example = "\"'\""},
      {.name = "escape",
       .doc = "The character before a quote that belongs to the text. By default the quote itself: "
              "it is doubled.",
       .example = "'\\'"},
      {.name = "comment",
       .doc = "Lines that begin with this text are not read.",
       .example = "\"#\""},
      {.name = "trim",
       .type = FieldType::kBoolean,
       .doc = "Drop spaces around fields. Numbers, times and geometry are read without them in any "
              "case.",
       .default_value = "false",
       .example = "true"},
  };
}

// Where the records begin and what their bytes mean.
std::vector<Field> file_fields() {
  return {
      choice("header",
             "Whether the first record names the columns. Without a header they are column0, "
             "column1..., and declared columns that name none of these are taken in their order.",
             "auto", "false", {"auto", "true", "false"}),
      choice("encoding",
             "How bytes stand for characters. auto goes by the byte order mark, then by the bytes: "
             "UTF-16, UTF-8, else windows-1252.",
             "auto", "latin-1", {"auto", "utf-8", "utf-16", "latin-1", "windows-1252"}),
      {.name = "skip",
       .type = FieldType::kInteger,
       .doc = "Lines before the header that are not read.",
       .default_value = "0",
       .example = "3"},
  };
}

// What happens to records and values out of the ordinary.
std::vector<Field> record_fields() {
  const auto text = std::make_shared<const Field>(Field{.name = "text", .doc = "One text."});
  return {
      {.name = "nulls",
       .type = FieldType::kListOrOne,
       .doc = "Texts that mean null, in quotes or not.",
       .default_value = "[\"\"]",
       .example = "[\"\", \"NULL\", \"\\\\N\"]",
       .item = text},
      choice("extra_fields", "What happens to a record with more fields than the header.",
             "quarantine", "drop", {"quarantine", "drop"}),
      choice("missing_fields", "What happens to a record with fewer fields than the header.",
             "quarantine", "\"null\"", {"quarantine", "null"}),
      max_record_field(),
  };
}

}  // namespace

Declaration make_csv_declaration() {
  Declaration out{
      .name = "csv",
      .summary = "Text with one record per line and fields between delimiters (CSV, TSV, PSV).",
      .doc =
          "Reads plain, gzip and zstd files; line ends may be LF, CRLF, CR or any mix of them. "
          "A field in quotes may hold delimiters, line ends and doubled quotes. Blank lines are "
          "no records.\n\n"
          "A record that does not fit its columns goes to the quarantine with its file, line, "
          "column and reason, and the file is read on. After a quote that is never closed, "
          "reading goes on at the line after the one where the record began.\n\n"
          "Without `columns:` the columns are taken from the header, and their types from the "
          "first 20,000 records: integer, double, boolean, date (ISO, or month first where a "
          "day above 12 shows it), timestamp, or text. Numbers with leading zeros stay text.",
      .fields = dialect_fields(),
      .example = "csv:\n  delimiter: \";\"\n  nulls: [\"\", \"NULL\"]\n",
  };
  for (auto& fields : {file_fields(), record_fields()}) {
    out.fields.insert(out.fields.end(), fields.begin(), fields.end());
  }
  return out;
}

}  // namespace rhumb
