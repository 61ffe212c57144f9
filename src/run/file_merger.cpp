#include "run/file_merger.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFewest = 32;
constexpr uint64_t kClassLimits[] = {256U << 10U, 2U << 20U, 16U << 20U};

size_t size_class(const DataFile& file) {
  const auto* const limit =
      std::upper_bound(std::begin(kClassLimits), std::end(kClassLimits), file.bytes);
  return static_cast<size_t>(limit - std::begin(kClassLimits));
}

bool is_staged(const DataFile& file) {
  return fs::path(file.path).is_absolute();
}

uint64_t rows_of(const std::vector<DataFile>& files) {
  return std::accumulate(files.begin(), files.end(), uint64_t{0},
                         [](uint64_t sum, const DataFile& file) { return sum + file.rows; });
}

}  // namespace

std::vector<std::vector<DataFile>> small_files(const std::vector<DataFile>& files) {
  std::map<std::pair<std::string, size_t>, std::vector<DataFile>> sets;
  for (const DataFile& file : files) {
    const size_t of_class = size_class(file);
    if (of_class < std::size(kClassLimits)) sets[{file.partition, of_class}].push_back(file);
  }
  std::vector<std::vector<DataFile>> out;
  for (auto& [unused, set] : sets) {
    if (set.size() >= kFewest) out.push_back(std::move(set));
  }
  return out;
}

std::vector<FilePart> FileMerger::parts_of(const DataFile& file) const {
  if (!file.parts.empty()) return file.parts;
  // A file that is merged before it ever lay in the store needs a name that nothing else has.
  const std::string name = fs::path(file.path).filename().string();
  return {{.path = is_staged(file) ? fmt::format("{}/{}", context_.run_id, name) : file.path,
           .input = file.input}};
}

Status FileMerger::merge(const std::vector<DataFile>& set,
                         const std::vector<std::string>& without_inputs,
                         std::vector<DataFile>& written) {
  RHUMB_ASSIGN(const fs::path folder, context_.files.staging(context_.run_id, dataset_));
  Dataset rows{.name = dataset_, .schema = layout_.schema, .files = {}};
  std::vector<FilePart> parts;
  for (const DataFile& file : set) {
    rows.files.push_back(is_staged(file) ? file.path : context_.files.absolute(file.path));
    for (FilePart& part : parts_of(file)) {
      const bool leaves = std::find(without_inputs.begin(), without_inputs.end(), part.input) !=
                          without_inputs.end();
      if (!leaves) parts.push_back(std::move(part));
    }
  }
  WriteRequest request = layout_;
  request.directory = folder.string();
  request.stem = fmt::format("merged-{}", written.size());
  RHUMB_ASSIGN(std::vector<DataFile> files, context_.engine.merge(rows, without_inputs, request));
  if (without_inputs.empty() && rows_of(files) != rows_of(set)) {
    return Error{Code::kInternal,
                 fmt::format("{} files of {} have {} rows, merged {}", set.size(), dataset_,
                             rows_of(set), rows_of(files)),
                 "report this: nothing was changed",
                 {}};
  }
  for (DataFile& file : files) {
    file.partition = set.front().partition;
    file.parts = parts;
    written.push_back(std::move(file));
  }
  return {};
}

Result<std::vector<DataFile>> FileMerger::merge_small(std::vector<DataFile> files,
                                                      std::vector<DataFile>& written) {
  for (const std::vector<DataFile>& set : small_files(files)) {
    RHUMB_TRY(merge(set, {}, written));
    context_.observer.note(dataset_,
                           fmt::format("{} small files were merged; their rows are the same",
                                       human_count(set.size())));
    std::set<std::string> merged;
    for (const DataFile& file : set) {
      merged.insert(file.path);
      std::error_code ignored;
      if (is_staged(file)) fs::remove(file.path, ignored);
    }
    std::erase_if(files, [&](const DataFile& file) { return merged.contains(file.path); });
  }
  return files;
}

Result<std::vector<DataFile>> FileMerger::drop_inputs(const std::vector<DataFile>& files,
                                                      const std::set<std::string>& inputs,
                                                      std::vector<DataFile>& written) {
  std::vector<DataFile> stay;
  for (const DataFile& file : files) {
    std::vector<std::string> leaving;
    const std::vector<FilePart> parts = parts_of(file);
    for (const FilePart& part : parts) {
      if (inputs.contains(part.input)) leaving.push_back(part.input);
    }
    if (leaving.empty()) {
      stay.push_back(file);
    } else if (leaving.size() < parts.size()) {
      RHUMB_TRY(merge({file}, leaving, written));
    }
  }
  return stay;
}

}  // namespace rhumb
