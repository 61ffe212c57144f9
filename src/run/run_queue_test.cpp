#include "run/run_queue.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

using Kind = RunTask::Kind;

/// trips, zones -> joined (published) -> weekly; zones -> areas; weekly asserts on areas.
class RunQueueTest : public testing::Test {
 protected:
  RunQueueTest() {
    source("trips");
    source("zones");
    model("areas", {"zones"}, {});
    model("joined", {"trips", "zones"}, {});
    project.models["joined"].publish.push_back({});
    model("weekly", {"joined"}, {"areas"});
  }

  void source(const std::string& name) {
    project.sources[name] = {};
    plan.steps.push_back({.dataset = name, .is_source = true, .action = Action::kRead});
  }

  void model(const std::string& name, std::vector<std::string> stored,
             std::vector<std::string> asserted) {
    auto tree = SyntaxTree::parse(
        R"({"error":false,"statements":[{"node":{"type":"SELECT_NODE"}}]})", "SELECT 1");
    project.models[name].name = name;
    analysis.models.emplace(name, ModelAnalysis{.tree = std::move(tree).value(),
                                                .stored = std::move(stored),
                                                .asserted = std::move(asserted)});
    plan.steps.push_back({.dataset = name, .action = Action::kRebuild});
  }

  [[nodiscard]] RunQueue queue(bool stage = true) const {
    return RunQueue(project, analysis, plan, stage);
  }

  /// Everything that may start now: `read trips`, ...
  std::vector<std::string> started(RunQueue& queue) {
    std::vector<std::string> out;
    while (const auto task = queue.next()) {
      const char* verb = task->kind == Kind::kRead    ? "read "
                         : task->kind == Kind::kBuild ? "build "
                                                      : "stage ";
      out.push_back(verb + plan.steps[task->step].dataset);
    }
    return out;
  }

  Project project;
  Analysis analysis;
  Plan plan;
  using Names = std::vector<std::string>;
};

TEST_F(RunQueueTest, WhatDependsOnNothingStartsAtOnce) {
  RunQueue all = queue();
  EXPECT_EQ(started(all), (Names{"read trips", "read zones"}));
  EXPECT_FALSE(all.has_next());
  all.finished({Kind::kRead, 1}, true);
  EXPECT_EQ(started(all), (Names{"build areas"}));
  all.finished({Kind::kRead, 0}, true);
  EXPECT_EQ(started(all), (Names{"build joined"}));
  all.finished({Kind::kBuild, 3}, true);
  EXPECT_EQ(started(all), (Names{"stage joined"})) << "weekly's asserts wait for areas";
  all.finished({Kind::kBuild, 2}, true);
  EXPECT_EQ(started(all), (Names{"build weekly"})) << "while joined is staged";
  EXPECT_TRUE(all.finished({Kind::kStage, 3}, true).empty());
}

TEST_F(RunQueueTest, AFailureBreaksWhatNeedsItAndNothingElse) {
  RunQueue all = queue();
  started(all);
  all.finished({Kind::kRead, 1}, true);
  const auto broken = all.finished({Kind::kRead, 0}, false);
  ASSERT_EQ(broken.size(), 2U) << "a model that is built and staged is named once";
  EXPECT_EQ(plan.steps[broken[0].step].dataset, "joined");
  EXPECT_EQ(broken[0].because, "trips");
  EXPECT_EQ(plan.steps[broken[1].step].dataset, "weekly");
  EXPECT_EQ(broken[1].because, "joined");
  EXPECT_EQ(started(all), (Names{"build areas"}));
  EXPECT_TRUE(all.finished({Kind::kBuild, 2}, true).empty());
  EXPECT_FALSE(all.has_next());
}

TEST_F(RunQueueTest, AFailedStagingBreaksNoBuild) {
  RunQueue all = queue();
  started(all);
  all.finished({Kind::kRead, 0}, true);
  all.finished({Kind::kRead, 1}, true);
  started(all);
  all.finished({Kind::kBuild, 2}, true);
  all.finished({Kind::kBuild, 3}, true);
  EXPECT_EQ(started(all), (Names{"stage joined", "build weekly"}));
  EXPECT_TRUE(all.finished({Kind::kStage, 3}, false).empty());
}

TEST_F(RunQueueTest, WhatIsLeftAloneStopsNobody) {
  plan.steps[0].action = Action::kSkip;
  plan.steps[2].action = Action::kSkip;
  plan.steps[3].action = Action::kPublish;
  RunQueue all = queue();
  EXPECT_EQ(started(all), (Names{"read zones", "build weekly"})) << "joined has its version";
  all.finished({Kind::kRead, 1}, true);
  EXPECT_EQ(started(all), (Names{"stage joined"}));
  RunQueue store_only = queue(false);
  EXPECT_EQ(started(store_only), (Names{"read zones", "build weekly"}));
  store_only.finished({Kind::kRead, 1}, true);
  EXPECT_EQ(started(store_only), Names{}) << "targets are left as they are";
}

TEST_F(RunQueueTest, WhatIsPutBackComesAgain) {
  RunQueue all = queue();
  const auto first = all.next();
  ASSERT_TRUE(first);
  all.put_back(*first);
  EXPECT_EQ(all.next(), first);
}

}  // namespace
}  // namespace rhumb
