#include "io/proj/transform.h"

#include <array>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

// Esri's way of writing EPSG:2263, as New York City's files carry it.
constexpr const char* kEsri =
    R"(PROJCS["NAD_1983_StatePlane_New_York_Long_Island_FIPS_3104_Feet",GEOGCS["GCS_North_American_1983",)"
    R"(DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],)"
    R"(UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],)"
    R"(PARAMETER["False_Easting",984250.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-74.0],)"
    R"(PARAMETER["Standard_Parallel_1",40.66666666666666],PARAMETER["Standard_Parallel_2",41.03333333333333],)"
    R"(PARAMETER["Latitude_Of_Origin",40.16666666666666],UNIT["Foot_US",0.3048006096012192]])";

TEST(DescribeCrs, FindsTheCodeOfAnEsriDefinition) {
  const auto crs = describe_crs(kEsri);
  ASSERT_TRUE(crs.ok()) << crs.error().text();
  EXPECT_EQ(crs->srid, 2263);
  EXPECT_FALSE(crs->geographic);
  EXPECT_EQ(crs->name, "NAD83 / New York Long Island (ftUS)");
}

// As an export of New York City's open data writes WGS 84: its own name, longitude first.
TEST(DescribeCrs, FindsTheCodeUnderAnotherNameAndOrder) {
  const auto crs = describe_crs(
      R"wkt(GEOGCS["WGS84(DD)",DATUM["WGS84",SPHEROID["WGS84",6378137.0,298.257223563]],)wkt"
      R"wkt(PRIMEM["Greenwich",0.0],UNIT["degree",0.017453292519943295],)wkt"
      R"wkt(AXIS["Geodetic longitude",EAST],AXIS["Geodetic latitude",NORTH]])wkt");
  ASSERT_TRUE(crs.ok()) << crs.error().text();
  EXPECT_EQ(crs->srid, 4326);
}

TEST(DescribeCrs, TakesCodesInBothSpellings) {
  EXPECT_EQ(describe_crs("4326")->srid, 4326);
  EXPECT_EQ(describe_crs(" EPSG:4326 ")->srid, 4326);
  EXPECT_TRUE(describe_crs("4326")->geographic);
}

TEST(DescribeCrs, KnowsNoCodeForASystemOfSomebodysOwn) {
  const auto crs = describe_crs("+proj=laea +lat_0=12.5 +lon_0=3 +ellps=GRS80 +type=crs");
  ASSERT_TRUE(crs.ok()) << crs.error().text();
  EXPECT_EQ(crs->srid, 0);
}

TEST(DescribeCrs, RefusesWhatIsNone) {
  for (const char* text : {"", "hello", "0", "GEOGCS[\"cut", "+proj=utm", "999999"}) {
    const auto crs = describe_crs(text);
    ASSERT_FALSE(crs.ok()) << text;
    EXPECT_EQ(crs.error().code, Code::kBadValue);
    EXPECT_FALSE(crs.error().hint.empty());
  }
}

// Expected: DuckDB spatial 1.5.5, ST_Transform(..., 'EPSG:2263', 'EPSG:4326', always_xy := true).
TEST(CrsTransform, GivesLongitudeBeforeLatitude) {
  const auto transform = CrsTransform::make(kEsri, 4326);
  ASSERT_TRUE(transform.ok()) << transform.error().text();
  std::array<double, 6> at = {984250, 180000, 7, 1000000.5, 240123.25, 8};
  ASSERT_TRUE(transform->apply(at.data(), 2, 3));
  EXPECT_NEAR(at[0], -74, 1e-9);
  EXPECT_NEAR(at[1], 40.66073509155019, 1e-12);
  EXPECT_EQ(at[2], 7);
  EXPECT_NEAR(at[3], -73.94308923123326, 1e-12);
  EXPECT_NEAR(at[4], 40.825744301047685, 1e-12);
  EXPECT_TRUE(transform->unrolls());
}

TEST(CrsTransform, LeavesSystemsAloneThatDifferInTheirAxesOnly) {
  const auto transform = CrsTransform::make("OGC:CRS84", 4326);
  ASSERT_TRUE(transform.ok()) << transform.error().text();
  EXPECT_TRUE(transform->is_identity());
  std::array<double, 2> at = {7.5, 45};
  ASSERT_TRUE(transform->apply(at.data(), 1, 2));
  EXPECT_EQ(at[0], 7.5);
}

TEST(CrsTransform, NamesTheGridThatIsMissing) {
  const auto transform = CrsTransform::make("4267", 4326);
  ASSERT_TRUE(transform.ok()) << transform.error().text();
  EXPECT_NE(transform->note().find("ca_nrc_ntv2_0.tif"), std::string::npos) << transform->note();
}

TEST(CrsTransform, SaysWhenAPositionHasNoPlace) {
  const auto transform = CrsTransform::make("4326", 3857);
  ASSERT_TRUE(transform.ok());
  std::array<double, 2> pole = {0, 91};
  EXPECT_FALSE(transform->apply(pole.data(), 1, 2));
}

TEST(CrsTransform, CopiesWorkOnTheirOwn) {
  auto first = CrsTransform::make("2263", 4326);
  ASSERT_TRUE(first.ok());
  const CrsTransform copy = *first;
  std::array<double, 2> a = {984250, 180000}, b = a;
  ASSERT_TRUE(copy.apply(a.data(), 1, 2));
  ASSERT_TRUE(first->apply(b.data(), 1, 2));
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace rhumb
