#pragma once

#include <set>
#include <string>
#include <vector>

#include "run/run_context.h"

namespace rhumb {

/// Which files are to be merged: at least 32 of one partition whose sizes are of one class (up to
/// 256 KiB, 2 MiB, 16 MiB). A row is thereby written at most four times however many files arrive,
/// and a dataset has at most some hundred files of less than 16 MiB.
[[nodiscard]] std::vector<std::vector<DataFile>> small_files(const std::vector<DataFile>& files);

/// Writes a dataset's small files anew as fewer large ones, in the staging folder: to open a file
/// costs as much as to read some ten thousand rows. What was merged is known by its parts, so that
/// nothing takes old rows for new ones. Not thread-safe.
class FileMerger {
 public:
  /// `layout`: schema and order of the rows.
  FileMerger(RunContext& context, std::string dataset, WriteRequest layout)
      : context_(context), dataset_(std::move(dataset)), layout_(std::move(layout)) {}

  /// The files that stay; merged ones are added to `written`. Files of the staging folder that were
  /// merged are removed from it.
  Result<std::vector<DataFile>> merge_small(std::vector<DataFile> files,
                                            std::vector<DataFile>& written);
  /// The files that stay when those inputs leave; what else was in a file with theirs is added to
  /// `written`.
  Result<std::vector<DataFile>> drop_inputs(const std::vector<DataFile>& files,
                                            const std::set<std::string>& inputs,
                                            std::vector<DataFile>& written);

 private:
  Status merge(const std::vector<DataFile>& set, const std::vector<std::string>& without_inputs,
               std::vector<DataFile>& written);
  [[nodiscard]] std::vector<FilePart> parts_of(const DataFile& file) const;

  RunContext& context_;
  std::string dataset_;
  WriteRequest layout_;
};

}  // namespace rhumb
