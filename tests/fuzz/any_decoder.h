#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "component/decoder.h"
#include "tests/fuzz/require.h"

// For the fuzzers of decoders: any bytes as a file, and what must hold whatever they are.

namespace rhumb {

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(file_ >= 0);
    require(::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

struct FuzzOutcome {
  bool opened = false;
  bool failed = false;
  uint64_t rows = 0;
  std::string rejects;  ///< lines, columns, reasons, messages and texts
  bool operator==(const FuzzOutcome&) const = default;
};

/// One column of each of these types.
inline std::vector<DeclaredColumn> declared_columns(const std::vector<std::string>& types) {
  std::vector<DeclaredColumn> out;
  for (const std::string& type : types) {
    DeclaredColumn column;
    column.column = {.name = type, .type = *parse_type(type)};
    out.push_back(std::move(column));
  }
  return out;
}

/// Decodes the whole file with one reader. Aborts when a reject says not where or why, when columns
/// differ in length, or when the stream counts other records than it gives.
inline FuzzOutcome decode_whole(const Decoder& decoder, const std::filesystem::path& file,
                                std::vector<DeclaredColumn> columns) {
  FuzzOutcome out;
  uint64_t rejected = 0;
  DecodeRequest request{.path = file, .input = "fuzz", .columns = std::move(columns)};
  request.timezone = "America/New_York";
  request.rejects = [&](Reject&& reject) {
    ++rejected;
    require(reject.line > 0 && !reject.message.empty());
    require(is_utf8(reject.raw) && is_utf8(reject.message));
    out.rejects += std::to_string(reject.line) + ":" + std::to_string(reject.column) + " " +
                   reason_name(reject.reason) + " " + reject.message + " " + reject.raw + "\n";
  };
  auto stream = decoder.open(request);
  out.opened = stream.ok();
  if (!stream.ok()) {
    require(!stream.error().message.empty());
    return out;
  }
  auto reader = (*stream)->open_reader();
  Batch batch((*stream)->schema());
  for (;;) {
    const auto more = (*reader)->next(batch);
    out.failed = !more.ok();
    if (!more.ok() || !*more) break;
    for (const ColumnData& column : batch.columns) require(column.rows() == batch.rows());
    out.rows += batch.rows();
  }
  if (!out.failed) {
    require((*stream)->progress().rows == out.rows);
    require((*stream)->progress().rejected == rejected);
  }
  return out;
}

}  // namespace rhumb
