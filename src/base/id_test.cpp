#include "base/id.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

namespace rhumb {
namespace {

TEST(Id, IsTwentySixCharactersThatSortByTime) {
  const std::string first = new_id();
  EXPECT_EQ(first.size(), 26U);
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
  EXPECT_LE(first.substr(0, 10), new_id().substr(0, 10));
}

TEST(Id, NoneComesTwice) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_id());
  EXPECT_EQ(ids.size(), 10'000U);
}

TEST(Id, AForkedProcessMakesOthers) {
  static_cast<void>(new_id());  // whatever state there is, the child inherits it
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string id = new_id();
    const bool sent = ::write(ends[1], id.data(), id.size()) == 26;
    ::_exit(sent ? 0 : 1);
  }
  std::string theirs(26, ' ');
  EXPECT_EQ(::read(ends[0], theirs.data(), theirs.size()), 26);
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  // The time may be the same, the rest may not.
  EXPECT_NE(theirs.substr(10), new_id().substr(10));
}

}  // namespace
}  // namespace rhumb
