#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <type_traits>
#include <vector>

namespace rhumb {
namespace {

Result<std::vector<std::unique_ptr<int>>> three() {
  std::vector<std::unique_ptr<int>> out;
  for (int i = 1; i <= 3; ++i) out.push_back(std::make_unique<int>(i));
  return out;
}

TEST(Result, ATemporaryGivesAwayItsValueNotAReference) {
  using Temporary = Result<std::vector<int>>;
  static_assert(std::is_same_v<decltype(*std::declval<Temporary>()), std::vector<int>>);
  static_assert(std::is_same_v<decltype(std::declval<Temporary>().value()), std::vector<int>>);
  static_assert(std::is_same_v<decltype(std::declval<Temporary>().error()), Error>);
  static_assert(std::is_same_v<decltype(*std::declval<Temporary&>()), std::vector<int>&>);
  int sum = 0;
  for (const auto& item : *three()) sum += *item;
  EXPECT_EQ(sum, 6);
}

}  // namespace
}  // namespace rhumb
