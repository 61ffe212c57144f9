#include "decode/gpx/gpx_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"

namespace rhumb {
namespace {

DecodedText decode_gpx(std::string_view bytes, const char* rows = "points",
                       std::vector<DeclaredColumn> columns = {}) {
  const auto decoder = make_gpx_decoder(Config::map({{"rows", Config::scalar(rows, {})}}, {}));
  return decode_bytes(*decoder, bytes, "in.gpx", {.columns = std::move(columns)});
}

const char* const kWalk = R"(<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="y">
<metadata><name>all</name><time>2020-01-01T00:00:00Z</time></metadata>
<wpt lat="45.5" lon="7.25"><ele>200.5</ele><name>inn</name><link href="http://a"><text>A</text></link></wpt>
<rte><name>way</name><rtept lat="1" lon="2"/><rtept lat="3" lon="4"><time>2024-01-02T03:04:05Z</time></rtept></rte>
<trk><name>morning</name><type>run</type>
<trkseg><trkpt lat="1" lon="2"><ele>10</ele><time>2024-01-02T03:04:05Z</time>
<extensions><x:more><x:hr>112</x:hr></x:more><speed>1.5</speed></extensions></trkpt>
<trkpt lat="1.5" lon="2.5"><ele>11</ele><time>2024-01-02T03:04:06Z</time></trkpt></trkseg>
<trkseg><trkpt lat="3" lon="4"/><trkpt lat="5" lon="6"/></trkseg></trk>
<trk><name>none</name><trkseg/></trk>
</gpx>)";

std::vector<DeclaredColumn> some() {
  return {declare("kind text"),      declare("number integer"),     declare("segment integer"),
          declare("point integer"),  declare("line_name text"),     declare("name text"),
          declare("position point"), declare("elevation_m double"), declare("hr integer"),
          declare("other json")};
}

TEST(Gpx, EachPointIsARow) {
  const DecodedText out = decode_gpx(kWalk, "points", some());
  ASSERT_EQ(fault(out), "");
  ASSERT_EQ(out.rows.size(), 7U);
  EXPECT_EQ(out.rows[0],
            (Texts{"waypoint", "null", "null", "null", "null", "inn", "POINT (7.25 45.5)",
                   "200.500000", "null", R"({"link":"http://a","text":"A"})"}));
  EXPECT_EQ(out.rows[2], (Texts{"route", "1", "null", "2", "way", "null", "POINT (4 3)", "null",
                                "null", "null"}));
  EXPECT_EQ(out.rows[3], (Texts{"track", "1", "1", "1", "morning", "null", "POINT (2 1)",
                                "10.000000", "112", R"({"hr":"112","speed":"1.5"})"}));
  EXPECT_EQ(out.rows[6][2] + out.rows[6][3], "22");
  EXPECT_EQ(out.notes, Texts{"1 without points, left out"});
}

TEST(Gpx, ExtensionsAreColumnsOfTheirOwn) {
  const DecodedText out = decode_gpx(kWalk);
  ASSERT_EQ(fault(out), "");
  EXPECT_EQ(Texts(out.columns.end() - 4, out.columns.end()),
            (Texts{"link text", "text text", "hr integer", "speed double"}));
  EXPECT_EQ(out.columns[6], "position point");
}

TEST(Gpx, EachTrackIsALine) {
  const DecodedText out = decode_gpx(kWalk, "lines");
  ASSERT_EQ(fault(out), "");
  ASSERT_EQ(out.rows.size(), 4U);
  EXPECT_EQ(out.rows[0][9], "POINT Z (7.25 45.5 200.5)");
  EXPECT_EQ(out.rows[1][9], "LINESTRING (2 1, 4 3)");
  EXPECT_EQ(
      Texts(out.rows[2].begin(), out.rows[2].begin() + 10),
      (Texts{"track", "1", "morning", "null", "null", "run", "2024-01-02T03:04:05",
             "2024-01-02T03:04:06", R"([["2024-01-02T03:04:05Z","2024-01-02T03:04:06Z"],["",""]])",
             "MULTILINESTRING Z ((2 1 10, 2.5 1.5 11), (4 3 0, 6 5 0))"}));
  EXPECT_EQ(out.rows[3][2] + " " + out.rows[3][9], "none null");
}

TEST(Gpx, QuarantinesPointsWithoutAPosition) {
  const DecodedText out = decode_gpx(
      "<gpx><wpt lat='x' lon='1'><name>a</name></wpt>\n<wpt lon='1'/>\n<wpt lat='91' lon='1'/>"
      "\n<wpt lat='1' lon='1'><ele>high</ele></wpt><wpt lat='1' lon='2'/></gpx>");
  EXPECT_EQ(out.rows.size(), 1U);
  ASSERT_EQ(out.rejects.size(), 4U);
  EXPECT_EQ(out.rejects[0].message, "expected numbers as lon and lat, found '1' and 'x'");
  EXPECT_EQ(out.rejects[0].field, "position");
  EXPECT_EQ(out.rejects[1].line, 2U);
  EXPECT_EQ(out.rejects[2].field, "position");
  EXPECT_EQ(out.rejects[3].field, "elevation_m");
}

TEST(Gpx, NamesWhatIsNoGpx) {
  EXPECT_NE(fault(decode_gpx("<kml/>")).find("no GPX"), std::string::npos);
  EXPECT_NE(fault(decode_gpx("<gpx><trk>")).find("line 1"), std::string::npos);
  EXPECT_NE(fault(decode_gpx("")).find("no well-formed XML"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
