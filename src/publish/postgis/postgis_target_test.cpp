#include "publish/postgis/postgis_target.h"

#include <gtest/gtest.h>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

class PostgisTargetTest : public TargetTest {};

TEST_F(PostgisTargetTest, PublishesAVersionWithEverythingReady) {
  run("CREATE ROLE unit_reader");
  const auto to = target({{"grants", texts({"unit_reader"})},
                          {"comment", text("Numbers; with 'quotes'")},
                          {"indexes", Config::list({texts({"V", "id"})}, {})}});
  EXPECT_EQ(to->describe(), "public.numbers in warehouse");
  const auto state = to->inspect(request(1));
  ASSERT_TRUE(state.ok()) << state.error().text();
  EXPECT_FALSE(state->visible_version.has_value());
  EXPECT_EQ(state->change, "v1, new view");
  EXPECT_TRUE(state->breaking.empty());
  publish(*to, 1);
  EXPECT_EQ(visible(), "1..1 1000");
  EXPECT_EQ(
      value("SELECT string_agg(format_type(atttypid, atttypmod) || attnotnull, ' ' ORDER BY"
            " attnum) FROM pg_attribute WHERE attrelid = 'numbers_v1'::regclass AND attnum > 0"),
      "biginttrue biginttrue geometry(Point,4326)false");
  EXPECT_EQ(
      value("SELECT string_agg(indexdef, ';' ORDER BY indexdef) FROM pg_indexes WHERE tablename"
            " = 'numbers_v1'"),
      "CREATE INDEX numbers_v1_geom_idx ON public.numbers_v1 USING gist (geom);"
      "CREATE INDEX numbers_v1_v_id_idx ON public.numbers_v1 USING btree (v, id);"
      "CREATE UNIQUE INDEX numbers_v1_pkey ON public.numbers_v1 USING btree (id)");
  EXPECT_EQ(value("SELECT reltuples FROM pg_class WHERE relname = 'numbers_v1'"), "1000");
  EXPECT_EQ(value("SELECT obj_description('numbers'::regclass)"), "Numbers; with 'quotes'");
  EXPECT_EQ(value("SELECT has_table_privilege('unit_reader', 'numbers', 'SELECT')::text ||"
                  " has_table_privilege('unit_reader', 'numbers_v1', 'SELECT')::text"),
            "truefalse");
  EXPECT_EQ(value("SELECT view || version || run || \"table\" FROM rhumb.publications"),
            "public.numbers1run1public.numbers_v1");
  run("REVOKE ALL ON numbers FROM unit_reader; DROP ROLE unit_reader");
}

TEST_F(PostgisTargetTest, KeepsAsManyOldTablesAsAsked) {
  for (const auto& [keep, left] : std::vector<std::pair<std::string, std::string>>{
           {"0", "numbers_v4"}, {"2", "numbers_v2,numbers_v3,numbers_v4"}}) {
    const auto to = target({{"keep", text(keep)}});
    for (uint64_t version = 1; version <= 4; ++version) {
      publish(*to, version);
      EXPECT_EQ(visible(), std::to_string(version) + ".." + std::to_string(version) + " 1000");
    }
    EXPECT_EQ(tables(), left);
    const auto again = to->retire(request(4));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->empty()) << again->front();
    run("DROP VIEW numbers; DROP SCHEMA rhumb CASCADE; DROP TABLE " + left);
  }
}

TEST_F(PostgisTargetTest, TheNextVersionIsReplacedInPlace) {
  const auto to = target();
  publish(*to, 41);
  run("CREATE VIEW daily AS SELECT count(*) FROM numbers; GRANT SELECT ON numbers TO public");
  const auto state = to->inspect(request(42));
  ASSERT_TRUE(state.ok()) << state.error().text();
  EXPECT_EQ(state->visible_version, 41U);
  EXPECT_EQ(state->change, "v41 -> v42, replaced in place");
  EXPECT_TRUE(mentions(state->notes, "1 dependant unaffected: view daily"));
  EXPECT_TRUE(mentions(state->notes, "grants carried: public"));
  publish(*to, 42, 7);
  EXPECT_EQ(value("SELECT * FROM daily"), "7");
}

TEST_F(PostgisTargetTest, StagedIsNotVisible) {
  const auto to = target();
  publish(*to, 1);
  MadeRows stream = rows(2);
  ASSERT_TRUE(to->stage(request(2), stream).ok());
  EXPECT_EQ(visible(), "1..1 1000");
  EXPECT_EQ(tables(), "numbers_v1,numbers_v2");
  ASSERT_TRUE(to->abandon(request(2)).ok());
  ASSERT_TRUE(to->abandon(request(2)).ok());
  EXPECT_EQ(tables(), "numbers_v1");
  EXPECT_EQ(to->switch_over(request(2)).error().code, Code::kConflict);
}

