#include "decode/detect/detect_format.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "decode/detect/binary_signs.h"

namespace rhumb {
namespace {

using namespace std::string_view_literals;

std::string format_of(std::string_view bytes, std::string_view name = "data") {
  const auto found = detect_format(bytes, name);
  return found.ok() ? found->format : found.error().message;
}

std::string detail_of(std::string_view bytes, std::string_view name = "data") {
  const auto found = detect_format(bytes, name);
  return found.ok() ? found->detail : found.error().message;
}

TEST(DetectFormat, BinarySignaturesDecideWhateverTheName) {
  EXPECT_EQ(format_of("PAR1....", "trips.csv"), "parquet");
  EXPECT_EQ(detail_of("PK\x03\x04....xl/workbook.xml", "trips.csv"), "an Excel workbook (zip)");
  EXPECT_EQ(format_of("PK\x03\x04....doc.kml", "a.zip"), "kml");
  EXPECT_EQ(format_of("PK\x03\x04....roads.shp", "a.zip"), "shapefile");
  EXPECT_EQ(format_of("PK\x03\x04....other.txt", "a.zip"), "zip");
  EXPECT_EQ(format_of("SQLite format 3\0...."sv), "sqlite");
  EXPECT_EQ(format_of(std::string("SQLite format 3\0"sv) + std::string(52, 'x') + "GPKG"),
            "geopackage");
  EXPECT_EQ(format_of("\x1F\x8B\x08"sv), "gzip");
  EXPECT_EQ(format_of("\x00\x00\x27\x0A\x00"sv), "shapefile");
}

TEST(DetectFormat, PartsOfShapefilesAreNamed) {
  std::string table("\x03\x18\x09\x1B\x05\0\0\0\xC1\0\x50\0\0\0"sv);
  table.resize(200, ' ');
  EXPECT_EQ(format_of(table, "zones.dbf"), "dbf");
  EXPECT_EQ(format_of("\x03" + std::string(100, '\n')), "csv");
  table[2] = 13;  // no month
  EXPECT_NE(format_of(table, "zones.dbf"), "dbf");
  EXPECT_EQ(format_of("\x00\x00\x27\x0A\x00"sv, "zones.SHX"), "shapefile-index");
}

TEST(DetectFormat, PagesSavedUnderAnotherName) {
  EXPECT_EQ(detail_of("<!DOCTYPE html><title>404</title>", "trips.csv"), "an HTML page");
  EXPECT_EQ(format_of("\xEF\xBB\xBF\r\n  <HTML><body>", "trips.csv"), "html");
  EXPECT_EQ(format_of("<!-- served --><html lang='en'>", "trips.csv"), "html");
}

TEST(DetectFormat, XmlByItsRoot) {
  EXPECT_EQ(format_of("<?xml version='1.0'?>\n<!-- <kml> -->\n<gpx version='1.1'>"), "gpx");
  EXPECT_EQ(format_of("<kml xmlns='x'>"), "kml");
  EXPECT_EQ(format_of("<k:kml xmlns:k='x'>"), "kml");
  EXPECT_EQ(detail_of("<?xml version='1.0'?><osm version='0.6'>"), "XML (osm)");
  EXPECT_EQ(format_of("<"), "xml");
  EXPECT_EQ(format_of("<!--"), "xml");
}

TEST(DetectFormat, JsonByItsMembers) {
  EXPECT_EQ(format_of(R"({"type":"FeatureCollection","features":[)"), "geojson");
  EXPECT_EQ(format_of(R"({"crs":{"type":"name"},"type":"FeatureCollection")"), "geojson");
  EXPECT_EQ(format_of(R"({"name":"x","features":[{"type":"Feature")"), "geojson");
  EXPECT_EQ(format_of(R"({"type":"Point","coordinates":[1,2]})"), "geojson");
  EXPECT_EQ(detail_of("{\"type\":\"Feature\"}\n{\"type\":\"Feature\"}\n"),
            "newline-delimited GeoJSON");
  EXPECT_EQ(detail_of("\x1E{\"type\":\"Feature\"}\n"), "a GeoJSON text sequence");
  EXPECT_EQ(format_of(R"({"type":"Topology","objects":{)"), "topojson");
  EXPECT_EQ(format_of(R"({"arcs":[[]],"objects":{}})"), "topojson");
  EXPECT_EQ(detail_of("{\"a\":1}\r\n{\"a\":2}\r\n"), "JSON lines");
  EXPECT_EQ(detail_of(R"([{"type":"car","x":1}])"), "a JSON array");
  EXPECT_EQ(format_of(R"({"kind":"type","type":"bus"})"), "json");
  EXPECT_EQ(format_of("{"), "json");
  EXPECT_EQ(format_of("{\"a\\"), "json");
}

TEST(DetectFormat, TracksByTheirFirstLines) {
  EXPECT_EQ(format_of("Geolife trajectory\r\nWGS 84\r\nAltitude is in Feet\r\n"), "plt");
  EXPECT_EQ(format_of("$GPGGA,1,2\r\n$GPRMC,1,2\r\n"), "nmea");
  EXPECT_EQ(format_of("$price,amount\n1,2\n"), "csv");
}

TEST(DetectFormat, TablesAndFreeText) {
  EXPECT_EQ(format_of("a,b\n1,2\n3,4\n"), "csv");
  EXPECT_EQ(detail_of("a;b\n1;2\n3;4\n"), "CSV");
  EXPECT_EQ(detail_of("name\nParis\n", "cities.CSV"), "CSV");
  EXPECT_EQ(detail_of("Dear all\nhow are you\n", "letter.txt"), "text without a known structure");
  EXPECT_EQ(format_of("\xFF\xFE"
                      "a\0,\0b\0\n\0"sv),
            "csv");
  EXPECT_EQ(format_of("\xFF\xFE{\0\"\0t\0y\0p\0e\0\"\0:\0\"\0P\0o\0i\0n\0t\0\"\0}\0"sv), "geojson");
}

TEST(DetectFormat, WhatNobodyKnowsIsRefusedWithItsBytes) {
  EXPECT_EQ(format_of(""), "the file is empty");
  EXPECT_EQ(format_of("\xEF\xBB\xBF \r\n"), "the file is empty");
  EXPECT_EQ(format_of("\x01\x02\x03\x04\x05"sv),
            "the file is neither text nor of a known format; it begins with the bytes 01 02 03 04 "
            "05");
}

TEST(DetectFormat, AnyBeginningOfAFileIsTaken) {
  const std::string whole =
      "{\"bbox\":[1,2],\"na\\\"me\":{\"type\":\"x\"},\"type\":\"Feature\"}\n{\"type\":\"Feature\"}";
  for (size_t size = 1; size <= whole.size(); ++size) {
    const std::string format = format_of(whole.substr(0, size));
    EXPECT_TRUE(format == "json" || format == "geojson") << size << " " << format;
  }
}

TEST(BinaryFormat, KnowsWhatIsNoText) {
  EXPECT_FALSE(binary_format(""));
  EXPECT_FALSE(binary_format("a,b\n"));
  EXPECT_FALSE(binary_format("PAR"));
  EXPECT_EQ(binary_format("PAR1")->detail, "a Parquet file");
  EXPECT_EQ(binary_format("<HTML>")->detail, "an HTML page");
}

}  // namespace
}  // namespace rhumb
