#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// Longest name PostgreSQL keeps, in bytes; it cuts longer ones off with no more than a notice.
inline constexpr size_t kPgNameBytes = 63;

/// A relation's name. `schema` may be empty: the first of the search path.
struct PgName {
  std::string schema;
  std::string name;

  /// For SQL text: every part in double quotes.
  [[nodiscard]] std::string quoted() const;
  /// For people: quotes only where SQL needs them.
  [[nodiscard]] std::string text() const;
  bool operator==(const PgName&) const = default;
};

/// Reads `name` or `schema.name` as SQL does: parts without quotes are folded to lower case and
/// hold letters, digits, `_` and `$`; parts in double quotes are taken as they stand. kBadValue
/// otherwise.
[[nodiscard]] Result<PgName> parse_pg_name(std::string_view text);

}  // namespace rhumb
