#include "state/inputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "state/testing.h"

namespace rhumb {
namespace {

using Contents = std::map<std::string, std::string>;  ///< name -> content hash

/// A source and what was taken from it, without any disk.
class InputsTest : public testing::Test {
 protected:
  /// Announces `name` with that content, under a version of its own.
  void put(const std::string& name, const std::string& content) {
    announced_[name] = {name, std::to_string(++clock_), content.size()};
    contents_[name] = content;
  }
  void gone(const std::string& name) { announced_.erase(name); }

  std::vector<InputDecision> decide(SameBytes policy = SameBytes::kTake) {
    std::vector<Announcement> list;
    for (const auto& [name, announcement] : announced_) list.push_back(announcement);
    auto decisions = decide_inputs(newest_, list, hash(), policy);
    EXPECT_TRUE(decisions.ok());
    return std::move(decisions).value();
  }

  ContentHash hash() {
    return [this](const Announcement& announcement) -> Result<std::string> {
      ++hashed_;
      return "#" + contents_.at(announcement.name);
    };
  }

  /// Does what the decisions say, as a run would.
  void apply(const std::vector<InputDecision>& decisions) {
    if (!newest_) newest_ = Manifest{.dataset = "trips"};
    ++newest_->version;
    for (const InputDecision& decision : decisions) {
      if (decision.action == InputAction::kReplace) {
        std::erase_if(newest_->inputs,
                      [&](const LedgerEntry& e) { return e.id == decision.replaces; });
      }
      if (decision.action != InputAction::kTake && decision.action != InputAction::kReplace)
        continue;
      newest_->inputs.push_back(
          {.id = decision.announcement.name + "@" + decision.announcement.version,
           .announcement = decision.announcement,
           .content_hash = decision.content_hash,
           .rows = 1000});
    }
  }

  std::optional<Manifest> newest_;
  std::map<std::string, Announcement> announced_;
  Contents contents_;
  int clock_ = 0;
  int hashed_ = 0;
};

TEST_F(InputsTest, NewInputsAreTaken) {
  put("b.csv", "x");
  put("a.csv", "y");
  const auto decisions = decide();
  ASSERT_EQ(decisions.size(), 2U);
  EXPECT_EQ(decisions[0].announcement.name, "a.csv");
  EXPECT_EQ(decisions[0].action, InputAction::kTake);
  EXPECT_EQ(decisions[0].reason, "new");
  EXPECT_EQ(decisions[0].content_hash, "#y");
}

TEST_F(InputsTest, NothingAnnouncedAndNothingKnownIsNoDecision) {
  EXPECT_TRUE(decide().empty());
}

TEST_F(InputsTest, TheSameAnnouncementIsSkippedWithoutALookAtTheContent) {
  put("a.csv", "x");
  apply(decide());
  hashed_ = 0;
  const auto again = decide();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].action, InputAction::kSkip);
  EXPECT_EQ(again[0].reason, "same announcement as in version 1");
  EXPECT_EQ(hashed_, 0);
}

TEST_F(InputsTest, TheSameBytesAnnouncedAnewAreSkipped) {
  put("a.csv", "x");
  apply(decide());
  put("a.csv", "x");
  const auto touched = decide();
  EXPECT_EQ(touched[0].action, InputAction::kSkip);
  EXPECT_EQ(touched[0].reason, "announced anew, but the same bytes as in version 1");
}

TEST_F(InputsTest, NewContentUnderTheOldNameReplacesItsRows) {
  put("a.csv", "x");
  apply(decide());
  put("a.csv", "y");
  const auto changed = decide();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].action, InputAction::kReplace);
  EXPECT_EQ(changed[0].replaces, "a.csv@1");
  EXPECT_EQ(changed[0].reason, "new content under the old name: replaces 1,000 rows");
}

TEST_F(InputsTest, ABAIsThreeStates) {
  for (const char* content : {"A", "B", "A"}) {
    put("a.csv", content);
    const auto decisions = decide(SameBytes::kSkip);
    ASSERT_EQ(decisions.size(), 1U);
    EXPECT_EQ(decisions[0].action, newest_ ? InputAction::kReplace : InputAction::kTake);
    apply(decisions);
    EXPECT_EQ(newest_->inputs[0].content_hash, std::string("#") + content);
  }
  EXPECT_EQ(newest_->version, 3U);
}

