#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/time.h"
#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

using namespace std::chrono_literals;

class PostgisSwitchTest : public TargetTest {
 protected:
  static Result<SwitchReport> stage_and_switch(Target& to, const PublishRequest& wanted) {
    MadeRows stream = rows(wanted.version);
    RHUMB_ASSIGN(const uint64_t staged, to.stage(wanted, stream));
    static_cast<void>(staged);
    return to.switch_over(wanted);
  }

  static std::string rows_of(PgConnection& reader) {
    return rows_text(reader, "SELECT min(v) || '..' || max(v) || ' ' || count(*) FROM numbers");
  }
  static std::string rows_text(PgConnection& reader, const std::string& sql) {
    return PgTest::rows(reader, sql).string(0, 0);
  }

  /// Owner, options, comments and grants of the view.
  [[nodiscard]] std::string described() const {
    return value(
        "SELECT concat_ws(' ', pg_get_userbyid(c.relowner), c.reloptions, obj_description(c.oid),"
        " col_description(c.oid, 2), (SELECT string_agg(g.grantee::regrole || g.privilege_type ||"
        " g.is_grantable, ' ' ORDER BY g.grantee::regrole::text, g.privilege_type) FROM"
        " (SELECT (aclexplode(c.relacl)).* UNION ALL SELECT (aclexplode(attacl)).* FROM "
        "pg_attribute"
        "  WHERE attrelid = c.oid AND attname = 'v') g WHERE g.grantee <> c.relowner))"
        " FROM pg_class c WHERE relname = 'numbers'");
  }
  void drop_roles() const {
    run("DROP OWNED BY unit_owner, unit_a, unit_b CASCADE; DROP ROLE unit_owner, unit_a, unit_b");
  }

  /// The schema with one more column in front, and rows for it.
  static PublishRequest wider(uint64_t version) {
    PublishRequest wanted = request(version);
    wanted.schema.insert(wanted.schema.begin(), {"extra", {.id = TypeId::kText}, true});
    return wanted;
  }
  static MadeRows wider_rows(uint64_t version) {
    return {wider(version).schema, 10, [version](uint64_t row, Batch& batch) {
              batch.columns[0].append_bytes("e");
              batch.columns[1].append(static_cast<int64_t>(row));
              batch.columns[2].append(static_cast<int64_t>(version));
              batch.columns[3].append_null();
            }};
  }
  /// The schema without its geometry.
  static PublishRequest narrower(uint64_t version) {
    PublishRequest wanted = request(version);
    wanted.schema.pop_back();
    return wanted;
  }
  static MadeRows narrower_rows(uint64_t version) {
    return {narrower(version).schema, 10, [version](uint64_t row, Batch& batch) {
              batch.columns[0].append(static_cast<int64_t>(row));
              batch.columns[1].append(static_cast<int64_t>(version));
            }};
  }
};

// Each version has as many rows as its number says, all with that number.
TEST_F(PostgisSwitchTest, ReadersSeeWholeVersionsOnly) {
  const auto to = target({{"keep", text("0")}});
  publish(*to, 1, 101);
  std::atomic<bool> stop{false};
  std::atomic<int> reads{0}, wrong{0}, errors{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      PgConnection reader = connect();
      while (!stop) {
        const auto seen =
            reader.query("SELECT count(*) = 100 + min(v) AND min(v) = max(v) FROM numbers");
        ++reads;
        if (!seen.ok()) {
          ++errors;
        } else if (!seen->boolean(0, 0)) {
          ++wrong;
        }
      }
    });
  }
  uint64_t switches = 0;
  for (uint64_t version = 2; version <= 40; ++version, ++switches)
    publish(*to, version, 100 + version);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(switches, 39U);
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(reads, 100);
  EXPECT_EQ(tables(), "numbers_v40");
}

