#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "state/any_home.h"

namespace rhumb {
namespace {

/// A FileStore that kills its process the moment a call has done its work, or just before.
class Deadly : public FileStore {
 public:
  enum class When { kBeforePut, kAfterPut, kAfterAdopt, kInCommit, kBeforeRemove };
  Deadly(FileStore& inner, When when) : inner_(inner), when_(when) {}

  Result<std::filesystem::path> staging(const std::string& run,
                                        const std::string& dataset) override {
    return inner_.staging(run, dataset);
  }
  Result<std::vector<DataFile>> adopt(const std::string& dataset, uint64_t version,
                                      std::vector<DataFile> files) override {
    auto result = inner_.adopt(dataset, version, std::move(files));
    die_if(When::kAfterAdopt);
    return result;
  }
  Status put(const std::string& name, const std::string& content) override {
    die_if(When::kBeforePut);
    const Status status = inner_.put(name, content);
    die_if(When::kAfterPut);
    return status;
  }
  Result<std::string> get(const std::string& name) override { return inner_.get(name); }
  Result<bool> exists(const std::string& name) override {
    die_if(When::kInCommit);
    return inner_.exists(name);
  }
  Result<std::vector<StoredFile>> list(const std::string& folder) override {
    return inner_.list(folder);
  }
  Status remove(const std::string& name) override {
    die_if(When::kBeforeRemove);
    return inner_.remove(name);
  }
  Result<std::vector<std::string>> remove_abandoned_staging() override {
    return inner_.remove_abandoned_staging();
  }
  [[nodiscard]] std::string absolute(const std::string& name) const override {
    return inner_.absolute(name);
  }

