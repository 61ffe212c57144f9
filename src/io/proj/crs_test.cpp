#include "io/proj/crs.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Projjson, NamesTheCodeItWasAskedFor) {
  for (const int srid : {4326, 3857, 2263, 25832, 4258}) {
    const auto json = projjson_of(srid);
    ASSERT_TRUE(json.ok()) << srid;
    EXPECT_NE(json->find("\"authority\":\"EPSG\",\"code\":" + std::to_string(srid)),
              std::string::npos)
        << *json;
    EXPECT_EQ(json->find('\n'), std::string::npos) << "one line";
  }
}

TEST(Projjson, UnknownCodesAreAnErrorThatNamesThem) {
  for (const int srid : {0, -1, 999999, 900914}) {
    const auto json = projjson_of(srid);
    ASSERT_FALSE(json.ok()) << srid;
    EXPECT_EQ(json.error().code, Code::kNotFound);
    EXPECT_NE(json.error().message.find(std::to_string(srid)), std::string::npos);
  }
}

}  // namespace
}  // namespace rhumb
