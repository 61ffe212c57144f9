#include "decode/detect/format_endings.h"

namespace rhumb {

std::vector<std::string> format_endings(std::string_view format) {
  if (format == "parquet") return {".parquet", ".geoparquet"};
  if (format == "shapefile") return {".shp"};
  if (format == "geopackage") return {".gpkg"};
  if (format == "flatgeobuf") return {".fgb"};
  if (format == "kml") return {".kml"};
  if (format == "gpx") return {".gpx"};
  if (format == "geojson") return {".geojson", ".json"};
  if (format == "topojson") return {".topojson", ".json"};
  if (format == "json") return {".json", ".jsonl", ".ndjson"};
  if (format == "nmea") return {".nmea", ".nma", ".txt", ".log"};
  if (format == "plt") return {".plt"};
  if (format == "wkt") return {".wkt", ".txt"};
  if (format == "wkb") return {".wkb"};
  if (format == "xlsx") return {};
  return {".csv", ".tsv", ".txt", ".dat", ".psv"};
}

}  // namespace rhumb
