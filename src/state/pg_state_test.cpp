#include "state/pg_state_database.h"

#include <gtest/gtest.h>

#include <random>

#include "io/fs/file.h"
#include "io/pg/cutting_proxy.h"
#include "state/any_home.h"
#include "state/backup.h"
#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

TEST(PgText, AnyBytesComeBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = static_cast<int>(random() % 12); i > 0; --i) {
      constexpr std::string_view kLikely("a1f\x1A\0\xC3\xA4\xFF", 8);
      bytes += round % 2 == 0 ? kLikely[random() % kLikely.size()] : static_cast<char>(random());
    }
    const std::string text = escaped_for_pg(bytes);
    EXPECT_EQ(unescaped_from_pg(text), bytes);
    EXPECT_EQ(text.find('\0'), std::string::npos);
    const size_t bad = text.find_first_of("\xFF\xFE\xC0");
    EXPECT_EQ(bad, std::string::npos) << "PostgreSQL would refuse it";
  }
  EXPECT_EQ(escaped_for_pg("Zürich"), "Zürich") << "what can be read stays so";
}

TEST(PgText, ParametersAreNumbered) {
  EXPECT_EQ(with_pg_parameters("a = ? AND b IN (?, ?)"), "a = $1 AND b IN ($2, $3)");
  EXPECT_EQ(with_pg_parameters("a = ?1 AND (?2 = '' OR b = ?2)"), "a = $1 AND ($2 = '' OR b = $2)");
}

/// With a schema of a server at hand; skipped where there is none.
class ServerTest : public StoreTest {
 protected:
  void SetUp() override {
    if (!schema_.there())
      GTEST_SKIP() << "needs a server: python3 tests/harness/postgres.py run -- "
                   << testing::internal::GetArgvs().front();
    StoreTest::SetUp();
  }

  TestSchema schema_;
};

class PgStateTest : public ServerTest {
 protected:
  Result<std::unique_ptr<State>> open_state(FileStore& files) override {
    return State::open_postgres(folder_.path(), files, schema_.home());
  }
  Error refusal(const std::filesystem::path& folder, const StateHome& home) {
    auto files = *open_local_store(folder);
    const auto opened = State::open_postgres(folder, *files, home);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  }
  void end_other_sessions() { schema_.end_other_sessions(); }
};

TEST_F(PgStateTest, ALostConnectionIsMadeAnew) {
  commit("trips");
  end_other_sessions();
  EXPECT_EQ(*state_->newest("trips"), 1U);
  end_other_sessions();
  ASSERT_TRUE(state_->begin_run({.id = "r", .environment = "prod", .status = "running"}).ok());
  end_other_sessions();
  ASSERT_TRUE(state_->record_step({.run = "r", .step = "read"}).ok());
  EXPECT_EQ(state_->runs(10)->size(), 1U);
  EXPECT_EQ(state_->steps("r")->size(), 1U);
}

/// The connection breaks while the commit looks whether the files are there.
class CutWhileLooking : public FileStore {
 public:
  CutWhileLooking(FileStore& inner, std::function<void()> cut)
      : inner_(inner), cut_(std::move(cut)) {}
  Result<std::filesystem::path> staging(const std::string& run,
                                        const std::string& dataset) override {
    return inner_.staging(run, dataset);
  }
  Result<std::vector<DataFile>> adopt(const std::string& dataset, uint64_t version,
                                      std::vector<DataFile> files) override {
    return inner_.adopt(dataset, version, std::move(files));
  }
  Status put(const std::string& name, const std::string& content) override {
    return inner_.put(name, content);
  }
  Result<std::string> get(const std::string& name) override { return inner_.get(name); }
  Result<bool> exists(const std::string& name) override {
    if (looks_++ == 0) cut_();
    return inner_.exists(name);
  }
  Result<std::vector<StoredFile>> list(const std::string& folder) override {
    return inner_.list(folder);
  }
  Status remove(const std::string& name) override { return inner_.remove(name); }
  Result<std::vector<std::string>> remove_abandoned_staging() override {
    return inner_.remove_abandoned_staging();
  }
  [[nodiscard]] std::string absolute(const std::string& name) const override {
    return inner_.absolute(name);
  }
  [[nodiscard]] int looks() const { return looks_; }

