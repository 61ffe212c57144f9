#include <gtest/gtest.h>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

const Config::Entry kDirect{"mode", text("direct")};

class PostgisAppendTest : public TargetTest {
 protected:
  /// Version 2: ten rows that version 1 lacks.
  static PublishRequest appendix(uint64_t version = 2) {
    PublishRequest wanted = request(version);
    wanted.appends_to = version - 1;
    return wanted;
  }
  static MadeRows new_rows(int64_t first, uint64_t count = 10) {
    return {schema(), count, [first](uint64_t row, Batch& batch) {
              batch.columns[0].append(first + static_cast<int64_t>(row));
              batch.columns[1].append(int64_t{2});
              batch.columns[2].append_null();
            }};
  }
};

TEST_F(PostgisAppendTest, NewRowsGoIntoTheVisibleTable) {
  const auto to = target({kDirect});
  publish(*to, 1);
  PgConnection reader = connect();
  run(reader, "BEGIN; SELECT count(*) FROM numbers");
  PublishRequest wanted = appendix();
  ASSERT_TRUE(*to->takes_appends(wanted));
  MadeRows stream = new_rows(1000);
  const auto staged = to->stage(wanted, stream);
  ASSERT_TRUE(staged.ok()) << staged.error().text();
  EXPECT_EQ(*to->count_staged(wanted), 10U);
  EXPECT_EQ(visible(), "1..1 1000");
  const auto switched = to->switch_over(wanted);
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_EQ(visible(), "1..2 1010");
  ASSERT_TRUE(to->retire(wanted).ok());
  EXPECT_EQ(tables(), "numbers_v1");
  EXPECT_EQ(*to->inspect(request(3))->visible_version, 2U);
  EXPECT_EQ(value("SELECT version || ' ' || run FROM rhumb.publications"), "2 run2");
  run(reader, "COMMIT");
  publish(*to, 3);
  EXPECT_EQ(visible(), "3..3 1000");
}

TEST_F(PostgisAppendTest, OnlyWhenAskedForAndOntoTheVisibleVersion) {
  const auto whole = target();
  publish(*whole, 1);
  EXPECT_FALSE(*whole->takes_appends(appendix()));
  const auto to = target({kDirect});
  EXPECT_TRUE(*to->takes_appends(appendix()));
  EXPECT_FALSE(*to->takes_appends(appendix(3)));
  EXPECT_FALSE(*to->takes_appends(request(2)));
  PublishRequest wider = appendix();
  wider.schema.push_back({"extra", {.id = TypeId::kText}, true});
  EXPECT_FALSE(*to->takes_appends(wider));
  run("CREATE OR REPLACE VIEW numbers AS SELECT 1::bigint AS id, 2::bigint AS v,"
      " NULL::geometry(Point,4326) AS geom");
  EXPECT_FALSE(*to->takes_appends(appendix()));
}

TEST_F(PostgisAppendTest, RowsThatDoNotFitAreRefusedBeforeTheSwitch) {
  const auto to = target(
      {kDirect,
       {"indexes",
        Config::list({map({{"columns", texts({"v", "id"})}, {"unique", text("true")}})}, {})}});
  publish(*to, 1);
  const PublishRequest wanted = appendix();
  MadeRows known = new_rows(995);
  const auto twice = to->stage(wanted, known);
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().code, Code::kAssertFailed);
  EXPECT_NE(twice.error().message.find("(id) unique"), std::string::npos) << twice.error().text();
  MadeRows nulls(schema(), 1, [](uint64_t, Batch& batch) {
    batch.columns[0].append(int64_t{5000});
    batch.columns[1].append_null();
    batch.columns[2].append_null();
  });
  EXPECT_FALSE(to->stage(wanted, nulls).ok());
  ASSERT_TRUE(to->abandon(wanted).ok());
  EXPECT_EQ(visible(), "1..1 1000");
  EXPECT_EQ(tables(), "numbers_v1");
}

TEST_F(PostgisAppendTest, WithAPointerToo) {
  const auto to = target({kDirect, {"switch", text("pointer")}});
  publish(*to, 1);
  publish(*to, 2);
  PublishRequest wanted = appendix(3);
  ASSERT_TRUE(*to->takes_appends(wanted));
  MadeRows stream = new_rows(1000);
  ASSERT_TRUE(to->stage(wanted, stream).ok());
  const auto switched = to->switch_over(wanted);
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_EQ(visible(), "2..2 1010");
}

}  // namespace
}  // namespace rhumb
