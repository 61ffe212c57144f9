#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "component/config.h"
#include "project/text_file.h"

namespace rhumb {

/// YAML -> a Config in which every key and value knows its place. What the language takes is a
/// plain subset: maps with text keys, lists, scalars; no anchors, aliases, tags, merge keys, second
/// documents, tabs as indentation; at most 100 levels and 500,000 values.
///
/// Adds to `errors` what is refused; the result is empty when nothing could be read at all. A key
/// written twice is an error and keeps its first value. Linear in the size of the text.
[[nodiscard]] std::optional<Config> read_yaml(std::string_view text, const Origin& origin,
                                              Errors& errors);

}  // namespace rhumb
