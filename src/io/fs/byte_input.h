#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// The bytes of a file from front to back, decompressed where its first bytes say that it is gzip
/// or zstd (the name does not count). Files of several gzip members or zstd frames are one stream.
/// Holds buffers of well under a MiB whatever the file claims. Not thread-safe.
class ByteInput {
 public:
  virtual ~ByteInput() = default;

  /// Puts up to `capacity` bytes at `out`; 0 only at the end. Fails with kIo when the disk does and
  /// with kBadFile when compressed data is damaged or cut off.
  virtual Result<size_t> read(char* out, size_t capacity) = 0;

  /// Bytes of the file itself that were read so far, and in all; for progress.
  [[nodiscard]] virtual uint64_t consumed() const = 0;
  [[nodiscard]] virtual uint64_t total() const = 0;
  /// `gzip`, `zstd`, or "" for bytes that are read as they stand in the file.
  [[nodiscard]] virtual std::string_view compression() const { return {}; }
};

/// Fails with kNotFound or kIo.
[[nodiscard]] Result<std::unique_ptr<ByteInput>> open_byte_input(const std::filesystem::path& path);

}  // namespace rhumb
