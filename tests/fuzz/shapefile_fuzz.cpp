// Any bytes as the parts of a shapefile. The first byte says which parts there are and, by its
// highest bit, whether the .prj is looked up, which takes longer than all the rest; the next four,
// doubled, say how long .shx, .dbf, .prj and .cpg are; the rest is the .shp.

#include <array>
#include <cstdint>
#include <fstream>
#include <string>

#include "decode/shapefile/shapefile_decoder.h"
#include "io/fs/testing.h"
#include "tests/fuzz/any_decoder.h"

namespace {

using namespace rhumb;

constexpr std::array<const char*, 4> kBeside = {".shx", ".dbf", ".prj", ".cpg"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  static const TestFolder folder;
  std::string_view rest = text_of(data + 5, size - 5);
  for (size_t i = 0; i < kBeside.size(); ++i) {
    const std::string_view part = rest.substr(0, size_t{data[1 + i]} * 2);
    rest.remove_prefix(part.size());
    const std::string name = std::string("a") + kBeside[i];
    if ((data[0] >> i & 1) != 0) {
      folder.write(name, part);
    } else {
      std::filesystem::remove(folder / name);
    }
  }
  const auto path = folder.write("a.shp", rest);
  const auto decoder = make_shapefile_decoder({});
  if ((data[0] & 0x80) != 0) (void)decode_whole(*decoder, path, {});
  auto columns = declared_columns({"geometry", "text", "integer", "date"});
  columns[0].from_crs = "EPSG:0";  // that of a column that says none
  columns[1].from = {"name"};
  columns[2].from = {"id"};
  columns[3].from = {"id", "name"};
  (void)decode_whole(*decoder, path, columns);
  return 0;
}
