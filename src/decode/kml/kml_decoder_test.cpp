#include "decode/kml/kml_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"

namespace rhumb {
namespace {

const std::string kPlaces = R"(<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>All</name>
<Style id="s"><LineStyle><color>ff0000ff</color></LineStyle></Style>
<Folder><name>Italy</name>
<Folder><name>Piedmont</name>
<Placemark id="p1"><name> Turin </name><description><![CDATA[<b>Torino</b>]]></description>
<TimeStamp><when>2024-01-02</when></TimeStamp>
<ExtendedData><Data name="people"><value>848885</value></Data></ExtendedData>
<Point><coordinates>7.5,45,239</coordinates></Point></Placemark>
</Folder></Folder>
<Placemark><ExtendedData><SchemaData schemaUrl="#x"><SimpleData name="people">12</SimpleData></SchemaData></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0
4,4 0,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>1,0.5 2,0.5 2,1 1,0.5</coordinates></LinearRing></innerBoundaryIs></Polygon>
</Placemark>
<Placemark><name>none</name></Placemark>
<NetworkLink><Link><href>http://example.org</href></Link></NetworkLink>
</Document></kml>)";

DecodedText decode(std::string_view bytes, std::vector<DeclaredColumn> columns = {}) {
  return decode_bytes(*make_kml_decoder(), bytes, "in.kml", {.columns = std::move(columns)});
}

std::string geometry(const std::string& inside) {
  const DecodedText decoded = decode("<kml><Placemark>" + inside + "</Placemark></kml>");
  if (decoded.error) return decoded.error->message;
  if (!decoded.rejects.empty()) return decoded.rejects[0].message;
  return decoded.rows.at(0).back();
}

TEST(Kml, TakesPlacemarksWithTheirFoldersAndData) {
  const DecodedText decoded = decode(kPlaces);
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns,
            (Texts{"id text", "name text", "description text", "folder text", "begin date",
                   "end date", "times json", "people integer", "geometry geometry"}));
  EXPECT_EQ(decoded.rows,
            (Rows{{"p1", "Turin", "<b>Torino</b>", "All/Italy/Piedmont", "2024-01-02", "2024-01-02",
                   "null", "848885", "POINT Z (7.5 45 239)"},
                  {"null", "null", "null", "All", "null", "null", "null", "12",
                   "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))"},
                  {"null", "none", "null", "All", "null", "null", "null", "null", "null"}}));
  EXPECT_EQ(decoded.notes, Texts{"1 NetworkLink: no places, left out"});
}

TEST(Kml, MakesMultiGeometriesOfEqualParts) {
  const std::string point = "<Point><coordinates>1,2</coordinates></Point>";
  const std::string line = "<LineString><coordinates>1,2 3,4</coordinates></LineString>";
  EXPECT_EQ(geometry("<MultiGeometry>" + point + point + "</MultiGeometry>"),
            "MULTIPOINT ((1 2), (1 2))");
  EXPECT_EQ(geometry("<MultiGeometry>" + line + line + "</MultiGeometry>"),
            "MULTILINESTRING ((1 2, 3 4), (1 2, 3 4))");
  EXPECT_EQ(geometry("<MultiGeometry>" + point + line + "</MultiGeometry>"),
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))");
  EXPECT_EQ(geometry("<MultiGeometry>" + point + "<MultiGeometry>" + line +
                     "</MultiGeometry></MultiGeometry>"),
            "GEOMETRYCOLLECTION (POINT (1 2), MULTILINESTRING ((1 2, 3 4)))");
}

TEST(Kml, ReadsTracksWithTheirTimes) {
  const std::string track =
      "<gx:Track><when>2024-01-02T03:04:05Z</when><when>2024-01-02T03:05:05Z</when>"
      "<gx:coord>7 45 1</gx:coord><gx:coord>8 46 2</gx:coord></gx:Track>";
  const DecodedText decoded = decode("<kml><Placemark>" + track + "</Placemark></kml>");
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.rows,
            (Rows{{"null", "null", "null", "null", "2024-01-02T03:04:05", "2024-01-02T03:05:05",
                   R"(["2024-01-02T03:04:05Z","2024-01-02T03:05:05Z"])",
                   "LINESTRING Z (7 45 1, 8 46 2)"}}));
  EXPECT_EQ(geometry("<gx:MultiTrack>" + track + track + "</gx:MultiTrack>"),
            "MULTILINESTRING Z ((7 45 1, 8 46 2), (7 45 1, 8 46 2))");
  EXPECT_EQ(geometry("<gx:Track><when>2024</when><gx:coord>7 45</gx:coord></gx:Track>"),
            "POINT (7 45)");
  EXPECT_EQ(geometry("<gx:Track><when>2024</when></gx:Track>"),
            "a track has 1 times for 0 positions");
}

TEST(Kml, QuarantinesCoordinatesThatAreNone) {
  const DecodedText decoded = decode(
      "<kml><Document>\n<Placemark><name>bad</name><Point><coordinates>7.5;45</coordinates></Point>"
      "</Placemark>\n<Placemark><Point><coordinates>7,45</coordinates></Point></Placemark>"
      "</Document></kml>");
  EXPECT_EQ(decoded.rows.size(), 1U);
  ASSERT_EQ(decoded.rejects.size(), 1U);
  EXPECT_EQ(decoded.rejects[0].line, 2U);
  EXPECT_EQ(decoded.rejects[0].message,
            "expected coordinates as longitude,latitude[,height], found '7.5;45'");
  EXPECT_NE(decoded.rejects[0].raw.find("\"name\":\"bad\""), std::string::npos);
}

TEST(Kml, RefusesOtherXml) {
  EXPECT_NE(fault(decode("<gpx></gpx>")).find("no KML"), std::string::npos);
  EXPECT_NE(fault(decode(kPlaces.substr(0, 900))).find("no well-formed XML at line"),
            std::string::npos);
}

}  // namespace
}  // namespace rhumb
