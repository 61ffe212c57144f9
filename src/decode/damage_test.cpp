// What every format does with files that were cut or changed: the small files of testdata/small,
// cut at each of their bytes and changed at random ones. Wherever a file ends, there is an error or
// the records that are missing are told of; none is lost without a word.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "base/time.h"
#include "decode/container/unpacking_decoder.h"
#include "decode/csv/decoding_checks.h"
#include "decode/detect/format_decoder.h"
#include "decode/detect/format_endings.h"
#include "decode/record/damage.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestSeconds = 10;  // a decoder that hangs

/// Where a format has no end of its own: how many records begin in that much of the file. The last
/// may be a piece that looks whole.
struct Records {
  size_t header = 0;  ///< lines before the first
  size_t lines = 0;   ///< of each
  size_t bytes = 0;   ///< of each, of binary formats

  [[nodiscard]] bool ends_anywhere() const { return lines > 0 || bytes > 0; }
  [[nodiscard]] size_t begun(std::string_view text) const {
    if (bytes > 0) return (text.size() + bytes - 1) / bytes;
    size_t count = 0;
    for (const std::string_view line : split(text, '\n')) count += trim(line).empty() ? 0 : 1;
    return count <= header ? 0 : (count - header + lines - 1) / lines;
  }
};

struct SmallFile {
  const char* name;
  const char* format;
  Texts columns;  ///< declared, so that they are the same whatever is left; none = the format's own
  Records records;
  const char* rows = "";  ///< an option of GPX
  int changes = 400;
};

void PrintTo(const SmallFile& file, std::ostream* out) {
  *out << file.name;
}

const Texts kPlace = {"id integer", "name text", "geometry point"};
const Texts kMark = {"id integer", "name text", "folder text", "geometry geometry"};
const Texts kRow = {"id integer", "name text", "lon double", "lat double"};

const SmallFile kSmallFiles[] = {
    {"places.csv", "csv", kRow, {.header = 1, .lines = 1}},
    {"places.csv.gz", "csv", kRow, {}},
    {"places.csv.zst", "csv", kRow, {}},
    {"places.zip", "csv", kRow, {}},
    {"places.geojson", "geojson", kPlace, {}},
    {"places.geojsonl", "geojson", kPlace, {.lines = 1}},
    {"places.jsonl", "json", {"id integer", "name text", "at json"}, {.lines = 1}},
    {"borders.topojson", "topojson", {"id integer", "name text", "geometry polygon"}, {}},
    {"walk.gpx", "gpx", {"kind text", "position point", "recorded_at timestamptz"}, {}},
    {"walk.gpx", "gpx", {"kind text", "geometry geometry", "times json"}, {}, "lines"},
    {"walk.plt", "plt", {"position point", "recorded_at timestamptz"}, {.header = 6, .lines = 1}},
    {"places.kml", "kml", kMark, {}},
    {"places.kmz", "kml", kMark, {}},
    {"log.nmea", "nmea", {"position point", "altitude_m double"}, {.lines = 2}},
    {"places.wkt", "wkt", {"geometry point"}, {.lines = 1}},
    {"places.hex", "wkt", {"geometry point"}, {.lines = 1}},
    {"places.wkb", "wkb", {"geometry point"}, {.bytes = 25}},
    {"places.gpkg", "geopackage", {"id integer", "geom point", "name text"}, {}},
    {"places.xlsx", "xlsx", {"id integer", "name text"}, {}},
    {"places.shp", "shapefile", kPlace, {}},
    {"places.shx", "shapefile", kPlace, {}},
    {"places.dbf", "shapefile", kPlace, {}},
    {"places.prj", "shapefile", kPlace, {}, "", 40},  // each asks for a system
    {"places.cpg", "shapefile", kPlace, {}},
    {"../places.fgb", "flatgeobuf", {"name text", "height double", "geometry point"}, {}},
    {"../shapes.fgb", "flatgeobuf", {"id integer", "geometry geometry"}, {}},
    {"../tracks.fgb", "flatgeobuf", {"id integer", "geometry geometry"}, {}},
};

