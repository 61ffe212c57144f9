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
  kOutOfRange,        ///< a coordinate outside what its CRS can hold, or a number outside its range
  kNullIsland,        ///< (0, 0)
  kSwappedAxes,       ///< valid only when latitude and longitude change places
  kOutsideExtent,     ///< outside the extent the source declares
  kMalformed,         ///< the record breaks its format's own rules
  kInvalidGeometry,   ///< well-formed, but a ring crosses itself or the like
  kNotReprojectable,  ///< coordinates that have no place in the column's CRS
};
inline constexpr RejectReason kLastRejectReason = RejectReason::kNotReprojectable;
[[nodiscard]] const char* reason_name(RejectReason reason);

/// A record that goes to the quarantine, and to nothing else.
struct Reject {
  std::string input;  ///< name of the file or table
  /// Of the record's first byte, from 1; the record's number, from 1, in formats without lines
  /// (Parquet, shapefiles, GeoPackage, FlatGeobuf, Excel's rows).
  uint64_t line = 0;
  uint32_t column =
      0;  ///< of the offending field's first byte within its line, from 1; 0 = whole record
  std::string field;  ///< name of the offending column, "" = whole record
  RejectReason reason = RejectReason::kBadValue;
  std::string message;  ///< for people: what was found, what was expected
  /// The record as it stands in the file, without its line end; for binary formats one line of
  /// JSON with its fields, which the same decoder reads again behind the stream's preamble.
  std::string raw;
};

}  // namespace rhumb
