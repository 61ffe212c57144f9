#include <gtest/gtest.h>

#include "io/fs/file.h"
#include "io/sqlite/database.h"
#include "state/sqlite_state_database.h"
#include "state/testing.h"

namespace rhumb {
namespace {

/// A store as Rhumb wrote it when its schema was 1: a source of two files, one of which got new
/// content, and a model. The data files are stand-ins; nothing here reads them.
class UpgradeTest : public StoreTest {
 protected:
  void SetUp() override {
    const std::filesystem::path kept = "src/state/testdata/schema_1";
    std::filesystem::copy(kept / "manifests", folder_ / "manifests",
                          std::filesystem::copy_options::recursive);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kept / "manifests")) {
      if (!entry.is_regular_file()) continue;
      const auto manifest = manifest_from_json(*read_whole_file(entry.path()), "fixture");
      ASSERT_TRUE(manifest.ok()) << manifest.error().text();
      for (const DataFile& file : manifest->files) folder_.write(file.path, "stands in");
    }
    const auto database = Database::open(folder_ / "state.db");
    ASSERT_TRUE(database.ok());
    const Status loaded = (*database)->script(*read_whole_file(kept / "state.sql"));
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  }

  std::vector<std::string> visible_inputs() {
    std::vector<std::string> names;
    const auto newest = state_->newest_manifest("trips");
    for (const LedgerEntry& input : (*newest)->inputs) names.push_back(input.announcement.name);
    return names;
  }

  int64_t schema() {
    const auto database = Database::open(folder_ / "state.db");
    return (*database)->integer("PRAGMA user_version")->value_or(0);
  }
};

TEST_F(UpgradeTest, AnOldStateIsUpgradedWithAllThatIsInIt) {
  ASSERT_EQ(schema(), 1);
  reopen();
  EXPECT_EQ(schema(), static_cast<int64_t>(sqlite_schema_steps().size()));
  EXPECT_FALSE(state_->rebuilt());
  EXPECT_TRUE(state_->notes().empty());
  EXPECT_EQ(*state_->newest("trips"), 3U);
  EXPECT_EQ(*state_->newest("total"), 3U);
  EXPECT_EQ(state_->versions("trips")->size(), 3U);
  EXPECT_EQ(visible_inputs(), (std::vector<std::string>{"b.csv", "a.csv"}));
  EXPECT_EQ(state_->table("inputs")->rows.size(), 3U) << "the replaced content is still told";
  EXPECT_EQ(state_->quarantined("trips", "")->size(), 1U);
  EXPECT_EQ(state_->runs(10)->size(), 3U);
}

TEST_F(UpgradeTest, TheWorkGoesOn) {
  reopen();
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const Manifest fourth = commit("trips", {make_input("c")});
  EXPECT_EQ(fourth.version, 4U);
  reopen();
  EXPECT_EQ(**state_->newest_manifest("trips"), fourth);
}

TEST_F(UpgradeTest, ItsManifestsAloneAreEnough) {
  reopen();
  const Table versions = *state_->table("versions");
  const Table inputs = *state_->table("inputs");
  for (const char* dataset : {"trips", "total"}) {
    EXPECT_EQ(*files_->get(newest_name(dataset)), "3\n") << "written by the upgrade";
    ASSERT_TRUE(files_->remove(newest_name(dataset)).ok());
  }
  lose_index();
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(state_->table("versions")->rows, versions.rows);
  EXPECT_EQ(state_->table("inputs")->rows, inputs.rows);
}

TEST_F(UpgradeTest, AnUpgradeThatFailsChangesNothing) {
  {
    const auto database = Database::open(folder_ / "state.db");
    ASSERT_TRUE((*database)->script("CREATE TABLE leases (in_the_way)").ok());
  }
  const auto opened = State::open(folder_.path(), **open_local_store(folder_.path()));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(schema(), 1);
}

}  // namespace
}  // namespace rhumb
