#include "geo/wkb_stream.h"

#include <gtest/gtest.h>

#include "geo/wkb.h"

namespace rhumb {
namespace {

TEST(FrontWkb, PassesOneGeometryAndKnowsWhatIsCut) {
  const WkbPoint point = make_wkb_point(7, 45);
  const std::string one(point.data(), point.size()), two = one + one;
  EXPECT_EQ(front_wkb(two).bytes, one.size());
  EXPECT_EQ(front_wkb(one).bytes, one.size());
  for (size_t length = 0; length < one.size(); ++length) {
    const WkbFront found = front_wkb(std::string_view(one).substr(0, length));
    EXPECT_EQ(found.bytes, 0U);
    EXPECT_TRUE(found.cut) << length;
  }
  const WkbFront bad = front_wkb("\x07" + one);
  EXPECT_EQ(bad.bytes, 0U);
  EXPECT_FALSE(bad.cut);
  EXPECT_STREQ(bad.fault, "the byte order is neither 0 nor 1");
}

TEST(FrontWkb, BelievesNoCount) {
  std::string lines("\x01\x02\x00\x00\x00\xFF\xFF\xFF\xFF", 9);
  EXPECT_TRUE(front_wkb(lines + std::string(100, '\0')).cut);
}

}  // namespace
}  // namespace rhumb
