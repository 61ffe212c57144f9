#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rhumb {

/// Why a record was not taken. The names are stored in the quarantine and are stable.
enum class RejectReason : uint8_t {
  kTooFewFields,
  kTooManyFields,
  kBadQuoting,
  kBadEncoding,
  kTooLong,
  kMissingValue,
  kBadNumber,
  kBadDate,
  kBadBoolean,
  kBadValue,
  kBadGeometry,
  kWrongGeometryKind,
  kOutOfRange,     ///< a coordinate outside what its CRS can hold, or a number outside its range
  kNullIsland,     ///< (0, 0)
  kSwappedAxes,    ///< valid only when latitude and longitude change places
  kOutsideExtent,  ///< outside the extent the source declares
  kMalformed,      ///< the record breaks its format's own rules
};
[[nodiscard]] const char* reason_name(RejectReason reason);

/// A record that goes to the quarantine, and to nothing else.
struct Reject {
  std::string input;  ///< name of the file or table
  uint64_t line = 0;  ///< of the record's first byte, from 1; for Parquet the row number, from 1
  uint32_t column =
      0;  ///< of the offending field's first byte within its line, from 1; 0 = whole record
  std::string field;  ///< name of the offending column, "" = whole record
  RejectReason reason = RejectReason::kBadValue;
  std::string message;  ///< for people: what was found, what was expected
  std::string raw;      ///< the record as it stands in the file, without its line end
};

}  // namespace rhumb
