#include <gtest/gtest.h>

#include "base/id.h"
#include "state/any_home.h"

namespace rhumb {
namespace {

class RunEventsTest : public AnyHomeTest {};

TEST_P(RunEventsTest, KeepsThemInTheirOrder) {
  ASSERT_TRUE(state_->record_events({}).ok());
  ASSERT_TRUE(state_
                  ->record_events({{"r", 7, "note", "trips", "{\"text\":\"Ü\"}"},
                                   {"other", 1, "note", "", "{}"},
                                   {"r", 5, "step", "", "{}"}})
                  .ok());
  reopen();
  const auto events = state_->events("r");
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0].at, 7);
  EXPECT_EQ((*events)[0].kind, "note");
  EXPECT_EQ((*events)[0].dataset, "trips");
  EXPECT_EQ((*events)[0].body, "{\"text\":\"Ü\"}");
  EXPECT_EQ((*events)[1].kind, "step");
  EXPECT_EQ(state_->table("events")->rows.size(), 3U);
}

TEST_P(RunEventsTest, CountsWhatARunPutAside) {
  const Reject bad{.input = "a", .reason = RejectReason::kBadDate};
  const Reject row{.input = "a", .reason = RejectReason::kBadNumber};
  ASSERT_TRUE(state_->quarantine("trips", "r", "a@1", {bad, row, bad}).ok());
  ASSERT_TRUE(state_->keep_repairs("zones", "r", "z@1", {bad}).ok());
  ASSERT_TRUE(state_->quarantine("trips", "other", "b@1", {bad}).ok());
  const auto counts = state_->quarantine_counts("r");
  ASSERT_EQ(counts->size(), 3U);
  EXPECT_EQ((*counts)[0].source, "trips");
  EXPECT_EQ((*counts)[0].reason, reason_name(RejectReason::kBadDate));
  EXPECT_EQ((*counts)[0].records, 2U);
  EXPECT_EQ((*counts)[2].status, "repaired");
}

TEST_P(RunEventsTest, AStoreKeepsItsId) {
  const std::string id = state_->store_id();
  EXPECT_EQ(id.size(), new_id().size());
  reopen();
  EXPECT_EQ(state_->store_id(), id);
  commit("trips");
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(state_->store_id(), id);
}

TEST_P(RunEventsTest, AnIdThatIsNoneIsRefused) {
  for (const char* text : {"", "short", "01HV6Z0Q3W8K5T1N7RXD2M4C'A"}) {
    state_.reset();
    ASSERT_TRUE(files_->put(kStoreIdFile, text).ok());
    const auto opened = open_state(*files_);
    ASSERT_FALSE(opened.ok()) << text;
    EXPECT_EQ(opened.error().code, Code::kState);
  }
}

RHUMB_FOR_ANY_HOME(RunEventsTest);

}  // namespace
}  // namespace rhumb
