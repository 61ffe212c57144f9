#pragma once

#include <string>
#include <vector>

#include "component/schema.h"

namespace rhumb {

/// A geometry column of a file and the column that holds its boxes.
struct GeometryColumn {
  std::string name;
  Type type;
  std::string covering;  ///< struct of xmin, ymin, xmax, ymax; "" = none
};

/// The value of a file's `geo` key: GeoParquet 1.1, WKB encoding, the first column primary. A
/// column with an SRID carries its PROJJSON, 4326 too: other tools then name the system as the user
/// did, and GeoParquet's coordinates are longitude first whatever the definition says. Without an
/// SRID, or with one PROJ does not know, the system is null, "unknown". A declared kind becomes the
/// list of geometry types, otherwise that is empty, "any". REQUIRES: at least one column.
[[nodiscard]] std::string geo_metadata(const std::vector<GeometryColumn>& columns);

}  // namespace rhumb
