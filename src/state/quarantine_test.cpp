#include <gtest/gtest.h>

#include "state/any_home.h"

namespace rhumb {
namespace {

class QuarantineTest : public AnyHomeTest {
 protected:
  static Reject reject(uint64_t line) {
    return {.input = "a.csv",
            .line = line,
            .column = 7,
            .field = "fare",
            .reason = RejectReason::kBadNumber,
            .message = "not a number: x",
            .raw = "1,x,3"};
  }
};

TEST_P(QuarantineTest, KeepsEverythingAboutARecord) {
  Reject odd = reject(9);
  odd.raw = std::string("\0\xFF\r\n\"", 5);
  odd.input = "na\xFFme";
  ASSERT_TRUE(state_->quarantine("trips", "run", "id1", {reject(3), odd}).ok());
  const auto rows = state_->quarantined("trips", "open");
  ASSERT_EQ(rows->size(), 2U);
  const QuarantineRow& first = (*rows)[0];
  EXPECT_EQ(first.run, "run");
  EXPECT_EQ(first.input_id, "id1");
  EXPECT_EQ(first.reject.line, 3U);
  EXPECT_EQ(first.reject.column, 7U);
  EXPECT_EQ(first.reject.field, "fare");
  EXPECT_EQ(first.reject.message, "not a number: x");
  EXPECT_EQ(first.reject.raw, "1,x,3");
  EXPECT_EQ(first.status, "open");
  EXPECT_GT(first.at, 0);
  EXPECT_EQ((*rows)[1].reject.raw, odd.raw);
  EXPECT_EQ((*rows)[1].reject.input, odd.input);
}

TEST_P(QuarantineTest, KeepsEveryReason) {
  std::vector<Reject> all;
  for (int i = 0; i <= static_cast<int>(RejectReason::kMalformed); ++i) {
    all.push_back(reject(static_cast<uint64_t>(i)));
    all.back().reason = static_cast<RejectReason>(i);
  }
  ASSERT_TRUE(state_->quarantine("trips", "run", "id", all).ok());
  const auto rows = state_->quarantined("trips", "");
  ASSERT_EQ(rows->size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ((*rows)[i].reject.reason, all[i].reason);
}

TEST_P(QuarantineTest, ReadingAnInputAgainStartsFromNothing) {
  ASSERT_TRUE(state_->quarantine("trips", "run", "id1", {reject(1)}).ok());
  ASSERT_TRUE(state_->quarantine("trips", "run", "id2", {reject(1)}).ok());
  ASSERT_TRUE(state_->quarantine("zones", "run", "id1", {reject(1)}).ok());
  ASSERT_TRUE(state_->clear_quarantine("trips", "id1").ok());
  const auto rows = state_->quarantined("trips", "open");
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ((*rows)[0].input_id, "id2");
  EXPECT_EQ(state_->quarantined("zones", "open")->size(), 1U);
}

TEST_P(QuarantineTest, RecordsAreMarked) {
  ASSERT_TRUE(state_->quarantine("trips", "run", "id", {reject(1), reject(2), reject(3)}).ok());
  const auto rows = *state_->quarantined("trips", "open");
  ASSERT_TRUE(state_->mark_quarantined({rows[0].id, rows[2].id}, "replayed").ok());
  EXPECT_EQ(state_->quarantined("trips", "open")->size(), 1U);
  EXPECT_EQ(state_->quarantined("trips", "replayed")->size(), 2U);
  EXPECT_EQ(state_->quarantined("trips", "")->size(), 3U);
  EXPECT_TRUE(state_->mark_quarantined({}, "replayed").ok());
  EXPECT_TRUE(state_->quarantine("trips", "run", "id", {}).ok());
  EXPECT_TRUE(state_->keep_repairs("trips", "run", "id", {}).ok());
}

TEST_P(QuarantineTest, RepairsAreKeptApart) {
  ASSERT_TRUE(state_->quarantine("zones", "run", "id", {reject(1)}).ok());
  ASSERT_TRUE(state_->keep_repairs("zones", "run", "id", {reject(2)}).ok());
  EXPECT_EQ(state_->quarantined("zones", "open")->size(), 1U);
  ASSERT_EQ(state_->quarantined("zones", "repaired")->size(), 1U);
  EXPECT_EQ((*state_->quarantined("zones", "repaired"))[0].reject.line, 2U);
}

TEST_P(QuarantineTest, TakesLargeRecordsAndManyOfThem) {
  Reject large = reject(1);
  large.raw = std::string(20'000'000, 'x');
  ASSERT_TRUE(state_->quarantine("trips", "run", "large", {large}).ok());
  EXPECT_EQ((*state_->quarantined("trips", "open"))[0].reject.raw.size(), 20'000'000U);
  const std::vector<Reject> many(20'000, reject(5));
  ASSERT_TRUE(state_->quarantine("zones", "run", "many", many).ok());
  EXPECT_EQ(state_->quarantined("zones", "open")->size(), 20'000U);
}

RHUMB_FOR_ANY_HOME(QuarantineTest);

}  // namespace
}  // namespace rhumb
