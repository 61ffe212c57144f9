#include "base/name_list.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(NameList, ShowsTheFirstAndCountsTheRest) {
  EXPECT_EQ(join_some({}, 2), "");
  EXPECT_EQ(join_some({"a", "b"}, 2), "a, b");
  EXPECT_EQ(join_some({"a\n", "b", "c", "d"}, 2), "a\\x0a, b, 2 more");
}

}  // namespace
}  // namespace rhumb
