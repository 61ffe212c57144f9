#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// What a file is, judged by its first bytes.
struct DetectedFormat {
  /// The name under `decode:` of what reads it, or of something that nothing here reads: `html`.
  std::string format;
  std::string detail;     ///< for people, with its article: `an Excel workbook (zip)`
  double confidence = 0;  ///< from 0 (a guess) to 1 (its own signature says so)
};

/// How many bytes of a file are enough; fewer are fine.
inline constexpr size_t kDetectBytes = size_t{64} << 10;

/// Says what the bytes at the front of a file are, after decompression. The name settles only what
/// bytes alone leave open (a text without structure); it never overrules them. kBadFile for an
/// empty file and for bytes that are neither text nor known. Pure, thread-safe.
[[nodiscard]] Result<DetectedFormat> detect_format(std::string_view first_bytes,
                                                   std::string_view file_name);

/// The same for a file on disk; gzip and zstd are looked into, and named in `detail`.
[[nodiscard]] Result<DetectedFormat> detect_file(const std::filesystem::path& path,
                                                 std::string_view file_name);

}  // namespace rhumb
