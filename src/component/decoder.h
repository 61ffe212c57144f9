#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "component/stream.h"

namespace rhumb {

/// Bounding box in the column's own CRS: xmin, ymin, xmax, ymax.
using Box = std::array<double, 4>;

/// What happens to a geometry that is well-formed but not valid: a ring that crosses itself.
enum class OnInvalid : uint8_t {
  kKeep,        ///< taken as it is, without looking
  kRepair,      ///< made valid; what was changed is recorded
  kQuarantine,  ///< not taken
};

/// A column as the user declares it for a source of files.
struct DeclaredColumn {
  Column column;
  std::vector<std::string>
      from;                   ///< header names it may come from, best first; empty = its own name
  std::string lon, lat;       ///< for points from two fields: their header names (from is empty)
  std::optional<Box> extent;  ///< geometries outside go to the quarantine
  bool allow_null_island = false;  ///< take (0, 0)
  /// Geometry: the CRS of the coordinates in the file, where that is not the column's own: an EPSG
  /// code, WKT, PROJJSON or a PROJ string. "" = what the file says, else the column's own.
  std::string from_crs;
  bool crs_given = false;  ///< the column's CRS was declared, not taken from the project
  OnInvalid on_invalid = OnInvalid::kKeep;
  std::optional<double> min, max;  ///< for numbers, in the column's own unit
  std::string unit;                ///< as declared; carried into docs and lineage
  std::string time_format;         ///< strptime-like; "" = ISO 8601 and the usual variants
};

/// What to do with what a decoder finds; the same for every format.
struct DecodeRequest {
  std::filesystem::path path;           ///< a local file
  std::string input;                    ///< its name in rejects
  std::vector<DeclaredColumn> columns;  ///< empty = take the columns of the file as they are
  std::string timezone = "UTC";  ///< IANA name; for timestamps with zone that carry no offset
  double sample = 1.0;  ///< fraction of the records to take; chosen by record number, repeatable
  RejectSink rejects;
  RejectSink repairs;  ///< geometries that were taken after a repair, as they were; may be empty
  const CancelFlag* cancel = nullptr;
};

/// Bytes of one format -> batches of typed rows and rejected records.
/// MUST account for every record: rows + rejects = records. MUST NOT crash, hang or grow without
/// bound on any bytes. A file that cannot be read at all is an Error with its reason, not a reject.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const = 0;
};

}  // namespace rhumb