TEST_F(PostgisSwitchTest, AnOldSnapshotSeesTheNewVersionWhole) {
  const auto to = target();
  publish(*to, 1);
  PgConnection reader = connect();
  run(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ");
  run(reader, "SELECT 1");
  publish(*to, 2);
  EXPECT_EQ(rows_of(reader), "2..2 1000");
}

TEST_F(PostgisSwitchTest, ALongReaderIsNamedWhenTimeIsUp) {
  const auto to = target({{"switch_within", text("1 s")}});
  publish(*to, 1);
  PgConnection reader = connect(Secret(url().reveal() + "?application_name=nightly%20report"));
  run(reader, "BEGIN");
  run(reader, "SELECT count(*) FROM numbers");
  const auto switched = stage_and_switch(*to, request(2));
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(switched.error().code, Code::kSwitchStarved);
  for (const char* words : {"\"nightly report\"", "idle in transaction", "version 2"}) {
    EXPECT_NE(switched.error().message.find(words), std::string::npos) << switched.error().message;
  }
  EXPECT_EQ(visible(), "1..1 1000");
  // Nothing is lost: when the reader has gone, the same staged version switches.
  run(reader, "COMMIT");
  const auto later = to->switch_over(request(2));
  ASSERT_TRUE(later.ok()) << later.error().text();
  EXPECT_EQ(visible(), "2..2 1000");
}

TEST_F(PostgisSwitchTest, WaitsForAReaderWithoutKeepingOthersWaiting) {
  const auto to = target();
  publish(*to, 1);
  PgConnection slow = connect();
  run(slow, "BEGIN");
  run(slow, "SELECT count(*) FROM numbers");
  std::atomic<bool> stop{false};
  double longest = 0;
  std::thread other([&] {
    PgConnection reader = connect();
    while (!stop) {
      const Stopwatch watch;
      EXPECT_TRUE(reader.query("SELECT v FROM numbers WHERE id = 1").ok());
      longest = std::max(longest, watch.seconds());
      std::this_thread::sleep_for(1ms);
    }
  });
  std::thread ends([&] {
    std::this_thread::sleep_for(700ms);
    run(slow, "COMMIT");
  });
  const auto switched = stage_and_switch(*to, request(2));
  ends.join();
  stop = true;
  other.join();
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_GT(switched->tries, 3);
  EXPECT_LT(switched->lock_wait_s, 0.2);
  EXPECT_LT(longest, 0.5)
      << "a plain lock would have kept it waiting for as long as the slow one reads";
}

TEST_F(PostgisSwitchTest, CancellingWhileOthersHoldTheView) {
  const auto to = target();
  publish(*to, 1);
  PgConnection reader = connect();
  run(reader, "BEGIN");
  run(reader, "SELECT count(*) FROM numbers");
  CancelFlag flag;
  PublishRequest wanted = request(2);
  wanted.cancel = &flag;
  std::thread later([&] {
    std::this_thread::sleep_for(500ms);
    flag.request();
  });
  const auto switched = stage_and_switch(*to, wanted);
  later.join();
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(switched.error().code, Code::kCancelled) << switched.error().text();
  EXPECT_TRUE(to->abandon(wanted).ok());
  EXPECT_EQ(tables(), "numbers_v1");
}

TEST_F(PostgisSwitchTest, ASessionThatDiesBeforeTheSwitchIsReplaced) {
  const auto to = target();
  MadeRows stream = rows(1);
  ASSERT_TRUE(to->stage(request(1), stream).ok());
  run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rhumb' AND"
      " datname = current_database() AND pid <> pg_backend_pid()");
  auto switched = to->switch_over(request(1));
  if (!switched.ok()) switched = to->switch_over(request(1));
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_EQ(visible(), "1..1 1000");
}

TEST_F(PostgisSwitchTest, InPlaceEverythingStays) {
  run("CREATE ROLE unit_a; CREATE ROLE unit_b; CREATE ROLE unit_owner; GRANT CREATE ON SCHEMA "
      "public"
      " TO unit_owner");
  const auto to = target();
  publish(*to, 1);
  run("ALTER VIEW numbers SET (security_barrier = true, check_option = local);"
      "COMMENT ON VIEW numbers IS 'mine'; COMMENT ON COLUMN numbers.v IS 'column''s';"
      "GRANT SELECT ON numbers TO unit_a WITH GRANT OPTION; GRANT UPDATE (v) ON numbers TO unit_b;"
      "ALTER VIEW numbers OWNER TO unit_owner");
  publish(*to, 2);
  EXPECT_EQ(described(),
            "unit_owner {security_barrier=true,check_option=local} mine column's unit_aSELECTtrue"
            " unit_bUPDATEfalse");
  PgConnection reader = connect();
  run(reader, "SET ROLE unit_a");
  EXPECT_EQ(rows_text(reader, "SELECT count(*) FROM numbers"), "1000");
  drop_roles();
}

TEST_F(PostgisSwitchTest, ANewColumnNeedsConsentAndComesLast) {
  const auto to = target();
  publish(*to, 1);
  run("CREATE VIEW dependant AS SELECT id FROM numbers");
  PublishRequest wanted = wider(2);
  EXPECT_EQ(to->inspect(wanted)->breaking.size(), 1U);
  MadeRows stream = wider_rows(2);
  EXPECT_EQ(publish(*to, wanted, stream).error().code, Code::kNeedsConsent);
  wanted.consent_to_breaking = true;
  const auto switched = to->switch_over(wanted);
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_EQ(
      value("SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid ="
            " 'numbers'::regclass AND attnum > 0"),
      "id,v,geom,extra");
  EXPECT_EQ(value("SELECT count(*) FROM dependant"), "10");
}

