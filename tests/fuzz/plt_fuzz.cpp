// Any bytes as a GeoLife trajectory, in blocks of any size, and as labels.

#include <cstdint>
#include <string_view>

#include "decode/plt/plt_decoder.h"
#include "decode/plt/transport_labels.h"
#include "tests/fuzz/any_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const MemoryFile file(bytes);
  const FuzzOutcome whole =
      decode_whole(*make_plt_decoder(PltOptions{.labels = false}), file.path(), {});
  const PltOptions small{.labels = false, .block_size = size_t{1} + data[0]};
  require(whole == decode_whole(*make_plt_decoder(small), file.path(), {}));
  (void)TransportLabels::parse(bytes).mode_at(0);
  return 0;
}