 private:
  FileStore& inner_;
  std::function<void()> cut_;
  int looks_ = 0;
};

TEST_F(PgStateTest, ACommitThatWasUndoneWithItsConnectionIsRepeated) {
  CutWhileLooking files(*files_, [this] { end_other_sessions(); });
  const auto state = open_state(files);
  ASSERT_TRUE(state.ok()) << state.error().text();
  const Manifest first = next("trips", 0, adopted("trips", 1), {make_input("a")});
  const Status committed = (*state)->commit(first, {});
  ASSERT_TRUE(committed.ok()) << committed.error().text();
  EXPECT_EQ(files.looks(), 2);
  EXPECT_EQ(**(*state)->newest_manifest("trips"), first);
  EXPECT_EQ((*state)->table("inputs")->rows.size(), 1U);
}

TEST_F(PgStateTest, ACommitWhoseAnswerIsLostCountsOnce) {
  CuttingProxy proxy(schema_.home().url);
  StateHome home = schema_.home();
  home.url = proxy.url();
  const auto opened = State::open_postgres(folder_.path(), *files_, home);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  State& state = **opened;
  proxy.lose_commit();
  const Status step = state.record_step({.run = "r", .step = "read"});
  ASSERT_TRUE(step.ok()) << step.error().text();
  EXPECT_EQ(state.steps("r")->size(), 1U);
  proxy.lose_commit();
  const Manifest first = next("trips", 0, adopted("trips", 1), {make_input("a")});
  const Status committed = state.commit(first, {});
  ASSERT_TRUE(committed.ok()) << committed.error().text();
  EXPECT_EQ(**state.newest_manifest("trips"), first);
  proxy.lose_commit();
  ASSERT_TRUE(state.quarantine("trips", "r", "id", {Reject{.raw = "x"}}).ok());
  EXPECT_EQ(state.quarantined("trips", "")->size(), 1U);
  proxy.lose_commit();
  ASSERT_TRUE(state.lease({"trips"}, "rhumb run").ok());
  EXPECT_EQ(schema_.value("SELECT number FROM leases"), "1");
  EXPECT_EQ(proxy.cuts(), 4) << "the test has cut nothing";
}

TEST_F(PgStateTest, TheStateOfAnotherStoreIsRefused) {
  commit("trips");
  const TestFolder other;
  const Error error = refusal(other.path(), schema_.home());
  EXPECT_EQ(error.code, Code::kState);
  EXPECT_NE(error.message.find("of another store, of the project tests"), std::string::npos)
      << error.text();
  EXPECT_FALSE(std::filesystem::exists(other / "state.json"));
}

TEST_F(PgStateTest, TwoStoresInOneDatabaseDoNotMeet) {
  commit("trips");
  const TestFolder folder;
  TestSchema schema;
  auto files = *open_local_store(folder.path());
  const auto other = State::open_postgres(folder.path(), *files, schema.home());
  ASSERT_TRUE(other.ok()) << other.error().text();
  EXPECT_EQ(*(*other)->newest("trips"), 0U);
  ASSERT_TRUE((*other)->lease({"trips"}, "rhumb run").ok());
  EXPECT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
}

TEST_F(PgStateTest, SomebodyElsesSchemaIsRefused) {
  TestSchema theirs;
  theirs.run("CREATE SCHEMA " + theirs.home().schema);
  theirs.run("CREATE TABLE store (a int)");
  EXPECT_NE(refusal(folder_.path(), theirs.home()).message.find("is not Rhumb's"),
            std::string::npos);
}

