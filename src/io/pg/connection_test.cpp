#include "io/pg/connection.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "io/pg/connection_url.h"
#include "io/pg/test_database.h"

namespace rhumb {
namespace {

class PgConnectionTest : public PgTest {};

void expect_no_secret(const Error& error, const std::string& secret) {
  EXPECT_EQ(error.text().find(secret), std::string::npos) << error.text();
}

TEST(PgConnectionUrl, RefusesWhatLibpqWouldCutAtTheWrongPlace) {
  for (const char* url :
       {"postgresql://u:hunter@2@host/db", "postgresql://u:hun/ter2@host/db",
        "postgres://u:hunter2?x@host/db", "postgresql://u:h@unter2@127.0.0.1:1/db"}) {
    const auto opened = PgConnection::open(Secret(url));
    ASSERT_FALSE(opened.ok()) << url;
    EXPECT_EQ(opened.error().code, Code::kConnect);
    EXPECT_NE(opened.error().hint.find("%40"), std::string::npos);
    expect_no_secret(opened.error(), "unter");
    expect_no_secret(opened.error(), "ter2");
  }
}

TEST(PgConnectionUrl, TakesEveryUsualForm) {
  for (const char* url : {"postgresql://u:p%40w@host:5432/db?sslmode=require",
                          "postgresql:///db?host=/run/postgresql", "postgresql://[::1]:5432/db",
                          "host=h user=u password='a b' dbname=d", "postgres://u@h/d",
                          "postgresql://h/db?application_name=a%40b"}) {
    EXPECT_TRUE(check_connection_url(Secret(url)).ok()) << url;
  }
  for (const char* url : {"", "  ", "nonsense", "mysql://u:secret@h/d", "host=h pass=secret"}) {
    const Status checked = check_connection_url(Secret(url));
    ASSERT_FALSE(checked.ok()) << url;
    expect_no_secret(checked.error(), "secret");
  }
}

TEST(PgConnectionUrl, HidesRawAndDecodedPasswords) {
  const auto secrets = secrets_of_url(Secret("postgresql://u:p%40ssword@h/d"));
  EXPECT_EQ(without_secrets("p@ssword and p%40ssword, p@ssword\n", secrets), "*** and ***, ***");
}

TEST(PgConnectionUrl, NobodyListensThere) {
  const auto opened = PgConnection::open(Secret("postgresql://u:hunter22@127.0.0.1:1/db"));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::kConnect);
  EXPECT_NE(opened.error().message.find("127.0.0.1"), std::string::npos);
  expect_no_secret(opened.error(), "hunter22");
}

TEST_F(PgConnectionTest, WrongPasswordIsNotShown) {
  const auto opened = PgConnection::open(url_for("postgres", "wr0ngpassword"));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::kConnect);
  EXPECT_NE(opened.error().message.find("authentication failed"), std::string::npos);
  expect_no_secret(opened.error(), "wr0ngpassword");
}

TEST_F(PgConnectionTest, BindsParametersAndReadsRows) {
  PgConnection connection = connect();
  const std::string hostile = "'; DROP TABLE x; --";
  const auto rows = connection.query("SELECT $1::text, $2::bigint, $3::text, $4::boolean",
                                     {hostile, "-9223372036854775808", std::nullopt, "true"});
  ASSERT_TRUE(rows.ok()) << rows.error().text();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->text(0, 0), hostile);
  EXPECT_EQ(rows->integer(0, 1), INT64_MIN);
  EXPECT_TRUE(rows->is_null(0, 2));
  EXPECT_TRUE(rows->boolean(0, 3));
  EXPECT_EQ(value("SELECT current_setting('application_name')"), "rhumb");
}

TEST_F(PgConnectionTest, OneQueryIsOneStatement) {
  PgConnection connection = connect();
  EXPECT_FALSE(connection.query("SELECT 1; SELECT 2").ok());
  EXPECT_TRUE(connection.execute("SELECT 1; SELECT 2").ok());
}

TEST_F(PgConnectionTest, ErrorsCarryTheStateAndTheRightCode) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE ROLE " +
                      value("SELECT current_database()") + "_poor");
  const auto twice = connection.query("INSERT INTO t VALUES (1)");
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().code, Code::kDatabase);
  EXPECT_EQ(connection.sqlstate(), "23505");
  EXPECT_NE(twice.error().message.find("Key (a)=(1) already exists"), std::string::npos);
  run(connection, "SET ROLE " + value("SELECT current_database()") + "_poor");
  EXPECT_EQ(connection.query("SELECT * FROM t").error().code, Code::kRights);
  run(connection, "RESET ROLE; DROP ROLE " + value("SELECT current_database()") + "_poor");
  EXPECT_TRUE(connection.query("SELECT 1").ok());
  EXPECT_EQ(connection.sqlstate(), "");
}

