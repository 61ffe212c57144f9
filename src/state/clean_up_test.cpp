#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/any_home.h"

namespace rhumb {
namespace {

constexpr Micros kHour = Micros{3600} * 1'000'000;

class CleanUpTest : public AnyHomeTest {
 protected:
  std::vector<uint64_t> kept(const std::string& dataset = "trips") {
    std::vector<uint64_t> numbers;
    const auto versions = state_->versions(dataset);
    for (const Manifest& manifest : *versions) numbers.push_back(manifest.version);
    return numbers;
  }
  std::vector<std::string> clean(size_t keep, Micros age = 0) {
    auto removed = state_->clean_up("trips", keep, age);
    EXPECT_TRUE(removed.ok()) << removed.error().text();
    return std::move(removed).value();
  }
};

TEST_P(CleanUpTest, KeepsTheNewestAndAsManyOlderOnesAsAskedFor) {
  std::vector<Manifest> made;
  for (int i = 0; i < 4; ++i) made.push_back(commit("trips"));
  commit("zones");
  const auto removed = clean(1);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{4, 3}));
  EXPECT_EQ(removed,
            (std::vector<std::string>{made[0].files[0].path, made[1].files[0].path,
                                      manifest_name("trips", 1), manifest_name("trips", 2)}));
  for (const std::string& name : removed) EXPECT_FALSE(on_disk(name));
  EXPECT_TRUE(on_disk(made[2].files[0].path));
  EXPECT_EQ(kept("zones"), std::vector<uint64_t>{1});
  EXPECT_TRUE(clean(1).empty()) << "nothing is left to do";
  EXPECT_TRUE(clean(100).empty());
}

TEST_P(CleanUpTest, NeverTakesTheNewest) {
  const Manifest only = commit("trips");
  EXPECT_TRUE(clean(0).empty());
  EXPECT_TRUE(on_disk(only.files[0].path));
  EXPECT_TRUE(state_->clean_up("unknown", 0, 0)->empty());
}

TEST_P(CleanUpTest, AFileThatANewerVersionStillNamesStays) {
  const Manifest first = commit("trips");
  Manifest second = next("trips", 1, adopted("trips", 2));
  second.files.push_back(first.files[0]);
  ASSERT_TRUE(state_->commit(second, {}).ok());
  EXPECT_EQ(clean(0), std::vector<std::string>{manifest_name("trips", 1)});
  EXPECT_TRUE(on_disk(first.files[0].path));
}

TEST_P(CleanUpTest, AgeCountsFromWhenTheVersionWasReplaced) {
  Manifest old = next("trips", 0, adopted("trips", 1));
  old.created_at -= 48 * kHour;
  ASSERT_TRUE(state_->commit(old, {}).ok());
  commit("trips");
  EXPECT_TRUE(clean(0, kHour).empty()) << "until a moment ago everybody read it";
  EXPECT_EQ(clean(0, 0).size(), 2U);
}

TEST_P(CleanUpTest, FilesOfARunThatHasNotCommittedYetAreTooYoung) {
  commit("trips");
  const std::vector<DataFile> pending = adopted("trips", 2);
  EXPECT_TRUE(clean(0, kHour).empty());
  ASSERT_TRUE(state_->commit(next("trips", 1, pending), {}).ok());
}

TEST_P(CleanUpTest, WhatAFailedRunLeftGoesAndItsCommitWouldBeRefused) {
  commit("trips");
  const std::vector<DataFile> left = adopted("trips", 2, 2);
  EXPECT_EQ(clean(0).size(), 2U);
  EXPECT_EQ(state_->commit(next("trips", 1, left), {}).error().code, Code::kState);
}

TEST_P(CleanUpTest, APinnedVersionStaysUntilItIsReleased) {
  const Manifest first = commit("trips");
  commit("trips");
  const auto pin = state_->pin("trips", 1);
  const auto second_pin = state_->pin("trips", 1);
  ASSERT_TRUE(pin.ok() && second_pin.ok());
  commit("trips");
  clean(0);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{3, 1}));
  ASSERT_TRUE(state_->unpin(*pin).ok());
  clean(0);
  EXPECT_TRUE(on_disk(first.files[0].path)) << "the second pin holds";
  ASSERT_TRUE(state_->unpin(*second_pin).ok());
  clean(0);
  EXPECT_EQ(kept(), std::vector<uint64_t>{3});
  EXPECT_EQ(state_->pin("trips", 1).error().code, Code::kNotFound);
  EXPECT_TRUE(state_->unpin(*pin).ok()) << "fine when it is gone";
}

TEST_P(CleanUpTest, PinsOfKilledProcessesHoldNothing) {
  commit("trips");
  commit("trips");
  state_.reset();
  const pid_t child = fork();
  if (child == 0) {
    auto files = open_local_store(folder_.path());
    auto state = open_state(**files);
    if (!state.ok() || !(*state)->pin("trips", 1).ok()) _exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  reopen();
  clean(0);
  EXPECT_EQ(kept(), std::vector<uint64_t>{2});
}

TEST_P(CleanUpTest, PinsOfLivingProcessesHold) {
  commit("trips");
  commit("trips");
  state_.reset();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto files = open_local_store(folder_.path());
    auto state = open_state(**files);
    const char answer = state.ok() && (*state)->pin("trips", 1).ok() ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) != 1) _exit(1);
    ::pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  reopen();
  clean(0);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{2, 1}));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  clean(0);
  EXPECT_EQ(kept(), std::vector<uint64_t>{2});
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_P(CleanUpTest, WhatAnotherDatasetWasBuiltFromStays) {
  for (int i = 0; i < 3; ++i) commit("trips");
  Manifest model = next("weekly", 0, {});
  model.upstream = {{"trips", 1}};
  ASSERT_TRUE(state_->commit(model, {}).ok());
  clean(0);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{3, 1}));
  Manifest rebuilt = next("weekly", 1, {});
  rebuilt.upstream = {{"trips", 3}};
  ASSERT_TRUE(state_->commit(rebuilt, {}).ok());
  clean(0);
  EXPECT_EQ(kept(), std::vector<uint64_t>{3});
}

TEST_P(CleanUpTest, RemovesNothingWhenAKeptVersionCannotBeRead) {
  commit("trips");
  const std::vector<DataFile> left = adopted("trips", 2);
  ASSERT_TRUE(files_->put(manifest_name("trips", 1), "damaged").ok());
  EXPECT_FALSE(state_->clean_up("trips", 0, 0).ok());
  EXPECT_TRUE(on_disk(left[0].path));
}

TEST_P(CleanUpTest, TheLedgerForgetsWhatNoKeptVersionTells) {
  commit("trips", {make_input("a")});
  commit("trips", {make_input("b")});
  commit("trips", {make_input("b"), make_input("c")});
  clean(0);
  const auto before = state_->table("inputs")->rows;
  EXPECT_EQ(before.size(), 2U);
  reopen();
  EXPECT_EQ(*state_->newest("trips"), 3U);
}

RHUMB_FOR_ANY_HOME(CleanUpTest);

}  // namespace
}  // namespace rhumb
