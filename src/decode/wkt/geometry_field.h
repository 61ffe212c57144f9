#pragma once

#include <string>
#include <vector>

#include "decode/record/record.h"

namespace rhumb {

/// The one field of files that hold nothing but geometry. Their coordinate system is what the first
/// geometry says (`srid`, 0 = nothing): without it and without declared columns nobody knows it,
/// and the field is what it is in the file.
[[nodiscard]] inline std::vector<RecordField> geometry_field(bool declared, int srid) {
  const bool known = declared || srid != 0;
  return {{.name = "geometry", .type = {.id = known ? TypeId::kGeometry : TypeId::kText}}};
}
[[nodiscard]] inline std::string geometry_field_crs(int srid) {
  return srid == 0 ? "" : "EPSG:" + std::to_string(srid);
}

}  // namespace rhumb
