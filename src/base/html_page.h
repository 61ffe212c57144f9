#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

// Pages that stand alone in one file: no script, nothing fetched from anywhere. All that is given
// is HTML already, its texts escaped (base/markup.h). Pure and thread-safe, O(bytes).

/// A page around `body`. Its policy lets nothing run and nothing be loaded.
///
/// Classes it has a look for: `n` (cells of numbers), `good`, `bad`, `warn`, `dim` (of texts),
/// `bar` (an empty element as wide as its share), `map` and `bars` (of svg).
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

/// A table, "" when it has no rows. `numbers`: which columns stand to the right, one per column.
[[nodiscard]] std::string html_table(const std::vector<std::string>& header,
                                     const std::vector<std::vector<std::string>>& rows,
                                     const std::vector<bool>& numbers);

}  // namespace rhumb
