#include "publish/postgis/options.h"

#include <gtest/gtest.h>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

PostgisOptions options(std::vector<Config::Entry> entries, const std::string& suffix = "") {
  const auto read = read_postgis_options(map(std::move(entries)), suffix);
  EXPECT_TRUE(read.ok()) << read.error().text();
  return read.ok() ? *read : PostgisOptions{};
}

TEST(PostgisOptionsTest, NamesAndDefaults) {
  const PostgisOptions read = options({{"view", text("Analytics.Trips")}});
  EXPECT_EQ(read.view, (PgName{"analytics", "trips"}));
  EXPECT_EQ(read.table(7), (PgName{"analytics", "trips_v7"}));
  EXPECT_EQ(read.table(7, 2), (PgName{"analytics", "trips_v7_2"}));
  EXPECT_EQ(read.keep, 1U);
  EXPECT_TRUE(read.primary_key);
  EXPECT_EQ(read.switch_within, 60'000'000);
}

TEST(PostgisOptionsTest, TheSuffixReachesViewAndTable) {
  const PostgisOptions plain =
      options({{"view", text("a.trips")}, {"table", text("b.t{version}x")}}, "_dev");
  EXPECT_EQ(plain.view, (PgName{"a", "trips_dev"}));
  EXPECT_EQ(plain.table(7), (PgName{"b", "t7x_dev"}));
  const PostgisOptions quoted =
      options({{"view", text("\"A b\"")}, {"table", text("\"T {version}\"")}}, "_dev");
  EXPECT_EQ(quoted.view, (PgName{"", "A b_dev"}));
  EXPECT_EQ(quoted.table(7), (PgName{"", "T 7_dev"}));
  EXPECT_EQ(options({{"view", text("\"A\"\"b\"")}}, "_dev").table(1).name, "A\"b_v1_dev");
}

TEST(PostgisOptionsTest, IndexesAndGrantsInEveryForm) {
  const PostgisOptions read = options(
      {{"view", text("v")},
       {"indexes",
        Config::list({texts({"a", "b"}), map({{"columns", text("g")}, {"method", text("GIST")}}),
                      map({{"columns", texts({"c"})}, {"unique", text("true")}})},
                     {})},
       {"grants", map({{"reader", text("select")}, {"Writer", texts({"INSERT", "update"})}})}});
  ASSERT_EQ(read.indexes.size(), 3U);
  EXPECT_EQ(read.indexes[0].columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read.indexes[1].method, "gist");
  EXPECT_TRUE(read.indexes[2].unique);
  EXPECT_EQ(read.grants.at("reader"), (std::vector<std::string>{"SELECT"}));
  EXPECT_EQ(read.grants.at("Writer"), (std::vector<std::string>{"INSERT", "UPDATE"}));
  EXPECT_EQ(options({{"view", text("v")}, {"grants", texts({"r"})}}).grants.at("r"),
            (std::vector<std::string>{"SELECT"}));
}

TEST(PostgisOptionsTest, RefusesWhatCannotBeMeant) {
  const std::vector<std::vector<Config::Entry>> cases = {
      {{"view", text("a b")}},
      {{"view", text("v")}, {"table", text("no_version")}},
      {{"view", text("v")}, {"table", text("t{version}_{version}")}},
      {{"view", text("v")}, {"table", text("t-{version}")}},
      {{"view", text("v")}, {"keep", text("-1")}},
      {{"view", text("v")}, {"indexes", Config::list({texts({})}, {})}},
      {{"view", text("v")},
       {"indexes", Config::list({map({{"columns", text("a")}, {"method", text("magic")}})}, {})}},
      {{"view", text("v")},
       {"indexes",
        Config::list(
            {map({{"columns", text("a")}, {"method", text("gist")}, {"unique", text("true")}})},
            {})}},
      {{"view", text("v")}, {"grants", map({{"r", text("EVERYTHING")}})}},
      {{"view", text("v")}, {"columns", map({{"a", text("int; DROP TABLE x")}})}},
      {{"view", text("v")}, {"columns", map({{"a", text("int -- ")}})}},
      {{"view", text("v")}, {"switch_within", text("soon")}},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    const auto read = read_postgis_options(map(cases[i]), "");
    ASSERT_FALSE(read.ok()) << i;
    EXPECT_EQ(read.error().code, Code::kBadValue) << i;
  }
}

}  // namespace
}  // namespace rhumb
