#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/fs/file.h"
#include "state/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

class LocalStoreTest : public StoreTest {};

TEST_F(LocalStoreTest, PutsGetsAndRemoves) {
  ASSERT_TRUE(files_->put("manifests/t/1", "one").ok());
  ASSERT_TRUE(files_->put("manifests/t/1", "two").ok());
  EXPECT_EQ(*files_->get("manifests/t/1"), "two");
  EXPECT_TRUE(*files_->exists("manifests/t/1"));
  ASSERT_TRUE(files_->remove("manifests/t/1").ok());
  ASSERT_TRUE(files_->remove("manifests/t/1").ok()) << "fine when absent";
  ASSERT_TRUE(files_->remove("manifests/t/1/2/3").ok()) << "fine when absent";
  EXPECT_FALSE(*files_->exists("manifests/t/1"));
  EXPECT_EQ(files_->get("manifests/t/1").error().code, Code::kNotFound);
}

TEST_F(LocalStoreTest, NeverLeavesItsFolder) {
  for (const std::string name : {"", "/etc/passwd", "a/../../b", "..", "a//b", "./a"}) {
    EXPECT_EQ(files_->put(name, "x").error().code, Code::kInternal) << name;
    EXPECT_EQ(files_->get(name).error().code, Code::kInternal) << name;
    EXPECT_EQ(files_->remove(name).error().code, Code::kInternal) << name;
    EXPECT_EQ(files_->list(name).error().code, Code::kInternal) << name;
  }
  EXPECT_EQ(files_->get(std::string("a\0b", 3)).error().code, Code::kInternal);
}

TEST_F(LocalStoreTest, ListsFilesOfAllFoldersBelowInOrder) {
  for (const char* name : {"d/b", "d/a/z", "d/a/c", "e/x"})
    ASSERT_TRUE(files_->put(name, "12345").ok());
  fs::create_symlink("/etc/passwd", folder_ / "d/link");
  const auto listed = files_->list("d");
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ((*listed)[0].name, "d/a/c");
  EXPECT_EQ((*listed)[1].name, "d/a/z");
  EXPECT_EQ((*listed)[2].name, "d/b");
  EXPECT_EQ((*listed)[0].bytes, 5U);
  EXPECT_NEAR(static_cast<double>((*listed)[0].changed_at), static_cast<double>(now_micros()),
              60e6);
  EXPECT_TRUE(files_->list("none")->empty());
}

TEST_F(LocalStoreTest, AdoptsFilesUnderAPlaceOfTheirOwn) {
  const std::vector<DataFile> first = adopted("trips", 1, 3);
  const std::vector<DataFile> second = adopted("trips", 1, 3);
  ASSERT_EQ(first.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(first[i].path.starts_with("data/trips/000001-")) << first[i].path;
    EXPECT_NE(first[i].path, second[i].path) << "two runs that make the same version";
    EXPECT_EQ(first[i].bytes, fs::file_size(files_->absolute(first[i].path)));
    EXPECT_EQ(first[i].rows, 10U);
  }
}

TEST_F(LocalStoreTest, AdoptsFilesOfTheSameNameFromDifferentFolders) {
  std::vector<DataFile> files;
  for (const char* part : {"a", "b"}) {
    const fs::path folder = *files_->staging("run", "trips");
    std::ofstream(folder / "x.parquet") << part;
    files.push_back({.path = (folder / "x.parquet").string()});
  }
  const auto adopted = files_->adopt("trips", 1, files);
  ASSERT_TRUE(adopted.ok()) << adopted.error().text();
  EXPECT_EQ(*files_->get((*adopted)[0].path), "a");
  EXPECT_EQ(*files_->get((*adopted)[1].path), "b");
}

TEST_F(LocalStoreTest, AdoptingAFileThatIsNotThereFails) {
  const auto adopted = files_->adopt("trips", 1, {{.path = "staging/none.parquet"}});
  ASSERT_FALSE(adopted.ok());
  EXPECT_EQ(adopted.error().code, Code::kNotFound);
}

TEST_F(LocalStoreTest, RemovingTheLastFileOfAnAdoptionRemovesItsFolder) {
  const std::vector<DataFile> files = adopted("trips", 1, 2);
  const fs::path folder = fs::path(files_->absolute(files[0].path)).parent_path();
  ASSERT_TRUE(files_->remove(files[0].path).ok());
  EXPECT_TRUE(fs::exists(folder));
  ASSERT_TRUE(files_->remove(files[1].path).ok());
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(fs::exists(folder_ / "data/trips"));
}

TEST_F(LocalStoreTest, StagingIsFreshEachTimeAndGoesWithTheStore) {
  const fs::path first = *files_->staging("run", "trips");
  const fs::path second = *files_->staging("run", "trips");
  EXPECT_NE(first, second);
  EXPECT_TRUE(fs::is_directory(first) && fs::is_empty(first));
  EXPECT_TRUE(files_->remove_abandoned_staging()->empty()) << "its owner is alive";
  state_.reset();
  files_.reset();
  EXPECT_FALSE(fs::exists(first));
}

TEST_F(LocalStoreTest, StagingOfAKilledProcessIsAbandoned) {
  const pid_t child = fork();
  if (child == 0) {
    const auto store = open_local_store(folder_.path());
    const auto staged = (*store)->staging("dead run", "trips");
    std::ofstream(*staged / "half.parquet") << "x";
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_FALSE(fs::is_empty(folder_ / "staging"));
  const auto removed = files_->remove_abandoned_staging();
  ASSERT_EQ(removed->size(), 1U);
  EXPECT_TRUE((*removed)[0].starts_with("staging/dead%20run-")) << (*removed)[0];
  EXPECT_TRUE(fs::is_empty(folder_ / "staging"));
}

TEST_F(LocalStoreTest, SoIsThatOfOneKilledBeforeItHadWrittenAnything) {
  const pid_t child = fork();
  if (child == 0) {
    const auto store = open_local_store(folder_.path());
    static_cast<void>((*store)->staging("dead", "trips").ok());
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  const fs::path staged = fs::directory_iterator(folder_ / "staging")->path();
  for (const auto& entry : fs::directory_iterator(staged)) {
    if (entry.is_regular_file()) fs::remove(entry.path());
  }
  EXPECT_EQ(files_->remove_abandoned_staging()->size(), 1U);
}

}  // namespace
}  // namespace rhumb
