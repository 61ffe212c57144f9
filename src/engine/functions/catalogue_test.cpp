#include "engine/functions/catalogue.h"

#include <set>

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb {
namespace {

TEST(FunctionCatalogue, EveryEntryIsComplete) {
  std::set<std::string> names;
  for (const FunctionDoc& function : function_catalogue()) {
    EXPECT_TRUE(names.insert(to_lower(function.name)).second) << function.name << " stands twice";
    EXPECT_FALSE(function.doc.empty()) << function.name;
    EXPECT_EQ(function.form == FunctionForm::kMacro, !function.implementation.empty())
        << function.name;
    if (function.form == FunctionForm::kRefused) continue;
    EXPECT_FALSE(function.signature.empty()) << function.name;
    EXPECT_FALSE(function.example.empty()) << function.name;
    EXPECT_FALSE(function.result.empty()) << function.name;
  }
}

TEST(FunctionCatalogue, NamesAreFoundInAnyCase) {
  ASSERT_NE(find_function("st_distancesphere"), nullptr);
  EXPECT_EQ(find_function("ST_DISTANCESPHERE")->name, "ST_DistanceSphere");
  EXPECT_EQ(find_function("st_nothing"), nullptr);
}

}  // namespace
}  // namespace rhumb