TEST_F(PgStateTest, ANewerSchemaIsRefusedAndBothAreNamed) {
  schema_.run("UPDATE store SET schema_version = 99");
  const Error error = refusal(folder_.path(), schema_.home());
  EXPECT_EQ(error.code, Code::kState);
  EXPECT_NE(error.message.find("schema 99"), std::string::npos) << error.text();
  const auto look = look_at_postgres_state(folder_.path(), schema_.home());
  ASSERT_FALSE(look.ok());
  EXPECT_NE(look.error().message.find("99"), std::string::npos) << look.error().text();
}

TEST_F(PgStateTest, AServerThatIsNotThereIsNotWaitedFor) {
  StateHome home = schema_.home();
  home.url = Secret("postgresql://nobody:secret-word@127.0.0.1:1/none");
  const Stopwatch watch;
  const Error error = refusal(folder_.path(), home);
  EXPECT_EQ(error.code, Code::kConnect);
  EXPECT_EQ(error.text().find("secret-word"), std::string::npos);
  EXPECT_LT(watch.seconds(), 5);
}

TEST_F(PgStateTest, BothHomesHaveTheSameTables) {
  const TestFolder folder;
  const auto file = *SqliteStateDatabase::open(folder / "state.db");
  ASSERT_TRUE(file->write([&] { return file->upgrade_from(0); }).ok());
  std::string columns;
  const Status read = file->each(
      "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
      "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY 1, 2",
      [&](const StateRow& row) { columns += row.text(0) + "." + row.text(1) + " "; });
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(columns,
            schema_.value("SELECT string_agg(table_name || '.' || column_name || ' ', '' ORDER BY "
                          "table_name COLLATE \"C\", column_name COLLATE \"C\") "
                          "FROM information_schema.columns WHERE table_schema = '" +
                          schema_.home().schema + "' AND table_name NOT IN ('store', 'writers')"));
}

TEST_F(PgStateTest, ALeaseOfAnotherMachineEndsWithItsTime) {
  ASSERT_TRUE((*open_state(*files_))->lease({"trips"}, "rhumb run").ok());
  schema_.run("UPDATE leases SET owner = 'another-boot/pid:[1]/17/123', number = number + 1");
  const Status held = state_->lease({"trips"}, "rhumb run");
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().code, Code::kBusy);
  schema_.run("UPDATE leases SET renewed_at = renewed_at - 61000000");
  EXPECT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
}

TEST_F(PgStateTest, TheRunOfAnotherMachineGoesOnWhileItRenewsItsLease) {
  ASSERT_TRUE(state_->begin_run({.id = "r", .environment = "prod", .status = "running"}).ok());
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const std::string elsewhere = "owner = 'another-boot/pid:[1]/17/123'";
  schema_.run("UPDATE runs SET " + elsewhere + "; UPDATE leases SET number = 9, " + elsewhere);
  reopen();
  EXPECT_EQ((*state_->runs(1))[0].status, "running");
  schema_.run("UPDATE leases SET renewed_at = renewed_at - 61000000");
  reopen();
  EXPECT_EQ((*state_->runs(1))[0].status, "failed");
}

TEST_F(PgStateTest, ManyRowsAtOnce) {
  std::vector<LedgerEntry> inputs;
  for (int i = 0; i < 1500; ++i) inputs.push_back(make_input("file " + std::to_string(i)));
  inputs.push_back(make_input("na\xFFme \x1A"));
  const Manifest first = commit("trips", inputs);
  EXPECT_EQ(state_->table("inputs")->rows.size(), inputs.size());
  commit("trips", {inputs.back()});
  EXPECT_EQ(schema_.value("SELECT count(*) FROM inputs WHERE removed_in = 2"), "1500");
}