/// Tests run in the project's folder.
fs::path small_folder() {
  return "src/decode/testdata/small";
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

class DamagedFile : public testing::TestWithParam<SmallFile> {
 protected:
  DamagedFile() : whole_bytes_(content_of(small_folder() / GetParam().name)) {
    const std::string format = GetParam().format;
    Config options;
    if (*GetParam().rows != '\0')
      options = Config::map({{"rows", Config::scalar(GetParam().rows, {})}}, {});
    decoder_ = make_format_decoder(format, options).value();
    if (format != "xlsx")
      decoder_ = make_unpacking_decoder(std::move(decoder_), format_endings(format));
    if (format == "shapefile") {
      for (const char* part : {".shp", ".shx", ".dbf", ".prj", ".cpg"})
        beside_["places" + std::string(part)] =
            content_of(small_folder() / ("places" + std::string(part)));
    }
    for (const std::string& each : GetParam().columns) {
      columns_.push_back(declare(each));
      // Looking a system up takes longer than all the rest; the part that names it asks for it.
      const bool geometry = columns_.back().column.type.id == TypeId::kGeometry;
      if (geometry && name() != "places.prj") columns_.back().from_crs = "EPSG:4326";
    }
  }

  [[nodiscard]] static std::string name() { return fs::path(GetParam().name).filename().string(); }

  /// What is made of the file with other bytes, the files beside it as they are.
  [[nodiscard]] DecodedText decode(std::string_view bytes) const {
    const TestFolder folder;
    for (const auto& [part, content] : beside_) folder.write(part, content);
    const std::string read = beside_.empty() ? name() : "places.shp";
    folder.write(name(), bytes);
    const Stopwatch clock;
    DecodedText out = decode_file(*decoder_, folder / read, read, {.columns = columns_});
    EXPECT_LT(clock.seconds(), kLongestSeconds);
    check_outcome(out);
    return out;
  }

  std::string whole_bytes_;
  std::map<std::string, std::string> beside_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<DeclaredColumn> columns_;
};

/// Whether `rows` are among `all`, in their order.
bool are_among(const Rows& rows, const Rows& all) {
  auto at = all.begin();
  for (const auto& row : rows) {
    at = std::find(at, all.end(), row);
    if (at == all.end()) return false;
    ++at;
  }
  return true;
}

TEST_P(DamagedFile, CutAtEachByteLosesNothingWithoutAWord) {
  const DecodedText whole = decode(whole_bytes_);
  ASSERT_EQ(fault(whole), "");
  ASSERT_EQ(whole.rejects.size(), 0U);
  ASSERT_GT(whole.rows.size(), 0U);
  const Records& records = GetParam().records;
  for (size_t length = 0; length < whole_bytes_.size(); ++length) {
    const std::string_view cut = std::string_view(whole_bytes_).substr(0, length);
    DecodedText found = decode(cut);
    if (found.error) continue;
    SCOPED_TRACE("cut after byte " + std::to_string(length));
    if (records.ends_anywhere()) {
      EXPECT_GE(found.rows.size() + found.rejects.size(), records.begun(cut));
      if (!found.rows.empty()) found.rows.pop_back();
    } else {
      EXPECT_TRUE(found.rows.size() == whole.rows.size() || !found.rejects.empty());
    }
    EXPECT_TRUE(are_among(found.rows, whole.rows)) << testing::PrintToString(found.rows);
  }
}

TEST_P(DamagedFile, AnyByteMayChange) {
  std::mt19937 random(20240521);  // the same damage every time
  for (int i = 0; i < GetParam().changes; ++i) {
    std::string bytes = whole_bytes_;
    for (uint32_t n = 1 + random() % 4; n > 0; --n)
      bytes[random() % bytes.size()] = static_cast<char>(random() % 2 == 0 ? random() : 0xFF);
    (void)decode(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(SmallFiles, DamagedFile, testing::ValuesIn(kSmallFiles),
                         [](const testing::TestParamInfo<SmallFile>& file) {
                           std::string name = fs::path(file.param.name).filename().string();
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name + file.param.rows;
                         });

}  // namespace
}  // namespace rhumb
