#include "decode/detect/binary_signs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "geo/wkb_stream.h"

namespace rhumb {
namespace {

using namespace std::string_view_literals;

/// Bytes that stand at one place of every file of a format.
struct Sign {
  size_t at;
  std::string_view bytes;
  std::string_view format;
  std::string_view detail;
};

// The first that fits decides: a narrower sign stands before a wider one.
constexpr auto kSigns = std::to_array<Sign>({
    {0, "PAR1"sv, "parquet"sv, "a Parquet file"sv},
    {68, "GPKG"sv, "geopackage"sv, "a GeoPackage"sv},
    {68, "GP10"sv, "geopackage"sv, "a GeoPackage"sv},
    {0, "SQLite format 3\0"sv, "sqlite"sv, "an SQLite database"sv},
    {0, "fgb\x03"sv, "flatgeobuf"sv, "a FlatGeobuf file"sv},
    {0, "\x00\x00\x27\x0A"sv, "shapefile"sv, "a shapefile"sv},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "office"sv,
     "an old Excel workbook or other Office document"sv},
    {0, "%PDF-"sv, "pdf"sv, "a PDF document"sv},
    {0, "\x1F\x8B"sv, "gzip"sv, "a gzip file"sv},
    {0, "\x28\xB5\x2F\xFD"sv, "zstd"sv, "a zstd file"sv},
    {0, "BZh"sv, "bzip2"sv, "a bzip2 file"sv},
    {0, "\xFD\x37zXZ\0"sv, "xz"sv, "an xz file"sv},
    {0, "7z\xBC\xAF\x27\x1C"sv, "7z"sv, "a 7z archive"sv},
    {0, "Rar!\x1A\x07"sv, "rar"sv, "a RAR archive"sv},
    {0, "ARROW1\0"sv, "arrow"sv, "an Arrow file"sv},
    {0, "PMTiles"sv, "pmtiles"sv, "a PMTiles archive"sv},
    {0, "\x89PNG"sv, "png"sv, "a PNG image"sv},
    {0, "\xFF\xD8\xFF"sv, "jpeg"sv, "a JPEG image"sv},
    {0, "GIF8"sv, "gif"sv, "a GIF image"sv},
    {0, "II*\0"sv, "tiff"sv, "a TIFF image"sv},
    {0, "MM\0*"sv, "tiff"sv, "a TIFF image"sv},
    {0, "\x89HDF\r\n\x1A\n"sv, "hdf5"sv, "an HDF5 file"sv},
    {0, "CDF\x01"sv, "netcdf"sv, "a NetCDF file"sv},
    {0,
     "\x7F"
     "ELF"sv,
     "elf"sv, "a program"sv},
    {0, "<!DOCTYPE html"sv, "html"sv, "an HTML page"sv},
    {0, "<html"sv, "html"sv, "an HTML page"sv},
});

bool fits(const Sign& sign, std::string_view head) {
  return head.size() >= sign.at + sign.bytes.size() &&
         equals_ignoring_case(head.substr(sign.at, sign.bytes.size()), sign.bytes);
}

/// A dBASE table has no signature, but a header whose date and length must make sense.
bool is_dbase(std::string_view head) {
  constexpr std::string_view kKinds = "\x03\x83\x8B\xF5";
  constexpr size_t kFieldBytes = 32;
  if (head.size() < 2 * kFieldBytes || kKinds.find(head[0]) == std::string_view::npos) return false;
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<uint8_t>(head[at])); };
  const size_t header = byte(8) | byte(9) << 8, record = byte(10) | byte(11) << 8;
  const bool dated = byte(2) >= 1 && byte(2) <= 12 && byte(3) >= 1 && byte(3) <= 31;
  return dated && header > kFieldBytes && record > 1 && byte(12) == 0 && byte(13) == 0;
}

/// Geometries in binary have no signature; the first is whole, or so long that it is cut here.
bool is_wkb(std::string_view head) {
  constexpr size_t kLeast = 9;
  const WkbFront first = front_wkb(head);
  if (first.bytes == 0) return first.cut && head.size() >= kDetectBytes;
  const std::string_view rest = head.substr(first.bytes);
  const WkbFront second = front_wkb(rest);
  return rest.empty() || second.bytes > 0 || (second.cut && rest.size() >= kLeast);
}

DetectedFormat sure(std::string_view format, std::string_view detail) {
  return {.format = std::string(format), .detail = std::string(detail), .confidence = 1.0};
}

// A zip archive by the names of its members, which stand in it as they are.
DetectedFormat zip_format(std::string_view head) {
  const auto holds = [&](std::string_view name) {
    return head.find(name) != std::string_view::npos;
  };
  if (holds("xl/") || holds("[Content_Types].xml")) return sure("xlsx", "an Excel workbook (zip)");
  if (holds(".kml")) return sure("kml", "a KMZ file (zipped KML)");
  if (holds(".shp")) return sure("shapefile", "a zipped shapefile");
  return sure("zip", "a zip archive");
}

}  // namespace

std::optional<DetectedFormat> binary_format(std::string_view head) {
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return zip_format(head);
  // A page may begin with a byte order mark and blank lines; no binary signature does.
  std::string_view page = head;
  if (page.starts_with("\xEF\xBB\xBF")) page.remove_prefix(3);
  page.remove_prefix(std::min(page.size(), page.find_first_not_of(" \t\r\n")));
  for (const Sign& sign : kSigns) {
    if (fits(sign, sign.bytes.front() == '<' ? page : head)) {
      return sure(sign.format, sign.detail);
    }
  }
  if (is_dbase(head)) return sure("dbf", "a dBASE table, perhaps the attributes of a shapefile");
  if (is_wkb(head)) return sure("wkb", "geometries in binary (WKB)");
  return std::nullopt;
}

}  // namespace rhumb
