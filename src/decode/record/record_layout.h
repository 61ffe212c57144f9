#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/record/column_layout.h"
#include "decode/record/record.h"

namespace rhumb {

/// Which field each column comes from. A declared geometry column whose name no field has takes the
/// file's only geometry. Geometry columns get the file's CRS as `from_crs` unless they declare one;
/// kBadFile when nobody says what the CRS is.
[[nodiscard]] Result<ColumnLayout> lay_out_records(const std::vector<DeclaredColumn>& declared,
                                                   const std::vector<RecordField>& fields,
                                                   const std::string& crs);

}  // namespace rhumb
