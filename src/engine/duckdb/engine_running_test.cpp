// Many rows, failing readers, cancelling, little memory.

#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "engine/duckdb/engine_fixture.h"
#include "geo/wkb.h"

namespace rhumb {
namespace {

using RunningTest = EngineTest;

std::string_view view(const WkbPoint& point) {
  return {point.data(), point.size()};
}

Column column(const std::string& name, TypeId id) {
  return Column{.name = name, .type = Type{.id = id}};
}

Column point_column(const std::string& name, int srid) {
  return Column{
      .name = name,
      .type = Type{.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = srid}};
}

TEST_F(RunningTest, ThreeMillionRowsFromFourReaders) {
  start({.threads = 2});
  constexpr size_t kBatches = 1465;  // x 2048 = 3,000,320
  FilledStream rows(
      {column("i", TypeId::kInteger), point_column("p", 4326), column("t", TypeId::kText)}, 4,
      [](Batch& out, size_t n) -> Result<bool> {
        if (n >= kBatches) return false;
        for (size_t row = 0; row < kBatchRows; ++row) {
          const auto i = static_cast<int64_t>(n * kBatchRows + row);
          out.columns[0].append(i);
          out.columns[1].append_bytes(view(make_wkb_point(static_cast<double>(i % 360) - 180,
                                                          static_cast<double>(i % 180) - 90)));
          out.columns[2].append_bytes(i % 2 == 0 ? "even" : "odd");
        }
        return true;
      });
  const auto files = engine().write(rows, request("many"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  EXPECT_GT(rows.opened, 1U) << "several threads read";
  EXPECT_EQ(files->front().rows, 3000320U);
  EXPECT_EQ(files->front().ranges.at("i"), (std::pair<std::string, std::string>{"0", "3000319"}));
  EXPECT_EQ(files->front().ranges.at("t"), (std::pair<std::string, std::string>{"even", "odd"}));
  ASSERT_TRUE(
      engine().bind(Dataset{.name = "many", .schema = rows.schema(), .files = paths(*files)}).ok());
  EXPECT_EQ(ask("SELECT count(DISTINCT i), sum(i), count(p) FROM many"),
            "3000320 | 4500958551040 | 3000320");
}

TEST_F(RunningTest, AnErrorInAReaderIsTheErrorOfTheWrite) {
  for (const size_t readers : {1U, 2U}) {
    FilledStream rows(
        {column("i", TypeId::kInteger)}, readers, [](Batch& out, size_t n) -> Result<bool> {
          if (n == 30)
            return Error{Code::kTooManyBadRows, "6 of 100 are bad", "look into the quarantine",
                         Place{.file = "a.csv", .line = 7}};
          for (size_t row = 0; row < kBatchRows; ++row) out.columns[0].append<int64_t>(1);
          return n < 100;
        });
    const auto files = engine().write(rows, request("bad"));
    ASSERT_FALSE(files.ok());
    EXPECT_EQ(files.error().code, Code::kTooManyBadRows);
    EXPECT_EQ(files.error().hint, "look into the quarantine");
    EXPECT_EQ(files.error().place.line, 7);
    EXPECT_TRUE(std::filesystem::is_empty(store())) << "what was begun is gone";
    EXPECT_EQ(ask("SELECT 1"), "1");
  }
  FilledStream throwing({column("i", TypeId::kInteger)}, 2,
                        [](Batch&, size_t) -> Result<bool> { throw std::runtime_error("boom"); });
  EXPECT_EQ(engine().write(throwing, request("bad")).error().code, Code::kInternal);
}

TEST_F(RunningTest, SumsThatDoNotFitNameTheirColumn) {
  const auto files = engine().write(
      "SELECT 1 AS a, sum(i) AS total FROM (VALUES (9223372036854775807), (1)) AS t(i)",
      request("sum"));
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, Code::kEngine);
  EXPECT_NE(files.error().message.find("`total`"), std::string::npos) << files.error().text();
  EXPECT_NE(files.error().hint.find("DECIMAL(38,0)"), std::string::npos) << files.error().text();
  EXPECT_TRUE(std::filesystem::is_empty(store()));
}

TEST_F(RunningTest, CancelStopsTheRunningStatement) {
  for (int round = 0; round < 2; ++round) {
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(round == 0 ? 100 : 300));
      engine().cancel();
    });
    const auto table = engine().query(
        "SELECT count(*) FROM range(1000000) AS a(i), range(1000000) AS b(j) WHERE (i * j) % 7 = "
        "3");
    other.join();
    ASSERT_FALSE(table.ok());
    EXPECT_EQ(table.error().code, Code::kCancelled) << table.error().text();
    EXPECT_EQ(ask("SELECT 1"), "1") << "and the next one runs";
  }
}