 private:
  void die_if(When now) const {
    if (now == when_) ::kill(::getpid(), SIGKILL);
  }
  FileStore& inner_;
  When when_;
};

class CrashTest : public AnyHomeTest {
 protected:
  /// Runs `work` in a process of its own with a state of its own; how it ended.
  int in_child(const std::function<void(FileStore&, State&)>& work,
               std::optional<Deadly::When> when) {
    state_.reset();  // a connection must not be carried into another process
    const pid_t child = fork();
    if (child == 0) {
      auto inner = open_local_store(folder_.path());
      Deadly deadly(**inner, when.value_or(Deadly::When::kBeforePut));
      FileStore& files = when ? static_cast<FileStore&>(deadly) : **inner;
      auto state = open_state(files);
      if (!state.ok()) _exit(9);
      work(files, **state);
      _exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  static void commit_second(FileStore& files, State& state) {
    const Status status = state.commit(
        next("trips", 1, adopted_by(files, "trips", 2), {make_input("a"), make_input("b")}),
        {make_input("b")});
    if (!status.ok()) _exit(8);
  }

  std::vector<StoredFile> data_files() { return *files_->list("data/trips"); }
};

TEST_P(CrashTest, KilledBeforeItsCommitTheOldVersionStaysAndTheWorkCanBeRepeated) {
  const Manifest first = commit("trips", {make_input("a")});
  for (const auto when : {Deadly::When::kAfterAdopt, Deadly::When::kInCommit}) {
    const int status = in_child(commit_second, when);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was to be killed";
    reopen();
    EXPECT_FALSE(state_->rebuilt());
    EXPECT_EQ(**state_->newest_manifest("trips"), first);
    EXPECT_EQ(state_->table("inputs")->rows.size(), 1U)
        << "nothing of the second version is counted";
    EXPECT_FALSE(on_disk(manifest_name("trips", 2)));
  }
  EXPECT_EQ(data_files().size(), 3U) << "two tries have left their files";
  ASSERT_EQ(in_child(commit_second, std::nullopt), 0);
  reopen();
  EXPECT_EQ(*state_->newest("trips"), 2U);
  EXPECT_EQ(state_->table("inputs")->rows.size(), 2U);
  const auto removed = state_->clean_up("trips", 1, 0);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(data_files().size(), 2U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "staging")) << "of the killed processes";
}

TEST_P(CrashTest, KilledAfterItsCommitTheVersionIsThereAndItsManifestIsPutByTheNextOpen) {
  for (const auto when : {Deadly::When::kBeforePut, Deadly::When::kAfterPut}) {
    const std::string dataset = when == Deadly::When::kBeforePut ? "trips" : "zones";
    const int status = in_child(
        [&](FileStore& files, State& state) {
          const Status committed =
              state.commit(next(dataset, 0, adopted_by(files, dataset, 1)), {});
          static_cast<void>(committed.ok());
        },
        when);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was to be killed";
    EXPECT_EQ(on_disk(manifest_name(dataset, 1)), when == Deadly::When::kAfterPut);
    reopen();
    EXPECT_EQ(*state_->newest(dataset), 1U);
    EXPECT_TRUE(on_disk(manifest_name(dataset, 1)));
    EXPECT_EQ(*files_->get(newest_name(dataset)), "1\n");
    commit(dataset);
  }
  lose_index();
  reopen();
  EXPECT_EQ(state_->table("versions")->rows.size(), 4U);
}

TEST_P(CrashTest, AManifestThatCannotBePutIsReadFromTheIndexAndPutLater) {
  // A folder in its place.
  std::filesystem::create_directories(folder_ / manifest_name("trips", 1) / "in the way");
  const Manifest first = commit("trips");
  EXPECT_EQ(**state_->newest_manifest("trips"), first);
  std::filesystem::remove_all(folder_ / manifest_name("trips", 1));
  const Manifest second = commit("trips");
  EXPECT_TRUE(on_disk(manifest_name("trips", 1)));
  EXPECT_EQ(*state_->versions("trips"), (std::vector<Manifest>{second, first}));
}

TEST_P(CrashTest, KilledWhileCleaningUpNoKeptVersionLosesAFile) {
  commit("trips", {make_input("a")});
  const Manifest second = commit("trips", {make_input("a")});
  const int status = in_child(
      [](FileStore&, State& state) { static_cast<void>(state.clean_up("trips", 0, 0).ok()); },
      Deadly::When::kBeforeRemove);
  ASSERT_TRUE(WIFSIGNALED(status));
  reopen();
  EXPECT_EQ(*state_->versions("trips"), std::vector<Manifest>{second});
  EXPECT_EQ(data_files().size(), 2U) << "forgotten, not yet removed";
  ASSERT_TRUE(state_->clean_up("trips", 0, 0).ok());
  ASSERT_EQ(data_files().size(), 1U);
  EXPECT_EQ(data_files()[0].name, second.files[0].path);
}

TEST_P(CrashTest, KilledAtRandomTheStateIsAlwaysThatOfAWholeCommit) {
  uint64_t last = 0;
  // Each child has a little longer, until enough was committed however slow this machine is.
  for (int round = 0; round < 12 || last <= 5; ++round) {
    ASSERT_LT(round, 100) << "the test tests nothing";
    state_.reset();
    const pid_t child = fork();
    if (child == 0) {
      auto files = open_local_store(folder_.path());
      auto state = open_state(**files);
      if (!state.ok()) _exit(9);
      while (true) {
        const uint64_t base = *(*state)->newest("trips");
        std::vector<LedgerEntry> inputs;
        if (base > 0) inputs = (*state)->newest_manifest("trips")->value().inputs;
        inputs.push_back(make_input("f" + std::to_string(base + 1)));
        const Manifest manifest =
            next("trips", base, adopted_by(**files, "trips", base + 1), inputs);
        if (!(*state)->commit(manifest, {inputs.back()}).ok()) _exit(8);
        if (!(*state)->clean_up("trips", 2, 0).ok()) _exit(7);
      }
    }
    ::usleep(static_cast<useconds_t>(20'000 + round * 9'700));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    reopen();
    ASSERT_FALSE(state_->rebuilt());
    const auto newest = state_->newest_manifest("trips");
    ASSERT_TRUE(newest.ok()) << newest.error().text();
    if (!newest->has_value()) continue;
    const Manifest& manifest = **newest;
    ASSERT_GE(manifest.version, last);
    last = manifest.version;
    ASSERT_EQ(manifest.inputs.size(), manifest.version)
        << "one input for each version, none lost or doubled";
    for (const DataFile& file : manifest.files) ASSERT_TRUE(on_disk(file.path));
    ASSERT_EQ(state_->table("inputs")->rows.size(), manifest.version);
  }
}

TEST_P(CrashTest, OfTwoProcessesThatCommitAtOnceOneWinsAndTheOtherIsToldSo) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 8;
  state_.reset();
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      auto files = open_local_store(folder_.path());
      auto state = open_state(**files);
      if (!state.ok()) _exit(9);
      int won = 0;
      for (int round = 0; round < kRounds;) {
        const uint64_t base = *(*state)->newest("trips");
        const Status status =
            (*state)->commit(next("trips", base, adopted_by(**files, "trips", base + 1)), {});
        if (status.ok()) ++won, ++round;
        if (!status.ok() && status.error().code != Code::kConflict) _exit(100);
      }
      _exit(won);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), kRounds) << "100: another error than a conflict";
  }
  reopen();
  EXPECT_EQ(*state_->newest("trips"), uint64_t{kProcesses * kRounds});
  EXPECT_EQ(state_->versions("trips")->size(), size_t{kProcesses * kRounds});
}

