#include <gtest/gtest.h>

#include "base/text.h"
#include "state/any_home.h"

namespace rhumb {
namespace {

class TablesTest : public AnyHomeTest {
 protected:
  std::string cell(const std::string& table, const std::string& column, size_t row = 0) {
    const auto found = state_->table(table);
    EXPECT_TRUE(found.ok()) << found.error().text();
    const auto at = find_column(found->schema, column);
    EXPECT_TRUE(at) << column;
    return found->rows.at(row).at(*at).value_or("null");
  }
};

TEST_P(TablesTest, EveryTableIsThereAndRowsFitTheirColumns) {
  Manifest manifest = next("trips", 0, adopted("trips", 1), {make_input("a.csv")});
  manifest.checks = {{"min_rows(1)", false, "0"}};
  ASSERT_TRUE(state_->commit(manifest, {}).ok());
  ASSERT_TRUE(state_
                  ->begin_run({.id = "r",
                               .environment = "prod",
                               .status = "running",
                               .started_at = 1'700'000'000'000'000})
                  .ok());
  ASSERT_TRUE(state_->record_step({.run = "r", .seconds = 0.5}).ok());
  ASSERT_TRUE(state_->record_publication({"trips", "t", 1, 1'700'000'000'000'000}).ok());
  ASSERT_TRUE(state_->quarantine("trips", "r", "id", {Reject{.raw = "\xFF\n"}}).ok());
  for (const char* name :
       {"runs", "versions", "inputs", "checks", "steps", "quarantine", "publications"}) {
    const auto table = state_->table(name);
    ASSERT_TRUE(table.ok()) << table.error().text();
    ASSERT_EQ(table->rows.size(), 1U) << name;
    ASSERT_EQ(table->rows[0].size(), table->schema.size()) << name;
    for (size_t i = 0; i < table->schema.size(); ++i) {
      EXPECT_TRUE(table->rows[0][i] || table->schema[i].nullable)
          << name << "." << table->schema[i].name;
      EXPECT_TRUE(is_utf8(table->rows[0][i].value_or("")));
    }
  }
  EXPECT_EQ(cell("runs", "started_at"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(cell("runs", "finished_at"), "null");
  EXPECT_EQ(cell("versions", "row_count"), "10");
  EXPECT_EQ(cell("versions", "rolled_back_to"), "null");
  EXPECT_EQ(cell("inputs", "rejected"), "2");
  EXPECT_EQ(cell("inputs", "removed_in"), "null");
  EXPECT_EQ(cell("checks", "passed"), "false");
  EXPECT_EQ(cell("steps", "seconds"), "0.5");
  EXPECT_EQ(cell("quarantine", "raw"), "\\xff\\x0a");
  EXPECT_EQ(state_->table("versions")->schema[1].type.id, TypeId::kInteger);
  EXPECT_EQ(state_->table("runs")->schema[4].type.id, TypeId::kTimestampTz);
  EXPECT_EQ(state_->table("checks")->schema[3].type.id, TypeId::kBoolean);
}

TEST_P(TablesTest, AnUnknownTableIsNamedWithTheNearestOne) {
  const auto table = state_->table("version");
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, Code::kUnknownName);
  EXPECT_EQ(table.error().hint, "did you mean rhumb_versions?");
  EXPECT_EQ(state_->table("sqlite_schema").error().code, Code::kUnknownName);
  EXPECT_EQ(state_->table("versions; DROP TABLE runs").error().code, Code::kUnknownName);
}

RHUMB_FOR_ANY_HOME(TablesTest);

}  // namespace
}  // namespace rhumb
