// Whose the view and the tables are that stand where a version goes.

#include "publish/postgis/postgis_target.h"

#include <gtest/gtest.h>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

class PostgisOwnershipTest : public TargetTest {};

TEST_F(PostgisOwnershipTest, TheVersionsOfAnotherStoreAreReplacedOnlyWithConsent) {
  const auto of_store = [](uint64_t version, const char* store) {
    PublishRequest out = request(version);
    out.store = store;
    out.run = std::string("run of ") + store;
    return out;
  };
  const auto to = target({{"keep", text("1")}});
  MadeRows first = rows(7);
  ASSERT_TRUE(publish(*to, of_store(7, "one"), first).ok());

  // The same number, and no version of ours.
  PublishRequest other = of_store(7, "two");
  const auto look = target();
  const auto state = look->inspect(other);
  ASSERT_TRUE(state.ok()) << state.error().text();
  EXPECT_FALSE(state->visible_version.has_value());
  EXPECT_TRUE(mentions(state->breaking, "shows version 7 of another store (one)"));
  MadeRows second = rows(8);
  const auto refused = target()->stage(other, second);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kNeedsConsent);
  EXPECT_NE(refused.error().hint.find("--accept-breaking"), std::string::npos);
  EXPECT_EQ(visible(), "7..7 1000");

  other.consent_to_breaking = true;
  MadeRows third = rows(8);
  ASSERT_TRUE(publish(*target({{"keep", text("1")}}), other, third).ok());
  EXPECT_EQ(visible(), "8..8 1000");
  EXPECT_FALSE(*target()->switch_back(of_store(6, "two")));
  EXPECT_EQ(target()->inspect(of_store(8, "two"))->visible_version, 7U);
  EXPECT_EQ(target()->inspect(request(8))->visible_version, 7U) << "who does not say is not asked";
  EXPECT_TRUE(mentions(target()->inspect(of_store(8, "one"))->breaking, "another store (two)"));
}

TEST_F(PostgisOwnershipTest, AnOlderRecordDoesNotSayWhoseTheVersionsAre) {
  const auto to = target();
  publish(*to, 1);
  run("ALTER TABLE rhumb.publications DROP COLUMN store");
  PublishRequest next = request(2);
  next.store = "one";
  EXPECT_EQ(target()->inspect(next)->visible_version, 1U);
  MadeRows stream = rows(2);
  const Status done = publish(*target(), next, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(value("SELECT store FROM rhumb.publications WHERE version = 2"), "one");
}

TEST_F(PostgisOwnershipTest, AVisibleVersionIsNeverOverwrittenWhenAStoreCountsAnew) {
  const auto to = target({{"keep", text("0")}});
  publish(*to, 1);
  PublishRequest anew = request(1);
  anew.run = "new store";
  MadeRows stream = rows(1, 3);
  ASSERT_TRUE(publish(*to, anew, stream).ok());
  EXPECT_EQ(visible(), "1..1 3");
  EXPECT_EQ(tables(), "numbers_v1_2");
  MadeRows third = rows(1, 4);
  anew.run = "newer store";
  ASSERT_TRUE(publish(*to, anew, third).ok());
  EXPECT_EQ(tables(), "numbers_v1");
}

TEST_F(PostgisOwnershipTest, TablesOfOthersAreNeverTouched) {
  run("CREATE TABLE numbers_v1 (precious int)");
  const auto to = target();
  const auto state = to->inspect(request(1));
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, Code::kConflict);
  MadeRows stream = rows(1);
  EXPECT_EQ(to->stage(request(1), stream).error().code, Code::kConflict);
  EXPECT_EQ(value("SELECT count(*) FROM numbers_v1"), "0");
}

TEST_F(PostgisOwnershipTest, WhatIsNoViewIsRefusedWithAWayOut) {
  for (const auto& [make, drop, words] : std::vector<std::array<std::string, 3>>{
           {"CREATE TABLE numbers (a int)", "DROP TABLE numbers", "ALTER TABLE"},
           {"CREATE MATERIALIZED VIEW numbers AS SELECT 1 AS a", "DROP MATERIALIZED VIEW numbers",
            "ALTER MATERIALIZED VIEW \"public\".\"numbers\" RENAME TO \"numbers_old\""},
           {"CREATE SEQUENCE numbers", "DROP SEQUENCE numbers", "another name"}}) {
    run(make);
    const auto state = target()->inspect(request(1));
    ASSERT_FALSE(state.ok()) << make;
    EXPECT_EQ(state.error().code, Code::kConflict);
    EXPECT_NE(state.error().hint.find(words), std::string::npos) << state.error().hint;
    run(drop);
  }
}

TEST_F(PostgisOwnershipTest, AViewMadeByOthersNeedsConsent) {
  run("CREATE VIEW numbers AS SELECT 1::bigint AS id, 2::bigint AS v,"
      " NULL::geometry(Point,4326) AS geom");
  const auto to = target();
  const auto state = to->inspect(request(1));
  ASSERT_TRUE(state.ok()) << state.error().text();
  EXPECT_TRUE(mentions(state->breaking, "was not made by Rhumb"));
  publish(*to, 1);
  run("CREATE OR REPLACE VIEW numbers AS SELECT id, v + 1 AS v, geom FROM (SELECT 1::bigint AS id,"
      " 2::bigint AS v, NULL::geometry(Point,4326) AS geom) s");
  EXPECT_TRUE(mentions(to->inspect(request(2))->breaking, "changed by hand"));
}

}  // namespace
}  // namespace rhumb