TEST_F(PostgisTargetTest, AStreamThatFailsLeavesNothing) {
  const auto to = target();
  MadeRows stream = rows(1, 100'000);
  stream.fail_after(50'000);
  const auto staged = to->stage(request(1), stream);
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kEngine);
  EXPECT_EQ(tables(), "");
  publish(*to, 1);
}

TEST_F(PostgisTargetTest, CancellingALoadLeavesNothing) {
  const auto to = target();
  CancelFlag flag;
  PublishRequest wanted = request(1);
  wanted.cancel = &flag;
  MadeRows stream(schema(), 1'000'000, [&](uint64_t row, Batch& batch) {
    if (row == 100'000) flag.request();
    batch.columns[0].append(static_cast<int64_t>(row));
    batch.columns[1].append(int64_t{1});
    batch.columns[2].append_null();
  });
  const auto staged = to->stage(wanted, stream);
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kCancelled);
  EXPECT_TRUE(to->abandon(wanted).ok());
  EXPECT_EQ(tables(), "");
}

TEST_F(PostgisTargetTest, AServerProcessThatDiesMeanwhileIsACleanError) {
  const auto to = target();
  MadeRows stream(schema(), 300'000, [&](uint64_t row, Batch& batch) {
    if (row == 100'000) {
      run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND "
          "datname = current_database()");
    }
    batch.columns[0].append(static_cast<int64_t>(row));
    batch.columns[1].append(int64_t{1});
    batch.columns[2].append_null();
  });
  const auto staged = to->stage(request(1), stream);
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kConnect) << staged.error().text();
  EXPECT_EQ(tables(), "");
  publish(*to, 1);
}

TEST_F(PostgisTargetTest, LeftOversOfACrashAreReplaced) {
  {
    const auto crashed = target();
    MadeRows stream = rows(1);
    ASSERT_TRUE(crashed->stage(request(1), stream).ok());
  }
  const auto to = target();
  PublishRequest again = request(1);
  again.run = "another";
  MadeRows stream = rows(1, 5);
  const Status done = publish(*to, again, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(visible(), "1..1 5");
  EXPECT_EQ(tables(), "numbers_v1");
}

TEST_F(PostgisTargetTest, LeftOversOfOtherVersionsGoWhenRetiring) {
  {
    const auto crashed = target();
    MadeRows stream = rows(7);
    ASSERT_TRUE(crashed->stage(request(7), stream).ok());
  }
  publish(*target(), 8);
  EXPECT_EQ(tables(), "numbers_v8");
}

TEST_F(PostgisTargetTest, EveryStepCanBeRepeated) {
  const auto to = target();
  MadeRows first = rows(1);
  ASSERT_TRUE(to->stage(request(1), first).ok());
  MadeRows second = rows(1);
  ASSERT_TRUE(to->stage(request(1), second).ok());
  ASSERT_TRUE(to->switch_over(request(1)).ok());
  const auto repeated = to->switch_over(request(1));
  ASSERT_TRUE(repeated.ok()) << repeated.error().text();
  EXPECT_EQ(repeated->tries, 0);
  MadeRows third = rows(1);
  EXPECT_EQ(*to->stage(request(1), third), 1000U);
  EXPECT_EQ(visible(), "1..1 1000");
  ASSERT_TRUE(to->abandon(request(1)).ok());
  EXPECT_EQ(visible(), "1..1 1000");
}

TEST_F(PostgisTargetTest, NullsInTheKeyMakeAUniqueIndex) {
  const auto to = target();
  PublishRequest wanted = request(1);
  wanted.key = {"id", "geom"};
  MadeRows nulls(schema(), 2, [](uint64_t row, Batch& batch) {
    batch.columns[0].append(static_cast<int64_t>(row));
    batch.columns[1].append(int64_t{1});
    batch.columns[2].append_null();
  });
  ASSERT_TRUE(publish(*to, wanted, nulls).ok());
  EXPECT_EQ(value("SELECT indnullsnotdistinct AND indisunique AND NOT indisprimary FROM pg_index"
                  " WHERE indrelid = 'numbers_v1'::regclass AND indisunique"),
            "t");
}

TEST_F(PostgisTargetTest, AKeyThatDoesNotHoldFailsBeforeTheSwitch) {
  const auto to = target();
  PublishRequest wanted = request(1);
  wanted.key = {"v"};
  MadeRows stream = rows(1);
  const auto staged = to->stage(wanted, stream);
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kAssertFailed);
  EXPECT_NE(staged.error().message.find("Key (v)=(1)"), std::string::npos)
      << staged.error().message;
  ASSERT_TRUE(to->abandon(wanted).ok());
  EXPECT_EQ(tables(), "");
}