TEST_F(InputsTest, SameBytesUnderASecondNameFollowThePolicy) {
  put("a.csv", "x");
  apply(decide());
  put("b.csv", "x");
  const auto at = [&](SameBytes policy) { return decide(policy)[1]; };
  EXPECT_EQ(at(SameBytes::kTake).action, InputAction::kTake);
  EXPECT_EQ(at(SameBytes::kTake).reason, "new; same bytes as a.csv: policy take");
  EXPECT_EQ(at(SameBytes::kSkip).action, InputAction::kSkip);
  EXPECT_EQ(at(SameBytes::kSkip).reason, "same bytes as a.csv: policy skip");
  EXPECT_EQ(at(SameBytes::kRefuse).action, InputAction::kRefuse);
  EXPECT_EQ(at(SameBytes::kRefuse).reason, "same bytes as a.csv: policy refuse");
}

TEST_F(InputsTest, ThePolicyAlsoHoldsWithinOneListing) {
  put("a.csv", "x");
  put("b.csv", "x");
  const auto decisions = decide(SameBytes::kSkip);
  EXPECT_EQ(decisions[0].action, InputAction::kTake);
  EXPECT_EQ(decisions[1].action, InputAction::kSkip);
}

TEST_F(InputsTest, EmptyFilesAreNeverTheSameBytes) {
  put("a.csv", "");
  put("b.csv", "");
  for (const InputDecision& decision : decide(SameBytes::kRefuse)) {
    EXPECT_EQ(decision.action, InputAction::kTake);
  }
}

TEST_F(InputsTest, ARenamedFileIsSkippedByThePolicyAndTheReasonSaysWhereItWas) {
  put("a.csv", "x");
  apply(decide());
  gone("a.csv");
  put("b.csv", "x");
  const auto decisions = decide(SameBytes::kSkip);
  ASSERT_EQ(decisions.size(), 2U);
  EXPECT_EQ(decisions[0].reason, "same bytes as a.csv (no longer there): policy skip");
  EXPECT_EQ(decisions[1].action, InputAction::kGone);
}

TEST_F(InputsTest, WhatIsNoLongerThereKeepsItsRows) {
  put("a.csv", "x");
  apply(decide());
  gone("a.csv");
  const auto decisions = decide();
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].action, InputAction::kGone);
  EXPECT_EQ(decisions[0].reason, "no longer there: its 1,000 rows stay");
}

TEST_F(InputsTest, SwappedFilesAreReplacedAndCountOnceEach) {
  put("a.csv", "x");
  put("b.csv", "y");
  apply(decide());
  put("a.csv", "y");
  put("b.csv", "x");
  const auto decisions = decide(SameBytes::kRefuse);
  EXPECT_EQ(decisions[0].action, InputAction::kReplace);
  EXPECT_EQ(decisions[1].action, InputAction::kReplace);
}

TEST_F(InputsTest, RotatedLogsCountOnceEach) {
  put("log.1", "monday");
  apply(decide());
  put("log.2", "monday");
  put("log.1", "tuesday");
  const auto decisions = decide(SameBytes::kSkip);
  EXPECT_EQ(decisions[0].action, InputAction::kReplace);
  EXPECT_EQ(decisions[1].action, InputAction::kTake);
}

TEST_F(InputsTest, AReplacementComesBeforeANewNameWithTheSameBytes) {
  put("b.csv", "x");
  apply(decide());
  put("b.csv", "y");
  put("a.csv", "y");
  const auto decisions = decide(SameBytes::kSkip);
  EXPECT_EQ(decisions[0].action, InputAction::kSkip);
  EXPECT_EQ(decisions[1].action, InputAction::kReplace);
}

TEST_F(InputsTest, SkippingCannotHideThatAnOldNameBecameACopy) {
  put("a.csv", "x");
  put("b.csv", "y");
  apply(decide());
  put("b.csv", "x");
  const auto decisions = decide(SameBytes::kSkip);
  EXPECT_EQ(decisions[1].action, InputAction::kRefuse)
      << "its old rows would stay though y is gone";
  EXPECT_EQ(decide(SameBytes::kTake)[1].action, InputAction::kReplace);
}

