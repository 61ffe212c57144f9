#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "decode/record/record.h"
#include "io/sqlite/foreign_database.h"

namespace rhumb {

/// A table of a GeoPackage.
struct PackageLayer {
  std::string table;
  std::vector<RecordField> fields;  ///< in the table's order
  size_t geometry = 0;              ///< position of the geometry; fields.size() = attributes only
  int32_t srs = 0;                  ///< of the geometry, within the file
  std::string crs;                  ///< its definition; "" = undefined
};

/// The tables the file announces, in their order there. kBadFile when it announces none or is some
/// other kind of SQLite file.
[[nodiscard]] Result<std::vector<std::string>> list_layers(ForeignDatabase& database);

/// REQUIRES: `table` is one of list_layers().
[[nodiscard]] Result<PackageLayer> read_layer(ForeignDatabase& database, const std::string& table);

}  // namespace rhumb