TEST_F(PostgisTargetTest, UnknownColumnsNameTheNearest) {
  for (const auto& more :
       std::vector<Config::Entry>{{"indexes", Config::list({texts({"goem"})}, {})},
                                  {"columns", map({{"goem", text("text")}})}}) {
    const auto state = target({more})->inspect(request(1));
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.error().code, Code::kUnknownName);
    EXPECT_NE(state.error().hint.find("geom"), std::string::npos);
  }
  EXPECT_EQ(target({{"grants", texts({"nobody_of_this_name"})}})->inspect(request(1)).error().code,
            Code::kUnknownName);
}

TEST_F(PostgisTargetTest, OddNamesEverywhere) {
  const std::string odd = "Odd \"x\"; größe 🌍'";
  Schema columns = schema();
  columns[1].name = odd;
  columns.push_back({"select", {.id = TypeId::kText}, true});
  PublishRequest wanted = request(3);
  wanted.schema = columns;
  wanted.key = {odd};
  MadeRows stream(columns, 10, [](uint64_t row, Batch& batch) {
    batch.columns[0].append(static_cast<int64_t>(row));
    batch.columns[1].append(static_cast<int64_t>(row));
    batch.columns[2].append_null();
    batch.columns[3].append_bytes("x");
  });
  const auto to = target({{"view", text("\"Sch. ema\".\"Vi\"\"ew\"")},
                          {"table", text("\"Other '\".\"Ta ble {version}\"")},
                          {"comment", text("it's; \\ odd")},
                          {"indexes", Config::list({texts({odd, "select"})}, {})}},
                         "_dev");
  const Status done = publish(*to, wanted, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(value("SELECT count(*) FROM \"Sch. ema\".\"Vi\"\"ew_dev\""), "10");
  EXPECT_EQ(value("SELECT count(*) FROM \"Other '\".\"Ta ble 3_dev\""), "10");
  wanted.version = 4;
  MadeRows next(columns, 0, [](uint64_t, Batch&) {});
  ASSERT_TRUE(publish(*to, wanted, next).ok());
  EXPECT_EQ(value("SELECT count(*) FROM \"Sch. ema\".\"Vi\"\"ew_dev\""), "0");
}

TEST_F(PostgisTargetTest, NamesThatPostgresWouldCutAreRefused) {
  const std::string long_name(61, 'a');
  EXPECT_TRUE(target({{"view", text(long_name.substr(0, 60))}})->inspect(request(1)).ok());
  const auto state = target({{"view", text(long_name)}})->inspect(request(1));
  ASSERT_FALSE(state.ok());
  EXPECT_NE(state.error().message.find("64 bytes"), std::string::npos) << state.error().message;
  PublishRequest wanted = request(1);
  wanted.schema[1].name = std::string(64, 'x');
  EXPECT_FALSE(target()->inspect(wanted).ok());
  wanted.schema[1].name = "ctid";
  EXPECT_FALSE(target()->inspect(wanted).ok());
  wanted.schema[1].name = "id";
  EXPECT_FALSE(target()->inspect(wanted).ok());
  wanted.schema.clear();
  EXPECT_FALSE(target()->inspect(wanted).ok());
}

TEST_F(PostgisTargetTest, WithoutPostgisGeometryIsRefusedBeforeAnyWork) {
  run("DROP EXTENSION postgis CASCADE");
  const auto state = target()->inspect(request(1));
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, Code::kNotSupported);
  EXPECT_NE(state.error().hint.find("CREATE EXTENSION postgis"), std::string::npos);
}

TEST_F(PostgisTargetTest, PostgisInASchemaOfItsOwn) {
  run("DROP EXTENSION postgis CASCADE; CREATE SCHEMA \"Geo\"; CREATE EXTENSION postgis SCHEMA "
      "\"Geo\"");
  publish(*target(), 1);
  EXPECT_EQ(visible(), "1..1 1000");
}

TEST_F(PostgisTargetTest, OnlyOneProcessPublishesToAView) {
  const auto first = target();
  MadeRows stream = rows(1);
  ASSERT_TRUE(first->stage(request(1), stream).ok());
  const auto second = target();
  MadeRows other = rows(2);
  const auto refused = second->stage(request(2), other);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kBusy);
  ASSERT_TRUE(first->switch_over(request(1)).ok());
  ASSERT_TRUE(first->retire(request(1)).ok());
  publish(*second, 2);
}

