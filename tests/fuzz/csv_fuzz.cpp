// Any bytes as a CSV file, under options taken from the first of them. What must hold: no crash, no
// sanitizer report, rows + rejects = records whatever the blocks, and rejects that say where.

#include <cstdint>
#include <string_view>

#include "decode/csv/csv_decoder.h"
#include "tests/fuzz/any_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  if (size < 4) return 0;
  CsvOptions options;
  options.header = static_cast<HeaderOption>(data[0] % 3);
  options.encoding = static_cast<EncodingOption>(data[0] / 3 % 5);
  options.dialect.trim = (data[1] & 1) != 0;
  options.dialect.escape = (data[1] & 2) != 0 ? '\\' : '"';
  options.dialect.quoting = (data[1] & 12) != 0;
  if ((data[1] & 16) != 0) options.dialect.comment = "#";
  options.drop_extra_fields = (data[1] & 32) != 0;
  options.fill_missing_fields = (data[1] & 64) != 0;
  options.skip = data[1] >> 7;
  options.max_record = 64 + data[2] % 64;
  const bool declared = data[3] % 2 == 0;
  const MemoryFile file({reinterpret_cast<const char*>(data) + 4, size - 4});

  std::vector<DeclaredColumn> columns;
  if (declared) {
    columns =
        declared_columns({"text", "point", "timestamptz", "decimal(10,2)", "json", "geometry"});
  }
  const FuzzOutcome whole = decode_whole(*make_csv_decoder(options), file.path(), columns);
  options.block_size = 1 + data[3] / 2;
  const FuzzOutcome blocks = decode_whole(*make_csv_decoder(options), file.path(), columns);
  require(whole.opened == blocks.opened && whole.failed == blocks.failed);
  if (!whole.failed) require(whole == blocks);
  return 0;
}
