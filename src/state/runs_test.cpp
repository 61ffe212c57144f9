#include <gtest/gtest.h>

#include <limits>

#include "state/any_home.h"

namespace rhumb {
namespace {

class RunsTest : public AnyHomeTest {};

TEST_P(RunsTest, KeepsRunsNewestFirst) {
  for (int i = 1; i <= 3; ++i) {
    RunRecord run{.id = "r" + std::to_string(i),
                  .environment = "prod",
                  .status = "running",
                  .started_at = i * 1'000'000};
    ASSERT_TRUE(state_->begin_run(run).ok());
    run.status = "succeeded";
    run.summary = "Published version 42";
    run.finished_at = run.started_at + 5;
    ASSERT_TRUE(state_->finish_run(run).ok());
  }
  const auto two = state_->runs(2);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ((*two)[0].id, "r3");
  EXPECT_EQ((*two)[0].status, "succeeded");
  EXPECT_EQ((*two)[0].summary, "Published version 42");
  EXPECT_EQ((*two)[0].finished_at, 3'000'005);
  EXPECT_EQ(state_->runs(std::numeric_limits<size_t>::max())->size(), 3U);
  EXPECT_TRUE(state_->runs(0)->empty());
}

TEST_P(RunsTest, ARunThatIsStillGoingIsLeftAlone) {
  ASSERT_TRUE(state_->begin_run({.id = "r", .status = "running", .started_at = 1}).ok());
  reopen();
  EXPECT_EQ((*state_->runs(1))[0].status, "running");
}

TEST_P(RunsTest, TheSameRunTwiceIsAnError) {
  ASSERT_TRUE(state_->begin_run({.id = "r", .status = "running"}).ok());
  EXPECT_FALSE(state_->begin_run({.id = "r", .status = "running"}).ok());
}

TEST_P(RunsTest, KeepsStepsInOrder) {
  const StepRecord read{"r", "trips", "read", "1 file new", "done", 10, UINT64_MAX, 0.25};
  ASSERT_TRUE(state_->record_step(read).ok());
  ASSERT_TRUE(state_->record_step({.run = "r", .dataset = "weekly", .step = "build"}).ok());
  ASSERT_TRUE(state_->record_step({.run = "other"}).ok());
  const auto steps = state_->steps("r");
  ASSERT_EQ(steps->size(), 2U);
  EXPECT_EQ((*steps)[0].reason, "1 file new");
  EXPECT_EQ((*steps)[0].bytes, UINT64_MAX);
  EXPECT_EQ((*steps)[0].seconds, 0.25);
  EXPECT_EQ((*steps)[1].step, "build");
}

TEST_P(RunsTest, APublicationIsTheLastOneOfItsTarget) {
  ASSERT_TRUE(state_->record_publication({"weekly", "b in warehouse", 1, 10}).ok());
  ASSERT_TRUE(state_->record_publication({"weekly", "a in warehouse", 1, 10}).ok());
  ASSERT_TRUE(state_->record_publication({"weekly", "b in warehouse", 2, 20}).ok());
  const auto all = state_->publications();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].target, "a in warehouse");
  EXPECT_EQ((*all)[1].version, 2U);
  EXPECT_EQ((*all)[1].switched_at, 20);
}

RHUMB_FOR_ANY_HOME(RunsTest);

}  // namespace
}  // namespace rhumb
