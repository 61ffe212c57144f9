#include "decode/csv/options.h"

#include <memory>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr uint64_t kLargestRecord = uint64_t{1} << 30;
constexpr uint64_t kSmallestRecord = 64;

Error bad(const Config& value, std::string message, std::string hint) {
  return {.code = Code::kBadValue,
          .message = std::move(message),
          .hint = std::move(hint),
          .place = value.place()};
}

// One byte, or a name for those that are hard to write in YAML.
Result<char> read_character(const Config& value, std::string_view key) {
  const std::string text = value.as_text();
  if (text == "tab" || text == "\\t") return '\t';
  if (text == "space") return ' ';
  const bool plain = text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x80;
  if (!plain || text[0] == '\n' || text[0] == '\r' || text[0] == '\0') {
    return bad(value, fmt::format("{} must be one ASCII character, found '{}'", key, text),
               "Write it in quotes, for example \";\", or as tab.");
  }
  return text[0];
}

Status read_dialect(const Config& config, CsvOptions& out) {
  CsvDialect& dialect = out.dialect;
  const std::string delimiter = config["delimiter"].as_text("auto");
  out.guess_delimiter = delimiter == "auto";
  if (!out.guess_delimiter) {
    RHUMB_ASSIGN(dialect.delimiter, read_character(config["delimiter"], "delimiter"));
  }
  if (config.has("quote")) {
    dialect.quoting = !config["quote"].as_text().empty();
    if (dialect.quoting) {
      RHUMB_ASSIGN(dialect.quote, read_character(config["quote"], "quote"));
    }
  }
  dialect.escape = dialect.quote;
  if (config.has("escape") && !config["escape"].as_text().empty()) {
    RHUMB_ASSIGN(dialect.escape, read_character(config["escape"], "escape"));
  }
  dialect.trim = config["trim"].as_bool(false);
  dialect.comment = config["comment"].as_text();
  const char taken = dialect.delimiter;
  if (!out.guess_delimiter && dialect.quoting &&
      (taken == dialect.quote || taken == dialect.escape)) {
    return bad(config["delimiter"], "delimiter must differ from quote and escape",
               "Set quote: \"\" when the file has no quotes.");
  }
  return {};
}

EncodingOption encoding_option(const std::string& name) {
  if (name == "utf-8") return EncodingOption::kUtf8;
  if (name == "utf-16") return EncodingOption::kUtf16;
  if (name == "latin-1") return EncodingOption::kLatin1;
  if (name == "windows-1252") return EncodingOption::kWindows1252;
  return EncodingOption::kAuto;
}

HeaderOption header_option(const std::string& name) {
  if (name == "true") return HeaderOption::kTrue;
  if (name == "false") return HeaderOption::kFalse;
  return HeaderOption::kAuto;
}

Status read_numbers(const Config& config, CsvOptions& out) {
  const int64_t skip = config["skip"].as_integer(0);
  if (skip < 0)
    return bad(config["skip"], fmt::format("skip must not be negative, found {}", skip), "");
  out.skip = static_cast<uint64_t>(skip);
  const uint64_t most = config["max_record"].as_bytes(out.max_record);
  if (most < kSmallestRecord || most > kLargestRecord) {
    return bad(
        config["max_record"],
        fmt::format("max_record must be from {} to {}, found {}", human_bytes(kSmallestRecord),
                    human_bytes(kLargestRecord), human_bytes(most)),
        "16 MiB is the default.");
  }
  out.max_record = most;
  return {};
}

}  // namespace

Result<CsvOptions> read_csv_options(const Config& config) {
  CsvOptions out;
  RHUMB_TRY(read_dialect(config, out));
  RHUMB_TRY(read_numbers(config, out));
  out.header = header_option(config["header"].as_text("auto"));
  out.encoding = encoding_option(config["encoding"].as_text("auto"));
  if (config.has("nulls")) out.nulls = config["nulls"].as_texts();
  out.drop_extra_fields = config["extra_fields"].as_text() == "drop";
  out.fill_missing_fields = config["missing_fields"].as_text() == "null";
  return out;
}

Declaration make_csv_declaration() {
  const auto text = std::make_shared<const Field>(Field{.name = "text", .doc = "One text."});
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
          "first 20,000 records: integer, double, boolean, date (ISO, or month first where a day "
          "above 12 shows it), timestamp, or text. Numbers with leading zeros stay text.",
      .fields = {},
      .example = "csv:\n  delimiter: \";\"\n  nulls: [\"\", \"NULL\"]\n",
  };
  out.fields = {
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
      {.name = "header",
       .type = FieldType::kChoice,
       .doc = "Whether the first record names the columns. Without a header they are column0, "
              "column1..., and declared columns that name none of these are taken in their order.",
       .default_value = "auto",
       .example = "false",
       .choices = {"auto", "true", "false"}},
      {.name = "encoding",
       .type = FieldType::kChoice,
       .doc =
           "How bytes stand for characters. auto goes by the byte order mark, then by the bytes: "
           "UTF-16, UTF-8, else windows-1252.",
       .default_value = "auto",
       .example = "latin-1",
       .choices = {"auto", "utf-8", "utf-16", "latin-1", "windows-1252"}},
      {.name = "skip",
       .type = FieldType::kInteger,
       .doc = "Lines before the header that are not read.",
       .default_value = "0",
       .example = "3"},
      {.name = "comment",
       .doc = "Lines that begin with this text are not read.",
       .example = "\"#\""},
      {.name = "nulls",
       .type = FieldType::kListOrOne,
       .doc = "Texts that mean null, in quotes or not.",
       .default_value = "[\"\"]",
       .example = "[\"\", \"NULL\", \"\\\\N\"]",
       .item = text},
      {.name = "extra_fields",
       .type = FieldType::kChoice,
       .doc = "What happens to a record with more fields than the header.",
       .default_value = "quarantine",
       .example = "drop",
       .choices = {"quarantine", "drop"}},
      {.name = "missing_fields",
       .type = FieldType::kChoice,
       .doc = "What happens to a record with fewer fields than the header.",
       .default_value = "quarantine",
       .example = "null",
       .choices = {"quarantine", "null"}},
      {.name = "max_record",
       .type = FieldType::kSize,
       .doc = "The longest record that is read; longer ones go to the quarantine.",
       .default_value = "16 MiB",
       .example = "64 MiB"},
      {.name = "trim",
       .type = FieldType::kBoolean,
       .doc = "Drop spaces around fields. Numbers, times and geometry are read without them in any "
              "case.",
       .default_value = "false",
       .example = "true"},
  };
  return out;
}

}  // namespace rhumb