TEST_F(RunningTest, CancelStopsAStream) {
  auto stream = engine().stream("SELECT i FROM range(100000000) AS t(i)");
  ASSERT_TRUE(stream.ok()) << stream.error().text();
  auto reader = (*stream)->open_reader();
  Batch batch((*stream)->schema());
  ASSERT_TRUE((*reader)->next(batch).value());
  engine().cancel();
  Result<bool> more = true;
  while (more.ok() && *more) more = (*reader)->next(batch);
  ASSERT_FALSE(more.ok()) << "the end would mean that all rows were there";
  EXPECT_EQ(more.error().code, Code::kCancelled) << more.error().text();
}

TEST_F(RunningTest, CancelStopsAWriteAndRemovesItsFile) {
  FilledStream rows({column("i", TypeId::kInteger)}, 2, [](Batch& out, size_t) -> Result<bool> {
    for (size_t row = 0; row < kBatchRows; ++row) out.columns[0].append<int64_t>(1);
    return true;  // without end
  });
  std::thread other([&] {
    while (engine().progress().rows < 100000) std::this_thread::yield();
    engine().cancel();
  });
  const auto files = engine().write(rows, request("endless"));
  other.join();
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, Code::kCancelled) << files.error().text();
  EXPECT_TRUE(std::filesystem::is_empty(store()));
}

TEST_F(RunningTest, LittleMemorySpillsOrSaysSo) {
  start({.memory_limit = 100U << 20U, .threads = 1});
  EXPECT_EQ(ask("SELECT count(*) FROM (SELECT i, repeat('x', 50) || i AS t FROM range(3000000) AS "
                "t(i) ORDER BY t DESC OFFSET 10)"),
            "2999990")
      << "spills";
  const auto table =
      engine().query("SELECT length(string_agg(repeat('x', 1000), '')) FROM range(1000000)");
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, Code::kOutOfMemory) << table.error().text();
  EXPECT_EQ(ask("SELECT 1"), "1");
}

TEST_F(RunningTest, MemoryIsLimitedBesideARunningStatement) {
  start({.memory_limit = 400U << 20U, .threads = 1});
  EXPECT_EQ(engine().memory_limit(), 400U << 20U);
  ASSERT_TRUE(engine().limit_memory(100U << 20U).ok());
  const auto heavy =
      engine().query("SELECT length(string_agg(repeat('x', 1000), '')) FROM range(1000000)");
  ASSERT_FALSE(heavy.ok());
  EXPECT_EQ(heavy.error().code, Code::kOutOfMemory) << heavy.error().text();
  std::thread other([this] {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(engine().limit_memory((200U + static_cast<unsigned>(i)) << 20U).ok());
    }
  });
  const auto sum = engine().query("SELECT sum(range % 7) FROM range(30000000)");
  other.join();
  ASSERT_TRUE(sum.ok()) << sum.error().text();
  EXPECT_EQ(sum->rows.at(0).at(0), "89999995");
  EXPECT_EQ(engine().memory_limit(), 400U << 20U) << "what it may use when nobody limits it";
}

TEST_F(RunningTest, EmptyDatasetsAndFullOnesTakeEachOthersPlace) {
  const Dataset empty{
      .name = "T", .schema = {{.name = "a", .type = {TypeId::kInteger}}}, .files = {}};
  ASSERT_TRUE(engine().bind(empty).ok());
  ASSERT_TRUE(engine().bind(empty).ok());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "0");
  ASSERT_TRUE(engine().bind_query("t", "SELECT 1 AS a").ok());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "1");
  ASSERT_TRUE(engine().bind(empty).ok());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "0");
  ASSERT_TRUE(engine().unbind("t").ok());
  ASSERT_TRUE(engine().bind_query("t", "SELECT 1 AS a").ok());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "1");
}

}  // namespace
}  // namespace rhumb