TEST_F(PgStateTest, ABrokenRowAmongManyUndoesAll) {
  const auto made = PgStateDatabase::open(schema_.home());
  ASSERT_TRUE(made.ok());
  StateDatabase& tables = **made;
  std::vector<std::vector<StateValue>> rows(600, state_values("trips", "name", "1", 5, "hash"));
  const Status done = tables.write([&] {
    return tables.execute_all(
        "INSERT INTO hashes (dataset, name, announced, size, content_hash) VALUES (?, ?, ?, ?, ?)",
        rows);
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kConflict) << done.error().text();
  EXPECT_EQ(*tables.integer("SELECT count(*) FROM hashes"), 0);
}

/// A store whose state has lain in its folder until now.
class MoveTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    commit("trips", {make_input("a\xFF")});
    commit("trips", {make_input("a\xFF"), make_input("b")});
    ASSERT_TRUE(state_->begin_run({.id = "r", .environment = "prod", .status = "running"}).ok());
    ASSERT_TRUE(state_->record_step({.run = "r", .step = "read", .seconds = 0.1}).ok());
    const Reject reject{.input = "a", .message = "odd", .raw = std::string("\0\xFF", 2)};
    ASSERT_TRUE(state_->quarantine("trips", "r", "id", {reject}).ok());
  }
  Result<std::unique_ptr<State>> move(const std::filesystem::path& folder, FileStore& files) {
    return State::open_postgres(folder, files, schema_.home());
  }
  void expect_same(State& other) {
    EXPECT_FALSE(other.rebuilt());
    for (const char* table : {"versions", "inputs", "steps", "quarantine", "checks"})
      EXPECT_EQ(other.table(table)->rows, state_->table(table)->rows) << table;
    EXPECT_EQ(*other.versions("trips"), *state_->versions("trips"));
  }

  TestSchema schema_;
};

TEST_F(MoveTest, EverythingMovesAndNobodyWorksWithTheFileAnyMore) {
  const auto moved = move(folder_.path(), *files_);
  ASSERT_TRUE(moved.ok()) << moved.error().text();
  expect_same(**moved);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "state.db.moved"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state.db"));
  const auto file = State::open(folder_.path(), *files_);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find("lies in PostgreSQL"), std::string::npos);
  // Numbers go on behind those that have moved.
  ASSERT_TRUE((*moved)->quarantine("trips", "r", "id2", {Reject{.raw = "x"}}).ok());
  ASSERT_TRUE((*moved)->record_step({.run = "r", .step = "build"}).ok());
  EXPECT_EQ((*moved)->quarantined("trips", "")->back().id, 2);
}

TEST_F(MoveTest, NotWhileSomebodyWorksWithIt) {
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb run").ok());
  const auto refused = move(folder_.path(), *files_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kBusy) << refused.error().text();
  EXPECT_TRUE(StoreTest::open_state(*files_).ok()) << "the file is the state as before";
  ASSERT_TRUE(state_->release_leases().ok());
  EXPECT_TRUE(move(folder_.path(), *files_).ok());
}

TEST_F(MoveTest, ABackupComesBackInEitherHome) {
  const auto moved = move(folder_.path(), *files_);
  ASSERT_TRUE(moved.ok()) << moved.error().text();
  const TestFolder beside;
  ASSERT_TRUE(back_up(**moved, folder_.path(), beside / "backup").ok());
  for (const bool postgres : {false, true}) {
    const auto folder = beside / (postgres ? "postgres" : "file");
    ASSERT_TRUE(restore_backup(beside / "backup", folder).ok());
    auto files = *open_local_store(folder);
    TestSchema fresh;
    const auto opened =
        postgres ? State::open_postgres(folder, *files, fresh.home()) : State::open(folder, *files);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    expect_same(**opened);
  }
}

TEST_F(MoveTest, ARestoredStoreDoesNotTakeTheStateOfTheOldOne) {
  const auto moved = move(folder_.path(), *files_);
  ASSERT_TRUE(moved.ok());
  const TestFolder beside;
  ASSERT_TRUE(back_up(**moved, folder_.path(), beside / "backup").ok());
  ASSERT_TRUE(restore_backup(beside / "backup", beside / "restored").ok());
  auto files = *open_local_store(beside / "restored");
  const auto opened = move(beside / "restored", *files);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().hint.find("drop the schema"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
