#include "run/step_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace rhumb {
namespace {

class StepClockTest : public testing::Test {
 protected:
  /// Looks, when every limit of a test is over.
  void look() {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    clock_.look([this] { ++engine_stops_; });
  }

  const TimeLimit short_{.length = 1000, .place = {"models/m.sql", 3, 4}};
  const Error cancelled_{Code::kCancelled, "cancelled", "", {}};
  CancelFlag run_;
  StepClock clock_{run_};
  int engine_stops_ = 0;
};

TEST_F(StepClockTest, AStepOverItsLimitIsStoppedAgainAndAgain) {
  const TimedStep timed(&clock_, "building m", short_);
  EXPECT_FALSE(clock_.stop().requested());
  look();
  look();
  EXPECT_TRUE(clock_.stop().requested());
  EXPECT_FALSE(run_.requested());
  EXPECT_EQ(engine_stops_, 2);
  const Error error = clock_.explain(cancelled_);
  EXPECT_EQ(error.code, Code::kTimeout);
  EXPECT_EQ(error.message, "building m was stopped: it took longer than its limit of 1 ms");
  EXPECT_EQ(error.place.text(), "models/m.sql:3:4");
  EXPECT_EQ(clock_.explain({Code::kIo, "no disk", "", {}}).code, Code::kIo);
}

TEST_F(StepClockTest, TheNextStepHasNothingOfIt) {
  {
    const TimedStep timed(&clock_, "building m", short_);
    look();
  }
  EXPECT_FALSE(clock_.stop().requested());
  EXPECT_EQ(clock_.explain(cancelled_).code, Code::kTimeout) << "it may be explained afterwards";
  look();
  EXPECT_EQ(engine_stops_, 1) << "nothing is at work";
  const TimedStep timed(&clock_, "building n", {.length = 60'000'000, .place = {}});
  look();
  EXPECT_EQ(engine_stops_, 1);
  EXPECT_EQ(clock_.explain(cancelled_).code, Code::kCancelled);
}

TEST_F(StepClockTest, WithoutALimitOnlyTheRunStopsIt) {
  const TimedStep timed(&clock_, "reading m", {});
  look();
  EXPECT_FALSE(clock_.stop().requested());
  run_.request();
  EXPECT_TRUE(clock_.stop().requested());
  EXPECT_EQ(clock_.explain(cancelled_).code, Code::kCancelled);
}

TEST_F(StepClockTest, OutsideOfARunThereIsNoClock) {
  const TimedStep timed(nullptr, "reading m", short_);
}

}  // namespace
}  // namespace rhumb
