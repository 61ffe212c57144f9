#include "run/compiling_engine.h"

#include <array>

#include <fmt/format.h>

#include "engine/duckdb/engine_fixture.h"

namespace rhumb {
namespace {

constexpr const char* kTrips = R"(
  SELECT i AS id, i % 7 AS k, ST_Point(i % 10 + 0.5, i // 10 + 0.5) AS pickup FROM range(100) AS t(i))";
constexpr const char* kZones = R"(
  SELECT i AS zone, i % 3 AS k, ST_MakeEnvelope(i, 0, i + 2, 8) AS area FROM range(8) AS t(i))";

std::optional<uint64_t> unknown_rows(const std::string&) {
  return std::nullopt;
}

class CompilingEngineTest : public EngineTest {
 protected:
  void SetUp() override {
    bind("trips", kTrips);
    bind("zones", kZones);
  }

  void bind(const std::string& name, const std::string& sql) {
    const auto schema = engine().describe(sql);
    ASSERT_TRUE(schema.ok()) << schema.error().text();
    const auto files = engine().write(sql, request(name, *schema));
    ASSERT_TRUE(files.ok()) << files.error().text();
    ASSERT_TRUE(engine().bind({.name = name, .schema = *schema, .files = paths(*files)}).ok());
  }

  CompiledSql compile(const std::string& sql) {
    auto compiled = explain_spatial_joins(engine(), sql, unknown_rows);
    EXPECT_TRUE(compiled.ok()) << compiled.error().text();
    return compiled.ok() ? *std::move(compiled) : CompiledSql{};
  }

  std::string plan_of(const std::string& sql) {
    const auto plan = execution_plan(engine(), sql);
    return plan.ok() ? *plan : plan.error().text();
  }

  /// From here on the engine compiles; what it could not use is in `refused`.
  void start_compiling() {
    engine_ = make_compiling_engine(std::move(engine_),
                                    [this](const std::string& sql) { refused.push_back(sql); });
  }

  std::vector<std::string> refused;
};

// The engine would hash every geometry for the one and compare all pairs for the other.
TEST_F(CompilingEngineTest, NoPlanHoldsADelimJoinOrALoopOverPairs) {
  constexpr auto kStatements = std::to_array<const char*>(
      {"SELECT t.id, z.zone FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id, z.zone FROM trips AS t LEFT JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id, z.zone FROM trips AS t RIGHT JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id, z.zone FROM trips AS t FULL JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id FROM trips AS t SEMI JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id FROM trips AS t ANTI JOIN zones AS z ON ST_Contains(z.area, t.pickup)",
       "SELECT t.id, z.zone FROM trips AS t LEFT JOIN zones AS z "
       "ON ST_Contains(z.area, t.pickup) AND t.k < z.k",
       "SELECT t.id FROM trips AS t ANTI JOIN zones AS z "
       "ON ST_Contains(z.area, t.pickup) AND t.k < z.k",
       "SELECT t.id, z.zone FROM trips AS t JOIN zones AS z ON ST_DWithin(z.area, t.pickup, 1)",
       "SELECT t.id, z.zone FROM trips AS t JOIN zones AS z ON ST_Distance(z.area, t.pickup) < 1",
       "SELECT id FROM trips AS t WHERE EXISTS "
       "(SELECT 1 FROM zones AS z WHERE ST_Contains(z.area, t.pickup))",
       "SELECT id FROM trips AS t WHERE NOT EXISTS "
       "(SELECT 1 FROM zones AS z WHERE ST_Contains(z.area, t.pickup) AND z.k = 1)",
       "SELECT id, (SELECT count(*) FROM zones AS z WHERE ST_Contains(z.area, t.pickup)) "
       "FROM trips AS t",
       "SELECT t.id, n.zone FROM trips AS t, "
       "LATERAL (SELECT zone FROM zones AS z ORDER BY ST_Distance(z.area, t.pickup) LIMIT 2) AS n",
       "SELECT t.id, n.zone, n.d FROM trips AS t LEFT JOIN LATERAL "
       "(SELECT zone, ST_Distance(z.area, t.pickup) AS d FROM zones AS z "
       "ORDER BY d LIMIT 2) AS n ON true"});
  for (const char* statement : kStatements) {
    const CompiledSql compiled = compile(statement);
    ASSERT_TRUE(compiled.compiled()) << statement;
    for (const LookupPlan& plan : compiled.lookups) {
      ASSERT_TRUE(engine()
                      .make_lookup({.name = plan.name,
                                    .rows = plan.rows,
                                    .geometry = plan.geometry,
                                    .keep_geometry = plan.keep_geometry,
                                    .point_probes = plan.point_probes})
                      .ok());
    }
    const std::string plan = plan_of(compiled.sql);
    EXPECT_TRUE(plan.starts_with('[')) << statement << "\n" << plan;
    for (const char* bad :
         {"DELIM_JOIN", "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "SPATIAL_JOIN"}) {
      EXPECT_EQ(plan.find(bad), std::string::npos) << statement << "\n" << compiled.sql << plan;
    }
  }
}

// Proof that the test above can fail.
TEST_F(CompilingEngineTest, TheStatementAsItIsWrittenHasADelimJoin) {
  const std::string plan = plan_of(
      "SELECT id, (SELECT count(*) FROM zones AS z WHERE ST_Contains(z.area, t.pickup)) "
      "FROM trips AS t");
  EXPECT_NE(plan.find("DELIM_JOIN"), std::string::npos) << plan;
}

TEST_F(CompilingEngineTest, ABoundQueryIsCompiledWhereItIsReadAndIsItselfAgainAfterwards) {
  start_compiling();
  ASSERT_TRUE(engine()
                  .bind_query("zoned",
                              "SELECT t.id, z.zone FROM trips AS t JOIN zones AS z "
                              "ON ST_Contains(z.area, t.pickup)")
                  .ok());
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT id) FROM zoned"), "128 | 72");
  bind("zones",
       "SELECT i AS zone, i AS k, ST_MakeEnvelope(i, 0, i + 1, 8) AS area "
       "FROM range(2) AS t(i)");
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT id) FROM zoned"), "16 | 16");
  ASSERT_TRUE(engine().unbind("zoned").ok());
  EXPECT_NE(ask("SELECT count(*) FROM zoned"), "16");
  EXPECT_EQ(refused, std::vector<std::string>());
}

TEST_F(CompilingEngineTest, ErrorsStandWhereTheUserWroteThem) {
  start_compiling();
  const auto failed = engine().query(
      "SELECT t.id,\n  CAST('x' || z.zone AS INTEGER)\nFROM trips AS t JOIN zones AS z\n"
      "  ON ST_Contains(z.area, t.pickup)");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().place, (Place{"", 2, 3})) << failed.error().text();
  const auto in_lookup = engine().query(
      "SELECT t.id FROM trips AS t JOIN\n  (SELECT CAST('x' || zone AS INTEGER) AS n, area "
      "FROM zones) AS z\n  ON ST_Contains(z.area, t.pickup) WHERE z.n > 0");
  ASSERT_FALSE(in_lookup.ok());
  EXPECT_EQ(in_lookup.error().place, (Place{"", 2, 11})) << in_lookup.error().text();
}