TEST_F(PostgisTargetTest, RetiringNamesWhoStillReads) {
  const auto to = target({{"keep", text("0")}});
  publish(*to, 1);
  PgConnection reader = connect(Secret(url().reveal() + "?application_name=slow%20report"));
  run(reader, "BEGIN");
  run(reader, "SELECT count(*) FROM numbers_v1");
  run("CREATE VIEW on_v2 AS SELECT 1 AS a");
  MadeRows stream = rows(2);
  ASSERT_TRUE(to->stage(request(2), stream).ok());
  ASSERT_TRUE(to->switch_over(request(2)).ok());
  const auto report = to->retire(request(2));
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->size(), 1U);
  EXPECT_NE(report->front().find("v1 (public.numbers_v1) stays: it is read by \"slow report\""),
            std::string::npos)
      << report->front();
  run(reader, "COMMIT");
  EXPECT_EQ(*to->retire(request(2)), (std::vector<std::string>{"v1 (public.numbers_v1) dropped"}));
  EXPECT_EQ(tables(), "numbers_v2");
}

TEST_F(PostgisTargetTest, KeptTablesGoWhenNoneMayBeKept) {
  const auto to = target({{"keep", text("2")}});
  for (uint64_t version : {1, 2, 3}) publish(*to, version);
  EXPECT_EQ(*target()->find_older(),
            (std::vector<std::string>{"public.numbers_v2", "public.numbers_v1"}));
  PublishRequest last = request(3);
  last.keep_none = true;
  ASSERT_TRUE(to->retire(last).ok());
  EXPECT_EQ(tables(), "numbers_v3");
  EXPECT_TRUE(target()->find_older()->empty());
}

TEST_F(PostgisTargetTest, RetiringLeavesWhatOthersDependOn) {
  const auto to = target({{"keep", text("0")}});
  publish(*to, 1);
  run("CREATE VIEW direct AS SELECT count(*) FROM numbers_v1");
  MadeRows stream = rows(2);
  ASSERT_TRUE(to->stage(request(2), stream).ok());
  ASSERT_TRUE(to->switch_over(request(2)).ok());
  EXPECT_EQ(*to->retire(request(2)),
            (std::vector<std::string>{
                "v1 (public.numbers_v1) stays: other objects depend on it: view direct"}));
  EXPECT_EQ(value("SELECT * FROM direct"), "1000");
}

TEST_F(PostgisTargetTest, GoesBackToAKeptTableWithoutLoading) {
  const auto to = target({{"keep", text("1")}});
  publish(*to, 1);
  publish(*to, 2);
  publish(*to, 3);
  EXPECT_FALSE(*to->switch_back(request(1)));
  EXPECT_EQ(visible(), "3..3 1000");
  const auto back = to->switch_back(request(2));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_TRUE(*back);
  EXPECT_EQ(visible(), "2..2 1000");
  EXPECT_EQ(to->inspect(request(4))->visible_version, 2U);
  EXPECT_TRUE(*to->switch_back(request(2)));
  EXPECT_TRUE(*to->switch_back(request(3)));
  EXPECT_EQ(visible(), "3..3 1000");
  publish(*to, 4);
  EXPECT_EQ(tables(), "numbers_v3,numbers_v4");
}

TEST_F(PostgisTargetTest, TheLeastRightsAreEnough) {
  run("DROP ROLE IF EXISTS unit_publisher; CREATE ROLE unit_publisher LOGIN PASSWORD 'unit_pw'");
  const Secret poor = url_for("unit_publisher", "unit_pw");
  const auto to = target_of(poor);
  const auto refused = to->inspect(request(1));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kRights);
  run(to->grants("unit_publisher"));
  publish(*to, 1);
  publish(*to, 2);
  publish(*to, 3);
  EXPECT_EQ(tables(), "numbers_v2,numbers_v3");
  run("ALTER VIEW numbers OWNER TO postgres");
  EXPECT_EQ(to->inspect(request(4)).error().code, Code::kRights);
  run("DROP OWNED BY unit_publisher CASCADE; DROP ROLE unit_publisher");
}

TEST_F(PostgisTargetTest, ThePasswordIsNeverShown) {
  const auto to = target_of(url_for("postgres", "very%40secret"));
  const auto state = to->inspect(request(1));
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, Code::kConnect);
  EXPECT_EQ(state.error().text().find("secret"), std::string::npos) << state.error().text();
}

}  // namespace
}  // namespace rhumb
