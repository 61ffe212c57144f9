#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>

#include "state/any_home.h"

namespace rhumb {
namespace {

class VersionsTest : public AnyHomeTest {
 protected:
  /// Rows of rhumb_inputs as `name added_in removed_in`.
  std::vector<std::string> ledger() {
    const Table table = *state_->table("inputs");
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
      lines.push_back(*row[2] + " " + *row[10] + " " + row[11].value_or("-"));
    }
    return lines;
  }
};

TEST_P(VersionsTest, AnEmptyStoreHasNothing) {
  EXPECT_EQ(*state_->newest("trips"), 0U);
  EXPECT_FALSE(state_->newest_manifest("trips")->has_value());
  EXPECT_TRUE(state_->versions("trips")->empty());
  EXPECT_TRUE(state_->datasets()->empty());
  EXPECT_EQ(state_->manifest("trips", 1).error().code, Code::kNotFound);
  EXPECT_FALSE(state_->rebuilt());
}

TEST_P(VersionsTest, ACommittedVersionIsThereForTheNextProcess) {
  const Manifest first = commit("trips", {make_input("a.csv")});
  const Manifest second = commit("trips", {make_input("a.csv"), make_input("b.csv")});
  commit("zones");
  reopen();
  EXPECT_EQ(**state_->newest_manifest("trips"), second);
  EXPECT_EQ(*state_->manifest("trips", 1), first);
  EXPECT_EQ(*state_->versions("trips"), (std::vector<Manifest>{second, first}));
  EXPECT_EQ(*state_->datasets(), (std::vector<std::string>{"trips", "zones"}));
  EXPECT_FALSE(state_->rebuilt());
}

TEST_P(VersionsTest, AVersionThatFollowsAnOldOneIsAConflict) {
  commit("trips");
  commit("trips");
  const Manifest late = next("trips", 1, adopted("trips", 2));
  const Status status = state_->commit(late, {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kConflict);
  EXPECT_NE(status.error().message.find("the newest is version 2, committed by run run-1"),
            std::string::npos)
      << status.error().message;
  EXPECT_EQ(*state_->newest("trips"), 2U);
  EXPECT_EQ(state_->newest_manifest("trips")->value().files.size(), 1U);
}

TEST_P(VersionsTest, AVersionWhoseFilesAreMissingIsRefused) {
  Manifest manifest = next("trips", 0, adopted("trips", 1, 2));
  ASSERT_TRUE(files_->remove(manifest.files[1].path).ok());
  const Status status = state_->commit(manifest, {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kState);
  EXPECT_FALSE(on_disk(manifest_name("trips", 1)));
}

TEST_P(VersionsTest, AnInputCountsOnce) {
  const Status doubled = state_->commit(
      next("trips", 0, adopted("trips", 1), {make_input("a.csv"), make_input("a.csv")}), {});
  ASSERT_FALSE(doubled.ok());
  EXPECT_EQ(doubled.error().code, Code::kConflict);
  EXPECT_EQ(*state_->newest("trips"), 0U);
}

TEST_P(VersionsTest, MistakesOfTheCallerAreBugs) {
  Manifest same = next("trips", 0, {});
  same.version = 0;
  EXPECT_EQ(state_->commit(same, {}).error().code, Code::kInternal);
  EXPECT_EQ(state_->commit(next("", 0, {}), {}).error().code, Code::kInternal);
  EXPECT_EQ(state_->commit(next("trips", 0, {}), {make_input("a.csv")}).error().code,
            Code::kInternal);
}

TEST_P(VersionsTest, TheLedgerTellsWhenEachInputCameAndLeft) {
  const LedgerEntry a1 = make_input("a", "1", "A"), a2 = make_input("a", "2", "B"),
                    b = make_input("b");
  commit("trips", {a1});
  commit("trips", {a1, b});
  commit("trips", {a2, b});
  commit("trips", {a1, b});  // A -> B -> A, with the time of the first A
  EXPECT_EQ(ledger(), (std::vector<std::string>{"a 1 3", "b 2 -", "a 3 4", "a 4 -"}));
}

TEST_P(VersionsTest, ReadingAnewIsANewLineInTheLedger) {
  LedgerEntry a = make_input("a");
  commit("trips", {a});
  a.run = "run-2";
  const Manifest fresh = next("trips", 1, adopted("trips", 2), {a});
  ASSERT_TRUE(state_->commit(fresh, {a}).ok());
  EXPECT_EQ(ledger(), (std::vector<std::string>{"a 1 2", "a 2 -"}));
}

TEST_P(VersionsTest, ARollbackIsANewVersionWithTheOldFilesAndInputs) {
  const Manifest first = commit("trips", {make_input("a")});
  commit("trips", {make_input("a"), make_input("b")});
  Manifest back = first;
  back.version = 3;
  back.previous = 2;
  back.rolled_back_to = 1;
  ASSERT_TRUE(state_->commit(back, {}).ok());
  EXPECT_EQ(**state_->newest_manifest("trips"), back);
  EXPECT_EQ(state_->newest_manifest("trips")->value().content_version(), 1U);
  EXPECT_EQ(ledger(), (std::vector<std::string>{"a 1 -", "b 2 3"}));
}

TEST_P(VersionsTest, TheSameInputsMayBeInSeveralDatasets) {
  commit("trips", {make_input("a")});
  commit("other", {make_input("a")});
  EXPECT_EQ(*state_->newest("other"), 1U);
}

/// The ledger against a plain reference: a set of names per version.
TEST_P(VersionsTest, TheLedgerAgreesWithTheManifestsAfterRandomHistories) {
  std::mt19937 random(3);
  std::vector<std::set<std::string>> reference = {{}};
  for (uint64_t version = 1; version <= 40; ++version) {
    std::vector<LedgerEntry> inputs;
    std::set<std::string> ids;
    for (int name = 0; name < 6; ++name) {
      if (random() % 3 == 0) continue;
      inputs.push_back(make_input("f" + std::to_string(name), std::to_string(random() % 2)));
      ids.insert(inputs.back().id);
    }
    commit("trips", inputs);
    reference.push_back(ids);
  }
  const auto check = [&] {
    const Table table = *state_->table("inputs");
    for (uint64_t version = 1; version <= 40; ++version) {
      std::multiset<std::string> visible;
      for (const auto& row : table.rows) {
        const uint64_t added = std::stoull(*row[10]);
        const uint64_t removed =
            row[11] ? std::stoull(*row[11]) : std::numeric_limits<uint64_t>::max();
        if (added <= version && version < removed) visible.insert(*row[1]);
      }
      ASSERT_EQ(visible,
                (std::multiset<std::string>{reference[version].begin(), reference[version].end()}));
    }
  };
  check();
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  check();
}

TEST_P(VersionsTest, AManifestThatWasChangedIsNotBelieved) {
  commit("trips");
  std::string json = *files_->get(manifest_name("trips", 1));
  json.replace(json.find("a test"), 6, "a lie!");
  ASSERT_TRUE(files_->put(manifest_name("trips", 1), json).ok());
  EXPECT_EQ(state_->newest_manifest("trips").error().code, Code::kState);
  ASSERT_TRUE(files_->remove(manifest_name("trips", 1)).ok());
  EXPECT_EQ(state_->newest_manifest("trips").error().code, Code::kState);
  EXPECT_EQ(state_->versions("trips").error().code, Code::kState);
  EXPECT_EQ(state_->manifest("trips", 1).error().code, Code::kState);
}

TEST_P(VersionsTest, HashesAreRememberedForTheLastAnnouncementOfAName) {
  const Announcement first{"a.csv", "1", 10};
  const Announcement second{"a.csv", "2", 10};
  EXPECT_FALSE(state_->known_hash("trips", first)->has_value());
  ASSERT_TRUE(state_->remember_hash("trips", first, "one").ok());
  EXPECT_EQ(**state_->known_hash("trips", first), "one");
  EXPECT_FALSE(state_->known_hash("other", first)->has_value());
  ASSERT_TRUE(state_->remember_hash("trips", second, "two").ok());
  EXPECT_FALSE(state_->known_hash("trips", first)->has_value());
  EXPECT_EQ(**state_->known_hash("trips", second), "two");
}

TEST_P(VersionsTest, NamesOfAnyKindAreKept) {
  for (const std::string& name : {std::string("Ü mlaut"), std::string("a/../b"), std::string(".."),
                                  std::string("quote\"'; DROP TABLE versions; --")}) {
    const Manifest manifest = commit(name, {make_input(std::string(5000, 'n') + name)});
    EXPECT_EQ(**state_->newest_manifest(name), manifest);
  }
  lose_index();
  reopen();
  EXPECT_EQ(state_->datasets()->size(), 4U);
}

TEST_P(VersionsTest, ThreadsShareAState) {
  std::vector<std::thread> threads;
  std::atomic<int> won{0}, conflicts{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        const uint64_t base = *state_->newest("trips");
        const Status status = state_->commit(next("trips", base, {}), {});
        if (status.ok()) ++won;
        if (!status.ok() && status.error().code == Code::kConflict) ++conflicts;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won + conflicts, 40);
  EXPECT_EQ(*state_->newest("trips"), static_cast<uint64_t>(won));
}

RHUMB_FOR_ANY_HOME(VersionsTest);

}  // namespace
}  // namespace rhumb
