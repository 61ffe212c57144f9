#include "io/sqlite/foreign_database.h"

#include <gtest/gtest.h>

#include "io/sqlite/database.h"
#include "io/sqlite/testing.h"

namespace rhumb {
namespace {

using ForeignDatabaseTest = SqliteFolderTest;

TEST_F(ForeignDatabaseTest, StopsAQueryThatDoesNotEnd) {
  const auto path = folder_ / "a.gpkg";
  {
    const auto made = Database::open(path);
    ASSERT_TRUE(made.ok());
    ASSERT_TRUE((*made)
                    ->execute("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                              "SELECT i + 1 FROM n) SELECT i FROM n")
                    .ok());
    ASSERT_TRUE((*made)->integer("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  }
  const auto database = ForeignDatabase::open(path, 100'000);
  ASSERT_TRUE(database.ok());
  auto rows = (*database)->query("SELECT i FROM endless WHERE i < 0");
  ASSERT_TRUE(rows.ok());
  const auto none = rows->next();
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("does not come to an end"), std::string::npos);
  // What gives rows may take as long as it likes.
  auto many = (*database)->query("SELECT i FROM endless LIMIT 100000");
  ASSERT_TRUE(many.ok());
  for (int i = 0; i < 100'000; ++i) {
    const auto more = many->next();
    ASSERT_TRUE(more.ok() && *more) << i;
  }
}

TEST_F(ForeignDatabaseTest, RefusesAFileThatIsCutInItsLastPage) {
  const auto path = folder_ / "a.gpkg";
  {
    const auto made = Database::open(path);
    ASSERT_TRUE(made.ok());
    ASSERT_TRUE((*made)->script("CREATE TABLE t (a); INSERT INTO t VALUES (1)").ok());
    ASSERT_TRUE((*made)->integer("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  }
  ASSERT_TRUE(ForeignDatabase::open(path).ok());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  const auto cut = ForeignDatabase::open(path);
  ASSERT_FALSE(cut.ok());
  EXPECT_NE(cut.error().message.find("it is cut off"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
