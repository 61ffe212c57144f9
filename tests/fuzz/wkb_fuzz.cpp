// Any bytes as WKB. What is taken must keep its shape in normal form.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "geo/wkb.h"
#include "geo/wkt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto summary = inspect_wkb(bytes);
  const auto normal = normalize_wkb(bytes);
  (void)wkb_point(bytes);
  if (summary.ok() != normal.ok()) std::abort();
  if (!normal.ok()) return 0;
  const auto again = inspect_wkb(normal->wkb);
  if (!again.ok() || again->points != summary->points || again->box != summary->box) std::abort();
  if (write_wkt(normal->wkb) == "(malformed WKB)") std::abort();
  return 0;
}
