#include "decode/value/column_writer.h"

#include <gtest/gtest.h>

#include <array>

#include "decode/value/geometry_text.h"
#include "decode/value/number_text.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

DeclaredColumn declared(std::string_view type, bool nullable = true) {
  DeclaredColumn out;
  out.column = {.name = "c", .type = *parse_type(type), .nullable = nullable};
  if (out.column.type.id == TypeId::kGeometry) out.column.type.srid = 4326;
  return out;
}

// What a text becomes: `null`, a value in plain text, or `reason: message`.
class Outcome {
 public:
  explicit Outcome(DeclaredColumn column, std::vector<std::string> nulls = {""},
                   const char* zone = "America/New_York", bool exact = false)
      : column_(std::move(column)),
        writer_(*ColumnWriter::make(column_, std::move(nulls), *TimeZone::find(zone), exact)) {}

  std::string of(std::string_view text) {
    ColumnData data(column_.column.type.id);
    ValueFault fault;
    return shown(writer_.write(text, data, fault), data, fault);
  }
  std::string of_pair(std::string_view lon, std::string_view lat) {
    ColumnData data(column_.column.type.id);
    ValueFault fault;
    const std::string out = shown(writer_.write_point(lon, lat, data, fault), data, fault);
    return fault.in_latitude ? out + " (latitude)" : out;
  }

 private:
  std::string shown(bool written, const ColumnData& data, const ValueFault& fault) const {
    EXPECT_EQ(data.rows(), written ? 1U : 0U);
    if (!written) return std::string(reason_name(fault.reason)) + ": " + fault.message;
    if (data.is_null(0)) return "null";
    switch (data.type()) {
      case TypeId::kBoolean:
        return data.value<uint8_t>(0) != 0 ? "true" : "false";
      case TypeId::kDouble:
        return std::to_string(data.value<double>(0));
      case TypeId::kDecimal:
        return std::to_string(static_cast<int64_t>(data.value<Int128>(0)));
      case TypeId::kDate:
        return std::to_string(data.value<int32_t>(0));
      case TypeId::kTimestamp:
      case TypeId::kTimestampTz:
        return format_utc(data.value<int64_t>(0));
      case TypeId::kInteger:
      case TypeId::kTime:
        return std::to_string(data.value<int64_t>(0));
      case TypeId::kUuid: {
        const auto bytes = data.value<std::array<unsigned char, 16>>(0);
        return std::to_string(bytes[0]) + ".." + std::to_string(bytes[15]);
      }
      case TypeId::kGeometry:
        return write_wkt(data.bytes(0));
      default:
        return std::string(data.bytes(0));
    }
  }

  DeclaredColumn column_;
  ColumnWriter writer_;
};

TEST(ColumnWriter, Nulls) {
  EXPECT_EQ(Outcome(declared("integer")).of(""), "null");
  EXPECT_EQ(Outcome(declared("integer")).of("  "), "null");
  EXPECT_EQ(Outcome(declared("text")).of(""), "null");
  EXPECT_EQ(Outcome(declared("text")).of(" "), " ");
  EXPECT_EQ(Outcome(declared("text"), {"NULL", "\\N"}).of(""), "");
  EXPECT_EQ(Outcome(declared("text"), {"NULL", "\\N"}).of("\\N"), "null");
  EXPECT_EQ(Outcome(declared("integer"), {"NULL"}).of(""),
            "bad-number: expected a whole number, found ''");
  EXPECT_EQ(Outcome(declared("integer"), {"NULL"}).of(" NULL "), "null");
  EXPECT_EQ(Outcome(declared("integer", false)).of(""),
            "missing-value: expected a whole number, found no value; the column is not nullable");
}

