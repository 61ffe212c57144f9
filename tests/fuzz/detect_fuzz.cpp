// Any bytes as the beginning of a file: a format with a name and a word for people, or an error.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "decode/detect/detect_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  const auto found = detect_format({reinterpret_cast<const char*>(data), size}, "a.csv");
  if (!found.ok()) {
    if (found.error().message.empty() || found.error().hint.empty()) std::abort();
    return 0;
  }
  const bool said = !found->format.empty() && !found->detail.empty() && is_utf8(found->detail);
  if (!said || found->confidence < 0 || found->confidence > 1) std::abort();
  return 0;
}
