#include <gtest/gtest.h>

#include "state/any_home.h"

namespace rhumb {
namespace {

class RebuildTest : public AnyHomeTest {};

TEST_P(RebuildTest, RebuildsVersionsInputsAndChecks) {
  Manifest first = next("trips", 0, adopted("trips", 1), {make_input("a")});
  first.checks = {{"min_rows(1)", true, "10"}, {"unique(a)", false, "2 rows"}};
  ASSERT_TRUE(state_->commit(first, {}).ok());
  const Manifest second = commit("trips", {make_input("b")});
  const Manifest zones = commit("zones");
  const Table versions = *state_->table("versions");
  const Table inputs = *state_->table("inputs");
  const Table checks = *state_->table("checks");
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  ASSERT_EQ(state_->notes().size(), 1U);
  EXPECT_EQ(state_->table("versions")->rows, versions.rows);
  EXPECT_EQ(state_->table("inputs")->rows, inputs.rows);
  EXPECT_EQ(state_->table("checks")->rows, checks.rows);
  EXPECT_EQ(checks.rows.size(), 2U);
  EXPECT_EQ(*state_->versions("trips"), (std::vector<Manifest>{second, first}));
  EXPECT_EQ(**state_->newest_manifest("zones"), zones);
  reopen();
  EXPECT_FALSE(state_->rebuilt()) << "once is enough";
}

TEST_P(RebuildTest, RebuildTakesTheNewestVersionThatIsWhole) {
  const Manifest first = commit("trips", {make_input("a")});
  const Manifest second = commit("trips", {make_input("a"), make_input("b")});
  commit("trips");
  ASSERT_TRUE(files_->remove(second.files[0].path).ok());
  ASSERT_TRUE(files_->put(manifest_name("trips", 3), "{ cut off").ok());
  ASSERT_TRUE(files_->put(manifest_name("other", 1), to_json(first)).ok());
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(**state_->newest_manifest("trips"), first);
  EXPECT_EQ(*state_->datasets(), std::vector<std::string>{"trips"});
  EXPECT_EQ(state_->notes().size(), 4U);
  EXPECT_TRUE(on_disk(manifest_name("trips", 3) + ".damaged")) << "kept for whoever wants to know";
  const Manifest again = commit("trips");
  EXPECT_EQ(again.version, 2U);
  reopen();
  EXPECT_EQ(**state_->newest_manifest("trips"), again);
}

TEST_P(RebuildTest, RemovesManifestsThatNobodyCommitted) {
  const Manifest first = commit("trips");
  Manifest orphan = first;
  orphan.version = 2;
  orphan.previous = 1;
  ASSERT_TRUE(files_->put(manifest_name("trips", 2), to_json(orphan)).ok());
  ASSERT_TRUE(files_->put(manifest_name("never", 1), to_json(orphan)).ok());
  ASSERT_TRUE(files_->put("manifests/trips/.01ABC.tmp", "half").ok());
  ASSERT_TRUE(files_->put("manifests/trips/notes.txt", "not ours").ok());
  reopen();
  EXPECT_FALSE(state_->rebuilt());
  EXPECT_EQ(*state_->newest("trips"), 1U);
  EXPECT_TRUE(on_disk(manifest_name("trips", 1)));
  EXPECT_FALSE(on_disk(manifest_name("trips", 2)));
  EXPECT_FALSE(on_disk(manifest_name("never", 1)));
  EXPECT_FALSE(on_disk("manifests/trips/.01ABC.tmp"));
  EXPECT_TRUE(on_disk("manifests/trips/notes.txt"));
}

TEST_P(RebuildTest, RebuildLeavesOutWhatWasNeverCommitted) {
  const Manifest first = commit("trips", {make_input("a")});
  // A commit that was killed between its manifest and COMMIT; of the first version, too.
  const Manifest second = next("trips", 1, adopted("trips", 2), {make_input("a"), make_input("b")});
  ASSERT_TRUE(files_->put(manifest_name("trips", 2), to_json(second)).ok());
  const Manifest never = next("zones", 0, adopted("zones", 1));
  ASSERT_TRUE(files_->put(newest_name("zones"), "0\n").ok());
  ASSERT_TRUE(files_->put(manifest_name("zones", 1), to_json(never)).ok());
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(**state_->newest_manifest("trips"), first);
  EXPECT_EQ(*state_->datasets(), std::vector<std::string>{"trips"});
  EXPECT_EQ(state_->table("inputs")->rows.size(), 1U) << "the input is read again";
  EXPECT_FALSE(on_disk(manifest_name("trips", 2)));
  EXPECT_FALSE(on_disk(manifest_name("zones", 1)));
}

TEST_P(RebuildTest, AStoreOfTheTimeBeforeThatFileIsRebuiltWhole) {
  commit("trips");
  const Manifest second = commit("trips");
  ASSERT_TRUE(files_->remove(newest_name("trips")).ok());
  lose_index();
  reopen();
  EXPECT_EQ(**state_->newest_manifest("trips"), second);
  EXPECT_EQ(*files_->get(newest_name("trips")), "2\n") << "from now on it is there";
}

TEST_P(RebuildTest, ACommitThatCouldNotBeAcknowledgedIsByTheNextOpen) {
  commit("trips");
  ASSERT_TRUE(files_->put(newest_name("trips"), "0\n").ok());
  reopen();
  EXPECT_EQ(*files_->get(newest_name("trips")), "1\n");
  EXPECT_EQ(*state_->newest("trips"), 1U);
}

TEST_P(RebuildTest, OneOpenStateDoesNotKeepOthersOut) {
  const auto second = open_state(*files_);
  ASSERT_TRUE(second.ok());
  commit("trips");
  EXPECT_EQ(*(*second)->newest("trips"), 1U);
}

TEST_P(RebuildTest, RebuildsManyVersions) {
  for (uint64_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(
        state_->commit(next("trips", i, {}, {make_input("a" + std::to_string(i % 7))}), {}).ok());
  }
  const Table inputs = *state_->table("inputs");
  lose_index();
  reopen();
  EXPECT_EQ(*state_->newest("trips"), 60U);
  EXPECT_EQ(state_->table("inputs")->rows, inputs.rows);
}

RHUMB_FOR_ANY_HOME(RebuildTest);

}  // namespace
}  // namespace rhumb
