#include "transform/incremental.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/lineage_binder.h"
#include "transform/rewrite.h"
#include "transform/row_flow.h"
#include "transform/statement_text.h"

namespace rhumb {
namespace {

using nlohmann::json;

constexpr const char* kFullHint = "Use kind: full.";

Result<std::string> driver(const SyntaxTree& tree, const FunctionFacts& facts,
                           const std::vector<std::string>& candidates, FlowRule rule) {
  std::optional<Error> first;
  for (const std::string& name : datasets_in_from(tree.root())) {
    const auto candidate = std::find_if(candidates.begin(), candidates.end(), [&](const auto& c) {
      return equals_ignoring_case(c, name);
    });
    if (candidate == candidates.end()) continue;
    auto flow = follow_rows(tree, facts, name, rule);
    if (flow.ok() && flow->depends) return *candidate;
    if (!flow.ok() && !first) first = flow.error();
  }
  if (first) return *first;
  return Error{.code = Code::kBadSql,
               .message = "no dataset in FROM drives this model piece by piece",
               .hint = kFullHint,
               .place = tree.place(0)};
}

// Units of date_trunc that are as long as INTERVAL '1 unit'.
constexpr auto kUnits = std::to_array<std::string_view>(
    {"second", "minute", "hour", "day", "week", "month", "quarter", "year"});

// Whether the rows of a period are a range of the column.
bool is_range(const Schemas& upstream, const lineage::Period& period) {
  if (std::find(kUnits.begin(), kUnits.end(), period.unit) == kUnits.end()) return false;
  const auto schema = upstream.find(period.dataset);
  if (schema == upstream.end()) return false;
  const auto at = find_column(schema->second, period.column);
  if (!at) return false;
  const TypeId type = schema->second[*at].type.id;
  return type == TypeId::kDate || type == TypeId::kTimestamp || type == TypeId::kTimestampTz;
}

// Conditions as the binder keeps them: the parts of an AND apart.
void flatten(const Expression& condition, std::vector<Expression>& out) {
  if (!condition) return;
  if (condition.type() != "CONJUNCTION_AND") return out.push_back(condition);
  for (const Node& part : condition.children("children")) flatten(Expression(part), out);
}

class PartitionPlanner {
 public:
  PartitionPlanner(const SyntaxTree& tree, const FunctionFacts& facts, const Schemas& upstream,
                   std::string_view source, std::string_view partition_by)
      : tree_(tree),
        facts_(facts),
        upstream_(upstream),
        source_(source),
        partition_by_(partition_by),
        binder_(upstream, facts) {}

  Result<PartitionPlan> run(TreeToSql& text) {
    RHUMB_ASSIGN(flow_, follow_rows(tree_, facts_, source_, FlowRule::kGroups));
    bound_ = binder_.bind(tree_.root());
    RHUMB_ASSIGN(const lineage::NamedValue partition, find_partition());
    RHUMB_TRY(check_windows());
    RHUMB_ASSIGN(const std::set<const json*> dropped, conditions_to_drop());
    PartitionPlan plan{.column = partition.name};
    RHUMB_ASSIGN(plan.touched_sql, touched_sql(partition.name, dropped, text));
    plan.range = range_of(partition.value);
    return plan;
  }

 private:
  Result<lineage::NamedValue> find_partition() const {
    std::vector<std::string> names;
    for (const lineage::NamedValue& column : bound_.columns) {
      names.push_back(column.name);
      if (!equals_ignoring_case(column.name, partition_by_)) continue;
      if (!column.value.unknown.empty()) {
        return refuse(fmt::format("it cannot be followed to its source: {}", column.value.unknown));
      }
      if (over_source(column.value)) {
        return refuse(fmt::format("it is made from several rows of {}", source_));
      }
      return column;
    }
    if (!bound_.open.empty()) {
      return refuse(fmt::format("the columns of the result are not known: {}", bound_.open));
    }
    return Error{.code = Code::kUnknownName,
                 .message = fmt::format("partition_by names '{}', which is no column of the result",
                                        printable(partition_by_)),
                 .hint = did_you_mean(partition_by_, names, "Give the column that name with AS.")};
  }

  // A window that reaches over partitions changes rows of others than the touched ones.
  Status check_windows() const {
    for (const Query& select : flow_.selects) {
      Status status;
      const auto check = [&](const Expression& e) {
        if (status.ok() && e.form() == "WINDOW" &&
            !(select == tree_.root() && cut_at_partitions(e))) {
          status =
              Error{.code = Code::kBadSql,
                    .message = fmt::format("the window of {}() reaches over partitions",
                                           e.function_name()),
                    .hint = fmt::format("Add {} to its PARTITION BY in the outermost SELECT, or "
                                        "use kind: full.",
                                        printable(partition_by_)),
                    .place = tree_.place_within(e)};
        }
        return false;
      };
      for (const Expression& item : select.select_list())
        static_cast<void>(any_expression(item, check));
      for (const Expression& item : select.order_by())
        static_cast<void>(any_expression(item, check));
      static_cast<void>(any_expression(select.qualify(), check));
      RHUMB_TRY(status);
    }
    return {};
  }

  bool cut_at_partitions(const Expression& window) const {
    const Expression item = partition_item();
    for (const Node& part : window.children("partitions")) {
      if (item && rewrite::same_expression(*part.json(), *item.json())) return true;
      const std::vector<std::string> names = Expression(part).column_names();
      const bool named = names.size() == 1 && equals_ignoring_case(names.front(), partition_by_);
      if (named && (item ? !is_upstream_column(partition_by_) : comes_from_plain_star()))
        return true;
    }
    return false;
  }

