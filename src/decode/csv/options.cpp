#include "decode/csv/options.h"

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/record_size.h"

namespace rhumb {
namespace {

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
  RHUMB_ASSIGN(out.max_record, read_max_record(config));
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

}  // namespace rhumb
