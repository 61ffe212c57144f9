#include "decode/record/file_reading.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace rhumb {

FileReading::FileReading(const DecodeRequest& request)
    : input(request.input),
      sample(request.sample),
      rejects(request.rejects),
      repairs(request.repairs),
      cancel(request.cancel) {}

Status FileReading::add_column(const DeclaredColumn& column, const std::vector<std::string>& nulls,
                               const TimeZone& zone, bool exact) {
  RHUMB_ASSIGN(ColumnWriter writer, ColumnWriter::make(column, nulls, zone, exact));
  if (!writer.note().empty()) notes.push_back(column.column.name + ": " + writer.note());
  writers.push_back(std::move(writer));
  schema.push_back(column.column);
  return {};
}

size_t FileStream::max_readers() const {
  // Asking takes as long as reading a small file.
  static const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const uint64_t blocks = 1 + reading_->progress.total_bytes / reading_->block_bytes;
  return std::min<uint64_t>(blocks, threads);
}

}  // namespace rhumb
