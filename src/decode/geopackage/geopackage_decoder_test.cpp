#include "decode/geopackage/geopackage_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"
#include "geo/wkt.h"
#include "io/fs/testing.h"
#include "io/sqlite/database.h"

namespace rhumb {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
  organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
  description TEXT, last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
  srs_id INTEGER, z TINYINT, m TINYINT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[...]', ''),
  ('undefined', -1, 'NONE', -1, 'undefined', '');
CREATE TABLE places (fid INTEGER PRIMARY KEY, geom POINT, name TEXT(40), height DOUBLE, open BOOLEAN,
  seen DATE, at DATETIME, picture BLOB);
CREATE TABLE notes (fid INTEGER PRIMARY KEY, text TEXT);
INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('places', 'features', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('places', 'geom', 'POINT', 4326, 0, 0);
)";

std::string blob(const char* wkt, int32_t srs = 4326, char flags = 1) {
  std::string out = std::string("GP") + '\0' + flags;
  out.append(reinterpret_cast<const char*>(&srs), sizeof srs);
  return out + *parse_wkt(wkt);
}

/// A GeoPackage with some places; `change` may spoil it.
std::filesystem::path write_package(const TestFolder& folder, const std::string& change = "") {
  auto path = folder.path() / "in.gpkg";
  auto database = Database::open(path);
  EXPECT_TRUE(database.ok());
  EXPECT_TRUE((*database)->script(kTables).ok());
  const auto insert = [&](int64_t fid, const char* name, const std::string& geometry) {
    EXPECT_TRUE((*database)
                    ->execute("INSERT INTO places VALUES (?, ?, ?, 239.5, 1, '2024-01-02', "
                              "'2024-01-02T03:04:05.000Z', x'00FF')",
                              fid, Blob{geometry}, name)
                    .ok());
  };
  insert(1, "Turin", blob("POINT (7.5 45)"));
  insert(2, "nowhere", blob("POINT EMPTY", 4326, 0x11));
  insert(3, "odd", "GP");
  insert(4, "elsewhere", blob("POINT (1 2)", 3857));
  EXPECT_TRUE((*database)->execute("INSERT INTO places (fid, name) VALUES (5, '')").ok());
  EXPECT_TRUE(change.empty() || (*database)->script(change).ok());
  EXPECT_TRUE((*database)->script("PRAGMA journal_mode = DELETE").ok());
  return path;
}

DecodedText decode(const std::filesystem::path& path, const Config& config = {}) {
  return decode_file(*make_geopackage_decoder(config), path, "in.gpkg");
}

Config layers(std::vector<std::string> names) {
  std::vector<Config> items;
  for (std::string& name : names) items.push_back(Config::scalar(std::move(name), {}));
  return Config::map({{"layer", Config::list(std::move(items), {})}}, {});
}

TEST(Geopackage, TakesALayerWithItsTypes) {
  const TestFolder folder;
  const DecodedText decoded = decode(write_package(folder));
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns,
            (Texts{"fid integer", "geom point", "name text", "height double", "open boolean",
                   "seen date", "at timestamptz", "picture bytes"}));
  ASSERT_EQ(decoded.rows.size(), 3U);
  EXPECT_EQ(decoded.rows[0], (std::vector<std::string>{"1", "POINT (7.5 45)", "Turin", "239.500000",
                                                       "true", "2024-01-02", "2024-01-02T03:04:05",
                                                       std::string("\0\xFF", 2)}));
  EXPECT_EQ(decoded.rows[1][1], "POINT EMPTY");
  EXPECT_EQ(decoded.rows[2][2], "");  // empty text is no null
  EXPECT_EQ(decoded.rows[2][1], "null");
}

TEST(Geopackage, QuarantinesWhatIsNoGeometryOfTheLayer) {
  const TestFolder folder;
  const DecodedText decoded = decode(write_package(folder));
  ASSERT_EQ(decoded.rejects.size(), 2U);
  EXPECT_EQ(decoded.rejects[0].line, 3U);
  EXPECT_EQ(decoded.rejects[0].message, "the geometry does not begin with GP and a header");
  EXPECT_NE(decoded.rejects[0].raw.find("\"name\":\"odd\""), std::string::npos);
  EXPECT_EQ(decoded.rejects[1].message, "the layer is in the system 4326, this geometry in 3857");
}

TEST(Geopackage, AsksWhichLayer) {
  const TestFolder folder;
  const auto path = write_package(
      folder,
      "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes'); "
      "INSERT INTO notes VALUES (1, 'hello')");
  EXPECT_NE(fault(decode(path)).find("the file has 2 layers: places, notes"), std::string::npos);
  EXPECT_NE(fault(decode(path, layers({"nodes"}))).find("no layer 'nodes'"), std::string::npos);
  EXPECT_EQ(decode(path, layers({"NOTES"})).rows, (Rows{{"1", "hello"}}));
  EXPECT_NE(fault(decode(path, layers({"places", "notes"}))).find("differ in their columns"),
            std::string::npos);
}

TEST(Geopackage, ReadsSeveralLayersAsOne) {
  const TestFolder folder;
  const auto path = write_package(
      folder,
      "CREATE TABLE more AS SELECT * FROM notes; CREATE TABLE m2 (fid INTEGER, text TEXT);"
      "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes'), "
      "('m2', 'attributes'); INSERT INTO notes VALUES (1, 'a'); INSERT INTO m2 VALUES (7, 'b')");
  const DecodedText decoded = decode(path, layers({"notes", "m2"}));
  EXPECT_EQ(decoded.columns, (Texts{"fid integer", "text text", "_layer text"}));
  EXPECT_EQ(decoded.rows, (Rows{{"1", "a", "notes"}, {"7", "b", "m2"}}));
}

TEST(Geopackage, RefusesOtherSqliteFilesAndLyingOnes) {
  const TestFolder folder;
  const auto plain = folder.path() / "plain.db";
  ASSERT_TRUE((*Database::open(plain))->script("CREATE TABLE t (a)").ok());
  EXPECT_NE(fault(decode(plain)).find("no GeoPackage"), std::string::npos);
  EXPECT_NE(fault(decode(folder.write("text", "hello hello hello"))).find("cannot be read"),
            std::string::npos);
  const TestFolder other;
  EXPECT_NE(fault(decode(write_package(other, "DROP TABLE places"))).find("its table is missing"),
            std::string::npos);
}

}  // namespace
}  // namespace rhumb
