#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

/// A geometry of a Placemark while its elements go by.
struct KmlShape {
  WkbKind kind = WkbKind::kPoint;
  /// Longitude, latitude, height of each position; one run for points and lines, one per ring.
  std::vector<std::vector<double>> runs;
  std::vector<KmlShape> parts;  ///< of a collection
};

/// Appends the tuples of a <coordinates> text (`lon,lat[,height] ...`) as three numbers each; a
/// missing height is NaN. The error quotes what is no tuple.
[[nodiscard]] Status read_kml_coordinates(std::string_view text, std::vector<double>& out);
/// The same for one <gx:coord>: `lon lat [height]`.
[[nodiscard]] Status read_kml_coord(std::string_view text, std::vector<double>& out);

/// WKB of the shape. Heights are kept when any position has one; missing ones are then 0. Parts of
/// one kind make a multi geometry, others a collection; a line of one position is a point.
[[nodiscard]] std::string kml_wkb(const KmlShape& shape);

}  // namespace rhumb
