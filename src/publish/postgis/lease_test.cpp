#include "publish/postgis/lease.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

using namespace std::chrono_literals;

constexpr Micros kLongEnough = 60'000'000;

class PostgisLeaseTest : public TargetTest {
 protected:
  /// A target whose publisher may be silent for two seconds.
  [[nodiscard]] std::unique_ptr<Target> process(std::shared_ptr<LeaseKeeper> keeper) const {
    auto made = make_postgis_target(map({{"view", text("public.numbers")}}),
                                    {"warehouse", url(), std::move(keeper)}, "numbers", "");
    return std::move(made).value();
  }
  [[nodiscard]] std::shared_ptr<LeaseKeeper> keeper() const {
    return make_lease_keeper(url(), 2'000'000);
  }
  static Status stage(Target& to, const PublishRequest& request) {
    MadeRows stream = rows(request.version);
    RHUMB_ASSIGN(const uint64_t staged, to.stage(request, stream));
    static_cast<void>(staged);
    return {};
  }
  /// What the server does with the sessions of a process that has gone silent.
  void end_session_that_holds_the_lock() const {
    run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND pid <> pg_backend_pid()");
  }
};

TEST_F(PostgisLeaseTest, RefusedWhileAnotherPublishesAndSaysWho) {
  const auto first = process(keeper());
  ASSERT_TRUE(stage(*first, request(1)).ok());
  const auto second = process(keeper());
  const Status refused = stage(*second, request(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kBusy);
  EXPECT_NE(refused.error().message.find("run run1"), std::string::npos) << refused.error().text();
  EXPECT_NE(refused.error().hint.find("--wait"), std::string::npos);
}

TEST_F(PostgisLeaseTest, WaitsWhenAskedToAndSaysSo) {
  const auto first = process(keeper());
  ASSERT_TRUE(stage(*first, request(1)).ok());
  std::thread finishes([&] {
    std::this_thread::sleep_for(1500ms);
    EXPECT_TRUE(first->switch_over(request(1)).ok());
    EXPECT_TRUE(first->retire(request(1)).ok());
  });
  const auto second = process(keeper());
  PublishRequest patient = request(2);
  std::string said;
  patient.wait_for_others = kLongEnough;
  patient.say = [&](const std::string& text) { said = text; };
  const Status staged = stage(*second, patient);
  finishes.join();
  ASSERT_TRUE(staged.ok()) << staged.error().text();
  EXPECT_NE(said.find("waiting for run run1"), std::string::npos) << said;
  ASSERT_TRUE(second->switch_over(patient).ok());
  EXPECT_EQ(visible(), "2..2 1000");
}

TEST_F(PostgisLeaseTest, AWaitingPublisherCanBeCancelled) {
  const auto first = process(keeper());
  ASSERT_TRUE(stage(*first, request(1)).ok());
  const auto second = process(keeper());
  CancelFlag flag;
  PublishRequest patient = request(2);
  patient.wait_for_others = kLongEnough;
  patient.cancel = &flag;
  std::thread cancels([&] {
    std::this_thread::sleep_for(1200ms);
    flag.request();
  });
  const Status staged = stage(*second, patient);
  cancels.join();
  EXPECT_EQ(staged.error().code, Code::kCancelled);
}

TEST_F(PostgisLeaseTest, APublisherThatLostItsLeaseCannotSwitchOrDrop) {
  const auto silent = process(keeper());
  ASSERT_TRUE(stage(*silent, request(1)).ok());
  end_session_that_holds_the_lock();
  const auto next = process(keeper());
  PublishRequest second = request(2);
  ASSERT_TRUE(stage(*next, second).ok());
  // While the new one holds the lease, and after it is done.
  EXPECT_FALSE(silent->switch_over(request(1)).ok());
  ASSERT_TRUE(next->switch_over(second).ok());
  EXPECT_EQ(visible(), "2..2 1000");
  ASSERT_TRUE(next->retire(second).ok());
  const auto late = silent->switch_over(request(1));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::kConflict) << late.error().text();
  EXPECT_NE(late.error().message.find("lost its lease"), std::string::npos);
  EXPECT_FALSE(silent->retire(request(1)).ok());
  EXPECT_EQ(visible(), "2..2 1000");
  EXPECT_EQ(tables(), "numbers_v2");
}

