#include "engine/spark/spark_engine.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "component/forwarding_engine.h"
#include "engine/spark/spark_document.h"
#include "io/fs/file.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Column geometry_column(const std::string& name) {
  return {.name = name, .type = {.id = TypeId::kGeometry, .srid = 4326}};
}

/// Knows nothing; footers are what a test says.
class FakeEmbedded final : public ForwardingEngine {
 public:
  FakeEmbedded() : ForwardingEngine(nullptr) {}
  Status bind(const Dataset&) override { return {}; }
  Status bind_query(const std::string&, const std::string&) override { return {}; }
  Status unbind(const std::string&) override { return {}; }
  void cancel() override {}
  Result<Table> query(const std::string& sql, const std::vector<std::string>& values) override {
    Table out;
    const bool rows = sql.find("num_rows") != std::string::npos;
    for (const std::string file : {"part-0.parquet", "part-1.parquet"}) {
      const size_t end = sql.find(file);
      if (end == std::string::npos) continue;
      const size_t begin = sql.rfind('\'', end) + 1;
      const std::string path = sql.substr(begin, end + file.size() - begin);
      if (rows) {
        out.rows.push_back({path, file == "part-0.parquet" ? "0" : "7"});
      } else if (values.at(0) == "id") {
        out.rows.push_back({path, "1", "9"});
      } else if (values.at(0) != "name") {
        out.rows.push_back({path, "0.5", "2.5"});
      }
    }
    return out;
  }
};

/// Writes what Spark would: an empty part, one with rows, and what is no part.
class FakeDriver final : public SparkDriver {
 public:
  Status build(const std::string& document, const CancelFlag& cancel,
               const std::function<void(const SparkProgress&)>& follow) override {
    asked = json::parse(document);
    if (cancel.requested()) return Error{Code::kCancelled, "cancelled", "", {}};
    follow({.fraction = 0.5, .rows = 3});
    if (engine != nullptr) during = engine->progress();
    const fs::path folder = asked["output"]["folder"].get<std::string>();
    fs::create_directories(folder);
    for (const char* name : {"part-0.parquet", "part-1.parquet", "_SUCCESS"})
      std::ofstream(folder / name) << "bytes";
    if (fails) return Error{Code::kEngine, "Spark: no", "", {}};
    return {};
  }

  json asked;
  bool fails = false;
  Engine* engine = nullptr;
  EngineProgress during;
};

class SparkEngineTest : public testing::Test {
 protected:
  WriteRequest request() const {
    return {.directory = folder_.path().string(),
            .stem = "v3",
            .schema = {{.name = "id", .type = {.id = TypeId::kInteger}},
                       {.name = "name", .type = {.id = TypeId::kText}},
                       geometry_column("place")},
            .hilbert_order = true};
  }

  TestFolder folder_;
  std::shared_ptr<FakeDriver> driver = std::make_shared<FakeDriver>();
  std::unique_ptr<Engine> engine =
      make_spark_engine(std::make_unique<FakeEmbedded>(), driver, "Europe/Rome");
};

TEST_F(SparkEngineTest, FilesWithRowsGetTheirNamesAndWhatTheirFootersSay) {
  driver->engine = engine.get();
  const auto files = engine->write("SELECT 1", request());
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_EQ(files->size(), 1U);
  const DataFile& file = files->front();
  EXPECT_EQ(file.path, (folder_ / "v3-0.parquet").string());
  EXPECT_EQ(file.rows, 7U);
  EXPECT_EQ(file.bytes, 5U);
  EXPECT_EQ(file.ranges.at("id"), std::pair(std::string("1"), std::string("9")));
  EXPECT_FALSE(file.ranges.contains("name"));
  EXPECT_EQ(file.bbox, (Box{0.5, 0.5, 2.5, 2.5}));
  EXPECT_EQ(driver->during.fraction, 0.5);
  EXPECT_EQ(driver->during.rows, 3U);
  EXPECT_FALSE(fs::exists(folder_ / "v3-spark"));
}

