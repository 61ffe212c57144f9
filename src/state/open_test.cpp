#include <gtest/gtest.h>

#include "io/fs/file.h"
#include "io/sqlite/database.h"
#include "state/sqlite_state_database.h"
#include "state/testing.h"

namespace rhumb {
namespace {

class OpenTest : public StoreTest {
 protected:
  Error failure() {
    state_.reset();
    auto opened = State::open(folder_.path(), *files_);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  }
  void script(const std::string& sql) {
    const auto database = Database::open(folder_ / "state.db");
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE((*database)->script(sql).ok());
  }
};

TEST_F(OpenTest, RefusesANewerSchemaAndNamesBoth) {
  script("PRAGMA user_version = 99");
  const Error error = failure();
  EXPECT_EQ(error.code, Code::kState);
  EXPECT_NE(error.message.find("schema 99"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("up to " + std::to_string(sqlite_schema_steps().size())),
            std::string::npos);
}

TEST_F(OpenTest, RefusesSomebodyElsesDatabase) {
  state_.reset();
  std::filesystem::remove(folder_ / "state.db");
  script("CREATE TABLE theirs (a)");
  EXPECT_NE(failure().message.find("not Rhumb's"), std::string::npos);
}

TEST_F(OpenTest, SaysHowToGetOverADamagedFile) {
  commit("trips", {make_input("a")});
  state_.reset();
  folder_.write("state.db", std::string(9000, 'x'));
  const Error error = failure();
  EXPECT_EQ(error.code, Code::kState);
  EXPECT_NE(error.hint.find("rebuilds"), std::string::npos) << error.text();
  std::filesystem::rename(folder_ / "state.db", folder_ / "state.db.damaged");
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(*state_->newest("trips"), 1U);
}

TEST_F(OpenTest, AFolderThatCannotBeMadeIsAnError) {
  folder_.write("file", "");
  const auto opened = State::open(folder_ / "file/state", *files_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::kIo);
}

TEST_F(OpenTest, RebuildsVersionsInputsAndChecks) {
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

TEST_F(OpenTest, RebuildTakesTheNewestVersionThatIsWhole) {
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

TEST_F(OpenTest, AnEmptyStateFileIsAsGoodAsNone) {
  commit("trips");
  lose_index();
  folder_.write("state.db", "");
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(*state_->newest("trips"), 1U);
}

TEST_F(OpenTest, RemovesManifestsThatNobodyCommitted) {
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

TEST_F(OpenTest, RebuildLeavesOutWhatWasNeverCommitted) {
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

TEST_F(OpenTest, AStoreOfTheTimeBeforeThatFileIsRebuiltWhole) {
  commit("trips");
  const Manifest second = commit("trips");
  ASSERT_TRUE(files_->remove(newest_name("trips")).ok());
  lose_index();
  reopen();
  EXPECT_EQ(**state_->newest_manifest("trips"), second);
  EXPECT_EQ(*files_->get(newest_name("trips")), "2\n") << "from now on it is there";
}

TEST_F(OpenTest, AnIndexOlderThanTheManifestsCatchesUp) {
  commit("trips", {make_input("a")});
  state_.reset();
  const auto old = folder_ / "state.old";
  std::filesystem::copy_file(folder_ / "state.db", old);
  reopen();
  commit("trips", {make_input("a"), make_input("b")});
  const Manifest third = commit("trips", {make_input("b"), make_input("c")});
  const Table inputs = *state_->table("inputs");
  lose_index();
  std::filesystem::rename(old, folder_ / "state.db");
  reopen();
  EXPECT_FALSE(state_->rebuilt());
  ASSERT_EQ(state_->notes().size(), 1U);
  EXPECT_NE(state_->notes()[0].find("2 versions were taken over"), std::string::npos);
  EXPECT_EQ(**state_->newest_manifest("trips"), third);
  EXPECT_EQ(state_->table("inputs")->rows, inputs.rows);
  EXPECT_TRUE(on_disk(manifest_name("trips", 2)));
}

TEST_F(OpenTest, ACommitThatCouldNotBeAcknowledgedIsByTheNextOpen) {
  commit("trips");
  ASSERT_TRUE(files_->put(newest_name("trips"), "0\n").ok());
  reopen();
  EXPECT_EQ(*files_->get(newest_name("trips")), "1\n");
  EXPECT_EQ(*state_->newest("trips"), 1U);
}

TEST_F(OpenTest, OneOpenStateDoesNotKeepOthersOut) {
  const auto second = State::open(folder_.path(), *files_);
  ASSERT_TRUE(second.ok());
  commit("trips");
  EXPECT_EQ(*(*second)->newest("trips"), 1U);
}

TEST_F(OpenTest, RebuildsManyVersions) {
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

}  // namespace
}  // namespace rhumb