TEST_P(CrashTest, TwoProcessesThatOpenAFreshFolderAtOnceBothGetIt) {
  for (int round = 0; round < 5; ++round) {
    lose_index();
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        auto files = open_local_store(folder_.path());
        const auto state = open_state(**files);
        _exit(state.ok() ? 0 : 1);
      }
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
  }
}

TEST_P(CrashTest, ARunWhoseProcessWasKilledIsClosedByTheNext) {
  const int status = in_child(
      [](FileStore&, State& state) {
        static_cast<void>(
            state
                .begin_run(
                    {.id = "r1", .environment = "prod", .status = "running", .started_at = 5})
                .ok());
        ::kill(::getpid(), SIGKILL);
      },
      std::nullopt);
  ASSERT_TRUE(WIFSIGNALED(status));
  reopen();
  const auto runs = state_->runs(10);
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ((*runs)[0].status, "failed");
  EXPECT_NE((*runs)[0].summary.find("killed"), std::string::npos);
  EXPECT_GT((*runs)[0].finished_at, 0);
}

RHUMB_FOR_ANY_HOME(CrashTest);

class FullDiskTest : public StoreTest {};

TEST_F(FullDiskTest, AFullDiskFailsTheCommitAndLeavesTheOldVersion) {
  const TestFolder small;
  if (::mount("tmpfs", small.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  }
  {
    auto files = open_local_store(small.path());
    auto state = State::open(small.path(), **files);
    ASSERT_TRUE(state.ok()) << state.error().text();
    ASSERT_TRUE((*state)->commit(next("trips", 0, adopted_by(**files, "trips", 1)), {}).ok());
    Manifest large = next("trips", 1, adopted_by(**files, "trips", 2));
    for (int i = 0; i < 20'000; ++i)
      large.inputs.push_back(make_input("input" + std::to_string(i)));
    const Status status = (*state)->commit(large, {});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kDiskFull) << status.error().text();
    EXPECT_EQ(*(*state)->newest("trips"), 1U);
    EXPECT_TRUE((*state)->newest_manifest("trips").ok());
    const Manifest retry = next("trips", 1, adopted_by(**files, "trips", 2));
    const Status retried = (*state)->commit(retry, {});
    EXPECT_TRUE(retried.ok()) << retried.error().text();
  }
  ::umount2(small.path().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace rhumb
