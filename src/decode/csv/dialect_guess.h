#pragma once

#include <string>
#include <vector>

#include "decode/csv/options.h"
#include "decode/text/text_buffer.h"

namespace rhumb {

/// The delimiter under which the first records of `sample` have the most of the `expected` header
/// names, and if none has any, the one that cuts most of them into equally many fields. Comma when
/// nothing is cut at all.
[[nodiscard]] char guess_delimiter(const TextBuffer& sample, const CsvOptions& options,
                                   const std::vector<std::string>& expected);

}  // namespace rhumb
