// Any bytes as GeoJSON or JSON, under options taken from the first of them. What must hold: no
// crash, no sanitizer report, rows + rejects = records and the same whatever the blocks. Where a
// record that is longer than max_record ends can be seen only as far as its block goes.

#include <cstdint>
#include <string_view>

#include "decode/json/json_decoder.h"
#include "tests/fuzz/any_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  if (size < 3) return 0;
  JsonOptions options;
  options.geojson = (data[0] & 1) != 0;
  if (options.geojson) options.records = {"features"};
  if ((data[0] & 6) == 6) options.records = {"a", "b"};
  options.drop_extra_members = (data[0] & 8) != 0;
  options.encoding = static_cast<EncodingOption>(data[0] / 16 % 5);
  std::vector<DeclaredColumn> columns;
  if (data[2] % 2 == 0) {
    columns = declared_columns({"text", "point", "timestamptz", "decimal(10,2)", "json"});
    columns[0].from = {"a.b", "$.id"};
  }
  const MemoryFile file({reinterpret_cast<const char*>(data) + 3, size - 3});
  const FuzzOutcome whole = decode_whole(*make_json_decoder(options), file.path(), columns);
  options.block_size = 1 + data[2] / 2;
  const FuzzOutcome blocks = decode_whole(*make_json_decoder(options), file.path(), columns);
  require(whole.opened == blocks.opened && whole.failed == blocks.failed);
  if (!whole.failed) require(whole == blocks);
  options.max_record = 64 + data[1];
  (void)decode_whole(*make_json_decoder(options), file.path(), columns);
  return 0;
}