TEST_F(InputsTest, OfSeveralAnnouncementsOfANameTheLastCounts) {
  put("a.csv", "new");
  const Announcement old{"a.csv", "0", 3};
  const Announcement now = announced_["a.csv"];
  const auto decisions = decide_inputs(newest_, {old, now, now}, hash(), SameBytes::kRefuse);
  ASSERT_EQ(decisions->size(), 3U);
  EXPECT_EQ((*decisions)[0].reason, "announced again with another version, which counts");
  EXPECT_EQ((*decisions)[1].reason, "announced twice");
  EXPECT_EQ((*decisions)[2].action, InputAction::kTake);
  EXPECT_EQ(hashed_, 1);
}

TEST_F(InputsTest, AFailingHashFailsTheDecision) {
  put("a.csv", "x");
  const auto decisions = decide_inputs(
      newest_, {announced_["a.csv"]},
      [](const Announcement&) -> Result<std::string> {
        return Error{Code::kIo, "gone", "", {}};
      },
      SameBytes::kTake);
  ASSERT_FALSE(decisions.ok());
  EXPECT_EQ(decisions.error().code, Code::kIo);
}

TEST_F(InputsTest, InputsWithoutAHashAreNeverTheSame) {
  newest_ = Manifest{.version = 1, .inputs = {make_input("a.csv", "1", "")}};
  put("a.csv", "x");
  EXPECT_EQ(decide(SameBytes::kRefuse)[0].action, InputAction::kReplace);
}

TEST_F(InputsTest, RefusedInputsBecomeOneErrorThatNamesThem) {
  put("a.csv", "x");
  EXPECT_TRUE(refused_inputs(decide(SameBytes::kRefuse), {}).ok());
  for (int i = 0; i < 8; ++i) put("copy" + std::to_string(i), "x");
  const Status status = refused_inputs(decide(SameBytes::kRefuse), {"sources/trips.yaml", 3, 1});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kSameBytes);
  EXPECT_EQ(status.error().place.line, 3);
  EXPECT_NE(status.error().message.find("copy0: same bytes as a.csv"), std::string::npos);
  EXPECT_NE(status.error().message.find("and 3 more"), std::string::npos) << status.error().message;
}

/// After any sequence of changes, the visible rows are those of a plain reference: for `take`, the
/// last content seen under every name; for `skip`, no content twice and none missing.
TEST_F(InputsTest, RandomHistoriesAgreeWithAPlainReference) {
  std::mt19937 random(7);
  for (int history = 0; history < 300; ++history) {
    const SameBytes policy = history % 2 == 0 ? SameBytes::kTake : SameBytes::kSkip;
    newest_.reset();
    announced_.clear();
    Contents reference;
    for (int step = 0; step < 12; ++step) {
      for (unsigned change = random() % 4; change > 0; --change) {
        const std::string name = "f" + std::to_string(random() % 5);
        if (random() % 5 == 0) {
          gone(name);
        } else {
          put(name, "c" + std::to_string(random() % 4));
        }
      }
      const auto decisions = decide(policy);
      const bool refused =
          std::any_of(decisions.begin(), decisions.end(),
                      [](const InputDecision& d) { return d.action == InputAction::kRefuse; });
      if (refused) break;  // the run stops, and somebody has to tidy up first
      for (const auto& [name, announcement] : announced_) reference[name] = contents_[name];
      apply(decisions);
      std::multimap<std::string, std::string> visible;
      std::set<std::string> hashes;
      for (const LedgerEntry& input : newest_->inputs) {
        visible.emplace(input.announcement.name, input.content_hash.substr(1));
        hashes.insert(input.content_hash.substr(1));
      }
      if (policy == SameBytes::kTake) {
        ASSERT_EQ((Contents{visible.begin(), visible.end()}), reference);
        ASSERT_EQ(visible.size(), reference.size());
      } else {
        ASSERT_EQ(hashes.size(), newest_->inputs.size()) << "a content counts twice";
        for (const auto& [name, announcement] : announced_) {
          ASSERT_TRUE(hashes.contains(contents_[name])) << name << " is missing";
        }
      }
    }
  }
}

}  // namespace
}  // namespace rhumb
