#include <gtest/gtest.h>

#include <random>

#include "io/fs/file.h"
#include "state/testing.h"

namespace rhumb {
namespace {

/// A state.db that something has happened to: it is refused with a way out, or it still tells the
/// truth about versions. Never a crash, and never a manifest that was not committed.
class DamageTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    std::vector<LedgerEntry> inputs;
    for (int i = 0; i < 40; ++i) {
      inputs.push_back(make_input("file " + std::to_string(i)));
      if (i % 10 == 9) made_.push_back(commit("trips", inputs));
    }
    state_.reset();  // the log goes into the file
    whole_ = *read_whole_file(folder_ / "state.db");
  }

  /// How an open and a look at everything end.
  Status look() {
    RHUMB_ASSIGN(const auto state, State::open(folder_.path(), *files_));
    RHUMB_ASSIGN(const auto newest, state->newest_manifest("trips"));
    if (newest) {
      EXPECT_EQ(*newest, made_.at(newest->version - 1));
    }
    RHUMB_ASSIGN(const auto versions, state->versions("trips"));
    for (const Manifest& version : versions) EXPECT_EQ(version, made_.at(version.version - 1));
    for (const char* name : {"versions", "inputs", "checks", "steps", "runs", "quarantine"}) {
      RHUMB_ASSIGN(const Table table, state->table(name));
      static_cast<void>(table);
    }
    return {};
  }

  void put(const std::string& content) {
    for (const char* log : {"state.db-wal", "state.db-shm"}) std::filesystem::remove(folder_ / log);
    folder_.write("state.db", content);
  }

  /// What the hint says: away with it, and everything is there again.
  void expect_rebuilt_without_it() {
    lose_index();
    reopen();
    EXPECT_TRUE(state_->rebuilt());
    EXPECT_EQ(**state_->newest_manifest("trips"), made_.back());
    EXPECT_EQ(state_->table("inputs")->rows.size(), 40U);
    state_.reset();
  }

  std::vector<Manifest> made_;
  std::string whole_;
};

TEST_F(DamageTest, FlippedBytesAreNoticedOrDoNoHarm) {
  std::mt19937 random(20'261'121);
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    SCOPED_TRACE(round);
    std::string content = whole_;
    for (int flips = 0; flips < 1 + round % 20; ++flips) {
      content[random() % content.size()] ^= static_cast<char>(1U << (random() % 8));
    }
    put(content);
    const Status looked = look();
    if (looked.ok()) continue;
    ++refused;
    EXPECT_NE(looked.error().code, Code::kInternal) << looked.error().text();
  }
  EXPECT_GT(refused, 10) << "the test has damaged nothing";
  expect_rebuilt_without_it();
}

TEST_F(DamageTest, ATruncatedFileIsNoticedOrCatchesUp) {
  std::mt19937 random(20'261'121);
  int refused = 0;
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    put(whole_.substr(0, 1 + random() % (whole_.size() - 1)));
    const Status looked = look();
    // Of less than a page nothing is left that would contradict the manifests.
    if (looked.ok()) continue;
    ++refused;
    EXPECT_EQ(looked.error().code, Code::kState) << looked.error().text();
    EXPECT_NE(looked.error().hint.find("rebuilds"), std::string::npos) << looked.error().text();
  }
  EXPECT_GT(refused, 30);
  expect_rebuilt_without_it();
}

TEST_F(DamageTest, AnEmptyFileIsRebuilt) {
  put("");
  const Status looked = look();
  EXPECT_TRUE(looked.ok()) << looked.error().text();
}

TEST_F(DamageTest, AFolderInItsPlaceIsNamed) {
  lose_index();
  std::filesystem::create_directory(folder_ / "state.db");
  const Status looked = look();
  ASSERT_FALSE(looked.ok());
  EXPECT_EQ(looked.error().code, Code::kState);
  EXPECT_NE(looked.error().message.find("state.db"), std::string::npos) << looked.error().text();
  std::filesystem::remove(folder_ / "state.db");
  expect_rebuilt_without_it();
}

TEST_F(DamageTest, ALinkToNowhereIsNamed) {
  lose_index();
  std::filesystem::create_symlink(folder_ / "gone/state.db", folder_ / "state.db");
  const Status looked = look();
  ASSERT_FALSE(looked.ok());
  EXPECT_EQ(looked.error().code, Code::kState);
  std::filesystem::remove(folder_ / "state.db");
  expect_rebuilt_without_it();
}

}  // namespace
}  // namespace rhumb
