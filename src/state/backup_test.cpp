#include "state/backup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "io/fs/file.h"
#include "io/fs/lock.h"
#include "state/any_home.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

class BackupTest : public AnyHomeTest {
 protected:
  Result<BackupReport> back_up() { return rhumb::back_up(*state_, folder_.path(), backup()); }
  [[nodiscard]] fs::path backup() const { return beside_ / "backup"; }
  [[nodiscard]] fs::path restored() const { return beside_ / "restored"; }

  /// The restored store, opened; the test fails where it is not as `state_` says.
  void expect_restored() {
    const auto report = restore_backup(backup(), restored());
    ASSERT_TRUE(report.ok()) << report.error().text();
    expect_same_store(restored());
  }
  void expect_same_store(const fs::path& folder) {
    auto files = *open_local_store(folder);
    const auto opened = State::open(folder, *files);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    State& other = **opened;
    EXPECT_FALSE(other.rebuilt());
    EXPECT_TRUE(other.notes().empty()) << other.notes().front();
    ASSERT_EQ(*other.datasets(), *state_->datasets());
    for (const std::string& dataset : *other.datasets()) {
      EXPECT_EQ(*other.versions(dataset), *state_->versions(dataset));
      expect_whole(*other.versions(dataset), *files);
    }
    for (const char* table : {"versions", "inputs", "quarantine"})
      EXPECT_EQ(other.table(table)->rows, state_->table(table)->rows) << table;
  }
  void expect_whole(const std::vector<Manifest>& versions, FileStore& files) {
    for (const Manifest& version : versions) {
      for (const DataFile& file : version.files)
        EXPECT_EQ(*files.get(file.path), *files_->get(file.path));
    }
  }
  /// All files below a folder and what is in them.
  static std::map<std::string, std::string> content_of(const fs::path& folder) {
    std::map<std::string, std::string> content;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) content[entry.path().string()] = *read_whole_file(entry.path());
    }
    return content;
  }
  void expect_refused(Code code, const std::string& words) {
    const auto report = restore_backup(backup(), restored());
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, code) << report.error().text();
    EXPECT_NE(report.error().message.find(words), std::string::npos) << report.error().text();
    EXPECT_FALSE(fs::exists(restored()));
    EXPECT_EQ(std::distance(fs::directory_iterator(beside_.path()), fs::directory_iterator()), 1)
        << "something was left beside it";
  }

  TestFolder beside_;
};

TEST_P(BackupTest, TheCopyIsAStoreLikeTheOriginal) {
  commit("trips", {make_input("a")});
  commit("trips", {make_input("a"), make_input("b")});
  commit("total");
  ASSERT_TRUE(state_->quarantine("trips", "run-1", "a@1", {Reject{.input = "a", .line = 3}}).ok());
  const auto report = back_up();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->datasets, 2U);
  EXPECT_EQ(report->versions, 3U);
  EXPECT_EQ(report->files, 6U);
  EXPECT_EQ(report->copied_files, 6U);
  expect_restored();
}

TEST_P(BackupTest, WhatTargetsShowIsNotKnownAfterwards) {
  commit("trips");
  ASSERT_TRUE(
      state_->record_publication({.dataset = "trips", .target = "here", .version = 1}).ok());
  ASSERT_TRUE(back_up().ok());
  expect_restored();
  auto files = *open_local_store(restored());
  const auto publications = *(*State::open(restored(), *files))->publications();
  ASSERT_EQ(publications.size(), 1U);
  EXPECT_EQ(publications[0].version, 0U);
}

TEST_P(BackupTest, OfAnEmptyStoreToo) {
  ASSERT_TRUE(back_up().ok());
  expect_restored();
}

TEST_P(BackupTest, TheSecondCopiesWhatIsNewAndRemovesWhatIsGone) {
  for (int i = 0; i < 3; ++i) commit("trips");
  ASSERT_TRUE(back_up().ok());
  commit("trips");
  ASSERT_TRUE(state_->clean_up("trips", 1, 0).ok());
  const auto report = back_up();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->versions, 2U);
  EXPECT_EQ(report->copied_files, 2U) << "a manifest and its file";
  EXPECT_EQ(report->removed_files, 4U) << "of the two versions that went";
  expect_restored();
}

