// Any bytes as a Parquet file. The engine that reads it is not built with the sanitizers; what is
// looked for is what ends the process or loses a row without a word.

#include <cstdint>

#include "engine/duckdb/parquet_decoder.h"
#include "io/fs/testing.h"
#include "tests/fuzz/any_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rhumb;
  static const TestFolder folder;
  static const auto decoder =
      make_parquet_decoder(std::string(RHUMB_EXTENSION_DIR) + "/spatial.duckdb_extension");
  const auto path = folder.write("any.parquet", text_of(data, size));
  (void)decode_whole(*decoder, path, {});
  return 0;
}
