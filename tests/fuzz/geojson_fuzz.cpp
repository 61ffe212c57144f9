// Any text as a GeoJSON geometry. What is taken must be well-formed WKB.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "geo/geojson.h"
#include "geo/wkb.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto wkb = parse_geojson_geometry(text);
  if (wkb.ok() && !inspect_wkb(*wkb).ok()) std::abort();
  const auto point = parse_geojson_position(text);
  if (point.ok() && !inspect_wkb(*point).ok()) std::abort();
  return 0;
}
