#include "decode/wkt/wkt_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"
#include "decode/detect/detect_format.h"
#include "decode/wkt/wkb_decoder.h"
#include "geo/wkb.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

DecodedText decode_wkt(std::string_view bytes, std::vector<DeclaredColumn> columns = {}) {
  return decode_bytes(*make_wkt_decoder(), bytes, "in.wkt", {.columns = std::move(columns)});
}
DecodedText decode_wkb(std::string_view bytes, std::vector<DeclaredColumn> columns = {}) {
  return decode_bytes(*make_wkb_decoder(), bytes, "in.wkb", {.columns = std::move(columns)});
}

DeclaredColumn placed(const std::string& text) {
  DeclaredColumn column = declare(text);
  column.crs_given = true;
  return column;
}

std::string point_bytes(double x, double y) {
  const WkbPoint point = make_wkb_point(x, y);
  return {point.data(), point.size()};
}

// SRID 4326, big-endian as well.
const std::string kEwkb = std::string("\x00\x20\x00\x00\x01\x00\x00\x10\xE6", 9) +
                          std::string("\x40\x1D\x00\x00\x00\x00\x00\x00", 8) +
                          std::string("\x40\x46\x80\x00\x00\x00\x00\x00", 8);

TEST(Wkt, EachLineIsAGeometry) {
  const DecodedText out = decode_wkt(
      "SRID=4326;POINT (7 45)\r\n\nLINESTRING (1 2, 3 4)\n"
      "0101000000000000000000F03F0000000000000040\nPOINT (no)\nPOINT (45 100)\n");
  ASSERT_EQ(fault(out), "");
  EXPECT_EQ(out.columns, Texts{"geometry geometry"});
  EXPECT_EQ(out.rows, (Rows{{"POINT (7 45)"}, {"LINESTRING (1 2, 3 4)"}, {"POINT (1 2)"}}));
  ASSERT_EQ(out.rejects.size(), 2U);
  EXPECT_EQ(out.rejects[0].line, 5U);
  EXPECT_EQ(out.rejects[0].raw, "POINT (no)");
  EXPECT_EQ(out.rejects[0].reason, RejectReason::kBadGeometry);
  EXPECT_EQ(out.rejects[1].reason, RejectReason::kSwappedAxes);
  EXPECT_EQ(out.preamble, "");
}

TEST(Wkt, TheSystemIsDeclaredWhereTheFileSaysNone) {
  EXPECT_EQ(decode_wkt("POINT (7 45)\n").columns, Texts{"geometry text"});
  EXPECT_NE(fault(decode_wkt("POINT (7 45)\n", {declare("geom point")})).find("from_crs"),
            std::string::npos);
  const DecodedText out = decode_wkt("POINT (7 45)\nPOINT (8 46)", {placed("geom point")});
  EXPECT_EQ(out.rows, (Rows{{"POINT (7 45)"}, {"POINT (8 46)"}}));
}

TEST(Wkb, GeometriesStandOneBehindTheOther) {
  const DecodedText out = decode_wkb(kEwkb + point_bytes(8, 46));
  ASSERT_EQ(fault(out), "");
  EXPECT_EQ(out.columns, Texts{"geometry geometry"});
  EXPECT_EQ(out.rows, (Rows{{"POINT (7.25 45)"}, {"POINT (8 46)"}}));
  EXPECT_EQ(decode_wkb(point_bytes(8, 46)).rows, (Rows{{"POINT (8 46)"}}));
  EXPECT_EQ(decode_wkb(point_bytes(8, 46)).columns, Texts{"geometry text"});
  EXPECT_EQ(decode_wkb(point_bytes(8, 46), {placed("geom point")}).rows, (Rows{{"POINT (8 46)"}}));
}

TEST(Wkb, ManyAndLongOnesArePassedInPieces) {
  std::string text = "LINESTRING (0 0", all;
  for (int i = 1; i < 100'000; ++i) text += ", 1 1";
  const auto line = parse_wkt(text + ")");
  ASSERT_TRUE(line.ok());
  for (int i = 0; i < 3; ++i) all += *line + point_bytes(1, 1);
  const DecodedText out = decode_wkb(all, {placed("geom geometry")});
  ASSERT_EQ(fault(out), "");
  EXPECT_EQ(out.counted_rows, 6U);
}

TEST(Wkb, WhatIsMalformedEndsTheFile) {
  const std::string good = point_bytes(8, 46);
  EXPECT_NE(fault(decode_wkb("")).find("the file is empty"), std::string::npos);
  EXPECT_NE(fault(decode_wkb(good + "\x05")).find("geometry 2 at byte 22: the byte order"),
            std::string::npos);
  EXPECT_NE(fault(decode_wkb(good + good.substr(0, 9)))
                .find("geometry 2 at byte 22: the geometry "
                      "is cut off"),
            std::string::npos);
}

TEST(Wkt, IsToldByItsContent) {
  const auto format = [](std::string_view bytes) {
    const auto found = detect_format(bytes, "data.csv");
    return found.ok() ? found->format : found.error().message;
  };
  EXPECT_EQ(format("POLYGON ((0 0, 1 0, 1 1, 0 0))\nPOINT (1 2)\n"), "wkt");
  EXPECT_EQ(format("srid=4326;point(1 2)"), "wkt");
  EXPECT_EQ(format("0101000000000000000000F03F0000000000000040\n"), "wkt");
  EXPECT_EQ(format("LINESTRING (0 0" + std::string(100'000, ' ')), "wkt");
  EXPECT_EQ(format("point,name\n1,2\n"), "csv");
  EXPECT_EQ(format("POINT (1 2);a\nPOINT (1 2);b\n"), "csv");
  EXPECT_EQ(format("0101\n0102\n"), "csv");
  EXPECT_EQ(format(kEwkb), "wkb");
  EXPECT_EQ(format(point_bytes(1, 2) + kEwkb), "wkb");
  EXPECT_EQ(format((point_bytes(1, 2) + kEwkb).substr(0, 40)), "wkb");
  EXPECT_NE(format(point_bytes(1, 2) + "\x05garbage"), "wkb");
}

}  // namespace
}  // namespace rhumb
