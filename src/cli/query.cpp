#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"
#include "run/ad_hoc_query.h"

namespace rhumb {
namespace {

bool is_number(TypeId id) {
  return id == TypeId::kInteger || id == TypeId::kDouble || id == TypeId::kDecimal;
}

std::string as_json(const Table& table) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (size_t i = 0; i < row.size(); ++i) {
      const TypeId type = table.schema[i].type.id;
      nlohmann::ordered_json& cell = object[table.schema[i].name];
      if (!row[i]) {
        cell = nullptr;
      } else if (type == TypeId::kBoolean) {
        cell = *row[i] == "true";
      } else if (is_number(type)) {
        cell = nlohmann::ordered_json::parse(*row[i], nullptr, false);
        if (cell.is_discarded()) cell = *row[i];
      } else {
        cell = *row[i];
      }
    }
    rows.push_back(std::move(object));
  }
  return rows.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return quote_identifier(text);  // CSV doubles quotes as SQL identifiers do
}

std::string as_csv(const Table& table) {
  std::string out;
  for (size_t i = 0; i < table.schema.size(); ++i)
    out += (i == 0 ? "" : ",") + csv_cell(table.schema[i].name);
  for (const auto& row : table.rows) {
    out += '\n';
    for (size_t i = 0; i < row.size(); ++i)
      out += (i == 0 ? "" : ",") + csv_cell(row[i].value_or(""));
  }
  return out;
}

std::string as_text(const Table& table, size_t limit) {
  std::vector<std::string> header;
  std::vector<bool> right;
  for (const Column& column : table.schema) {
    header.push_back(column.name);
    right.push_back(is_number(column.type.id));
  }
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < table.rows.size() && i < limit; ++i) {
    std::vector<std::string> cells;
    for (const auto& cell : table.rows[i]) cells.push_back(cell ? printable(*cell, 60) : "");
    rows.push_back(std::move(cells));
  }
  std::string out = render_table(header, rows, right);
  out += fmt::format("\n({} {}", human_count(table.rows.size()),
                     table.rows.size() == 1 ? "row" : "rows");
  return out +
         (table.rows.size() > limit ? fmt::format(", {} shown; --limit shows more)", limit) : ")");
}

int run_query(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (workspace->engine() == nullptr || workspace->state() == nullptr) return workspace->status();
  const auto table =
      ad_hoc_query(workspace->project(), *workspace->engine(), *workspace->state(),
                   workspace->files(), invocation.arguments.front(), invocation.all("param"));
  if (!table.ok()) return workspace->fail(table.error());
  if (console.json()) {
    console.print(as_json(*table));
  } else if (invocation.has("csv")) {
    console.print(as_csv(*table));
  } else {
    console.print(as_text(*table, std::stoul(invocation.value("limit", "40"))));
  }
  return 0;
}

}  // namespace

CommandSpec query_command() {
  return {
      .name = "query",
      .summary = "ask the store with SQL",
      .doc =
          "Every source and model is a table at its newest version; NAME@VERSION in double quotes "
          "is an older one. What the program remembers are tables too: rhumb_runs, rhumb_versions, "
          "rhumb_inputs, rhumb_checks, rhumb_steps, rhumb_quarantine, rhumb_publications.",
      .arguments = {{"sql", "one SELECT", true, false}},
      .options = {{"param", 'p', "VALUE", "value of $1, $2, ... in turn", true, {}},
                  {"csv", 0, "", "print CSV", false, {}},
                  {"limit", 'n', "ROWS", "rows shown as a table (default 40)", false, {}}},
      .examples = {{"rhumb query 'SELECT count(*) FROM trips'", ""},
                   {"rhumb query 'SELECT * FROM \"trips@3\"'", "an older version"},
                   {"rhumb query 'SELECT * FROM rhumb_versions'", "what has been published"}},
      .run = run_query};
}

}  // namespace rhumb
