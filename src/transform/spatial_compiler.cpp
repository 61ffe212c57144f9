#include "transform/spatial_compiler.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/spatial_percentile.h"
#include "transform/spatial_select.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

/// Names of tables that a statement uses and does not make itself.
class FreeTables : public Visitor {
 public:
  void on_table(const TableRef& table, bool common) override {
    if (!table.is_base() || common) return;
    const std::string schema = to_lower(table.schema_name());
    found.emplace(schema == "main" ? "" : schema, std::string(table.table_name()));
  }
  std::set<std::pair<std::string, std::string>> found;  ///< schema in lower case, name
};

void find_free_tables(const Node& node, FreeTables& out) {
  if (node.kind() == NodeKind::kQuery) return walk(Query(node), out);
  if (node.kind() == NodeKind::kTable) out.on_table(TableRef(node), false);
  for_each_below(node, [&](const Node& below) { find_free_tables(below, out); });
}

std::set<std::pair<std::string, std::string>> free_tables(const Node& node) {
  FreeTables out;
  find_free_tables(node, out);
  return out.found;
}

bool any_below(const Node& node, const std::function<bool(const Node&)>& test) {
  if (test(node)) return true;
  bool found = false;
  for_each_below(node, [&](const Node& below) { found = found || any_below(below, test); });
  return found;
}

}  // namespace

StatementCompiler::StatementCompiler(const SyntaxTree& tree, const FunctionFacts& facts,
                                     TableFacts& tables, TreeToSql& text)
    : tree_(tree), facts_(facts), tables_(tables), text_(text), binder_(schemas_, facts) {}

Result<CompiledSql> StatementCompiler::run() {
  RHUMB_TRY(gather_tables());
  static_cast<void>(binder_.bind(tree_.root()));
  const json compiled = query(tree_.root());
  if (!out_.lookups.empty() && !error_) out_.sql = print(compiled);
  if (out_.lookups.empty() || error_) {
    for (SpatialJoin& join : out_.joins) {
      if (join.compiled()) {
        join.reason = "the statement cannot be written anew: " + error_->message;
      }
    }
    out_.lookups.clear();
    out_.sql = tree_.sql();
    return std::move(out_);
  }
  out_.tree = rewrite::document(compiled);
  return std::move(out_);
}

Status StatementCompiler::gather_tables() {
  class Names : public Visitor {
   public:
    void on_table(const TableRef& table, bool common) override {
      if (!table.is_base()) return;
      const std::string schema = to_lower(table.schema_name()), name(table.table_name());
      if (common) {
        ++uses[to_lower(name)];
      } else {
        tables.emplace(schema == "main" ? "" : schema, name);
      }
    }
    std::set<std::pair<std::string, std::string>> tables;
    std::map<std::string, size_t> uses;
  } names;
  walk(tree_.root(), names);
  uses_ = std::move(names.uses);
  for (const auto& [schema, name] : names.tables) {
    auto columns = tables_.columns(schema, name);
    if (!columns.ok()) return std::move(columns).error();
    const std::string key = schema.empty() ? name : schema + "." + name;
    schemas_[key] = std::move(columns).value();
  }
  return {};
}

json StatementCompiler::query(const Query& q) {
  const size_t before = common_.size();
  if (q.is_recursive()) return *q.json();  // its look-ups could not be made beforehand
  json out;
  if (q.is_select()) {
    out = select(q);
  } else {
    out = json::object();
    json with = with_clause(q);
    for (const auto& [key, value] : q.json()->items()) {
      if (key == "left" || key == "right") {
        out[key] = query(Query(&value));
      } else if (key != "cte_map") {
        out[key] = rewritten(value);
      }
    }
    out["cte_map"] = std::move(with);
  }
  common_.resize(before);
  return out;
}

json StatementCompiler::select(const Query& q, const Instead& instead) {
  const size_t before = common_.size();
  json with = with_clause(q);
  json out = SelectCompiler(*this, q, instead).run(std::move(with));
  common_.resize(before);
  return out;
}

json StatementCompiler::with_clause(const Query& q) {
  json with = q.json()->value("cte_map", json::object());
  if (!with.contains("map")) with["map"] = json::array();
  const std::vector<CommonTable> tables = q.common_tables();
  for (size_t i = 0; i < tables.size() && i < with["map"].size(); ++i) {
    const Query& made = tables[i].query;
    json& entry = with["map"][i];
    if (!made.is_recursive()) entry["value"]["query"]["node"] = query(made);
    common_.push_back({.name = to_lower(tables[i].name),
                       .original = made,
                       .entry = entry,
                       .outward = binder_.outward().contains(made.json()),
                       .recursive = made.is_recursive()});
  }
  return with;
}

