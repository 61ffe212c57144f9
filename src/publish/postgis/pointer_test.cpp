#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/time.h"
#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

using namespace std::chrono_literals;

const Config::Entry kPointer{"switch", text("pointer")};

class PostgisPointerTest : public TargetTest {
 protected:
  static std::string rows_of(PgConnection& reader, const std::string& view = "numbers") {
    return PgTest::rows(reader, "SELECT min(v) || '..' || max(v) || ' ' || count(*) FROM " + view)
        .string(0, 0);
  }
  /// What lies in the seats: the pointers and the partitions of their slots.
  [[nodiscard]] std::string seats() const {
    return value(
        "SELECT coalesce(string_agg(c.relname || coalesce('=' || (SELECT string_agg("
        " inhrelid::regclass::text, '+') FROM pg_inherits WHERE inhparent = c.oid), ''), ', '"
        " ORDER BY c.relname), '') FROM pg_class c WHERE c.relnamespace = to_regnamespace('rhumb')"
        " AND c.relname LIKE 'public.%' AND c.relkind IN ('r', 'p')");
  }
};

TEST_F(PostgisPointerTest, TheViewStaysAndThePointerMoves) {
  const auto to = target({kPointer, {"keep", text("0")}});
  publish(*to, 1, 10);
  EXPECT_EQ(visible(), "1..1 10");
  EXPECT_EQ(seats(), "public.numbers 1, public.numbers 1a=numbers_v1, public.numbers 1b");
  const std::string before =
      value("SELECT xmin FROM pg_rewrite WHERE ev_class = 'numbers'::regclass");
  publish(*to, 2, 20);
  publish(*to, 3, 30);
  EXPECT_EQ(visible(), "3..3 30");
  EXPECT_EQ(value("SELECT xmin FROM pg_rewrite WHERE ev_class = 'numbers'::regclass"), before);
  EXPECT_EQ(seats(), "public.numbers 1, public.numbers 1a=numbers_v3, public.numbers 1b");
  EXPECT_EQ(tables(), "numbers_v3");
  EXPECT_EQ(value("SELECT version FROM rhumb.\"public.numbers 1\""), "3");
  EXPECT_EQ(*to->inspect(request(4))->visible_version, 3U);
  EXPECT_EQ(value("SELECT string_agg(attname || format_type(atttypid, atttypmod), ',' ORDER BY"
                  " attnum) FROM pg_attribute WHERE attrelid = 'numbers'::regclass"),
            "idbigint,vbigint,geomgeometry(Point,4326)");
}

TEST_F(PostgisPointerTest, AnOldSnapshotKeepsItsVersion) {
  const auto to = target({kPointer, {"keep", text("0")}});
  publish(*to, 1);
  PgConnection reader = connect();
  run(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ");
  run(reader, "SELECT 1");
  publish(*to, 2);
  EXPECT_EQ(visible(), "2..2 1000");
  EXPECT_EQ(rows_of(reader), "1..1 1000") << "it had not looked at the view before the switch";
  EXPECT_EQ(tables(), "numbers_v1,numbers_v2") << "what it reads may not go";
  run(reader, "COMMIT");
  publish(*to, 3);
  EXPECT_EQ(tables(), "numbers_v3");
}

TEST_F(PostgisPointerTest, ASnapshotOlderThanTheMoveSeesTheNewVersionWhole) {
  publish(*target(), 1);
  PgConnection reader = connect();
  run(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ");
  run(reader, "SELECT 1");
  publish(*target({kPointer}), 2);
  EXPECT_EQ(rows_of(reader), "2..2 1000");
  run(reader, "COMMIT");
  publish(*target({kPointer}), 3);
  EXPECT_EQ(visible(), "3..3 1000");
}

TEST_F(PostgisPointerTest, WaitsForTransactionsWhosePlansDoNotKnowTheNewVersion) {
  const auto to = target({kPointer});
  publish(*to, 1);
  publish(*to, 2);
  PgConnection reader = connect();
  run(reader,
      "PREPARE look AS SELECT min(v) || '..' || max(v) || ' ' || count(*) FROM numbers;"
      "SET plan_cache_mode = force_generic_plan; BEGIN; EXECUTE look");
  std::atomic<bool> switched{false};
  std::thread publisher([&] {
    publish(*to, 3);
    switched = true;
  });
  std::this_thread::sleep_for(600ms);
  EXPECT_FALSE(switched);
  EXPECT_EQ(PgTest::rows(reader, "EXECUTE look").string(0, 0), "2..2 1000");
  run(reader, "COMMIT");
  publisher.join();
  EXPECT_EQ(PgTest::rows(reader, "EXECUTE look").string(0, 0), "3..3 1000");
}

TEST_F(PostgisPointerTest, OverlappingReadersAreNoHindrance) {
  const auto to = target({kPointer, {"keep", text("0")}, {"switch_within", text("20 s")}});
  publish(*to, 1);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] {
      PgConnection reader = connect();
      std::this_thread::sleep_for(i * 100ms);
      while (!stop) {
        const auto seen =
            reader.query("SELECT count(*) = 1000 AND min(v) = max(v), pg_sleep(0.3) FROM numbers");
        if (!seen.ok() || !seen->boolean(0, 0)) ++wrong;
      }
    });
  }
  for (uint64_t version = 2; version <= 5; ++version) publish(*to, version);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(visible(), "5..5 1000");
}

