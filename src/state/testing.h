#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/fs/testing.h"
#include "io/sqlite/database.h"
#include "state/store.h"

namespace rhumb {

inline LedgerEntry make_input(const std::string& name, const std::string& version = "1",
                              const std::string& content_hash = "hash") {
  return {.id = name + "@" + version,
          .dataset = "trips",
          .announcement = {name, version, 10},
          .content_hash = content_hash,
          .rows = 1000,
          .rejected = 2,
          .taken_at = 1'700'000'000'000'000,
          .run = "run-1"};
}

/// A store in a folder of its own, with the few steps that most tests repeat.
class StoreTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }

  /// As the next process would find it.
  void reopen() {
    state_.reset();
    files_.reset();
    auto files = open_local_store(folder_.path());
    ASSERT_TRUE(files.ok()) << files.error().text();
    files_ = std::move(files).value();
    auto state = open_state(*files_);
    ASSERT_TRUE(state.ok()) << state.error().text();
    state_ = std::move(state).value();
  }
  /// The state of the same store, for whoever works with it beside `state_`.
  virtual Result<std::unique_ptr<State>> open_state(FileStore& files) {
    return State::open(folder_.path(), files);
  }

  /// Data files as an engine leaves them, adopted.
  std::vector<DataFile> adopted(const std::string& dataset, uint64_t version, size_t count = 1) {
    return adopted_by(*files_, dataset, version, count);
  }
  static std::vector<DataFile> adopted_by(FileStore& files, const std::string& dataset,
                                          uint64_t version, size_t count = 1) {
    auto folder = files.staging("run-1", dataset);
    EXPECT_TRUE(folder.ok()) << folder.error().text();
    std::vector<DataFile> made;
    for (size_t i = 0; i < count; ++i) {
      const std::filesystem::path path = *folder / ("part-" + std::to_string(i) + ".parquet");
      std::ofstream(path) << "version " << version << " file " << i;
      made.push_back({.path = path.string(), .rows = 10});
    }
    auto result = files.adopt(dataset, version, std::move(made));
    EXPECT_TRUE(result.ok()) << result.error().text();
    return std::move(result).value();
  }

  static Manifest next(const std::string& dataset, uint64_t previous, std::vector<DataFile> files,
                       std::vector<LedgerEntry> inputs = {}) {
    return {.dataset = dataset,
            .version = previous + 1,
            .previous = previous,
            .run = "run-1",
            .created_at = now_micros(),
            .reason = "a test",
            .definition = "definition",
            .schema = {{"a", Type{.id = TypeId::kInteger}, true}},
            .files = std::move(files),
            .inputs = std::move(inputs)};
  }

  /// Adopts one new file and commits it as the next version.
  Manifest commit(const std::string& dataset, std::vector<LedgerEntry> inputs = {}) {
    const uint64_t previous = *state_->newest(dataset);
    Manifest manifest = next(dataset, previous, adopted(dataset, previous + 1), std::move(inputs));
    const Status status = state_->commit(manifest, {});
    EXPECT_TRUE(status.ok()) << status.error().text();
    return manifest;
  }

  [[nodiscard]] bool on_disk(const std::string& name) const {
    return std::filesystem::exists(files_->absolute(name));
  }
  virtual void lose_index() {
    state_.reset();
    for (const char* name : {"state.db", "state.db-wal", "state.db-shm"}) {
      std::filesystem::remove(folder_ / name);
    }
  }

  /// Behind the state's back.
  virtual void change_tables(const std::string& sql) {
    const auto database = Database::open(folder_ / "state.db");
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE((*database)->script(sql).ok());
  }

  TestFolder folder_;
  std::unique_ptr<FileStore> files_;
  std::unique_ptr<State> state_;
};

}  // namespace rhumb