  // Then the name means the same in FROM and in the result.
  bool comes_from_plain_star() const {
    const std::vector<Expression> items = tree_.root().select_list();
    return std::all_of(items.begin(), items.end(), [](const Expression& item) {
      return !item.is_star() ||
             (item.children("rename_list").empty() && item.children("replace_list").empty());
    });
  }

  // A column of FROM comes before an alias of the same name, so the alias is sure only without one.
  bool is_upstream_column(std::string_view name) const {
    return std::any_of(upstream_.begin(), upstream_.end(), [&](const auto& entry) {
      return find_column(entry.second, name).has_value();
    });
  }

  Expression partition_item() const {
    for (const Expression& item : tree_.root().select_list()) {
      const std::vector<std::string> names = item.column_names();
      const std::string_view name =
          !item.alias().empty() || names.empty() ? item.alias() : std::string_view(names.back());
      if (equals_ignoring_case(name, partition_by_)) return item;
    }
    return {};
  }

  bool over_source(const lineage::Value& value) const {
    return std::any_of(value.over_rows_of.begin(), value.over_rows_of.end(),
                       [&](const auto& name) { return equals_ignoring_case(name, source_); });
  }

  // New rows alone do not tell what is true of all rows of a group, so conditions on groups must
  // not hide a partition. Conditions that decide about joins cannot be left out.
  Result<std::set<const json*>> conditions_to_drop() const {
    std::set<const json*> dropped;
    for (const Query& select : flow_.selects) {
      if (select.having()) dropped.insert(select.having().json());
      if (select.qualify()) dropped.insert(select.qualify().json());
      std::vector<Expression> parts;
      flatten(select.where(), parts);
      for (const Expression& part : parts) {
        const auto known = binder_.conditions().find(part.json());
        if (known != binder_.conditions().end() && over_source(known->second)) {
          dropped.insert(part.json());
        }
      }
    }
    for (const auto& [condition, value] : binder_.conditions()) {
      if (!over_source(value) || dropped.contains(condition) || is_inside(condition)) continue;
      return Error{
          .code = Code::kBadSql,
          .message = fmt::format("a join decides by a value made from several rows of {}", source_),
          .hint = kFullHint,
          .place = tree_.place_within(Node(condition))};
    }
    return dropped;
  }

  // A part of the HAVING or QUALIFY of a SELECT on the way, which is dropped as a whole.
  bool is_inside(const json* condition) const {
    for (const Query& select : flow_.selects) {
      std::vector<Expression> parts;
      flatten(select.having(), parts);
      flatten(select.qualify(), parts);
      for (const Expression& part : parts) {
        if (part.json() == condition) return true;
      }
    }
    return false;
  }

  Result<std::string> touched_sql(const std::string& column, const std::set<const json*>& dropped,
                                  TreeToSql& text) const {
    std::string body = tree_.sql();
    if (!dropped.empty()) {
      const json query = rewrite::copy_without(*tree_.root().json(), dropped);
      RHUMB_ASSIGN(body, text.to_sql(rewrite::document(query)));
    }
    return fmt::format("SELECT DISTINCT {} AS value FROM {} AS rhumb_model",
                       quote_identifier(column), in_parentheses(body));
  }

  std::optional<SourceRange> range_of(const lineage::Value& value) const {
    if (!value.period || !equals_ignoring_case(value.period->dataset, source_)) return std::nullopt;
    const lineage::Period& period = *value.period;
    if (!period.unit.empty() && !is_range(upstream_, period)) return std::nullopt;
    return SourceRange{period.dataset, period.column, period.unit};
  }

  Error refuse(const std::string& reason) const {
    const Expression item = partition_item();
    return Error{
        .code = Code::kBadSql,
        .message = fmt::format("the model cannot be partitioned by '{}': {}",
                               printable(partition_by_), reason),
        .hint = "Partition by a column that each source row has by itself, or use kind: full.",
        .place = item ? tree_.place_within(item) : tree_.place(0)};
  }

  const SyntaxTree& tree_;
  const FunctionFacts& facts_;
  const Schemas& upstream_;
  const std::string source_;
  const std::string partition_by_;
  lineage::Binder binder_;
  lineage::BoundQuery bound_;
  RowFlow flow_;
};

}  // namespace

Result<std::string> append_source(const SyntaxTree& tree, const FunctionFacts& facts,
                                  const std::vector<std::string>& candidates) {
  return driver(tree, facts, candidates, FlowRule::kEachRowAlone);
}

Result<std::string> partition_source(const SyntaxTree& tree, const FunctionFacts& facts,
                                     const std::vector<std::string>& candidates) {
  return driver(tree, facts, candidates, FlowRule::kGroups);
}

Result<PartitionPlan> plan_partitions(const SyntaxTree& tree, const FunctionFacts& facts,
                                      const Schemas& upstream, std::string_view source,
                                      std::string_view partition_by, TreeToSql& text) {
  return PartitionPlanner(tree, facts, upstream, source, partition_by).run(text);
}

std::string sql_for_partitions(std::string_view sql, std::string_view column,
                               const std::vector<std::optional<std::string>>& values) {
  const std::string name = quote_identifier(column);
  std::vector<std::string> literals;
  bool with_null = false;
  for (const auto& value : values) {
    if (value) {
      literals.push_back(quote_literal(*value));
    } else {
      with_null = true;
    }
  }
  std::vector<std::string> conditions;
  if (!literals.empty())
    conditions.push_back(fmt::format("{} IN ({})", name, join(literals, ", ")));
  if (with_null) conditions.push_back(fmt::format("{} IS NULL", name));
  if (conditions.empty()) conditions.emplace_back("false");
  return fmt::format("SELECT * FROM {} AS rhumb_model WHERE {}", in_parentheses(sql),
                     join(conditions, " OR "));
}

}  // namespace rhumb
