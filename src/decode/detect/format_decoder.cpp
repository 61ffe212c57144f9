#include "decode/detect/format_decoder.h"

#include <fmt/format.h>

#include "decode/csv/csv_decoder.h"
#include "decode/flatgeobuf/flatgeobuf_decoder.h"
#include "decode/geopackage/geopackage_decoder.h"
#include "decode/gpx/gpx_decoder.h"
#include "decode/json/json_decoder.h"
#include "decode/kml/kml_decoder.h"
#include "decode/nmea/nmea_decoder.h"
#include "decode/plt/plt_decoder.h"
#include "decode/shapefile/shapefile_decoder.h"
#include "decode/topojson/topojson_decoder.h"
#include "decode/wkt/wkb_decoder.h"
#include "decode/wkt/wkt_decoder.h"
#include "decode/xlsx/xlsx_decoder.h"

namespace rhumb {

Result<std::unique_ptr<Decoder>> make_format_decoder(const std::string& format,
                                                     const Config& options) {
  if (format == "csv") return make_csv_decoder(options);
  if (format == "flatgeobuf") return make_flatgeobuf_decoder();
  if (format == "geojson") return make_geojson_decoder(options);
  if (format == "geopackage") return make_geopackage_decoder(options);
  if (format == "gpx") return make_gpx_decoder(options);
  if (format == "json") return make_json_decoder(options);
  if (format == "kml") return make_kml_decoder();
  if (format == "nmea") return make_nmea_decoder(options);
  if (format == "plt") return make_plt_decoder(options);
  if (format == "shapefile") return make_shapefile_decoder(options);
  if (format == "topojson") return make_topojson_decoder(options);
  if (format == "wkb") return make_wkb_decoder();
  if (format == "wkt") return make_wkt_decoder();
  if (format == "xlsx") return make_xlsx_decoder(options);
  return Error{Code::kUnknownName, fmt::format("there is no decoder of {}", format), "", {}};
}

}  // namespace rhumb
