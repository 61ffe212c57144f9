#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/value/column_writer.h"
#include "decode/value/sampling.h"

namespace rhumb {

/// What all readers of one file share, whatever its format; a format adds where its records come
/// from. Outlives the readers. Immutable while they read, but for the progress and what a format
/// locks itself.
struct FileReading {
  explicit FileReading(const DecodeRequest& request);
  virtual ~FileReading() = default;

  /// The next column of the schema. `nulls` and `exact` as for ColumnWriter::make.
  Status add_column(const DeclaredColumn& column, const std::vector<std::string>& nulls,
                    const TimeZone& zone, bool exact);
  /// `notes`, and what a format found out while reading. Thread-safe.
  [[nodiscard]] virtual std::vector<std::string> all_notes() const { return notes; }

  std::string input;  ///< the file's name in rejects
  RecordSample sample;
  RejectSink rejects, repairs;
  const CancelFlag* cancel;
  Schema schema;
  std::vector<ColumnWriter> writers;  ///< to copy, one per column
  std::vector<std::string> notes;
  std::string preamble;     ///< as BatchStream::preamble
  size_t block_bytes = 1;   ///< what a reader takes at a time
  StreamProgress progress;  ///< `total_bytes` is the format's to set
};

/// The stream over a file whose readers are made by `open`.
class FileStream final : public BatchStream {
 public:
  using Open = std::function<std::unique_ptr<BatchReader>()>;
  FileStream(std::shared_ptr<const FileReading> reading, Open open)
      : reading_(std::move(reading)), open_(std::move(open)) {}

  [[nodiscard]] const Schema& schema() const override { return reading_->schema; }
  /// One per block, and no more than the machine has threads.
  [[nodiscard]] size_t max_readers() const override;
  Result<std::unique_ptr<BatchReader>> open_reader() override { return open_(); }
  [[nodiscard]] const StreamProgress& progress() const override { return reading_->progress; }
  [[nodiscard]] std::vector<std::string> notes() const override { return reading_->all_notes(); }
  [[nodiscard]] std::string preamble() const override { return reading_->preamble; }

 private:
  std::shared_ptr<const FileReading> reading_;
  Open open_;
};

template <typename Reader, typename Reading>
std::unique_ptr<BatchStream> stream_of(std::shared_ptr<Reading> reading) {
  const auto open = [reading] { return std::make_unique<Reader>(reading); };
  return std::make_unique<FileStream>(reading, open);
}

}  // namespace rhumb
