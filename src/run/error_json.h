#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace rhumb {

/// An Error as every JSON output shows it: code, message, hint, file, line, column.
[[nodiscard]] nlohmann::ordered_json error_json(const Error& error);

/// On one line. Text that is not UTF-8 has U+FFFD in place of the bad bytes.
[[nodiscard]] std::string json_line(const nlohmann::ordered_json& value);

}  // namespace rhumb
