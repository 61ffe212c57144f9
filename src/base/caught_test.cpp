#include "base/caught.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rhumb {
namespace {

TEST(Caught, PassesOnWhatTheWorkReturns) {
  EXPECT_TRUE(caught([]() -> Status { return {}; }).ok());
  const Status refused = caught([]() -> Status { return Error{Code::kIo, "no disk", "", {}}; });
  EXPECT_EQ(refused.error().code, Code::kIo);
}

TEST(Caught, TellsABugFromMissingMemory) {
  const Status bug = caught([]() -> Status { throw std::logic_error("index 7 of 3"); });
  ASSERT_FALSE(bug.ok());
  EXPECT_EQ(bug.error().code, Code::kInternal);
  EXPECT_EQ(exit_status(bug.error().code), 70);
  EXPECT_NE(bug.error().message.find("index 7 of 3"), std::string::npos);
  EXPECT_FALSE(bug.error().hint.empty());
  const Status memory = caught([]() -> Status { throw std::bad_alloc(); });
  EXPECT_EQ(memory.error().code, Code::kOutOfMemory);
  const Status strange = caught([]() -> Status { throw 7; });
  EXPECT_EQ(strange.error().code, Code::kInternal);
}

}  // namespace
}  // namespace rhumb
