#include "run/partitions.h"

#include <fmt/format.h>

#include "base/text.h"
#include "run/engine_tree_to_sql.h"
#include "transform/graph.h"

namespace rhumb {

Result<PartitionRebuild> PartitionRebuild::plan(RunContext& context, Bindings& bindings,
                                                const ModelDef& model,
                                                const ModelAnalysis& analysis) {
  Schemas upstream;
  for (const std::string& name : analysis.reads) {
    if (bindings.is_bound(name)) {
      upstream[name] = bindings.manifest(name).schema;
    } else {
      RHUMB_ASSIGN(upstream[name],
                   context.engine.describe("SELECT * FROM " + quote_identifier(name)));
    }
  }
  EngineTreeToSql text(context.engine);
  auto plan = plan_partitions(analysis.tree, FunctionFacts(), upstream, analysis.append_source,
                              model.partition_by, text);
  if (!plan.ok()) return placed_in_file(std::move(plan).error(), model);
  return PartitionRebuild(context, bindings, model, std::move(plan).value());
}

Status PartitionRebuild::find_touched(const Manifest& source,
                                      const std::vector<DataFile>& changed) {
  if (changed.empty()) return {};
  RHUMB_TRY(bindings_->narrow(source, changed));
  RHUMB_ASSIGN(const Table table,
               context_->engine.query(fmt::format(
                   "SELECT DISTINCT value FROM ({}\n) AS rhumb_touched ORDER BY value NULLS LAST",
                   plan_.touched_sql)));
  RHUMB_TRY(bindings_->narrow(source, source.files));
  take(table);
  return {};
}

Status PartitionRebuild::find_range(const std::string& from, const std::string& to) {
  RHUMB_ASSIGN(const Schema schema, context_->engine.describe(plan_.touched_sql));
  const std::string type =
      schema.at(0).type.id == TypeId::kInteger ? "BIGINT" : type_name(schema.at(0).type);
  std::vector<std::string> conditions, parameters;
  const auto add = [&](const std::string& value, const char* comparison) {
    if (value.empty()) return;
    parameters.push_back(value);
    conditions.push_back(
        fmt::format("value {} CAST(${} AS {})", comparison, parameters.size(), type));
  };
  add(from, ">=");
  add(to, "<=");
  auto table = context_->engine.query(
      fmt::format(
          "SELECT DISTINCT value FROM ({}\n) AS rhumb_touched WHERE {} ORDER BY value NULLS LAST",
          plan_.touched_sql, join(conditions, " AND ")),
      parameters);
  if (!table.ok()) {
    return Error{Code::kUsage,
                 fmt::format("--from and --to are compared with {}, a {}: {}", model_->partition_by,
                             type, table.error().message),
                 "write them as the column's values are printed",
                 {}};
  }
  take(*table);
  return {};
}

void PartitionRebuild::take(const Table& table) {
  for (const auto& row : table.rows) {
    values_.push_back(row.at(0));
    names_.insert(row.at(0).value_or(""));
  }
}

Status PartitionRebuild::narrow_source(const Manifest& source) {
  const bool bounded = plan_.range && !values_.empty() && values_.back().has_value();
  if (!bounded) return {};
  const SourceRange& range = *plan_.range;
  const auto at = find_column(source.schema, range.column);
  if (!at)
    return Error{
        Code::kInternal, "the range's column is not in the source: " + range.column, "", {}};
  const Type& type = source.schema[*at].type;
  const std::string name = quote_identifier(range.column);
  const std::string cast = type.id == TypeId::kInteger ? "BIGINT" : type_name(type);
  const auto constant = [&](const std::string& value) {
    return fmt::format("CAST({} AS {})", quote_literal(value), cast);
  };
  const std::string last = constant(*values_.back());
  const std::string upper = range.unit.empty()
                                ? fmt::format("{} <= {}", name, last)
                                : fmt::format("{} < {} + INTERVAL 1 {}", name, last, range.unit);
  return bindings_->filter(source,
                           fmt::format("{} >= {} AND {}", name, constant(*values_.front()), upper));
}

std::string PartitionRebuild::restricted_sql() const {
  return sql_for_partitions(model_->sql, plan_.column, values_);
}

}  // namespace rhumb
