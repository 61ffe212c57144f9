#include "decode/shapefile/shapefile_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"
#include "decode/shapefile/shapefile_on_disk.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

TestShapefile places() {
  return {.shapes = {point_shape(7.5, 45), null_shape(), point_shape(8, 46)},
          .fields = {{"name", 'C', 12},
                     {"people", 'N', 9},
                     {"height", 'F', 12, 3},
                     {"seen", 'D', 8},
                     {"open", 'L', 1}},
          .rows = {{"Turin", "   848885", "   239.500", "20240102", "T"},
                   {"", "*********", "", "00000000", "?"},
                   {"Z\xC3\xBCrich", "421878", "4.08e+002", "20231231", "n"}}};
}

DecodedText decode(const std::map<std::string, std::string>& parts,
                   std::vector<DeclaredColumn> columns = {}, const Config& config = {}) {
  const TestFolder folder;
  for (const auto& [extension, bytes] : parts) folder.write("places" + extension, bytes);
  return decode_file(*make_shapefile_decoder(config), folder.path() / "places.shp", "places.shp",
                     {.columns = std::move(columns)});
}

Texts places_rejected(const DecodedText& decoded) {
  Texts out;
  for (const Reject& r : decoded.rejects)
    out.push_back(std::to_string(r.line) + " " + r.field + " " + reason_name(r.reason) + ": " +
                  r.message);
  return out;
}

TEST(Shapefile, TakesAttributesWithTheirTypes) {
  const DecodedText decoded = decode(places().parts());
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns, (Texts{"name text", "people integer", "height double", "seen date",
                                    "open boolean", "geometry point"}));
  EXPECT_EQ(decoded.rows,
            (Rows{{"Turin", "848885", "239.500000", "2024-01-02", "true", "POINT (7.5 45)"},
                  {"null", "null", "null", "null", "null", "null"},
                  {"Zürich", "421878", "408.000000", "2023-12-31", "false", "POINT (8 46)"}}));
  EXPECT_EQ(decoded.notes, Texts{});
}

TEST(Shapefile, LeavesDeletedRecordsOut) {
  TestShapefile file = places();
  file.deleted = {0, 2};
  const DecodedText decoded = decode(file.parts());
  EXPECT_EQ(decoded.rows.size(), 1U);
  EXPECT_EQ(decoded.notes, Texts{"2 records are marked as deleted and were left out"});
}

TEST(Shapefile, ReadsTextInTheCharacterSetOfTheTable) {
  TestShapefile file = places();
  file.rows[0][0] = "Z\x81rich";
  file.rows[2][0] = "Gen\x8Ave";
  file.language = 0x02;  // code page 850
  EXPECT_EQ(decode(file.parts()).rows[0][0], "Zürich");
  EXPECT_EQ(decode(file.parts()).rows[2][0], "Genève");
  file.cpg = "ANSI 1250";
  file.rows[0][0] = "Krak\xF3w";
  EXPECT_EQ(decode(file.parts()).rows[0][0], "Kraków");
}

TEST(Shapefile, SaysWhenTheCharacterSetIsAGuess) {
  TestShapefile file = places();
  file.rows[0][0] = "Z\xFCrich";
  const DecodedText decoded = decode(file.parts());
  EXPECT_EQ(decoded.rows[0][0], "Zürich");
  EXPECT_EQ(decoded.rows[2][0], "Zürich");
  ASSERT_EQ(decoded.notes.size(), 1U);
  EXPECT_NE(decoded.notes[0].find("windows-1252"), std::string::npos);
}

TEST(Shapefile, RefusesTextThatIsNone) {
  TestShapefile file = places();
  file.rows[0][0] = "Z\xFCrich";
  file.cpg = "UTF-8";
  const DecodedText decoded = decode(file.parts());
  EXPECT_EQ(places_rejected(decoded),
            Texts{"1 name bad-encoding: expected UTF-8, found 'Z\\xfcrich'"});
  EXPECT_EQ(decoded.rows.size(), 2U);
}

TEST(Shapefile, ReprojectsToTheDeclaredSystem) {
  TestShapefile file = places();
  file.prj = "EPSG:32632";
  file.shapes = {point_shape(500000, 5000000), null_shape(), point_shape(1e9, 1e9)};
  DeclaredColumn column = declare("geom point");
  const DecodedText decoded = decode(file.parts(), {column, declare("name text")});
  ASSERT_EQ(fault(decoded), "");
  ASSERT_EQ(decoded.rows.size(), 2U);
  // On the zone's own meridian.
  EXPECT_EQ(decoded.rows[0][0].substr(0, 10), "POINT (9 4");
  EXPECT_EQ(places_rejected(decoded),
            Texts{"3 geom not-reprojectable: (1000000000, 1000000000): its coordinates have no "
                  "place in EPSG:4326"});
}

TEST(Shapefile, AsksForTheSystemWhenNobodySaysIt) {
  TestShapefile file = places();
  file.prj = "";
  EXPECT_NE(fault(decode(file.parts())).find("does not say which coordinate system"),
            std::string::npos);
  EXPECT_NE(fault(decode(file.parts(), {declare("geom point")})).find("from_crs"),
            std::string::npos);
  DeclaredColumn labelled = declare("geom point");
  labelled.crs_given = true;
  EXPECT_EQ(decode(file.parts(), {labelled}).rows.size(), 3U);
  DeclaredColumn from = declare("geom point");
  from.from_crs = "4326";
  EXPECT_EQ(decode(file.parts(), {from}).rows.size(), 3U);
}

