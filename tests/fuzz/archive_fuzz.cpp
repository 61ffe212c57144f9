// Any bytes as a zip archive, or as the members of one: an even first byte means the archive
// itself, an odd one members, each a line with its name and its content up to the group separator
// (0x1D).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "decode/container/unpacking_decoder.h"
#include "decode/container/zip_on_disk.h"
#include "decode/detect/auto_decoder.h"
#include "decode/detect/format_decoder.h"
#include "decode/detect/format_endings.h"
#include "tests/fuzz/any_decoder.h"

namespace {

using namespace rhumb;

const std::vector<std::string> kFormats = {"csv",  "geojson",   "gpx", "kml",
                                           "nmea", "shapefile", "wkt"};

/// As files without `decode:` are read.
std::unique_ptr<Decoder> reader_of_archives() {
  std::vector<std::string> endings;
  for (const std::string& format : kFormats) {
    for (std::string& ending : format_endings(format)) endings.push_back(std::move(ending));
  }
  return make_unpacking_decoder(
      make_auto_decoder(kFormats,
                        [](const std::string& format) { return make_format_decoder(format, {}); }),
      endings);
}

std::vector<TestMember> members_of(std::string_view text) {
  std::vector<TestMember> out;
  for (const std::string_view member : split(text, '\x1D')) {
    const size_t line = std::min(member.find('\n'), member.size());
    out.push_back({std::string(member.substr(0, line)),
                   std::string(member.substr(std::min(line + 1, member.size())))});
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  const MemoryFile file(data[0] % 2 == 0 ? std::string(bytes) : zip_of(members_of(bytes)));
  const auto decoder = reader_of_archives();
  (void)decode_whole(*decoder, file.path(), {});
  (void)decode_whole(*decoder, file.path(), declared_columns({"text", "point"}));
  return 0;
}
