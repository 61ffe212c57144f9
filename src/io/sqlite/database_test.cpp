#include "io/sqlite/database.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "io/sqlite/testing.h"

namespace rhumb {
namespace {

class DatabaseTest : public SqliteFolderTest {
 protected:
  std::unique_ptr<Database> open(double busy_seconds = 30) {
    auto database = Database::open(folder_ / "x.db", {.busy_seconds = busy_seconds});
    EXPECT_TRUE(database.ok()) << database.error().text();
    return std::move(database).value();
  }
};

TEST_F(DatabaseTest, KeepsEveryKindOfValue) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a, b, c, d, e, f)").ok());
  const std::string bytes("\0\xFF\xFE", 3);
  ASSERT_TRUE(database
                  ->execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", int64_t{-5}, "text", 2.5,
                            Blob{bytes}, std::optional<int64_t>(), std::string_view())
                  .ok());
  auto row = database->prepare("SELECT * FROM t");
  ASSERT_TRUE(row.ok());
  ASSERT_TRUE(*row->bind().next());
  EXPECT_EQ(row->integer(0), -5);
  EXPECT_EQ(row->text(1), "text");
  EXPECT_EQ(row->number(2), 2.5);
  EXPECT_EQ(row->text(3), bytes);
  EXPECT_TRUE(row->is_null(4));
  EXPECT_FALSE(row->is_null(5)) << "an empty text is not null";
  EXPECT_FALSE(*row->next());
}

TEST_F(DatabaseTest, KeepsTheLargestCount) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a)").ok());
  ASSERT_TRUE(database->execute("INSERT INTO t VALUES (?)", UINT64_MAX).ok());
  auto row = database->prepare("SELECT a FROM t");
  ASSERT_TRUE(*row->bind().next());
  EXPECT_EQ(row->count(0), UINT64_MAX);
}

TEST_F(DatabaseTest, TheSameStatementMayBeInUseTwice) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)").ok());
  auto first = database->prepare("SELECT a FROM t ORDER BY a");
  auto second = database->prepare("SELECT a FROM t ORDER BY a");
  ASSERT_TRUE(*first->bind().next());
  ASSERT_TRUE(*second->bind().next());
  ASSERT_TRUE(*second->next());
  EXPECT_EQ(first->integer(0), 1);
  EXPECT_EQ(second->integer(0), 2);
}

TEST_F(DatabaseTest, AStatementStartsAnewWhenBoundAgain) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a UNIQUE)").ok());
  ASSERT_TRUE(database->execute("INSERT INTO t VALUES (?)", 1).ok());
  EXPECT_EQ(database->execute("INSERT INTO t VALUES (?)", 1).error().code, Code::kConflict);
  EXPECT_TRUE(database->execute("INSERT INTO t VALUES (?)", 2).ok()) << "usable after a failure";
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a)").ok());
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_EQ(**database->integer("SELECT count(*) FROM t"), 0);
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES (1)").ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  EXPECT_EQ(**database->integer("SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseTest, SecondWriterWaitsAndThenSaysWhyItCannot) {
  const auto database = open();
  ASSERT_TRUE(database->script("CREATE TABLE t (a)").ok());
  auto held = std::make_unique<Transaction>(std::move(Transaction::begin(*database)).value());
  const auto other = open(0.05);
  const auto refused = Transaction::begin(*other);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kBusy);
  EXPECT_NE(refused.error().message.find("another process"), std::string::npos);
  EXPECT_EQ(**other->integer("SELECT count(*) FROM t"), 0) << "readers never wait";
  held.reset();
  EXPECT_TRUE(Transaction::begin(*other).ok());
}

TEST_F(DatabaseTest, UsesTheLogAndFullSync) {
  const auto database = open();
  auto mode = database->prepare("PRAGMA journal_mode");
  ASSERT_TRUE(*mode->bind().next());
  EXPECT_EQ(mode->text(0), "wal");
  EXPECT_EQ(**database->integer("PRAGMA synchronous"), 2);
  EXPECT_EQ(**database->integer("PRAGMA foreign_keys"), 1);
}

TEST_F(DatabaseTest, WhatIsNoDatabaseIsDamagedAndTheHintSaysWhatToDo) {
  std::ofstream(folder_ / "x.db") << std::string(5000, 'x');
  const auto opened = Database::open(folder_ / "x.db");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::kState);
  EXPECT_NE(opened.error().message.find("damaged"), std::string::npos) << opened.error().message;
  EXPECT_NE(opened.error().hint.find("rebuilds"), std::string::npos);
}

TEST_F(DatabaseTest, DamagedPagesAreAnErrorNotRows) {
  {
    const auto database = open();
    ASSERT_TRUE(database->script("CREATE TABLE t (a)").ok());
    auto transaction = Transaction::begin(*database);
    for (int i = 0; i < 2000; ++i) {
      ASSERT_TRUE(database->execute("INSERT INTO t VALUES (?)", std::string(50, 'a')).ok());
    }
    ASSERT_TRUE(transaction->commit().ok());
    ASSERT_TRUE(database->integer("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  }
  {
    std::fstream file(folder_ / "x.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    file << std::string(4096 * 10, '\xEE');
  }
  const auto database = open();
  const auto sum = database->integer("SELECT sum(length(a)) FROM t");
  ASSERT_FALSE(sum.ok());
  EXPECT_EQ(sum.error().code, Code::kState);
}

TEST_F(DatabaseTest, ErrorsInOurOwnSqlAreBugs) {
  const auto database = open();
  EXPECT_EQ(database->prepare("SELEKT 1").error().code, Code::kInternal);
  EXPECT_EQ(Database::open(folder_ / "none/x.db").error().code, Code::kState);
}

}  // namespace
}  // namespace rhumb
