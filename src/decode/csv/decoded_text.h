#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/decoder.h"
#include "decode/csv/options.h"

namespace rhumb {

/// A whole file decoded, in a shape that tests compare. Part of the tests only.
struct DecodedText {
  std::optional<Error> error;
  std::vector<std::string> columns;  ///< `name type`
  std::vector<std::vector<std::string>>
      rows;  ///< values as text, `null` for none; by one reader in order
  std::vector<Reject> rejects;
  std::vector<Reject> repairs;
  std::vector<std::string> notes;
  std::string preamble;
  uint64_t counted_rows = 0, counted_rejects = 0;  ///< by the stream itself
};

struct DecodeSettings {
  CsvOptions options;
  std::vector<DeclaredColumn> columns;
  std::string timezone = "UTC";
  double sample = 1.0;
  int readers = 1;
  const CancelFlag* cancel = nullptr;
};

/// Decodes a file that is there; `name` is what rejects call it.
[[nodiscard]] DecodedText decode_file(const Decoder& decoder, const std::filesystem::path& path,
                                      const std::string& name, const DecodeSettings& settings = {});

/// Writes `bytes` to a file of that name in a folder of its own and decodes that.
[[nodiscard]] DecodedText decode_bytes(const Decoder& decoder, std::string_view bytes,
                                       const std::string& name,
                                       const DecodeSettings& settings = {});

/// The same as CSV.
[[nodiscard]] DecodedText decode_text(std::string_view bytes, const DecodeSettings& settings = {});

/// `name: type`, for example `origin point`; points are in EPSG:4326.
[[nodiscard]] DeclaredColumn declare(std::string_view name_and_type,
                                     std::vector<std::string> from = {});

}  // namespace rhumb