TEST_F(PostgisPointerTest, ALongTransactionIsNamedWhenTimeIsUp) {
  const auto to = target({kPointer, {"switch_within", text("1 s")}});
  publish(*to, 1);
  PgConnection reader = connect(Secret(url().reveal() + "?application_name=nightly%20report"));
  run(reader, "BEGIN");
  run(reader, "SELECT count(*) FROM numbers");
  PublishRequest wanted = request(2);
  std::string alarm;
  wanted.alarm = [&](const std::string& said) { alarm = said; };
  MadeRows stream = rows(2);
  ASSERT_TRUE(to->stage(wanted, stream).ok());
  const auto switched = to->switch_over(wanted);
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(switched.error().code, Code::kSwitchStarved);
  EXPECT_NE(switched.error().message.find("\"nightly report\""), std::string::npos)
      << switched.error().message;
  EXPECT_NE(alarm.find("\"nightly report\""), std::string::npos) << alarm;
  EXPECT_EQ(visible(), "1..1 1000");
  run(reader, "COMMIT");
  ASSERT_TRUE(to->switch_over(wanted).ok());
  EXPECT_EQ(visible(), "2..2 1000");
}

TEST_F(PostgisPointerTest, FromTheViewAndBackWithoutAGap) {
  const auto by_view = target();
  publish(*by_view, 1);
  run("CREATE VIEW dependant AS SELECT v FROM numbers; COMMENT ON VIEW numbers IS 'mine'");
  const auto by_pointer = target({kPointer});
  const auto move = by_pointer->inspect(request(1));
  ASSERT_TRUE(move.ok()) << move.error().text();
  EXPECT_EQ(*move->visible_version, 1U);
  EXPECT_NE(move->move.find("switch: pointer"), std::string::npos);
  EXPECT_TRUE(move->breaking.empty());
  PublishRequest again = request(1);
  again.run = "move";
  MadeRows stream = rows(1);
  ASSERT_TRUE(publish(*by_pointer, again, stream).ok());
  EXPECT_EQ(visible(), "1..1 1000");
  EXPECT_EQ(by_pointer->inspect(request(2))->move, "");
  publish(*by_pointer, 2);
  EXPECT_EQ(value("SELECT max(v) FROM dependant"), "2");
  EXPECT_NE(by_view->inspect(request(2))->move, "");
  publish(*by_view, 3);
  EXPECT_EQ(visible(), "3..3 1000");
  EXPECT_EQ(seats(), "") << "the seat goes with the pointer";
  EXPECT_EQ(value("SELECT obj_description('numbers'::regclass)"), "mine");
  EXPECT_EQ(tables(), "numbers_v2,numbers_v3");
}

