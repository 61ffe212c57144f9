// Any bytes as a file of a format that gives records; the first byte says which. What must hold: no
// crash, no sanitizer report, every record a row or a reject that says where.

#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/flatgeobuf/flatgeobuf_decoder.h"
#include "decode/geopackage/geopackage_decoder.h"
#include "decode/gpx/gpx_decoder.h"
#include "decode/kml/kml_decoder.h"
#include "decode/nmea/nmea_decoder.h"
#include "decode/topojson/topojson_decoder.h"
#include "decode/xlsx/xlsx_decoder.h"
#include "tests/fuzz/any_decoder.h"

namespace {

using namespace rhumb;

std::unique_ptr<Decoder> decoder_of(uint8_t choice) {
  switch (choice % 8) {
    case 0:
      return make_flatgeobuf_decoder();
    case 1:
      return make_geopackage_decoder({});
    case 2:
      return make_kml_decoder();
    case 3:
      return std::move(make_nmea_decoder({})).value();
    case 4:
      return make_xlsx_decoder({});
    case 7:
      return make_topojson_decoder({});
    default: {
      const char* rows = choice % 8 == 5 ? "points" : "lines";
      return make_gpx_decoder(Config::map({{"rows", Config::scalar(rows, {})}}, {}));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const MemoryFile file({reinterpret_cast<const char*>(data) + 1, size - 1});
  const auto decoder = decoder_of(data[0]);
  (void)decode_whole(*decoder, file, {});
  (void)decode_whole(*decoder, file, declared_columns({"text", "point", "timestamptz", "json"}));
  return 0;
}