TEST(ColumnWriter, PlainTypes) {
  EXPECT_EQ(Outcome(declared("boolean")).of("Yes"), "true");
  EXPECT_EQ(Outcome(declared("boolean")).of("2"), "bad-boolean: expected true or false, found '2'");
  EXPECT_EQ(Outcome(declared("integer")).of(" 26 "), "26");
  EXPECT_EQ(Outcome(declared("double")).of("12.5"), "12.500000");
  EXPECT_EQ(Outcome(declared("double")).of("NaN"),
            "bad-number: expected a number such as 12.5, found 'NaN'");
  EXPECT_EQ(Outcome(declared("decimal(10,2)")).of("12.5"), "1250");
  EXPECT_EQ(Outcome(declared("decimal(10,2)")).of("12.555"),
            "bad-number: expected a number of decimal(10,2), found '12.555'");
  EXPECT_EQ(Outcome(declared("bytes")).of("\\x4142"), "AB");
  EXPECT_EQ(Outcome(declared("bytes")).of("AB"), "AB");
  EXPECT_EQ(Outcome(declared("bytes")).of("\\x4"),
            "bad-value: expected bytes as \\x and hex digits, found '\\x4'");
  EXPECT_EQ(Outcome(declared("json")).of("{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(Outcome(declared("json")).of("{a}"), "bad-value: expected a JSON value, found '{a}'");
}

TEST(ColumnWriter, Uuids) {
  Outcome uuid(declared("uuid"));
  EXPECT_EQ(uuid.of("01020304-0506-0708-090a-0b0c0d0e0f10"), "1..16");
  EXPECT_EQ(uuid.of("{01020304-0506-0708-090A-0B0C0D0E0F10}"), "1..16");
  EXPECT_EQ(uuid.of("0102030405060708090a0b0c0d0e0f10"), "1..16");
  for (const char* bad :
       {"1", "01020304-0506-0708-090a-0b0c0d0e0f1", "01020304+0506-0708-090a-0b0c0d0e0f10",
        "g1020304-0506-0708-090a-0b0c0d0e0f10", "------------------------------------"}) {
    EXPECT_EQ(uuid.of(bad).substr(0, 9), "bad-value") << bad;
  }
}

TEST(ColumnWriter, GuessedNumbersKeepTheirText) {
  Outcome integer(declared("integer"), {""}, "UTC", true);
  EXPECT_EQ(integer.of("7"), "7");
  for (const char* code : {"007", "+7", "7.0"})
    EXPECT_EQ(integer.of(code).substr(0, 10), "bad-number") << code;
  Outcome number(declared("double"), {""}, "UTC", true);
  EXPECT_EQ(number.of("7"), "7.000000");
  EXPECT_EQ(number.of("00.5").substr(0, 10), "bad-number");
}

TEST(ColumnWriter, Ranges) {
  DeclaredColumn column = declared("double");
  column.min = 0;
  column.max = 200;
  EXPECT_EQ(Outcome(column).of("0"), "0.000000");
  EXPECT_EQ(Outcome(column).of("200"), "200.000000");
  EXPECT_EQ(Outcome(column).of("-777"),
            "out-of-range: expected a number from 0 up to 200, found '-777'");
  column.max.reset();
  EXPECT_EQ(Outcome(column).of("-1"), "out-of-range: expected a number from 0, found '-1'");
  DeclaredColumn decimal = declared("decimal(5,2)");
  decimal.max = 9.99;
  EXPECT_EQ(Outcome(decimal).of("9.99"), "999");
  EXPECT_EQ(Outcome(decimal).of("10.00"),
            "out-of-range: expected a number up to 9.99, found '10.00'");
}

TEST(ColumnWriter, Times) {
  EXPECT_EQ(Outcome(declared("date")).of("1970-01-02"), "1");
  EXPECT_EQ(Outcome(declared("time")).of("00:00:01"), "1000000");
  EXPECT_EQ(Outcome(declared("timestamp")).of("2018-05-21 02:54:04"), "2018-05-21T02:54:04.000Z");
  EXPECT_EQ(Outcome(declared("timestamp")).of("abc"),
            "bad-date: expected a timestamp such as 2024-01-02 08:30, found 'abc'");
  EXPECT_EQ(
      Outcome(declared("timestamp")).of("2018-05-21T02:54:04Z"),
      "bad-date: expected a timestamp without an offset, found '2018-05-21T02:54:04Z'; declare the "
      "column as timestamptz");
  EXPECT_EQ(Outcome(declared("timestamptz")).of("2018-05-21T02:54:04+02:00"),
            "2018-05-21T00:54:04.000Z");
  EXPECT_EQ(Outcome(declared("timestamptz")).of("2018-05-21 02:54:04"), "2018-05-21T06:54:04.000Z");
  EXPECT_EQ(Outcome(declared("timestamptz")).of("2024-03-10 02:30"), "2024-03-10T07:30:00.000Z");
}

TEST(ColumnWriter, DeclaredFormats) {
  DeclaredColumn column = declared("timestamp");
  column.time_format = "%d/%m/%Y %H:%M";
  EXPECT_EQ(Outcome(column).of("2/1/2024 08:30"), "2024-01-02T08:30:00.000Z");
  EXPECT_EQ(
      Outcome(column).of("2024-01-02 08:30"),
      "bad-date: expected a timestamp in the format '%d/%m/%Y %H:%M', found '2024-01-02 08:30'");
  column = declared("date");
  column.time_format = "%d.%m.%Y";
  EXPECT_EQ(Outcome(column).of("31.12.1969"), "-1");
  column = declared("time");
  column.time_format = "%H%M";
  EXPECT_EQ(Outcome(column).of("0001"), "60000000");
  column = declared("timestamptz");
  column.time_format = "%s";
  EXPECT_EQ(Outcome(column).of("0"), "1970-01-01T00:00:00.000Z");
  column.time_format = "%Q";
  EXPECT_FALSE(ColumnWriter::make(column, {}, *TimeZone::find("UTC"), false).ok());
}

TEST(ColumnWriter, Geometry) {
  Outcome point(declared("point"));
  EXPECT_EQ(point.of("POINT (7.67 44.99)"), "POINT (7.67 44.99)");
  EXPECT_EQ(point.of(" POINT(7.67 44.99) "), "POINT (7.67 44.99)");
  EXPECT_EQ(point.of("POINT Z (7.67 44.99 3)"), "POINT Z (7.67 44.99 3)");
  EXPECT_EQ(point.of("POINT EMPTY"), "POINT EMPTY");
  EXPECT_EQ(point.of("SRID=4326;POINT (1 2)"), "POINT (1 2)");
  EXPECT_EQ(point.of("0101000020E6100000000000000000F03F0000000000000040"), "POINT (1 2)");
  EXPECT_EQ(point.of("\\x0101000000000000000000F03F0000000000000040"), "POINT (1 2)");
  EXPECT_EQ(Outcome(declared("geometry")).of("LINESTRING (1 2, 3 4)"), "LINESTRING (1 2, 3 4)");
}

TEST(ColumnWriter, BadGeometry) {
  Outcome point(declared("point"));
  EXPECT_EQ(
      point.of("abc"),
      "bad-geometry: expected a point as WKT, hex WKB or GeoJSON, found 'abc'; at character 1: "
      "expected a kind "
      "of geometry such as POINT or MULTIPOLYGON");
  EXPECT_EQ(point.of("SRID=3857;POINT (1 2)"),
            "bad-geometry: expected a geometry in EPSG:4326, found SRID 3857");
  EXPECT_EQ(point.of("SRID=x;POINT (1 2)").substr(0, 12), "bad-geometry");
  EXPECT_EQ(point.of("SRID=4326").substr(0, 12), "bad-geometry");
  EXPECT_EQ(point.of("010100000").substr(0, 12), "bad-geometry");
  EXPECT_EQ(point.of("01010000000000").substr(0, 12), "bad-geometry");
  EXPECT_EQ(point.of("LINESTRING (1 2, 3 4)"),
            "wrong-geometry-kind: expected a point, found a linestring");
  EXPECT_EQ(Outcome(declared("multipolygon")).of("POLYGON ((0 0, 1 0, 1 1, 0 0))"),
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))");
  EXPECT_EQ(Outcome(declared("polygon")).of("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"),
            "wrong-geometry-kind: expected a polygon, found a multipolygon");
}

TEST(ColumnWriter, BadCoordinates) {
  Outcome point(declared("point"));
  EXPECT_EQ(point.of("POINT (0 0)").substr(0, 11), "null-island");
  EXPECT_EQ(point.of("POINT (44.99 107.67)"),
            "swapped-axes: expected longitude before latitude, found (44.99, 107.67): valid only "
            "the other way round");
  EXPECT_EQ(
      point.of("POINT (116 400.17)"),
      "out-of-range: expected longitude -180 to 180 and latitude -90 to 90, found (116, 400.17)");
  EXPECT_EQ(point.of("0101000000000000000000F07F0000000000000040"),
            "out-of-range: expected finite coordinates");
  DeclaredColumn column = declared("point");
  column.allow_null_island = true;
  column.extent = Box{-1, -1, 8, 46};
  EXPECT_EQ(Outcome(column).of("POINT (0 0)"), "POINT (0 0)");
  EXPECT_EQ(Outcome(column).of("POINT (44.99 7.67)"),
            "outside-extent: expected -1 to 8, -1 to 46 as declared by extent, found (44.99, "
            "7.67); inside with "
            "its axes swapped");
}

TEST(ColumnWriter, PointsFromTwoFields) {
  DeclaredColumn column = declared("point");
  column.lon = "x";
  column.lat = "y";
  Outcome point(column);
  EXPECT_EQ(point.of_pair("7.67", " 44.99 "), "POINT (7.67 44.99)");
  EXPECT_EQ(point.of_pair("", ""), "null");
  EXPECT_EQ(point.of_pair("", "1"), "missing-value: expected both coordinates, found no x");
  EXPECT_EQ(point.of_pair("1", ""),
            "missing-value: expected both coordinates, found no y (latitude)");
  EXPECT_EQ(point.of_pair("a", "1"), "bad-number: expected a coordinate such as 7.67, found 'a'");
  EXPECT_EQ(point.of_pair("1", "b"),
            "bad-number: expected a coordinate such as 7.67, found 'b' (latitude)");
  EXPECT_EQ(point.of_pair("0", "0.0").substr(0, 11), "null-island");
  EXPECT_EQ(point.of_pair("10", "100").substr(0, 12), "swapped-axes");
  column.column.nullable = false;
  EXPECT_EQ(Outcome(column).of_pair("", "").substr(0, 13), "missing-value");
}

}  // namespace
}  // namespace rhumb
