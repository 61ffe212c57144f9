#include "decode/csv/csv_decoder.h"

#include <utility>

#include "decode/csv/opening.h"
#include "decode/csv/reader.h"

namespace rhumb {
namespace {

class CsvDecoder final : public Decoder {
 public:
  explicit CsvDecoder(CsvOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(OpenedCsv opened, open_csv(options_, request));
    RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
    auto reading = std::make_shared<CsvReading>(request);
    reading->notes = std::move(opened.notes);
    for (const LayoutColumn& column : opened.layout.columns)
      RHUMB_TRY(reading->add_column(column.declared, options_.nulls, zone, column.exact));
    reading->options = std::move(opened.options);
    reading->layout = std::move(opened.layout);
    reading->preamble = std::move(opened.preamble);
    reading->block_bytes = reading->options.block_size;
    reading->progress.total_bytes = opened.input->total_bytes();
    reading->splitter = std::make_unique<CsvSplitter>(std::move(opened.input), reading->options,
                                                      opened.line, reading->progress.bytes);
    return stream_of<CsvReader>(std::move(reading));
  }

 private:
  CsvOptions options_;
};

}  // namespace

const Declaration& csv_declaration() {
  static const Declaration declaration = make_csv_declaration();
  return declaration;
}

Result<std::unique_ptr<Decoder>> make_csv_decoder(const Config& config) {
  RHUMB_ASSIGN(CsvOptions options, read_csv_options(config));
  return make_csv_decoder(std::move(options));
}

std::unique_ptr<Decoder> make_csv_decoder(CsvOptions options) {
  return std::make_unique<CsvDecoder>(std::move(options));
}

}  // namespace rhumb