TEST_P(BackupTest, WhoeverWorksOnTheStoreDoesNotHinderIt) {
  commit("trips");
  std::atomic<bool> stop{false};
  std::thread works([&] {
    auto files = *open_local_store(folder_.path());
    const auto state = *open_state(*files);
    while (!stop) {
      const uint64_t newest = *state->newest("trips");
      EXPECT_TRUE(
          state->commit(next("trips", newest, adopted_by(*files, "trips", newest + 1)), {}).ok());
      EXPECT_TRUE(state->clean_up("trips", 1, 0).ok());
    }
  });
  for (int i = 0; i < 15; ++i) {
    const auto report = back_up();
    EXPECT_TRUE(report.ok()) << report.error().text();
    const auto restored_too = restore_backup(backup(), restored());
    EXPECT_TRUE(restored_too.ok()) << restored_too.error().text();
    fs::remove_all(restored());
  }
  stop = true;
  works.join();
  EXPECT_EQ(state_->table("versions")->rows.size() > 1, true);
  ASSERT_TRUE(state_->clean_up("trips", 0, 0).ok());
  EXPECT_EQ(state_->versions("trips")->size(), 1U) << "the backup's pins are gone";
}

TEST_P(BackupTest, OneThatWasKilledIsTheOneBefore) {
  commit("trips");
  ASSERT_TRUE(back_up().ok());
  const auto before = *state_->newest_manifest("trips");
  commit("trips");
  // Killed when everything was copied but the index: the new files lie there.
  fs::copy(folder_ / "data", backup() / "data",
           fs::copy_options::recursive | fs::copy_options::skip_existing);
  beside_.write("backup/manifests/trips/.half.tmp", "half");
  for (const char* left : {".index-1.tmp", ".index-1.tmp-wal"})
    beside_.write(std::string("backup/") + left, "");
  const auto report = restore_backup(backup(), restored());
  ASSERT_TRUE(report.ok()) << report.error().text();
  auto files = *open_local_store(restored());
  EXPECT_EQ(*(*State::open(restored(), *files))->newest_manifest("trips"), before);
  fs::remove_all(restored());
  ASSERT_TRUE(back_up().ok());
  for (const char* left : {"manifests/trips/.half.tmp", ".index-1.tmp", ".index-1.tmp-wal"})
    EXPECT_FALSE(fs::exists(backup() / left)) << left;
  expect_restored();
}

TEST_P(BackupTest, NothingOfOthersIsTouched) {
  commit("trips");
  beside_.write("backup/letters.txt", "dear");
  const auto report = back_up();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::kUsage);
  for (const fs::path& folder :
       {folder_ / "data/backup", folder_.path(), folder_.path().parent_path()}) {
    const auto inside = rhumb::back_up(*state_, folder_.path(), folder);
    ASSERT_FALSE(inside.ok()) << folder;
    EXPECT_EQ(inside.error().code, Code::kUsage) << inside.error().text();
  }
  EXPECT_EQ(content_of(beside_.path()).size(), 1U);
}

TEST_P(BackupTest, AStoreIsNotReplaced) {
  commit("trips");
  ASSERT_TRUE(back_up().ok());
  const auto before = content_of(folder_.path());
  const auto report = restore_backup(backup(), folder_.path());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::kConflict);
  EXPECT_NE(report.error().hint.find("mv "), std::string::npos);
  EXPECT_EQ(content_of(folder_.path()), before);
}

TEST_P(BackupTest, DamageIsFoundBeforeAnythingIsRestored) {
  const Manifest version = commit("trips");
  fs::create_directory(backup());
  expect_refused(Code::kNotFound, "is not a backup");
  ASSERT_TRUE(back_up().ok());
  const auto damage = [&](const std::string& name, const std::string& content,
                          const std::string& words) {
    const std::string whole = *read_whole_file(backup() / name);
    content.empty() ? static_cast<void>(fs::remove(backup() / name))
                    : static_cast<void>(beside_.write("backup/" + name, content));
    expect_refused(name == "state.db" && content.empty() ? Code::kNotFound : Code::kState, words);
    beside_.write("backup/" + name, whole);
  };
  damage(version.files[0].path, "cut", "its manifest says");
  damage(version.files[0].path, "", "is missing");
  damage(manifest_name("trips", 1), "{}", "is not the manifest of version 1 of trips");
  damage(manifest_name("trips", 1), "", "cannot be read");
  damage("state.db", std::string(4096, 'x'), "is damaged");
  damage("state.db", "", "never finished");
  expect_restored();
}

TEST_P(BackupTest, TwoAtOnceInOneFolderAreRefused) {
  commit("trips");
  ASSERT_TRUE(back_up().ok());
  const auto lock = FileLock::acquire(backup() / "state.lock", 1);
  ASSERT_TRUE(lock.ok());
  const auto second = back_up();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::kBusy);
}

RHUMB_FOR_ANY_HOME(BackupTest);

}  // namespace
}  // namespace rhumb