TEST_F(PostgisLeaseTest, ALostSessionAloneDoesNotLoseTheLease) {
  const auto to = process(keeper());
  ASSERT_TRUE(stage(*to, request(1)).ok());
  end_session_that_holds_the_lock();
  const auto switched = to->switch_over(request(1));
  ASSERT_TRUE(switched.ok()) << switched.error().text();
  EXPECT_EQ(visible(), "1..1 1000");
}

TEST_F(PostgisLeaseTest, ASilentProcessLosesItsLocksByItself) {
  // Nobody asks for this keeper: its thread is the only one that keeps it alive.
  LeaseKeeper alive(url(), 2'000'000);
  ASSERT_EQ(*alive.try_lock("a"), "");
  PgConnection silent = connect();
  run(silent,
      "SET idle_session_timeout = 2000; SELECT pg_advisory_lock(hashtextextended('rhumb:b',0))");
  std::this_thread::sleep_for(3500ms);
  LeaseKeeper other(url(), 2'000'000);
  EXPECT_EQ(*other.try_lock("a"), "a");
  EXPECT_EQ(*other.try_lock("b"), "");
  alive.unlock("a");
  EXPECT_EQ(*other.try_lock("a"), "");
}

TEST_F(PostgisLeaseTest, OneSessionHoldsTheLeasesOfAllTargets) {
  // Other programs of tests have databases of the same server, and locks in them.
  const std::string own =
      "FROM pg_locks WHERE locktype = 'advisory' AND database ="
      " (SELECT oid FROM pg_database WHERE datname = current_database())";
  const auto shared = keeper();
  EXPECT_EQ(*shared->try_lock("a"), "");
  EXPECT_EQ(*shared->try_lock("b"), "");
  EXPECT_EQ(value("SELECT count(DISTINCT pid) || ' ' || count(*) " + own), "1 2");
  EXPECT_EQ(*shared->holder("a"), *shared->holder("b"));
  EXPECT_NE(*shared->holder("a"), 0);
  EXPECT_EQ(*shared->holder("c"), 0);
  shared->unlock("a");
  shared->unlock("b");
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(value("SELECT count(*) " + own), "0");
}

TEST_F(PostgisLeaseTest, WhoWantsSeveralTakesThemInOneOrder) {
  const auto one = keeper();
  const auto two = keeper();
  for (const auto& each : {one, two}) {
    each->expect({"", "a"});
    each->expect({"public", "b"});
  }
  EXPECT_EQ(*one->try_lock("public.b"), "") << "and, before it, a";
  EXPECT_EQ(*two->try_lock("public.a"), "public.a") << "so two holds nothing that one wants";
  EXPECT_EQ(*two->try_lock("public.b"), "public.a");
  EXPECT_EQ(*one->try_lock("public.a"), "");
  one->unlock("public.a");
  EXPECT_EQ(*two->try_lock("public.b"), "public.b");
  one->unlock("public.b");
  EXPECT_EQ(*two->try_lock("public.b"), "");
}

TEST_F(PostgisLeaseTest, WhatWasOnlyExpectedGoesWithTheLastThatWasAskedFor) {
  const auto one = keeper();
  one->expect({"public", "a"});
  ASSERT_EQ(*one->try_lock("public.b"), "");
  const auto two = keeper();
  EXPECT_EQ(*two->try_lock("public.a"), "public.a");
  one->unlock("public.b");
  EXPECT_EQ(*two->try_lock("public.a"), "");
}

}  // namespace
}  // namespace rhumb
