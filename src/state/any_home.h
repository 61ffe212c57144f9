#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "io/pg/connection.h"
#include "state/testing.h"

namespace rhumb {

/// A server for tests, and a schema of its own for each; the test is skipped where there is none.
class TestSchema {
 public:
  TestSchema() {
    static std::atomic<int> next{0};
    const char* server = std::getenv("RHUMB_TEST_PG");
    if (server == nullptr) return;
    const std::string url(server);
    const std::string schema = "state_" + std::to_string(::getpid()) + "_" + std::to_string(++next);
    const char* joint = url.find('?') == std::string::npos ? "?" : "&";
    home_ = {.url = Secret(url + joint + "application_name=" + schema),
             .schema = schema,
             .project = "tests"};
  }
  ~TestSchema() {
    if (there() && ::getpid() == owner_) drop();
  }
  TestSchema(const TestSchema&) = delete;
  TestSchema& operator=(const TestSchema&) = delete;

  [[nodiscard]] bool there() const { return !home_.schema.empty(); }
  [[nodiscard]] const StateHome& home() const { return home_; }
  void drop() { run("DROP SCHEMA IF EXISTS " + home_.schema + " CASCADE"); }
  void run(const std::string& sql) {
    auto connection = PgConnection::open(home_.url);
    ASSERT_TRUE(connection.ok()) << connection.error().text();
    const Status done = connection->execute("SET search_path TO " + home_.schema + "; " + sql);
    ASSERT_TRUE(done.ok()) << done.error().text();
  }
  /// The server ends the sessions of everybody else who has the state in this schema open. Those of
  /// other tests, which share the database, go on.
  void end_other_sessions() {
    run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND application_name = '" +
        home_.schema + "'");
  }
  /// The first field of the first row.
  [[nodiscard]] std::string value(const std::string& sql) const {
    auto connection = PgConnection::open(home_.url);
    if (!connection.ok()) return connection.error().text();
    static_cast<void>(connection->execute("SET search_path TO " + home_.schema).ok());
    const auto rows = connection->query(sql);
    return rows.ok() ? rows->string(0, 0) : rows.error().text();
  }

 private:
  StateHome home_;
  pid_t owner_ = ::getpid();
};

/// Where the state of a test lies.
enum class Home { kFile, kPostgres };

/// What holds wherever the state lies.
class AnyHomeTest : public StoreTest, public testing::WithParamInterface<Home> {
 protected:
  void SetUp() override {
    if (in_postgres() && !schema_.there())
      GTEST_SKIP() << "needs a server: python3 tests/harness/postgres.py run -- "
                   << testing::internal::GetArgvs().front();
    StoreTest::SetUp();
  }
  [[nodiscard]] static bool in_postgres() { return GetParam() == Home::kPostgres; }
  Result<std::unique_ptr<State>> open_state(FileStore& files) override {
    if (!in_postgres()) return StoreTest::open_state(files);
    return State::open_postgres(folder_.path(), files, schema_.home());
  }
  void lose_index() override {
    if (!in_postgres()) return StoreTest::lose_index();
    state_.reset();
    schema_.drop();
  }
  void change_tables(const std::string& sql) override {
    in_postgres() ? schema_.run(sql) : StoreTest::change_tables(sql);
  }

  TestSchema schema_;
};

inline std::string home_name(const testing::TestParamInfo<Home>& info) {
  return info.param == Home::kFile ? "File" : "Postgres";
}

}  // namespace rhumb

/// Every test of the fixture, for each home.
#define RHUMB_FOR_ANY_HOME(fixture) \
  INSTANTIATE_TEST_SUITE_P(Home, fixture, testing::Values(Home::kFile, Home::kPostgres), home_name)
