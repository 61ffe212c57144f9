#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"

namespace rhumb {

/// Where a column of the stream stands in a record.
struct LayoutColumn {
  static constexpr size_t kNone = static_cast<size_t>(-1);

  DeclaredColumn declared;
  size_t field = 0;         ///< position in the record, from 0; of the longitude for two fields
  size_t latitude = kNone;  ///< position of the latitude
  bool exact = false;       ///< the type was guessed
};

struct ColumnLayout {
  std::vector<LayoutColumn> columns;
  size_t width = 0;  ///< fields that a record must have
};

/// Every header name the declared columns may come from.
[[nodiscard]] std::vector<std::string> expected_names(const std::vector<DeclaredColumn>& columns);

/// Names without spaces around them or line ends in them.
[[nodiscard]] std::vector<std::string> clean_names(const std::vector<std::string>& names);
/// `column0`, `column1`...
[[nodiscard]] std::vector<std::string> numbered_names(size_t count);

/// Columns in the order of their declaration. Case does not count in names; of several names a
/// column may come from, the first that is there is taken. Fails with kBadFile when a column is
/// missing.
[[nodiscard]] Result<ColumnLayout> match_columns(const std::vector<DeclaredColumn>& columns,
                                                 const std::vector<std::string>& names);

/// Columns by position, for files without a header; a point from two fields takes two.
[[nodiscard]] ColumnLayout place_columns(const std::vector<DeclaredColumn>& columns);

/// All fields of the file as columns of these types. Empty names become `columnN`, later equal ones
/// get `_2`, `_3`...
[[nodiscard]] ColumnLayout take_columns(const std::vector<std::string>& names,
                                        const std::vector<Type>& types);

}  // namespace rhumb
