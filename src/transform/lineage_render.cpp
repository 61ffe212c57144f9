#include "transform/lineage_render.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/markup.h"
#include "base/text.h"

namespace rhumb {
namespace {

using nlohmann::ordered_json;

class TextTree {
 public:
  TextTree(const ProjectLineage& lineage, bool columns) : columns_(columns) {
    for (const DatasetLineage& dataset : lineage.datasets) {
      by_name_[dataset.name] = &dataset;
      read_.insert(dataset.reads.begin(), dataset.reads.end());
    }
  }

  std::string render(const ProjectLineage& lineage) {
    for (const DatasetLineage& dataset : lineage.datasets) {
      if (!read_.contains(dataset.name)) show(dataset.name, "", "");
    }
    return std::move(out_);
  }

 private:
  // A dataset that many read is spelled out once: the text stays linear in the project.
  void show(const std::string& name, const std::string& first, const std::string& rest) {
    const auto found = by_name_.find(name);
    const DatasetLineage* dataset = found == by_name_.end() ? nullptr : found->second;
    const bool again = !shown_.insert(name).second;
    out_ += first + printable(name);
    if (dataset != nullptr && dataset->is_source) out_ += " (source)";
    const bool has_more = dataset != nullptr && (!dataset->reads.empty() || columns_);
    if (again && has_more) out_ += " (as above)";
    out_ += '\n';
    if (dataset == nullptr || again) return;
    const bool leaf = dataset->reads.empty();
    if (columns_ && !dataset->is_source) show_columns(*dataset, rest + (leaf ? "   " : "│  "));
    for (size_t i = 0; i < dataset->reads.size(); ++i) {
      const bool last = i + 1 == dataset->reads.size();
      show(dataset->reads[i], rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
    }
  }

  void show_columns(const DatasetLineage& dataset, const std::string& indent) {
    size_t width = 0;
    for (const ColumnLineage& column : dataset.lineage.columns) {
      width = std::max(width, std::min<size_t>(column_name(column).size(), 40));
    }
    for (const ColumnLineage& column : dataset.lineage.columns) {
      out_ += fmt::format("{}{:<{}}  {}\n", indent, column_name(column), width, sources_of(column));
    }
    if (!dataset.lineage.columns_unknown.empty()) {
      out_ += fmt::format("{}(further columns: {})\n", indent, dataset.lineage.columns_unknown);
    }
    if (!dataset.lineage.rows.empty() || !dataset.lineage.rows_unknown.empty()) {
      out_ += fmt::format("{}rows decided by {}\n", indent, deciders_of(dataset.lineage));
    }
  }

  static std::string column_name(const ColumnLineage& column) {
    return column.name.empty() ? "(unnamed)" : printable(column.name);
  }

  static std::string sources_of(const ColumnLineage& column) {
    std::vector<std::string> parts;
    for (const ColumnSource& source : column.from) {
      std::string part = printable(source.dataset) + "." + printable(source.column);
      if (source.kind != LineageKind::kCopied) {
        part += fmt::format(" ({})", lineage_kind_name(source.kind));
      }
      parts.push_back(std::move(part));
    }
    if (!column.unknown.empty()) parts.push_back(fmt::format("unknown: {}", column.unknown));
    if (!parts.empty()) return join(parts, ", ");
    return column.kind == LineageKind::kAggregated ? "number or order of rows" : "constant";
  }

  static std::string deciders_of(const ModelLineage& lineage) {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> roles;
    for (const DecidingColumn& row : lineage.rows) {
      roles[{row.dataset, row.column}].emplace_back(row_role_name(row.role));
    }
    std::vector<std::string> parts;
    for (const auto& [column, how] : roles) {
      parts.push_back(fmt::format("{}.{} ({})", printable(column.first), printable(column.second),
                                  join(how, ", ")));
    }
    if (!lineage.rows_unknown.empty()) {
      parts.push_back(fmt::format("unknown: {}", lineage.rows_unknown));
    }
    return join(parts, ", ");
  }

  bool columns_;
  std::map<std::string, const DatasetLineage*> by_name_;
  std::set<std::string> read_;
  std::set<std::string> shown_;
  std::string out_;
};

ordered_json column_json(const ColumnLineage& column) {
  ordered_json out{{"name", column.name}, {"kind", lineage_kind_name(column.kind)}};
  out["from"] = ordered_json::array();
  for (const ColumnSource& source : column.from) {
    out["from"].push_back({{"dataset", source.dataset},
                           {"column", source.column},
                           {"kind", lineage_kind_name(source.kind)}});
  }
  if (!column.unknown.empty()) out["unknown"] = column.unknown;
  return out;
}

std::string render_json(const ProjectLineage& lineage, bool columns) {
  ordered_json datasets = ordered_json::array();
  for (const DatasetLineage& dataset : lineage.datasets) {
    ordered_json entry{{"name", dataset.name},
                       {"type", dataset.is_source ? "source" : "model"},
                       {"reads", dataset.reads}};
    if (columns) {
      entry["columns"] = ordered_json::array();
      for (const ColumnLineage& column : dataset.lineage.columns) {
        entry["columns"].push_back(column_json(column));
      }
      entry["rows"] = ordered_json::array();
      for (const DecidingColumn& row : dataset.lineage.rows) {
        entry["rows"].push_back(
            {{"dataset", row.dataset}, {"column", row.column}, {"role", row_role_name(row.role)}});
      }
      if (!dataset.lineage.columns_unknown.empty()) {
        entry["columns_unknown"] = dataset.lineage.columns_unknown;
      }
      if (!dataset.lineage.rows_unknown.empty()) {
        entry["rows_unknown"] = dataset.lineage.rows_unknown;
      }
    }
    datasets.push_back(std::move(entry));
  }
  const ordered_json out{{"datasets", std::move(datasets)}};
  // Names come from files: what is not UTF-8 is replaced, never thrown over.
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string dot_html(std::string_view text) {
  return escape_markup(printable(text));
}

// Columns are cells of a table whose ports are numbered: any name can be shown.
class Dot {
 public:
  explicit Dot(bool columns) : columns_(columns) {}

  std::string render(const ProjectLineage& lineage) {
    out_ = "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
    if (columns_) collect_columns(lineage);
    std::set<std::string> shown;
    for (const DatasetLineage& dataset : lineage.datasets) {
      node(dataset);
      shown.insert(dataset.name);
    }
    // Columns may come from datasets that were not asked for.
    for (const auto& [name, columns] : ports_) {
      if (!shown.contains(name)) node({.name = name, .is_source = true});
    }
    for (const DatasetLineage& dataset : lineage.datasets) edges(dataset);
    return out_ + "}\n";
  }

 private:
  // Of a source only the columns that something shown is made from.
  void collect_columns(const ProjectLineage& lineage) {
    for (const DatasetLineage& dataset : lineage.datasets) {
      for (const ColumnLineage& column : dataset.lineage.columns) {
        for (const ColumnSource& source : column.from) port(source.dataset, source.column);
      }
    }
    for (const DatasetLineage& dataset : lineage.datasets) {
      if (dataset.is_source) continue;
      for (const ColumnLineage& column : dataset.lineage.columns) port(dataset.name, column.name);
    }
  }

  size_t port(const std::string& dataset, const std::string& column) {
    std::vector<std::string>& columns = ports_[dataset];
    const auto at = std::find(columns.begin(), columns.end(), column);
    if (at != columns.end()) return static_cast<size_t>(at - columns.begin());
    columns.push_back(column);
    return columns.size() - 1;
  }

  void node(const DatasetLineage& dataset) {
    const char* shape = dataset.is_source ? "cylinder" : "box";
    if (!columns_) {
      out_ += fmt::format("  {} [shape={}];\n", dot_quoted(dataset.name), shape);
      return;
    }
    std::string rows = fmt::format("<tr><td><b>{}</b></td></tr>", dot_html(dataset.name));
    const std::vector<std::string>& columns = ports_[dataset.name];
    for (size_t i = 0; i < columns.size(); ++i) {
      rows +=
          fmt::format("<tr><td port=\"c{}\" align=\"left\">{}</td></tr>", i, dot_html(columns[i]));
    }
    out_ += fmt::format(
        "  {} [shape=plain, label=<<table border=\"0\" cellborder=\"1\" "
        "cellspacing=\"0\">{}</table>>];\n",
        dot_quoted(dataset.name), rows);
  }

  void edges(const DatasetLineage& dataset) {
    if (!columns_) {
      for (const std::string& read : dataset.reads) {
        out_ += fmt::format("  {} -> {};\n", dot_quoted(read), dot_quoted(dataset.name));
      }
      return;
    }
    for (const ColumnLineage& column : dataset.lineage.columns) {
      for (const ColumnSource& source : column.from) {
        const char* style = source.kind == LineageKind::kCopied     ? "solid"
                            : source.kind == LineageKind::kComputed ? "dashed"
                                                                    : "dotted";
        out_ += fmt::format("  {}:c{} -> {}:c{} [style={}];\n", dot_quoted(source.dataset),
                            port(source.dataset, source.column), dot_quoted(dataset.name),
                            port(dataset.name, column.name), style);
      }
    }
  }

  bool columns_;
  std::map<std::string, std::vector<std::string>> ports_;
  std::string out_;
};

}  // namespace

std::string render_lineage(const ProjectLineage& lineage, std::string_view format, bool columns) {
  if (format == "json") return render_json(lineage, columns);
  if (format == "dot") return Dot(columns).render(lineage);
  return TextTree(lineage, columns).render(lineage);
}

}  // namespace rhumb
