#include "geo/geos/mender.h"

#include <gtest/gtest.h>

#include "geo/wkb_test_base.h"

namespace rhumb {
namespace {

TEST(GeometryMender, FindsNothingWrongWithWhatIsValid) {
  GeometryMender mender;
  for (const char* text : {"POINT (1 2)", "LINESTRING (0 0, 1 1, 0 1, 1 0)", "POLYGON EMPTY",
                           "POLYGON ((0 0, 4 0, 4 4, 0 0))"}) {
    EXPECT_EQ(mender.flaw(wkb_of(text)), "") << text;
  }
}

TEST(GeometryMender, NamesTheFlawAndItsPlace) {
  GeometryMender mender;
  EXPECT_EQ(mender.flaw(wkb_of("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")),
            "Self-intersection at (1 1)");
}

TEST(GeometryMender, MakesABowTieTwoTriangles) {
  GeometryMender mender;
  const auto mended = mender.mend(wkb_of("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"));
  ASSERT_TRUE(mended.ok()) << mended.error().text();
  EXPECT_EQ(mender.flaw(*mended), "");
  EXPECT_EQ(inspect_wkb(*mended)->header.kind, WkbKind::kMultiPolygon);
}

TEST(GeometryMender, KeepsHeights) {
  GeometryMender mender;
  const auto mended = mender.mend(wkb_of("POLYGON Z ((0 0 5, 2 2 5, 2 0 5, 0 2 5, 0 0 5))"));
  ASSERT_TRUE(mended.ok());
  EXPECT_TRUE(inspect_wkb(*mended)->header.has_z);
}

TEST(GeometryMender, RefusesWhatWouldBeLost) {
  GeometryMender mender;
  EXPECT_FALSE(mender.mend(wkb_of("POLYGON ((0 0, 1 1, 2 2, 0 0))")).ok());
  EXPECT_FALSE(mender.mend(wkb_of("POLYGON M ((0 0 1, 2 2 1, 2 0 1, 0 2 1, 0 0 1))")).ok());
}

TEST(GeometryMender, CutsAtTheAntimeridian) {
  GeometryMender mender;
  const auto cut =
      mender.cut_at_antimeridian(wkb_of("POLYGON ((170 0, 190 0, 190 10, 170 10, 170 0))"));
  ASSERT_TRUE(cut.ok()) << cut.error().text();
  const auto summary = inspect_wkb(*cut);
  EXPECT_EQ(summary->header.kind, WkbKind::kMultiPolygon);
  EXPECT_EQ(summary->box, (GeoBox{-180, 0, 180, 10}));
  const auto line = mender.cut_at_antimeridian(wkb_of("LINESTRING (179 0, 181 2)"));
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(inspect_wkb(*line)->header.kind, WkbKind::kMultiLineString);
}

}  // namespace
}  // namespace rhumb