TEST_F(PostgisPointerTest, OtherColumnsGetASeatOfTheirOwn) {
  const auto to = target({kPointer, {"keep", text("0")}});
  publish(*to, 1);
  PublishRequest wanted = request(2);
  wanted.schema.push_back({"extra", {.id = TypeId::kText}, true});
  wanted.consent_to_breaking = true;
  MadeRows stream(wanted.schema, 5, [](uint64_t row, Batch& batch) {
    batch.columns[0].append(static_cast<int64_t>(row));
    batch.columns[1].append(int64_t{2});
    batch.columns[2].append_null();
    batch.columns[3].append_bytes("e");
  });
  const Status done = publish(*to, wanted, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(visible(), "2..2 5");
  EXPECT_EQ(seats(), "public.numbers 2, public.numbers 2a=numbers_v2, public.numbers 2b");
  EXPECT_EQ(tables(), "numbers_v2");
}

TEST_F(PostgisPointerTest, GoesBackToAKeptTable) {
  const auto to = target({kPointer, {"keep", text("2")}});
  for (uint64_t version = 1; version <= 3; ++version) publish(*to, version);
  EXPECT_TRUE(*to->switch_back(request(1)));
  EXPECT_EQ(visible(), "1..1 1000");
  EXPECT_TRUE(*to->switch_back(request(3)));
  EXPECT_EQ(visible(), "3..3 1000");
  publish(*to, 4);
  EXPECT_EQ(visible(), "4..4 1000");
}

TEST_F(PostgisPointerTest, NullsInALaterVersionsKeyAndPinnedCollationsFit) {
  const auto to = target({kPointer, {"columns", map({{"v", text("integer")}})}});
  publish(*to, 1);
  PublishRequest wanted = request(2);
  wanted.schema[0].nullable = true;
  MadeRows nulls(wanted.schema, 2, [](uint64_t row, Batch& batch) {
    if (row == 0) {
      batch.columns[0].append_null();
    } else {
      batch.columns[0].append(int64_t{1});
    }
    batch.columns[1].append(int64_t{2});
    batch.columns[2].append_null();
  });
  const Status done = publish(*to, wanted, nulls);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(visible(), "2..2 2");
}

TEST_F(PostgisPointerTest, WithSecurityInvokerReadersReachTheSeat) {
  run("CREATE ROLE unit_a");
  publish(*target({{"grants", texts({"unit_a"})}}), 1);
  run("ALTER VIEW numbers SET (security_invoker = true);"
      "ALTER TABLE numbers_v1 ENABLE ROW LEVEL SECURITY;"
      "CREATE POLICY few ON numbers_v1 FOR SELECT TO unit_a USING (id < 7)");
  const auto to = target({{"grants", texts({"unit_a"})}, kPointer});
  publish(*to, 2);
  publish(*to, 3);
  PgConnection reader = connect();
  run(reader, "SET ROLE unit_a");
  EXPECT_EQ(rows_of(reader), "3..3 7");
  run("DROP OWNED BY unit_a; DROP ROLE unit_a");
}

TEST_F(PostgisPointerTest, AViewOfALongNameHasASeatToo) {
  const std::string name(58, 'n');
  const auto to =
      target({{"view", text("public." + name)}, {"table", text("t_v{version}")}, kPointer});
  publish(*to, 1);
  publish(*to, 2);
  PgConnection reader = connect();
  EXPECT_EQ(rows_of(reader, name), "2..2 1000");
}

TEST_F(PostgisPointerTest, ItsOwnColumnNamesAreRefused) {
  PublishRequest wanted = request(1);
  wanted.schema[1].name = "rhumb_version";
  EXPECT_EQ(target({kPointer})->inspect(wanted).error().code, Code::kBadValue);
  EXPECT_TRUE(target()->inspect(wanted).ok());
}

}  // namespace
}  // namespace rhumb