TEST_F(SparkEngineTest, AFailureLeavesNoFile) {
  driver->fails = true;
  const auto files = engine->write("SELECT 1", request());
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().message, "Spark: no");
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(SparkEngineTest, AsksForWhatTheStatementReads) {
  const Schema id = {{.name = "id", .type = {.id = TypeId::kInteger}}};
  ASSERT_TRUE(engine->bind({.name = "Trips", .schema = id, .files = {"/store/a.parquet"}}).ok());
  ASSERT_TRUE(engine->bind({.name = "zones", .schema = id, .files = {}}).ok());
  ASSERT_TRUE(engine->bind({.name = "unread", .schema = id, .files = {}}).ok());
  ASSERT_TRUE(engine->bind_query("near", "SELECT * FROM zones").ok());
  ASSERT_TRUE(engine->bind_query("far", "SELECT * FROM near").ok());
  ASSERT_TRUE(engine->bind_query("other", "SELECT * FROM unread").ok());
  ASSERT_TRUE(engine->bind({.name = "TRIPS", .schema = id, .files = {"/store/b.parquet"}}).ok());
  ASSERT_TRUE(engine->write("SELECT * FROM trips, far", request()).ok());
  ASSERT_EQ(driver->asked["datasets"].size(), 2U);
  EXPECT_EQ(driver->asked["datasets"][0]["name"], "zones");
  EXPECT_EQ(driver->asked["datasets"][1]["files"], json::array({"/store/b.parquet"}));
  ASSERT_EQ(driver->asked["views"].size(), 2U);
  EXPECT_EQ(driver->asked["views"][0]["name"], "near");
  EXPECT_EQ(driver->asked["views"][1]["name"], "far");
}

TEST_F(SparkEngineTest, WhatSparkCannotMakeIsRefusedBeforeItIsAsked) {
  WriteRequest partitions = request();
  partitions.partition_by = "id";
  EXPECT_EQ(engine->write("SELECT 1", partitions).error().code, Code::kNotSupported);
  WriteRequest erasing = request();
  erasing.erased = {{.column = "id", .salt = "s", .hashes = {"h"}}};
  EXPECT_EQ(engine->write("SELECT 1", erasing).error().code, Code::kNotSupported);
  WriteRequest times = request();
  times.schema[1].type.id = TypeId::kTime;
  const auto refused = engine->write("SELECT 1", times);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "`name` of the result is time, which Spark does not have");
  EXPECT_TRUE(driver->asked.is_null());
}

// The driver's tests read the same file: both sides mean the same document. RHUMB_BLESS=1 rewrites
// it.
TEST(SparkDocument, IsTheOneThatTheDriverIsTestedWith) {
  const SparkBuild build{
      .timezone = "Europe/Rome",
      .datasets = {{.name = "trips",
                    .schema = {{.name = "id", .type = {.id = TypeId::kInteger}},
                               {.name = "fare",
                                .type = {.id = TypeId::kDecimal, .precision = 10, .scale = 2}},
                               geometry_column("place")},
                    .files = {"/store/trips/v1-0.parquet"}}},
      .views = {{.name = "cheap", .sql = "SELECT * FROM trips WHERE fare < 5"}},
      .sql = "SELECT id, place FROM cheap",
      .folder = "/store/staging/v2-spark",
      .request = {.schema = {{.name = "id", .type = {.id = TypeId::kInteger}},
                             {.name = "place", .type = {.id = TypeId::kGeometry}}},
                  .hilbert_order = true},
      .covering = "place_bbox"};
  const auto document = spark_document(build);
  ASSERT_TRUE(document.ok());
  nlohmann::ordered_json made = nlohmann::ordered_json::parse(*document);
  made["functions"] = {{"st_point", made["functions"]["st_point"]}};
  const std::string text = made.dump(2) + "\n";
  const fs::path golden = "spark/tests/data/document.json";
  if (std::getenv("RHUMB_BLESS") != nullptr) std::ofstream(golden) << text;
  EXPECT_EQ(read_whole_file(golden).value(), text);
}

}  // namespace
}  // namespace rhumb
