#include <gtest/gtest.h>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

class PostgisLitterTest : public TargetTest {
 protected:
  static std::string repair(Target& to) {
    std::string report;
    const auto litter = to.find_litter();
    if (!litter.ok()) return litter.error().text();
    for (const Litter& each : *litter) {
      const auto why = to.remove_litter(each);
      report += each.name + ": " + each.reason + "; " + each.action + "=" +
                (why.ok() ? *why : why.error().text()) + "\n";
    }
    return report;
  }
  /// Stages, switches perhaps, and ends as a process that dies would.
  void leave(uint64_t version, bool switches, std::vector<Config::Entry> more) const {
    const auto to = target(std::move(more));
    MadeRows stream = rows(version);
    ASSERT_TRUE(to->stage(request(version), stream).ok());
    if (switches) {
      ASSERT_TRUE(to->switch_over(request(version)).ok());
    }
  }
};

TEST_F(PostgisLitterTest, NothingIsLitterBeforeTheFirstPublicationAndAfterAGoodOne) {
  const auto to = target();
  EXPECT_EQ(repair(*to), "");
  publish(*to, 1);
  publish(*to, 2);
  EXPECT_EQ(repair(*to), "");
  EXPECT_EQ(tables(), "numbers_v1,numbers_v2");
}

TEST_F(PostgisLitterTest, WhatDeadRunsLeftIsNamedAndRemoved) {
  const std::vector<Config::Entry> keep_none{{"keep", text("0")}};
  leave(1, true, keep_none);
  leave(2, true, keep_none);
  leave(3, false, keep_none);
  run("DROP TABLE IF EXISTS numbers_v9");
  EXPECT_EQ(tables(), "numbers_v1,numbers_v2,numbers_v3");
  const auto to = target({{"keep", text("0")}});
  EXPECT_EQ(repair(*to),
            "public.numbers_v1: version 1 is not wanted any more; drop the table=\n"
            "public.numbers_v3: run run3 staged version 3 and ended before the switch; drop the "
            "table=\n");
  EXPECT_EQ(tables(), "numbers_v2");
  EXPECT_EQ(visible(), "2..2 1000");
  EXPECT_EQ(repair(*to), "");
}

TEST_F(PostgisLitterTest, SlotsAndPointersThatNobodyReads) {
  const std::vector<Config::Entry> pointer{{"keep", text("0")}, {"switch", text("pointer")}};
  leave(1, true, pointer);
  leave(2, true, pointer);
  const auto to = target({{"keep", text("0")}, {"switch", text("pointer")}});
  EXPECT_EQ(repair(*to), "public.numbers_v1: version 1 is not wanted any more; drop the table=\n");
  EXPECT_EQ(visible(), "2..2 1000");
  leave(3, true, {{"keep", text("0")}});
  EXPECT_EQ(repair(*to),
            "public.numbers_v2: version 2 is not wanted any more; drop the table=\n"
            "rhumb.\"public.numbers 1\": no view reads what it points at; drop the pointer and its "
            "two slots=\n");
  EXPECT_EQ(tables(), "numbers_v3");
  EXPECT_EQ(visible(), "3..3 1000");
}

TEST_F(PostgisLitterTest, WhileAnotherPublishesNothingIsLitter) {
  const auto busy = target();
  MadeRows stream = rows(1);
  ASSERT_TRUE(busy->stage(request(1), stream).ok());
  const auto to = target();
  const auto litter = to->find_litter();
  ASSERT_TRUE(litter.ok());
  EXPECT_TRUE(litter->empty());
}

}  // namespace
}  // namespace rhumb
