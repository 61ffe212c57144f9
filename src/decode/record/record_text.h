#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "decode/record/record_input.h"

namespace rhumb {

/// A record as one line of JSON: fields by name; geometry as WKT; what is no text as `{"hex":
/// ...}`. UTF-8 whatever the record holds.
[[nodiscard]] std::string record_text(const std::vector<RecordField>& fields, const Record& record);

/// The line that must stand before such records: fields with their types, and the CRS.
[[nodiscard]] std::string record_preamble(const RecordInput& input);

/// True when the file begins with such a line.
[[nodiscard]] Result<bool> holds_record_text(const std::filesystem::path& path);

/// Reads a preamble and records. Lines that are no such record are faulty records.
[[nodiscard]] Result<std::unique_ptr<RecordInput>> open_record_text(
    const std::filesystem::path& path);

/// Reads such files and no others, whatever format the records came from.
[[nodiscard]] std::unique_ptr<Decoder> make_record_text_decoder();

}  // namespace rhumb
