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
};

TEST_F(OpenTest, RefusesANewerSchemaAndNamesBoth) {
  change_tables("PRAGMA user_version = 99");
  const Error error = failure();
  EXPECT_EQ(error.code, Code::kState);
  EXPECT_NE(error.message.find("schema 99"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("up to " + std::to_string(sqlite_schema_steps().size())),
            std::string::npos);
}

TEST_F(OpenTest, RefusesSomebodyElsesDatabase) {
  state_.reset();
  std::filesystem::remove(folder_ / "state.db");
  change_tables("CREATE TABLE theirs (a)");
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

TEST_F(OpenTest, AnEmptyStateFileIsAsGoodAsNone) {
  commit("trips");
  lose_index();
  folder_.write("state.db", "");
  reopen();
  EXPECT_TRUE(state_->rebuilt());
  EXPECT_EQ(*state_->newest("trips"), 1U);
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

}  // namespace
}  // namespace rhumb
