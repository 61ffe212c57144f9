#pragma once

#include <array>
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

/// A column as the user declares it for a source of files.
struct DeclaredColumn {
  Column column;
  std::vector<std::string>
      from;                   ///< header names it may come from, best first; empty = its own name
  std::string lon, lat;       ///< for points from two fields: their header names (from is empty)
  std::optional<Box> extent;  ///< geometries outside go to the quarantine
  bool allow_null_island = false;  ///< take (0, 0)
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