TEST_F(CompilingEngineTest, StatementsThatAreWrongSayWhatIsWrongAsTheyAreWritten) {
  start_compiling();
  const auto failed = engine().query(
      "SELECT t.nothing FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup)");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kBadSql);
  EXPECT_EQ(failed.error().place, (Place{"", 1, 8})) << failed.error().text();
}

TEST_F(CompilingEngineTest, WhatDoesNotFitIntoMemoryIsLookedUpAllTheSame) {
  start({.memory_limit = uint64_t{200} << 20U});
  bind("trips", "SELECT i AS id, ST_Point(i % 1000, i // 1000) AS pickup FROM range(10) AS t(i)");
  bind("zones",
       "SELECT i AS zone, ST_Buffer(ST_Point(i % 500, i // 500), 0.4) AS area "
       "FROM range(200000) AS t(i)");
  constexpr const char* kStatement =
      "SELECT t.id, z.area FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.pickup)";
  start_compiling();
  EXPECT_EQ(ask(fmt::format("SELECT count(*), count(area) FROM ({})", kStatement)), "10 | 10");
  EXPECT_EQ(refused, std::vector<std::string>());
}

// Statements of our own, such as those that count what joins lose, read tables with row identities.
TEST_F(CompilingEngineTest, TablesWithIdentitiesAreJoinedByLookupsToo) {
  start_compiling();
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT (_input, _row)) FROM rhumb_raw.trips AS t "
                "JOIN zones AS z ON ST_Contains(z.area, t.pickup)"),
            ask("SELECT count(*), count(DISTINCT t.id) FROM trips AS t "
                "JOIN zones AS z ON ST_Contains(z.area, t.pickup)"));
  ASSERT_TRUE(engine().drop_lookups().ok());
  ask("SELECT count(_row) FROM rhumb_raw.trips AS t JOIN zones AS z "
      "ON ST_Contains(z.area, t.pickup)");
  EXPECT_EQ(ask("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'rhumb_lookup'"), "1");
  EXPECT_TRUE(refused.empty());
}

}  // namespace
}  // namespace rhumb
