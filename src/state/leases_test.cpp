#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/any_home.h"

namespace rhumb {
namespace {

class LeasesTest : public AnyHomeTest {
 protected:
  /// Another command, which has the same store open.
  std::unique_ptr<State> another() {
    auto opened = open_state(*files_);
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    return std::move(opened).value();
  }
  /// As if the leases had not been renewed for that long.
  void stand_still(double seconds) {
    const auto micros = static_cast<int64_t>(seconds * 1e6);
    change_tables("UPDATE leases SET renewed_at = renewed_at - " + std::to_string(micros));
  }
  /// A process that takes the lease and dies without a word.
  void killed_with_a_lease() {
    state_.reset();
    const pid_t child = fork();
    if (child == 0) {
      auto files = open_local_store(folder_.path());
      auto state = open_state(**files);
      if (!state.ok() || !(*state)->lease({"trips"}, "rhumb run").ok()) _exit(1);
      adopted_by(**files, "trips", 2);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    reopen();
  }
};

TEST_P(LeasesTest, OneHolderAtATimeAndTheOtherIsToldWhoSinceWhen) {
  ASSERT_TRUE(state_->lease({"trips", "zones"}, "rhumb run").ok());
  const auto other = another();
  const Status refused = other->lease({"areas", "zones"}, "rhumb rollback");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kBusy);
  EXPECT_NE(refused.error().message.find("zones is being worked on by `rhumb run` (process " +
                                         std::to_string(::getpid()) + ") since 20"),
            std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(state_->lease({"areas"}, "rhumb run").ok()) << "all of them or none";
  ASSERT_TRUE(state_->release_leases().ok());
  EXPECT_TRUE(other->lease({"areas", "zones"}, "rhumb rollback").ok());
}

TEST_P(LeasesTest, GivenBackWithTheObject) {
  ASSERT_TRUE(another()->lease({"trips"}, "rhumb run").ok());
  EXPECT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
}

TEST_P(LeasesTest, TakenTwiceByOneHolderIsOne) {
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  ASSERT_TRUE(state_->lease({"trips", "zones"}, "rhumb run").ok());
  commit("trips");
  EXPECT_EQ(another()->lease({"zones"}, "x").error().code, Code::kBusy);
}

TEST_P(LeasesTest, NobodyElseCommitsMeanwhile) {
  ASSERT_TRUE(another()->commit(next("trips", 0, adopted("trips", 1)), {}).ok())
      << "no lease is needed while nobody holds one";
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const auto other = another();
  EXPECT_EQ(other->commit(next("trips", 1, adopted("trips", 2)), {}).error().code, Code::kBusy);
  commit("trips");
  EXPECT_EQ(*other->newest("trips"), 2U);
}

TEST_P(LeasesTest, TheLeaseOfADeadProcessIsFreeAtOnceAndWhatItLeftIsRemoved) {
  const Manifest first = commit("trips");
  killed_with_a_lease();
  ASSERT_EQ(files_->list("data/trips")->size(), 2U);
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const auto left = *files_->list("data/trips");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, first.files[0].path);
}

TEST_P(LeasesTest, WhoWakesUpTooLateCanCommitNothing) {
  commit("trips");
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const std::vector<DataFile> files = adopted("trips", 2);
  const auto other = another();
  stand_still(kLeaseSeconds - 5);
  EXPECT_EQ(other->lease({"trips"}, "rhumb run").error().code, Code::kBusy);
  stand_still(10);
  ASSERT_TRUE(other->lease({"trips"}, "rhumb run").ok()) << "taken over";
  const Status late = state_->commit(next("trips", 1, files), {});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::kConflict);
  EXPECT_NE(late.error().message.find("taken over"), std::string::npos) << late.error().message;
  ASSERT_TRUE(other->commit(next("trips", 1, adopted("trips", 2)), {}).ok());
  // Its lease does not come back when the other gives it up.
  ASSERT_TRUE(other->release_leases().ok());
  EXPECT_EQ(state_->commit(next("trips", 2, adopted("trips", 3)), {}).error().code,
            Code::kConflict);
  EXPECT_EQ(*state_->newest("trips"), 2U);
}

TEST_P(LeasesTest, WhoWakesUpBeforeAnybodyTookOverGoesOn) {
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  stand_still(3 * kLeaseSeconds);
  commit("trips");
  EXPECT_EQ(*state_->newest("trips"), 1U);
}

TEST_P(LeasesTest, UnderTheLeaseNothingYoungIsAnybodyElses) {
  commit("trips");
  adopted("trips", 2);
  EXPECT_TRUE(state_->clean_up("trips", 9, 3'600'000'000)->empty());
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  EXPECT_EQ(state_->clean_up("trips", 9, 3'600'000'000)->size(), 1U);
}

RHUMB_FOR_ANY_HOME(LeasesTest);

}  // namespace
}  // namespace rhumb
