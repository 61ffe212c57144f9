#include "decode/csv/csv_decoder.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "decode/csv/opening.h"
#include "decode/csv/reader.h"

namespace rhumb {
namespace {

class CsvStream final : public BatchStream {
 public:
  CsvStream(std::shared_ptr<CsvShared> shared, std::vector<std::string> notes, std::string preamble)
      : shared_(std::move(shared)),
        schema_(shared_->layout.schema()),
        notes_(std::move(notes)),
        preamble_(std::move(preamble)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override {
    const uint64_t blocks = 1 + shared_->progress.total_bytes / shared_->options.block_size;
    const size_t threads = std::max(1U, std::thread::hardware_concurrency());
    return std::min<uint64_t>(blocks, threads);
  }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<CsvReader>(shared_));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return shared_->progress; }
  [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }
  [[nodiscard]] std::string preamble() const override { return preamble_; }

 private:
  std::shared_ptr<CsvShared> shared_;
  Schema schema_;
  std::vector<std::string> notes_;
  std::string preamble_;
};

class CsvDecoder final : public Decoder {
 public:
  explicit CsvDecoder(CsvOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(OpenedCsv opened, open_csv(options_, request));
    RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
    auto shared = std::make_shared<CsvShared>();
    for (const LayoutColumn& column : opened.layout.columns) {
      RHUMB_ASSIGN(ColumnWriter writer,
                   ColumnWriter::make(column.declared, options_.nulls, zone, column.exact));
      if (!writer.note().empty())
        opened.notes.push_back(column.declared.column.name + ": " + writer.note());
      shared->writers.push_back(std::move(writer));
    }
    shared->options = std::move(opened.options);
    shared->layout = std::move(opened.layout);
    shared->input = request.input;
    shared->sample = request.sample;
    shared->rejects = request.rejects;
    shared->repairs = request.repairs;
    shared->cancel = request.cancel;
    shared->progress.total_bytes = opened.input->total_bytes();
    shared->splitter = std::make_unique<CsvSplitter>(std::move(opened.input), shared->options,
                                                     opened.line, shared->progress.bytes);
    return std::unique_ptr<BatchStream>(std::make_unique<CsvStream>(
        std::move(shared), std::move(opened.notes), std::move(opened.preamble)));
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