TEST(Shapefile, NamesThePartThatIsMissing) {
  auto parts = places().parts();
  parts.erase(".dbf");
  EXPECT_NE(fault(decode(parts)).find(".dbf file beside places.shp"), std::string::npos);
  const DecodedText geometry = decode(parts, {declare("geom point")});
  EXPECT_EQ(geometry.rows.size(), 3U);
  EXPECT_EQ(geometry.notes, Texts{"the .dbf file is missing; the geometry was read without it"});
  parts = places().parts();
  parts.erase(".shx");
  EXPECT_EQ(decode(parts).notes,
            Texts{"the .shx file is missing; records were read one behind the other"});
  EXPECT_EQ(decode(parts).rows, decode(places().parts()).rows);
}

TEST(Shapefile, RepairsOrRefusesWhatIsInvalidWhenTold) {
  TestShapefile file = places();
  file.type = 5;
  const std::string bow_tie = shape_of(5, {{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}});
  file.shapes = {bow_tie, null_shape(), shape_of(5, {{{0, 0}, {0, 2}, {2, 2}, {0, 0}}})};
  DeclaredColumn column = declare("geom multipolygon");
  EXPECT_EQ(decode(file.parts(), {column}).rows.size(), 3U);
  column.on_invalid = OnInvalid::kRepair;
  const DecodedText repaired = decode(file.parts(), {column});
  EXPECT_EQ(repaired.rows.size(), 3U);
  ASSERT_EQ(repaired.repairs.size(), 1U);
  EXPECT_EQ(repaired.repairs[0].message, "Self-intersection at (1 1)");
  EXPECT_NE(repaired.repairs[0].raw.find("MULTIPOLYGON (((0 0, 2 2"), std::string::npos);
  column.on_invalid = OnInvalid::kQuarantine;
  const DecodedText refused = decode(file.parts(), {column});
  EXPECT_EQ(places_rejected(refused), Texts{"1 geom invalid-geometry: Self-intersection at (1 1)"});
}

TEST(Shapefile, QuarantinesOneDamagedRecordAndReadsTheRest) {
  auto parts = places().parts();
  parts[".shp"][108] = 77;  // the type of the first shape
  const DecodedText decoded = decode(parts);
  EXPECT_EQ(decoded.rows.size(), 2U);
  EXPECT_EQ(places_rejected(decoded),
            Texts{"1 geometry bad-geometry: the shape is of the unknown type 77"});
  EXPECT_NE(decoded.rejects[0].raw.find("\"name\":\"Turin\""), std::string::npos);
  EXPECT_NE(decoded.rejects[0].raw.find("\"_undecoded\":\"4d"), std::string::npos);
}

TEST(Shapefile, QuarantinesWhatOnlyOnePartHas) {
  TestShapefile file = places();
  file.shapes.pop_back();
  EXPECT_EQ(
      places_rejected(decode(file.parts())),
      Texts{"3 geometry bad-geometry: the .dbf file has this record, the .shp file has none"});
  file = places();
  file.rows.pop_back();
  EXPECT_EQ(places_rejected(decode(file.parts())),
            Texts{"3  too-few-fields: the .shp file has this record, the .dbf file has none"});
}

TEST(Shapefile, SaysHowManyRecordsBothPartsLost) {
  auto parts = places().parts();
  parts[".dbf"].resize(parts[".dbf"].size() - 40);
  parts[".shx"].resize(108);
  const DecodedText decoded = decode(parts);
  EXPECT_EQ(decoded.rows.size(), 1U);
  EXPECT_EQ(places_rejected(decoded),
            (Texts{"2 geometry bad-geometry: the .dbf file has this record, the .shp file has none",
                   "3  too-few-fields: the .dbf file says it has 3 records and ends after 2"}));
}

TEST(Shapefile, ReadsItsOwnQuarantineAgain) {
  TestShapefile file = places();
  file.prj = "EPSG:32632";
  file.shapes = {point_shape(500000, 5e6), point_shape(1e9, 1e9), point_shape(5e5, 0)};
  const std::vector<DeclaredColumn> columns = {declare("geom point"), declare("seen date")};
  const DecodedText decoded = decode(file.parts(), columns);
  ASSERT_EQ(decoded.rejects.size(), 1U);
  std::string raw = decoded.rejects[0].raw;
  raw.replace(raw.find("POINT"), raw.find(")") + 1 - raw.find("POINT"), "POINT (500000 5000000)");
  const DecodedText again = decode_bytes(*make_shapefile_decoder({}), decoded.preamble + raw + "\n",
                                         "mended", {.columns = columns});
  ASSERT_EQ(fault(again), "");
  ASSERT_EQ(again.rows.size(), 1U);
  EXPECT_EQ(again.rows[0][0], decoded.rows[0][0]);
  EXPECT_EQ(again.rows[0][1], "null");
}

}  // namespace
}  // namespace rhumb