json StatementCompiler::rewritten(const json& node) {
  const Node view(&node);
  if (view.kind() == NodeKind::kQuery) return query(Query(view));
  if (Expression(view).is_subquery()) {
    if (json found = compile_matching_subquery(*this, Expression(view)); !found.is_null()) {
      found["alias"] = view.alias();
      return found;
    }
  }
  if (node.is_array()) {
    json out = json::array();
    for (const json& item : node) out.push_back(rewritten(item));
    return out;
  }
  if (!node.is_object()) return node;
  json out = json::object();
  for (const auto& [key, value] : node.items()) {
    out[key] = value.is_structured() ? rewritten(value) : value;
  }
  return out;
}

// Entries of WITH clauses in scope that the node needs, through one another, in their order.
std::vector<const StatementCompiler::Common*> StatementCompiler::common_of(const Node& node) const {
  std::set<const Common*> found;
  const std::function<void(const Node&, size_t)> look = [&](const Node& part, size_t visible) {
    for (const auto& [schema, name] : free_tables(part)) {
      if (!schema.empty() && schema != "recurring") continue;
      for (size_t i = visible; i-- > 0;) {
        if (common_[i].name != to_lower(name)) continue;
        if (found.insert(&common_[i]).second && !common_[i].recursive) look(common_[i].original, i);
        break;
      }
    }
  };
  look(node, common_.size());
  std::vector<const Common*> out(found.begin(), found.end());
  std::sort(out.begin(), out.end());
  return out;
}

// Whether computing it twice may give two results.
bool StatementCompiler::unstable(const Node& node) const {
  return any_below(node, [&](const Node& below) {
    if (below.child("sample")) return true;
    if (below.kind() == NodeKind::kQuery) {
      return Query(below).has_limit() || Query(below).modifier("DISTINCT_MODIFIER").exists();
    }
    if (below.kind() != NodeKind::kExpression) return false;
    return Expression(below).form() == "WINDOW" || facts_.is_volatile(Expression(below));
  });
}

std::string StatementCompiler::why_not_beforehand(const Node& node) const {
  const auto is_parameter = [](const Node& below) {
    return Expression(below).form() == "PARAMETER";
  };
  if (any_below(node, is_parameter)) return "it has parameters";
  std::set<std::string> names;
  for (const Common* common : common_of(node)) {
    if (!names.insert(common->name).second) return "two WITH clauses use the same name; rename one";
    if (common->recursive) return "it reads a recursive WITH; make that a model of its own";
    if (common->outward) return "it depends on an outer query";
    if (any_below(common->original, is_parameter)) return "it has parameters";
    const auto uses = uses_.find(common->name);
    const bool shared = uses != uses_.end() && uses->second > 1;
    if (shared && unstable(common->original)) {
      return "it is read several times and could differ each time; make it a model of its own";
    }
  }
  return "";
}

std::string StatementCompiler::make_lookup(Draft draft) {
  std::set<std::string> tables;
  const auto take = [&](const Node& node) {
    for (const auto& [schema, name] : free_tables(node)) {
      if (schemas_.contains(schema.empty() ? name : schema + "." + name)) {
        tables.insert(to_lower(name));
      }
    }
  };
  take(draft.reads);
  json& with = draft.rows["cte_map"]["map"];
  json needed = json::array();
  for (const Common* common : common_of(draft.reads)) {
    needed.push_back(common->entry);
    take(common->original);
  }
  for (json& own : with) needed.push_back(std::move(own));
  with = std::move(needed);
  const bool fresh = any_below(Node(&draft.rows), [&](const Node& below) {
    return below.child("sample").exists() || facts_.is_volatile(Expression(below));
  });
  const std::string rows = print(draft.rows);
  if (error_) return "";
  const std::string name =
      tables_.lookup_name(fmt::format("{}\n{} {}", rows, draft.geometry, draft.point_probes),
                          {tables.begin(), tables.end()});
  const bool known = std::any_of(out_.lookups.begin(), out_.lookups.end(),
                                 [&](const LookupPlan& plan) { return plan.name == name; });
  if (!known) {
    out_.lookups.push_back({.name = name,
                            .rows = rows,
                            .geometry = draft.geometry,
                            .keep_geometry = draft.geometry != kGeometry,
                            .point_probes = draft.point_probes,
                            .fresh = fresh,
                            .estimated_rows = draft.estimate,
                            .tables = {tables.begin(), tables.end()},
                            .tree = rewrite::document(draft.rows)});
  }
  return name;
}

