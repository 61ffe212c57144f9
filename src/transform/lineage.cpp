#include "transform/lineage.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/lineage_binder.h"

namespace rhumb {
namespace {

ColumnLineage to_column(const lineage::NamedValue& bound) {
  ColumnLineage column{
      .name = bound.name, .kind = bound.value.kind, .unknown = bound.value.unknown};
  for (const auto& [source, kind] : bound.value.from) {
    column.from.push_back({source.first, source.second, kind});
  }
  return column;
}

// The engine knows all names; where it disagrees with ours, ours cannot be trusted.
void take_names(const Schema& output, ModelLineage& lineage) {
  if (!lineage.columns_unknown.empty() || output.size() != lineage.columns.size()) {
    std::string reason = lineage.columns_unknown;
    if (reason.empty()) {
      reason = fmt::format("{} columns were found, the result has {}", lineage.columns.size(),
                           output.size());
    }
    lineage.columns.clear();
    for (const Column& column : output)
      lineage.columns.push_back({.name = column.name, .unknown = reason});
    lineage.columns_unknown.clear();
    return;
  }
  for (size_t i = 0; i < output.size(); ++i) {
    ColumnLineage& column = lineage.columns[i];
    const bool differs = !column.name.empty() && !equals_ignoring_case(column.name, output[i].name);
    if (differs && column.unknown.empty()) {
      column.unknown = fmt::format("it was taken for {}", printable(column.name, 80));
    }
    column.name = output[i].name;
  }
}

}  // namespace

const char* lineage_kind_name(LineageKind kind) {
  switch (kind) {
    case LineageKind::kCopied:
      return "copied";
    case LineageKind::kComputed:
      return "computed";
    case LineageKind::kAggregated:
      return "aggregated";
  }
  return "computed";
}

const char* row_role_name(RowRole role) {
  switch (role) {
    case RowRole::kFilter:
      return "filter";
    case RowRole::kJoin:
      return "join";
    case RowRole::kGroup:
      return "group";
    case RowRole::kOrder:
      return "order";
  }
  return "filter";
}

ModelLineage trace_columns(const SyntaxTree& tree, const Schemas& upstream,
                           const FunctionFacts& facts, const Schema* output) {
  lineage::Binder binder(upstream, facts);
  const lineage::BoundQuery bound = binder.bind(tree.root());
  ModelLineage lineage{.rows = {bound.rows.sources.begin(), bound.rows.sources.end()},
                       .columns_unknown = bound.open,
                       .rows_unknown = bound.rows.unknown};
  for (const lineage::NamedValue& column : bound.columns)
    lineage.columns.push_back(to_column(column));
  if (output != nullptr) take_names(*output, lineage);
  return lineage;
}

}  // namespace rhumb
