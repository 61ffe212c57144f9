// Any bytes as a file of a format that gives records; the first byte says which. What must hold: no
// crash, no sanitizer report, every record a row or a reject that says where.

#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/detect/format_decoder.h"
#include "decode/record/record_text.h"
#include "tests/fuzz/any_decoder.h"

namespace {

using namespace rhumb;

struct Reading {
  const char* format;
  const char* rows = "";  ///< an option of GPX
};

// A new one comes last: the kept files name theirs by its number.
constexpr Reading kReadings[] = {{"flatgeobuf"}, {"geopackage"},    {"kml"},          {"nmea"},
                                 {"xlsx"},       {"gpx", "points"}, {"gpx", "lines"}, {"topojson"},
                                 {"wkt"},        {"wkb"},           {"quarantine"}};

std::unique_ptr<Decoder> decoder_of(const Reading& reading) {
  const std::string_view format = reading.format;
  if (format == "quarantine") return make_record_text_decoder();
  Config options;
  if (format == "gpx") options = Config::map({{"rows", Config::scalar(reading.rows, {})}}, {});
  return make_format_decoder(reading.format, options).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const MemoryFile file({reinterpret_cast<const char*>(data) + 1, size - 1});
  const auto decoder = decoder_of(kReadings[data[0] % std::size(kReadings)]);
  (void)decode_whole(*decoder, file.path(), {});
  (void)decode_whole(*decoder, file.path(),
                     declared_columns({"text", "point", "timestamptz", "json"}));
  return 0;
}
