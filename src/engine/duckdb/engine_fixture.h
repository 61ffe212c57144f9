#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "component/engine.h"
#include "engine/duckdb/duckdb_engine.h"
#include "io/fs/testing.h"

namespace rhumb {

/// For tests: rows from a function that fills a batch, read by several readers.
/// `fill(batch, n)` makes the n-th batch and returns false when there is none.
class FilledStream final : public BatchStream {
 public:
  using Fill = std::function<Result<bool>(Batch&, size_t)>;
  FilledStream(Schema schema, size_t readers, Fill fill)
      : schema_(std::move(schema)), readers_(readers), fill_(std::move(fill)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override { return readers_; }
  [[nodiscard]] const StreamProgress& progress() const override { return progress_; }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    ++opened;
    return std::unique_ptr<BatchReader>(new Reader(*this));
  }

  std::atomic<size_t> opened{0};

 private:
  class Reader final : public BatchReader {
   public:
    explicit Reader(FilledStream& stream) : stream_(stream) {}
    Result<bool> next(Batch& out) override {
      out.clear();
      auto more = stream_.fill_(out, stream_.next_++);
      if (more.ok() && *more) stream_.progress_.rows += out.rows();
      return more;
    }

   private:
    FilledStream& stream_;
  };

  const Schema schema_;
  const size_t readers_;
  const Fill fill_;
  StreamProgress progress_;
  std::atomic<size_t> next_{0};
};

/// A store folder of its own and an engine that may read it.
class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    std::filesystem::create_directory(store());
    start({});
  }
  void start(DuckdbOptions options) {
    options.spatial_extension = std::string(RHUMB_EXTENSION_DIR) + "/spatial.duckdb_extension";
    options.readable_folder = store();
    options.temp_directory = spill();
    if (options.threads == 0) options.threads = 2;
    engine_.reset();
    auto engine = make_duckdb_engine(options);
    ASSERT_TRUE(engine.ok()) << engine.error().text();
    engine_ = std::move(engine).value();
  }

  [[nodiscard]] std::string folder() const { return folder_.path(); }
  [[nodiscard]] std::string store() const { return folder_ / "store"; }
  [[nodiscard]] std::string spill() const { return folder_ / "spill"; }
  Engine& engine() { return *engine_; }

  /// Rows as `a | b`, one line each, NULL as NULL; an error as its text.
  std::string ask(const std::string& sql, const std::vector<std::string>& parameters = {}) {
    const auto table = engine_->query(sql, parameters);
    if (!table.ok()) return table.error().text();
    std::string out;
    for (const auto& row : table->rows) {
      if (!out.empty()) out += '\n';
      for (size_t i = 0; i < row.size(); ++i) out += (i > 0 ? " | " : "") + row[i].value_or("NULL");
    }
    return out;
  }

  /// The error of a statement that is described; fails the test when there is none.
  Error error_of(const std::string& sql) {
    const auto schema = engine_->describe(sql);
    EXPECT_FALSE(schema.ok()) << sql;
    return schema.ok() ? Error{} : schema.error();
  }

  WriteRequest request(const std::string& stem, Schema schema = {}) {
    return WriteRequest{.directory = store(), .stem = stem, .schema = std::move(schema)};
  }

  static std::vector<std::string> paths(const std::vector<DataFile>& files) {
    std::vector<std::string> out;
    for (const DataFile& file : files) out.push_back(file.path);
    return out;
  }

  TestFolder folder_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace rhumb
