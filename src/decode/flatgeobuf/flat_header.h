#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/flatgeobuf/flat_table.h"
#include "decode/record/record.h"

namespace rhumb {

/// Types of attributes, with their numbers in the format.
enum class FlatType : uint8_t {
  kByte,
  kUByte,
  kBool,
  kShort,
  kUShort,
  kInt,
  kUInt,
  kLong,
  kULong,
  kFloat,
  kDouble,
  kString,
  kJson,
  kDateTime,
  kBinary,
};

struct FlatColumn {
  std::string name;
  FlatType type = FlatType::kString;
};

/// What the header of a FlatGeobuf file says.
struct FlatHeader {
  uint8_t kind = 0;  ///< of all geometries; 0 = each has its own
  std::vector<FlatColumn> columns;
  uint64_t features = 0;     ///< 0 = not said
  uint64_t index_bytes = 0;  ///< of the spatial index that follows the header
  std::string crs;           ///< "" = not said
};

/// kBadFile when it is malformed.
[[nodiscard]] Result<FlatHeader> read_flat_header(std::string_view buffer);

/// The columns of a header or of a feature of its own.
[[nodiscard]] Result<std::vector<FlatColumn>> read_flat_columns(const FlatTable& table,
                                                                size_t field);

[[nodiscard]] Type type_of(FlatType type);

/// Takes a feature's properties apart: `values` by column. The error says what is malformed.
[[nodiscard]] Status read_flat_properties(std::string_view bytes,
                                          const std::vector<FlatColumn>& columns,
                                          std::vector<FieldValue>& values);

}  // namespace rhumb
