#include "decode/flatgeobuf/flatgeobuf_decoder.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"

// The files were written by GDAL: testdata/make.py.

namespace rhumb {
namespace {

std::string fixture(const char* name) {
  std::ifstream file(std::string("src/decode/testdata/") + name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  EXPECT_FALSE(bytes.str().empty()) << name;
  return bytes.str();
}

DecodedText decode(std::string_view bytes, std::vector<DeclaredColumn> columns = {}) {
  return decode_bytes(*make_flatgeobuf_decoder(), bytes, "in.fgb", {.columns = std::move(columns)});
}

TEST(Flatgeobuf, TakesAttributesWithTheirTypes) {
  const DecodedText decoded = decode(fixture("places.fgb"));
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns, (Texts{"name text", "people integer", "height double", "open boolean",
                                    "geometry point"}));
  Rows rows = decoded.rows;
  std::sort(rows.begin(), rows.end());  // the index has its own order
  EXPECT_EQ(rows, (Rows{{"Turin", "848885", "239.500000", "true", "POINT (7.5 45)"},
                        {"Zürich", "421878", "null", "false", "POINT (8.5 47.25)"},
                        {"null", "null", "12.250000", "null", "POINT (-70 -33.5)"}}));
}

TEST(Flatgeobuf, ReadsEveryKindOfGeometry) {
  const DecodedText decoded = decode(fixture("shapes.fgb"));
  ASSERT_EQ(fault(decoded), "");
  Rows rows = decoded.rows;
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows,
            (Rows{{"1", "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))"},
                  {"2", "MULTIPOLYGON (((20 0, 25 0, 25 5, 20 0)), ((30 0, 35 0, 35 5, 30 0)))"},
                  {"3", "LINESTRING (0 0, 1 1)"},
                  {"4", "MULTIPOINT ((1 2), (3 4))"},
                  {"5", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))"},
                  {"6", "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"}}));
}

TEST(Flatgeobuf, KeepsHeights) {
  const DecodedText decoded = decode(fixture("tracks.fgb"));
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns, (Texts{"id integer", "geometry linestring"}));
  Rows rows = decoded.rows;
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, (Rows{{"1", "LINESTRING Z (0 0 1, 1 1 2)"},
                        {"2", "LINESTRING Z (2 2 3, 4 5 6, 7 8 9.5)"}}));
}

TEST(Flatgeobuf, ReprojectsToTheDeclaredSystem) {
  const DecodedText decoded = decode(fixture("shapes.fgb"), {declare("geom geometry")});
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.rows.size(), 6U);
  EXPECT_EQ(decoded.rows[0][0].substr(0, 26), "POLYGON ((0 0, 8.983152841");  // e-05
}

TEST(Flatgeobuf, RefusesAFileThatIsCut) {
  const std::string whole = fixture("shapes.fgb");
  EXPECT_NE(fault(decode(whole.substr(0, whole.size() - 3))).find("cut off"), std::string::npos);
  EXPECT_NE(fault(decode(whole + "x")), "");
  const std::string counted = fixture("tracks.fgb");
  EXPECT_NE(fault(decode(counted + "x")).find("1 bytes follow the last of 2 features"),
            std::string::npos);
  EXPECT_NE(fault(decode("hello")).find("no FlatGeobuf"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
