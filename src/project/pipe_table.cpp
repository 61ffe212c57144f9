#include "project/pipe_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

struct Cell {
  std::string text;
  bool quoted = false;
};

/// `--- | :---: |`, as Markdown writes it.
bool is_rule(std::string_view line) {
  return line.find("---") != std::string_view::npos &&
         line.find_first_not_of("-:| \t") == std::string_view::npos;
}

Error bad_line(const TableLine& line, std::string message, std::string hint) {
  return Error{Code::kBadValue, std::move(message), std::move(hint), line.place};
}

/// Reads one quoted text that begins at `at`; `at` is then behind its closing quote.
std::optional<std::string> read_quoted(std::string_view line, size_t& at) {
  std::string out;
  for (++at; at < line.size(); ++at) {
    if (line[at] != '"') {
      out += line[at];
    } else if (line.substr(at, 2) == "\"\"") {
      out += line[at++];
    } else {
      return ++at, out;
    }
  }
  return std::nullopt;
}

Result<std::vector<Cell>> split_cells(const TableLine& line) {
  const std::string_view text = line.text;
  std::vector<Cell> cells;
  for (size_t at = 0;; ++at) {
    at = std::min(text.find_first_not_of(" \t", at), text.size());
    Cell cell;
    if (at < text.size() && text[at] == '"') {
      std::optional<std::string> quoted = read_quoted(text, at);
      if (!quoted) {
        return bad_line(line, "a quote in this row is not closed",
                        "close it; inside quotes, write \"\" for a quote");
      }
      cell = {*std::move(quoted), true};
    }
    const size_t end = std::min(text.find('|', at), text.size());
    const std::string_view rest = trim(text.substr(at, end - at));
    if (cell.quoted && !rest.empty()) {
      return bad_line(line, fmt::format("`{}` follows a closing quote", printable(rest, 60)),
                      "put the whole cell in quotes; inside them, write \"\" for a quote");
    }
    if (!cell.quoted) cell.text = rest;
    cells.push_back(std::move(cell));
    if (end == text.size()) return cells;
    at = end;
  }
}

void take_header(const std::vector<Cell>& cells, const TableLine& line, GivenTable& table,
                 Errors& errors) {
  for (const Cell& cell : cells) {
    const auto same = std::find_if(
        table.columns.begin(), table.columns.end(),
        [&](const std::string& known) { return equals_ignoring_case(known, cell.text); });
    if (cell.text.empty()) {
      errors.push_back(bad_line(line, "a column of the header has no name",
                                "name every column, and begin and end lines without `|`"));
    } else if (same != table.columns.end()) {
      errors.push_back(bad_line(line, fmt::format("the column `{}` stands twice", cell.text),
                                "name each column once"));
    }
    table.columns.push_back(cell.text);
  }
}

void take_row(std::vector<Cell>& cells, GivenTable& table) {
  std::vector<std::string> row;
  for (Cell& cell : cells) {
    if (cell.quoted && cell.text.empty()) table.empty_texts.insert({table.rows.size(), row.size()});
    row.push_back(std::move(cell.text));
  }
  table.rows.push_back(std::move(row));
}

}  // namespace

std::optional<GivenTable> parse_pipe_table(const std::vector<TableLine>& lines, const Place& place,
                                           Errors& errors) {
  GivenTable table;
  table.place = place;
  for (const TableLine& line : lines) {
    if (trim(line.text).empty() || is_rule(line.text)) continue;
    auto cells = split_cells(line);
    if (!cells.ok()) {
      errors.push_back(std::move(cells).error());
    } else if (table.columns.empty()) {
      take_header(*cells, line, table, errors);
    } else if (cells->size() != table.columns.size()) {
      errors.push_back(bad_line(line,
                                fmt::format("this row has {} cells, and the header has {}",
                                            cells->size(), table.columns.size()),
                                "give every column a cell; an empty one is null"));
    } else {
      take_row(*cells, table);
    }
  }
  if (!table.columns.empty()) return table;
  errors.push_back({Code::kBadValue, "the table has no header",
                    "write `column | column`, then the rows", place});
  return std::nullopt;
}

}  // namespace rhumb