TEST_F(PgConnectionTest, LocksThatAreHeldAreBusy) {
  PgConnection holder = connect();
  run(holder, "CREATE TABLE t (a int)");
  run(holder, "BEGIN; LOCK TABLE t");
  PgConnection other = connect();
  run(other, "SET lock_timeout = '5ms'");
  const auto read = other.query("SELECT * FROM t");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kBusy) << read.error().text();
}

TEST_F(PgConnectionTest, DescribesWithoutRunning) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a numeric(10,2) NOT NULL, g geometry(Point,4326))");
  const auto columns = connection.describe("SELECT a, g, 1/0 AS never FROM t");
  ASSERT_TRUE(columns.ok()) << columns.error().text();
  ASSERT_EQ(columns->size(), 3U);
  EXPECT_EQ((*columns)[0].name, "a");
  EXPECT_EQ((*columns)[0].type, 1700U);
  EXPECT_EQ((*columns)[0].attribute, 1);
  EXPECT_GT((*columns)[1].modifier, 0);
  EXPECT_EQ((*columns)[2].table, 0U);
}

TEST_F(PgConnectionTest, AFlagStopsAStatement) {
  CancelFlag flag;
  PgConnection connection = connect(url(), {.cancel = &flag});
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    flag.request();
  });
  const auto slept = connection.query("SELECT pg_sleep(30)");
  later.join();
  ASSERT_FALSE(slept.ok());
  EXPECT_EQ(slept.error().code, Code::kCancelled);
  EXPECT_EQ(connection.query("SELECT 1").error().code, Code::kCancelled);
}

TEST_F(PgConnectionTest, AnotherThreadCancels) {
  PgConnection connection = connect();
  const PgCanceller canceller = connection.canceller();
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    canceller.cancel();
  });
  EXPECT_FALSE(connection.query("SELECT pg_sleep(30)").ok());
  later.join();
  EXPECT_EQ(connection.sqlstate(), "57014");
  EXPECT_TRUE(connection.query("SELECT 1").ok());
}

TEST_F(PgConnectionTest, AStatementTimeoutIsNotACancellation) {
  PgConnection connection = connect();
  run(connection, "SET statement_timeout = '20ms'");
  EXPECT_EQ(connection.query("SELECT pg_sleep(30)").error().code, Code::kDatabase);
}

TEST_F(PgConnectionTest, ALostServerIsAnErrorNotAHang) {
  PgConnection victim = connect();
  run("SELECT pg_terminate_backend(" + std::to_string(victim.backend_pid()) + ")");
  const auto asked = victim.query("SELECT 1");
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code, Code::kConnect);
  EXPECT_TRUE(victim.lost());
  EXPECT_EQ(victim.query("SELECT 1").error().code, Code::kConnect);
}

TEST_F(PgConnectionTest, TransactionsEndAsTheyShould) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a int)");
  {
    auto lost = PgTransaction::begin(connection);
    ASSERT_TRUE(lost.ok());
    run(connection, "INSERT INTO t VALUES (1)");
  }
  EXPECT_FALSE(connection.in_transaction());
  auto kept = PgTransaction::begin(connection);
  run(connection, "INSERT INTO t VALUES (2)");
  EXPECT_TRUE(kept->commit().ok());
  EXPECT_EQ(value("SELECT string_agg(a::text, ',') FROM t"), "2");
  auto failed = PgTransaction::begin(connection);
  EXPECT_FALSE(connection.query("SELECT 1/0").ok());
  EXPECT_FALSE(failed->commit().ok()) << "the server answers ROLLBACK";
  failed->rollback();
  EXPECT_FALSE(connection.in_transaction());
}

TEST_F(PgConnectionTest, NoticesAreKept) {
  PgConnection connection = connect();
  run(connection, "DROP TABLE IF EXISTS nothing_there");
  const auto notices = connection.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_NE(notices[0].find("nothing_there"), std::string::npos);
  EXPECT_TRUE(connection.take_notices().empty());
}

}  // namespace
}  // namespace rhumb