TEST_F(PostgisSwitchTest, DependantsForbidARebuildBeforeAnyWork) {
  const auto to = target();
  publish(*to, 1);
  run("CREATE SCHEMA bi; CREATE VIEW bi.daily AS SELECT v FROM numbers;"
      "CREATE MATERIALIZED VIEW bi.stored AS SELECT id FROM numbers;"
      "CREATE FUNCTION bi.f(n numbers) RETURNS bigint LANGUAGE sql AS 'SELECT n.id'");
  const auto state = to->inspect(narrower(2));
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, Code::kDependants);
  for (const char* words : {"view bi.daily", "materialized view bi.stored",
                            "function bi.f(numbers)", "column geom is dropped"}) {
    EXPECT_NE(state.error().message.find(words), std::string::npos) << state.error().message;
  }
}

TEST_F(PostgisSwitchTest, ARebuildCarriesEverythingOver) {
  run("CREATE ROLE unit_a; CREATE ROLE unit_b; CREATE ROLE unit_owner; GRANT CREATE ON SCHEMA "
      "public"
      " TO unit_owner");
  const auto to = target();
  publish(*to, 1);
  run("ALTER VIEW numbers SET (security_barrier = true, check_option = local);"
      "COMMENT ON VIEW numbers IS 'mine'; COMMENT ON COLUMN numbers.v IS 'column''s';"
      "COMMENT ON COLUMN numbers.geom IS 'goes';"
      "GRANT SELECT ON numbers TO unit_a WITH GRANT OPTION; GRANT UPDATE (v) ON numbers TO unit_b;"
      "GRANT UPDATE (geom) ON numbers TO unit_b; ALTER VIEW numbers ALTER COLUMN v SET DEFAULT 7;"
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;"
      "CREATE TRIGGER guard INSTEAD OF DELETE ON numbers FOR EACH ROW EXECUTE FUNCTION refuse();"
      "CREATE RULE quiet AS ON UPDATE TO numbers DO INSTEAD NOTHING;"
      "ALTER VIEW numbers OWNER TO unit_owner;"
      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO unit_b");
  const std::string before = described();
  PublishRequest wanted = narrower(2);
  MadeRows refused = narrower_rows(2);
  EXPECT_EQ(publish(*to, wanted, refused).error().code, Code::kNeedsConsent);
  ASSERT_TRUE(to->abandon(wanted).ok());
  wanted.consent_to_breaking = true;
  MadeRows stream = narrower_rows(2);
  const Status done = publish(*to, wanted, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(described(), before);
  EXPECT_EQ(
      value("SELECT column_default FROM information_schema.columns WHERE table_name = 'numbers'"
            " AND column_name = 'v'"),
      "7");
  EXPECT_EQ(
      value("SELECT string_agg(tgname, ',') FROM pg_trigger WHERE tgrelid = 'numbers'::regclass"),
      "guard");
  EXPECT_EQ(
      value("SELECT string_agg(rulename, ',' ORDER BY rulename) FROM pg_rewrite WHERE ev_class ="
            " 'numbers'::regclass"),
      "_RETURN,quiet");
  EXPECT_EQ(value("SELECT has_table_privilege('unit_b', 'numbers', 'SELECT')"), "f")
      << "default privileges must not widen what was granted";
  run("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM unit_b");
  drop_roles();
}

TEST_F(PostgisSwitchTest, RowLevelSecurityAndColumnGrantsOfTheTableAreCarried) {
  run("CREATE ROLE unit_a");
  const auto to = target({{"grants", texts({"unit_a"})}});
  publish(*to, 1);
  run("ALTER VIEW numbers SET (security_invoker = true);"
      "ALTER TABLE numbers_v1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
      "CREATE POLICY everything ON numbers_v1 TO PUBLIC USING (true);"
      "CREATE POLICY \"odd 'one'\" ON numbers_v1 AS RESTRICTIVE FOR SELECT TO unit_a USING (id < 7)"
      "; GRANT UPDATE (v) ON numbers_v1 TO unit_a");
  publish(*to, 2);
  publish(*to, 3);
  PgConnection reader = connect();
  run(reader, "SET ROLE unit_a");
  EXPECT_EQ(rows_of(reader), "3..3 7");
  EXPECT_EQ(value("SELECT relrowsecurity::text || relforcerowsecurity FROM pg_class WHERE relname ="
                  " 'numbers_v3'"),
            "truetrue");
  EXPECT_EQ(value("SELECT has_column_privilege('unit_a', 'numbers_v3', 'v', 'UPDATE')"), "t");
  EXPECT_TRUE(*to->switch_back(request(2)));
  EXPECT_EQ(rows_of(reader), "2..2 7");
  run("DROP OWNED BY unit_a; DROP ROLE unit_a");
}

TEST_F(PostgisSwitchTest, AnAlarmNamesTheReaderAndTheOtherWay) {
  const auto to = target({{"switch_within", text("1 s")}});
  publish(*to, 1);
  PgConnection reader = connect(Secret(url().reveal() + "?application_name=nightly%20report"));
  run(reader, "BEGIN; SELECT count(*) FROM numbers");
  PublishRequest wanted = request(2);
  std::vector<std::string> alarms;
  wanted.alarm = [&](const std::string& said) { alarms.push_back(said); };
  EXPECT_EQ(stage_and_switch(*to, wanted).error().code, Code::kSwitchStarved);
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NE(alarms[0].find("\"nightly report\""), std::string::npos) << alarms[0];
  EXPECT_NE(alarms[0].find("switch: pointer"), std::string::npos) << alarms[0];
}

TEST_F(PostgisSwitchTest, PreparedStatementsGoOn) {
  const auto to = target({{"keep", text("0")}});
  publish(*to, 1);
  PgConnection reader = connect();
  run(reader,
      "PREPARE look AS SELECT * FROM numbers WHERE id = $1; PREPARE total AS SELECT min(v)"
      " || '..' || max(v) || ' ' || count(*) FROM numbers");
  for (const char* mode : {"force_generic_plan", "force_custom_plan", "auto"}) {
    run(reader, std::string("SET plan_cache_mode = ") + mode);
    for (int i = 0; i < 7; ++i) run(reader, "EXECUTE look(1)");
    static uint64_t version = 2;
    publish(*to, version);
    EXPECT_EQ(rows_text(reader, "EXECUTE total"),
              std::to_string(version) + ".." + std::to_string(version) + " 1000");
    EXPECT_EQ(PgTest::rows(reader, "EXECUTE look(1)").integer(0, 1), static_cast<int64_t>(version));
    ++version;
  }
}

TEST_F(PostgisSwitchTest, LogicalReplicationOfVersionsIsNoted) {
  const auto to = target();
  publish(*to, 1);
  run("CREATE PUBLICATION feed FOR TABLE numbers_v1");
  const auto state = to->inspect(request(2));
  ASSERT_TRUE(state.ok()) << state.error().text();
  const bool noted = std::any_of(state->notes.begin(), state->notes.end(), [](const auto& note) {
    return note.find("publication feed replicates public.numbers_v1") != std::string::npos;
  });
  EXPECT_TRUE(noted);
}

TEST_F(PostgisSwitchTest, WithSecurityInvokerReadersReachTheTable) {
  run("CREATE ROLE unit_a");
  const auto to = target({{"grants", texts({"unit_a"})}});
  publish(*to, 1);
  run("ALTER VIEW numbers SET (security_invoker = true)");
  publish(*to, 2);
  PgConnection reader = connect();
  run(reader, "SET ROLE unit_a");
  EXPECT_EQ(rows_text(reader, "SELECT count(*) FROM numbers"), "1000");
  run("DROP OWNED BY unit_a; DROP ROLE unit_a");
}

TEST_F(PostgisSwitchTest, TwoViewsUnderReadersThatJoinThemBothWays) {
  const auto a = target({{"view", text("numbers_a")}, {"keep", text("0")}});
  const auto b = target({{"view", text("numbers_b")}, {"keep", text("0")}});
  publish(*a, 1, 50);
  publish(*b, 1, 50);
  std::atomic<bool> stop{false};
  std::atomic<int> errors{0};
  std::vector<std::thread> readers;
  for (const char* sql : {"SELECT count(*) FROM numbers_a JOIN numbers_b USING (id)",
                          "SELECT count(*) FROM numbers_b JOIN numbers_a USING (id)"}) {
    readers.emplace_back([&, sql] {
      PgConnection reader = connect();
      while (!stop) {
        const auto seen = reader.query(sql);
        if (!seen.ok() || seen->text(0, 0) != "50") ++errors;
      }
    });
  }
  for (uint64_t version = 2; version <= 10; ++version) {
    std::thread other([&] { publish(*b, version, 50); });
    publish(*a, version, 50);
    other.join();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(errors, 0);
}

}  // namespace
}  // namespace rhumb
