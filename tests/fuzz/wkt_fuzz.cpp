// Any text as WKT. What is taken must be well-formed WKB that comes back from its own text.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "geo/wkt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto wkb = parse_wkt(text);
  Position at;
  if (parse_wkt_point(text, at) && (!wkb.ok() || wkb_point(*wkb) != at)) std::abort();
  if (!wkb.ok()) return 0;
  if (!inspect_wkb(*wkb).ok()) std::abort();
  const auto again = parse_wkt(write_wkt(*wkb));
  if (!again.ok() || *again != *wkb) std::abort();
  return 0;
}
