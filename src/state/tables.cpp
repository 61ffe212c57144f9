#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "state/sql_state.h"

namespace rhumb {
namespace {

struct TableColumn {
  std::string_view name;
  TypeId type;
  std::string_view source;  ///< column of the state's table
  bool nullable = false;    ///< for times, 0 means null
};

struct TableView {
  std::string_view name;
  std::string_view order;
  std::vector<TableColumn> columns;
};

constexpr TypeId kText = TypeId::kText;
constexpr TypeId kInteger = TypeId::kInteger;
constexpr TypeId kBoolean = TypeId::kBoolean;
constexpr TypeId kDouble = TypeId::kDouble;
constexpr TypeId kTime = TypeId::kTimestampTz;

/// What people may query. Documented in docs/formats/tables.md; names are an interface.
const std::vector<TableView>& views() {
  static const std::vector<TableView> all = {
      {"runs",
       "started_at, id",
       {{"run", kText, "id"},
        {"environment", kText, "environment"},
        {"status", kText, "status"},
        {"summary", kText, "summary"},
        {"started_at", kTime, "started_at"},
        {"finished_at", kTime, "finished_at", true}}},
      {"versions",
       "dataset, version",
       {{"dataset", kText, "dataset"},
        {"version", kInteger, "version"},
        {"previous", kInteger, "previous"},
        {"rolled_back_to", kInteger, "rolled_back_to", true},
        {"run", kText, "run"},
        {"created_at", kTime, "created_at"},
        {"reason", kText, "reason"},
        {"definition", kText, "definition"},
        {"row_count", kInteger, "rows"},
        {"file_count", kInteger, "files"},
        {"bytes", kInteger, "bytes"},
        {"manifest", kText, "manifest"}}},
      {"inputs",
       "dataset, added_in, name",
       {{"dataset", kText, "dataset"},
        {"input", kText, "id"},
        {"name", kText, "name"},
        {"announced", kText, "announced"},
        {"size", kInteger, "size"},
        {"content_hash", kText, "content_hash"},
        {"row_count", kInteger, "rows"},
        {"rejected", kInteger, "rejected"},
        {"taken_at", kTime, "taken_at"},
        {"run", kText, "run"},
        {"added_in", kInteger, "added_in"},
        {"removed_in", kInteger, "removed_in", true}}},
      {"checks",
       "dataset, version, position",
       {{"dataset", kText, "dataset"},
        {"version", kInteger, "version"},
        {"name", kText, "name"},
        {"passed", kBoolean, "passed"},
        {"detail", kText, "detail"}}},
      {"steps",
       "id",
       {{"run", kText, "run"},
        {"dataset", kText, "dataset"},
        {"step", kText, "step"},
        {"reason", kText, "reason"},
        {"status", kText, "status"},
        {"row_count", kInteger, "rows"},
        {"bytes", kInteger, "bytes"},
        {"seconds", kDouble, "seconds"},
        {"recorded_at", kTime, "recorded_at"}}},
      {"events",
       "id",
       {{"run", kText, "run"},
        {"at", kTime, "at"},
        {"kind", kText, "kind"},
        {"dataset", kText, "dataset"},
        {"body", kText, "body"}}},
      {"quarantine",
       "id",
       {{"id", kInteger, "id"},
        {"source", kText, "source"},
        {"run", kText, "run"},
        {"input", kText, "input_id"},
        {"name", kText, "input"},
        {"line", kInteger, "line"},
        {"position", kInteger, "position"},
        {"field", kText, "field"},
        {"reason", kText, "reason"},
        {"message", kText, "message"},
        {"raw", kText, "raw"},
        {"rejected_at", kTime, "at"},
        {"status", kText, "status"}}},
      {"publications",
       "dataset, target",
       {{"dataset", kText, "dataset"},
        {"target", kText, "target"},
        {"version", kInteger, "version"},
        {"switched_at", kTime, "switched_at"}}},
  };
  return all;
}

Schema schema_of(const TableView& view) {
  Schema schema;
  for (const TableColumn& column : view.columns) {
    schema.push_back({std::string(column.name), Type{.id = column.type}, column.nullable});
  }
  return schema;
}

std::string select(const TableView& view) {
  std::vector<std::string> columns;
  for (const TableColumn& column : view.columns) columns.push_back(quote_identifier(column.source));
  return fmt::format("SELECT {} FROM {} ORDER BY {}", join(columns, ", "),
                     quote_identifier(view.name), view.order);
}

std::optional<std::string> value(const StateRow& row, int at, const TableColumn& column) {
  if (row.is_null(at)) return std::nullopt;
  switch (column.type) {
    case TypeId::kTimestampTz:
      if (column.nullable && row.integer(at) == 0) return std::nullopt;
      return format_utc(row.integer(at));
    case TypeId::kBoolean:
      return row.integer(at) != 0 ? "true" : "false";
    case TypeId::kDouble:
      return fmt::format("{}", row.number(at));
    case TypeId::kText: {
      // Whatever a file held; an engine's text is UTF-8.
      const std::string_view text = row.view(at);
      return is_utf8(text) ? std::string(text) : printable(text, std::string::npos);
    }
    default:
      return row.text(at);
  }
}

Error unknown_table(const std::string& name) {
  std::vector<std::string> names;
  for (const TableView& view : views()) names.emplace_back(view.name);
  const std::string near = nearest_name(name, names);
  return {Code::kUnknownName,
          fmt::format("there is no table rhumb_{}", printable(name)),
          near.empty() ? "there are: " + join(names, ", ")
                       : fmt::format("did you mean rhumb_{}?", near),
          {}};
}

}  // namespace

Result<Table> SqlState::table(const std::string& name) {
  const auto view = std::find_if(views().begin(), views().end(),
                                 [&](const TableView& known) { return known.name == name; });
  if (view == views().end()) return unknown_table(name);
  const std::scoped_lock lock(mutex_);
  Table table{.schema = schema_of(*view), .rows = {}};
  RHUMB_TRY(db_->each(select(*view), [&](const StateRow& row) {
    auto& out = table.rows.emplace_back();
    for (size_t i = 0; i < view->columns.size(); ++i) {
      out.push_back(value(row, static_cast<int>(i), view->columns[i]));
    }
  }));
  return table;
}

}  // namespace rhumb
