#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/json/json_fields.h"
#include "decode/json/json_guess.h"
#include "decode/json/json_options.h"

namespace rhumb {

/// What the first records of a file show.
struct JsonSample {
  std::unique_ptr<JsonFields> fields;  ///< every member seen
  std::vector<JsonTypeGuess> guesses;  ///< by slot
  std::vector<bool> present;           ///< by slot: some record has it
  uint64_t records = 0;                ///< that could be read
  uint64_t others = 0;
  uint64_t objects = 0;  ///< of the others, those that at least begin as one
  std::string first_fault;
  uint64_t first_fault_line = 0;
  std::vector<std::pair<std::string, std::string>> members;  ///< beside the array of records
  bool has_array = false;                                    ///< of records, be it empty
  std::string note;                                          ///< of the encoding

  /// The text of the member of that name, or "".
  [[nodiscard]] std::string member(std::string_view name) const;
};

/// Reads the records of about the first `bytes` of text. Fails when the file holds no text, or
/// nothing that is an object.
[[nodiscard]] Result<JsonSample> sample_json(const JsonOptions& options,
                                             const DecodeRequest& request, size_t bytes);

}  // namespace rhumb
