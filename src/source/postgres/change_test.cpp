#include "source/postgres/change.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "source/postgres/source_test_base.h"

namespace rhumb {
namespace {

class ChangeTest : public SourceTest {
 protected:
  void SetUp() override {
    SourceTest::SetUp();
    if (IsSkipped()) return;
    run("CREATE TABLE t (id int PRIMARY KEY, v text, updated_at timestamp);"
        "INSERT INTO t SELECT i, 'v', '2024-01-02 08:58' FROM generate_series(1, 1200) i");
    flush_counters();
  }

  /// Counters reach the others when the session that changed something ends.
  void flush_counters() const { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

  Observation look(const std::string& rule, const std::string& last = "",
                   const std::string& name = "t") const {
    const auto seen = table(name, rule)->observe(last);
    EXPECT_TRUE(seen.ok()) << seen.error().text();
    return seen.ok() ? *seen : Observation{};
  }
};

struct Case {
  const char* change;
  bool fingerprint, counters, newest;  // whether each rule sees it
};

TEST_F(ChangeTest, EachRuleSeesWhatItPromises) {
  const std::vector<Case> cases = {
      {"SELECT 1", false, false, false},
      {"INSERT INTO t VALUES (5000, 'n', '2024-01-02 09:12')", true, true, true},
      {"INSERT INTO t VALUES (5001, 'late', '2024-01-01')", true, true, false},
      {"UPDATE t SET v = 'w' WHERE id = 7", true, true, false},
      {"DELETE FROM t WHERE id = 8", true, true, false},
      {"UPDATE t SET v = CASE id WHEN 7 THEN 'v' ELSE 'w' END WHERE id IN (7, 9)", true, true,
       false},
      {"UPDATE t SET v = v WHERE id = 10", false, true, false},
      {"BEGIN; INSERT INTO t VALUES (6000, 'x', now()); ROLLBACK", false, true, false},
      {"VACUUM FULL t", false, true, false},
      {"TRUNCATE t", true, true, true},
      {"ALTER TABLE t ADD COLUMN more int", true, true, true},
  };
  for (const Case& each : cases) {
    const Observation hash = look(""), counters = look("counters"),
                      newest = look("max(updated_at)");
    run(each.change);
    flush_counters();
    EXPECT_EQ(look("", hash.fingerprint).changed, each.fingerprint) << each.change;
    EXPECT_EQ(look("counters", counters.fingerprint).changed, each.counters) << each.change;
    EXPECT_EQ(look("max(updated_at)", newest.fingerprint).changed, each.newest) << each.change;
  }
}

TEST_F(ChangeTest, ReasonsAreForPeople) {
  EXPECT_EQ(look("").reason, "first read");
  EXPECT_EQ(look("always").reason, "always read");
  EXPECT_TRUE(look("always", look("always").fingerprint).changed);
  const Observation hash = look("fingerprint"), newest = look("max(updated_at)"),
                    counters = look("counters"), rows = look("count(*)");
  EXPECT_EQ(look("", hash.fingerprint).reason, "unchanged: fingerprint equal (1,200 rows)");
  EXPECT_EQ(look("counters", counters.fingerprint).reason,
            "unchanged: counters equal (1200 ins, 0 upd, 0 del)");
  EXPECT_EQ(look("max(updated_at)", newest.fingerprint).reason,
            "unchanged: max(updated_at) is still 2024-01-02 08:58:00");
  run("INSERT INTO t VALUES (5000, 'n', '2024-01-02 09:12'); UPDATE t SET v = 'n' WHERE id < 4");
  flush_counters();
  EXPECT_EQ(look("max(updated_at)", newest.fingerprint).reason,
            "max(updated_at) 08:58:00 -> 09:12:00");
  EXPECT_EQ(look("", hash.fingerprint).reason, "fingerprint 1,200 rows -> 1,201 rows");
  EXPECT_EQ(look("counters", counters.fingerprint).reason,
            "counters 1200 ins, 0 upd, 0 del -> 1201 ins, 3 upd, 0 del");
  EXPECT_EQ(look("count(*)", rows.fingerprint).reason, "count(*) 1200 -> 1201");
  EXPECT_EQ(look("counters", hash.fingerprint).reason, "changed_when is now counters");
  const Observation same_count = look("");
  run("UPDATE t SET v = 'other' WHERE id = 1");
  EXPECT_EQ(look("", same_count.fingerprint).reason, "fingerprint changed (1,201 rows)");
  run("ALTER TABLE t DROP COLUMN v");
  EXPECT_EQ(look("", same_count.fingerprint).reason, "columns changed");
  EXPECT_TRUE(look("", "nonsense").changed);
}

TEST_F(ChangeTest, KeepsTheCountItHas) {
  EXPECT_EQ(look("").estimated_rows, 1200U);
  run("ANALYZE t");
  EXPECT_EQ(look("always").estimated_rows, 1200U);
}

TEST_F(ChangeTest, FingerprintsDoNotDependOnTheSession) {
  run("ALTER TABLE t ADD COLUMN f float8 DEFAULT 0.1, ADD COLUMN z timestamptz DEFAULT "
      "'2024-01-01',"
      " ADD COLUMN g geometry DEFAULT 'POINT(1 2)', ADD COLUMN b bytea DEFAULT '\\x00'");
  const Observation before = look("");
  const std::string database = value("SELECT current_database()");
  for (const char* setting : {"TimeZone = 'Asia/Tokyo'", "DateStyle = 'German'",
                              "extra_float_digits = -5", "bytea_output = 'escape'"}) {
    run(fmt::format("ALTER DATABASE {} SET {}", database, setting));
  }
  EXPECT_FALSE(look("", before.fingerprint).changed);
}

TEST_F(ChangeTest, PartitionsCountTogether) {
  run("CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN "
      "(1)");
  const Observation before = look("counters", "", "p");
  run("INSERT INTO p VALUES (1)");
  flush_counters();
  EXPECT_TRUE(look("counters", before.fingerprint, "p").changed);
  const Observation between = look("counters", "", "p");
  run("CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)");
  EXPECT_TRUE(look("counters", between.fingerprint, "p").changed);
}

TEST_F(ChangeTest, RulesThatCannotWorkSaySo) {
  run("CREATE VIEW v AS SELECT * FROM t");
  EXPECT_EQ(table("v", "counters")->observe("").error().code, Code::kBadValue);
  EXPECT_EQ(table("t", "max(nothing)")->observe("").error().code, Code::kBadSql);
  EXPECT_EQ(table("t", "updated_at")->observe("").error().code, Code::kBadSql);
  EXPECT_EQ(table("t", "1) FROM t; DROP TABLE t; --")->observe("").error().code, Code::kBadSql);
  EXPECT_EQ(value("SELECT count(*) FROM t"), "1200");
  EXPECT_EQ(
      look("max(updated_at) FILTER (WHERE id < 0)").fingerprint.find("null") == std::string::npos,
      false);
}

}  // namespace
}  // namespace rhumb
