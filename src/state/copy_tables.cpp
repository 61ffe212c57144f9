#include "state/copy_tables.h"

#include <deque>

#include <fmt/format.h>

#include "base/text.h"
#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

struct CopiedColumn {
  std::string name;
  std::string type;  ///< as declared in the file: TEXT, INTEGER, REAL, BLOB
};

Result<std::vector<CopiedColumn>> columns_of(StateDatabase& file, const std::string& table) {
  std::vector<CopiedColumn> columns;
  RHUMB_TRY(file.each(
      "SELECT name, type FROM pragma_table_info(?)",
      [&](const StateRow& row) {
        columns.push_back({row.text(0), row.text(1)});
      },
      table));
  return columns;
}

/// Rows on their way, with the texts that their values borrow.
class RowBatch {
 public:
  RowBatch(StateDatabase& to, const std::string& table, const std::vector<CopiedColumn>& columns)
      : to_(to), columns_(columns) {
    std::vector<std::string> names;
    for (const CopiedColumn& column : columns) names.push_back(quote_identifier(column.name));
    const std::vector<std::string> marks(columns.size(), "?");
    insert_ = fmt::format("INSERT INTO {} ({}) VALUES ({})", quote_identifier(table),
                          join(names, ", "), join(marks, ", "));
  }

  Status add(const StateRow& row) {
    std::vector<StateValue>& values = rows_.emplace_back();
    for (size_t i = 0; i < columns_.size(); ++i) {
      values.push_back(value_of(row, static_cast<int>(i), columns_[i].type));
    }
    return rows_.size() < kRowsAtOnce ? Status() : flush();
  }
  Status flush() {
    RHUMB_TRY(to_.execute_all(insert_, rows_));
    rows_.clear();
    texts_.clear();
    return {};
  }

 private:
  static constexpr size_t kRowsAtOnce = 1000;

  StateValue value_of(const StateRow& row, int column, const std::string& type) {
    if (row.is_null(column)) return nullptr;
    if (type == "INTEGER") return row.integer(column);
    if (type == "REAL") return row.number(column);
    const std::string& text = texts_.emplace_back(row.view(column));
    if (type == "BLOB") return StateBytes{text};
    return std::string_view(text);
  }

  StateDatabase& to_;
  const std::vector<CopiedColumn>& columns_;
  std::string insert_;
  std::deque<std::string> texts_;
  std::vector<std::vector<StateValue>> rows_;
};

}  // namespace

Status copy_tables(StateDatabase& from, StateDatabase& to, SqliteStateDatabase& file) {
  std::vector<std::string> tables;
  // In the order in which they were made: what others refer to comes first.
  RHUMB_TRY(
      file.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
                "ORDER BY rowid",
                [&](const StateRow& row) { tables.push_back(row.text(0)); }));
  for (const std::string& table : tables) {
    RHUMB_ASSIGN(const std::vector<CopiedColumn> columns, columns_of(file, table));
    std::vector<std::string> names;
    for (const CopiedColumn& column : columns) names.push_back(quote_identifier(column.name));
    RowBatch batch(to, table, columns);
    Status kept;
    RHUMB_TRY(
        from.each(fmt::format("SELECT {} FROM {}", join(names, ", "), quote_identifier(table)),
                  [&](const StateRow& row) {
                    if (kept.ok()) kept = batch.add(row);
                  }));
    RHUMB_TRY(kept);
    RHUMB_TRY(batch.flush());
  }
  return {};
}

}  // namespace rhumb