// An upper bound where one can be told.
std::optional<uint64_t> StatementCompiler::estimate(const Node& node) const {
  if (node.kind() == NodeKind::kQuery) {
    const Query q(node);
    if (q.is_select()) return q.from() ? estimate(q.from()) : std::optional<uint64_t>(1);
    if (!q.is_set_operation()) return std::nullopt;
    const auto left = estimate(q.left()), right = estimate(q.right());
    return left && right ? std::optional(*left + *right) : std::nullopt;
  }
  const TableRef table(node);
  if (table.is_subquery()) return estimate(table.query());
  if (table.is_join()) {
    const auto left = estimate(table.left()), right = estimate(table.right());
    return left && right ? std::optional(std::max(*left, *right)) : std::nullopt;
  }
  if (table.type() == "EXPRESSION_LIST") {
    const auto values = table.json()->find("values");
    return values == table.json()->end() ? std::nullopt : std::optional<uint64_t>(values->size());
  }
  if (!table.is_base()) return std::nullopt;
  for (size_t i = common_.size(); table.schema_name().empty() && i-- > 0;) {
    if (common_[i].name != to_lower(table.table_name())) continue;
    return common_[i].recursive ? std::nullopt : estimate(common_[i].original);
  }
  const std::string schema = to_lower(table.schema_name());
  return tables_.rows(schema == "main" ? "" : schema, std::string(table.table_name()));
}

bool StatementCompiler::may_be_points(const Expression& expression, const FromClause& from) const {
  const GeometryKind kind = kind_of(expression, from);
  return kind == GeometryKind::kAny || kind == GeometryKind::kPoint ||
         kind == GeometryKind::kMultiPoint || kind == GeometryKind::kCollection;
}

const Column* StatementCompiler::dataset_column(const Expression& column,
                                                const FromClause& from) const {
  const Uses uses = from.uses(column);
  if (uses.leaves.size() != 1) return nullptr;
  const std::string name = column.column_names().back();
  for (const lineage::NamedValue& candidate : from.leaves()[*uses.leaves.begin()].columns) {
    const lineage::Value& value = candidate.value;
    if (!equals_ignoring_case(candidate.name, name) || value.from.size() != 1) continue;
    if (value.kind != LineageKind::kCopied) return nullptr;
    const auto& [dataset, of] = value.from.begin()->first;
    const auto schema = schemas_.find(dataset);
    const auto at = schema == schemas_.end() ? std::nullopt : find_column(schema->second, of);
    return at ? &schema->second[*at] : nullptr;
  }
  return nullptr;
}

GeometryKind StatementCompiler::kind_of(const Expression& expression,
                                        const FromClause& from) const {
  if (!expression.is_column()) return made_kind(expression);
  const Column* const column = dataset_column(expression, from);
  return column == nullptr ? GeometryKind::kAny : column->type.geometry;
}

bool StatementCompiler::gives_double(const Expression& expression, const FromClause& from) const {
  return spatial::gives_double(expression, [&](const Expression& name) {
    const Column* const column = dataset_column(name, from);
    return column != nullptr && column->type.id == TypeId::kDouble;
  });
}

std::string StatementCompiler::new_name(std::string_view prefix) {
  std::string name;
  do {
    name = fmt::format("{}{}", prefix, ++numbers_);
  } while (tree_.sql().find(name) != std::string::npos);
  return name;
}

size_t StatementCompiler::note(SpatialJoin join, const json& condition) {
  join.place = tree_.place_within(Node(&condition));
  out_.joins.push_back(std::move(join));
  return out_.joins.size() - 1;
}

std::string StatementCompiler::item_name(const json& item) {
  const std::string text =
      print(rewrite::select(json::array({item}), {{"type", "EMPTY"}, {"alias", ""}}));
  constexpr std::string_view kSelect = "SELECT ";
  return text.starts_with(kSelect) ? text.substr(kSelect.size()) : "";
}

std::string StatementCompiler::print(const json& query) {
  auto sql = text_.to_sql(rewrite::document(query));
  if (sql.ok()) return std::move(sql).value();
  if (!error_) error_ = std::move(sql).error();
  return "";
}

}  // namespace rhumb::spatial

namespace rhumb {

Result<CompiledSql> compile_spatial_joins(const SyntaxTree& tree, const FunctionFacts& facts,
                                          TableFacts& tables, TreeToSql& text) {
  return spatial::StatementCompiler(tree, facts, tables, text).run();
}

}  // namespace rhumb
