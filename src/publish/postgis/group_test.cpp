#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

class PostgisGroupTest : public TargetTest {
 protected:
  struct Member {
    std::unique_ptr<Target> target;
    PublishRequest request;
  };

  static Status stage(Member& member) {
    MadeRows stream = rows(member.request.version);
    RHUMB_ASSIGN(const uint64_t staged, member.target->stage(member.request, stream));
    static_cast<void>(staged);
    return {};
  }
  static Result<std::vector<SwitchReport>> switch_all(std::vector<Member>& members) {
    std::vector<SwitchMember> all;
    for (Member& member : members) all.push_back({member.target.get(), &member.request});
    return members.front().target->switch_together(all);
  }
  std::vector<Member> three(uint64_t version) const {
    std::vector<Member> members;
    members.push_back({target({{"view", text("c.numbers_c")}}), request(version)});
    members.push_back(
        {target({{"view", text("a.numbers_a")}, {"switch", text("pointer")}}), request(version)});
    members.push_back({target({{"view", text("b.numbers_b")}}), request(version)});
    return members;
  }
};

TEST_F(PostgisGroupTest, StagedAtOnceTheyMakeWhatTheyShareOnce) {
  for (int turn = 0; turn < 10; ++turn) {
    const std::string schema = "fresh" + std::to_string(turn);
    std::vector<std::thread> threads;
    for (const char* name : {".first", ".second", ".third"}) {
      threads.emplace_back([this, view = schema + name] {
        Member member{target({{"view", text(view)}}), request(1)};
        const Status staged = stage(member);
        EXPECT_TRUE(staged.ok()) << staged.error().text();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(PostgisGroupTest, ViewsOfManySchemasSwitchInOneTransaction) {
  std::atomic<bool> stop{false};
  std::atomic<int> mixed{0}, errors{0};
  std::vector<std::thread> readers;
  for (uint64_t version = 1; version <= 8; ++version) {
    auto members = three(version);
    EXPECT_EQ(members[0].target->switch_group(), members[1].target->switch_group());
    for (Member& member : members) ASSERT_TRUE(stage(member).ok());
    const auto reports = switch_all(members);
    ASSERT_TRUE(reports.ok()) << reports.error().text();
    ASSERT_EQ(reports->size(), 3U);
    for (const SwitchReport& report : *reports) EXPECT_EQ(report.version, version);
    for (Member& member : members) ASSERT_TRUE(member.target->retire(member.request).ok());
    EXPECT_EQ(value("SELECT count(DISTINCT xmin::text) || ' ' || count(*) FROM rhumb.publications"
                    " WHERE version = " +
                    std::to_string(version)),
              "1 3");
    if (version > 1) continue;
    for (const char* order : {"a.numbers_a x JOIN b.numbers_b y USING (id) JOIN c.numbers_c z",
                              "c.numbers_c x JOIN b.numbers_b y USING (id) JOIN a.numbers_a z"}) {
      readers.emplace_back([&, order] {
        PgConnection reader = connect();
        while (!stop) {
          const auto seen = reader.query(
              std::string("SELECT min(x.v) = max(x.v) AND min(x.v) = min(y.v) AND max(y.v) ="
                          " max(z.v) AND min(z.v) = max(z.v) AND count(*) = 1000 FROM ") +
              order + " USING (id)");
          if (!seen.ok()) {
            ++errors;
          } else if (!seen->boolean(0, 0)) {
            ++mixed;
          }
        }
      });
    }
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(mixed, 0)
      << "a statement that has locked one of the views holds back the switch of all";
}

TEST_F(PostgisGroupTest, AllOrNone) {
  auto members = three(1);
  for (Member& member : members) ASSERT_TRUE(stage(member).ok());
  ASSERT_TRUE(switch_all(members).ok());
  for (Member& member : members) ASSERT_TRUE(member.target->retire(member.request).ok());
  auto next = three(2);
  for (Member& member : next) ASSERT_TRUE(stage(member).ok());
  // One of them lacks its staged table.
  run("DROP TABLE b.numbers_b_v2");
  const auto reports = switch_all(next);
  ASSERT_FALSE(reports.ok());
  EXPECT_EQ(value("SELECT (SELECT max(v) FROM a.numbers_a) || ',' || (SELECT max(v) FROM"
                  " b.numbers_b) || ',' || (SELECT max(v) FROM c.numbers_c)"),
            "1,1,1");
}

}  // namespace
}  // namespace rhumb
