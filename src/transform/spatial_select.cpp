#include "transform/spatial_select.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/spatial_percentile.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

constexpr const char* kChosenColumns = "columns are chosen by COLUMNS(...); write their names";
constexpr const char* kBuried =
    "it is part of another expression; write it as a condition of its own, an OR as UNION of two "
    "joins";
constexpr const char* kSeveralTables =
    "an argument of it depends on several tables; make it a column in a WITH clause";

// Every expression at or below, those of queries within included or not.
void each_expression(const Node& node, bool into_queries,
                     const std::function<void(const Expression&)>& see) {
  if (node.kind() == NodeKind::kExpression) see(Expression(node));
  for_each_below(node, [&](const Node& below) {
    if (below.kind() != NodeKind::kQuery || into_queries) each_expression(below, into_queries, see);
  });
}

int areal(GeometryKind kind) {
  switch (kind) {
    case GeometryKind::kPolygon:
    case GeometryKind::kMultiPolygon:
      return 2;
    case GeometryKind::kPoint:
    case GeometryKind::kMultiPoint:
      return 0;
    default:
      return 1;
  }
}

SpatialJoin said_of(const Predicate& predicate, std::string kind) {
  SpatialJoin said{.condition = Expression(predicate.condition).function_name(),
                   .kind = std::move(kind)};
  if (said.condition.empty())
    said.condition = predicate.relation.ends_with("sphere") ? "st_distancesphere" : "st_distance";
  return said;
}

}  // namespace

SelectCompiler::SelectCompiler(StatementCompiler& compiler, const Query& query,
                               const Instead& instead)
    : compiler_(compiler),
      query_(query),
      instead_(instead),
      from_(compiler.from_clause(query.from())),
      group_(from_.leaves().size()) {
  std::iota(group_.begin(), group_.end(), size_t{0});
}

json SelectCompiler::run(json with) {
  gather_parts();
  find_whole_rows();
  for (size_t i = 0; i < from_.nodes().size(); ++i) {
    if (from_.nodes()[i].is_join()) compile_lateral(static_cast<int>(i));
  }
  // Joins from the innermost out, then WHERE, which is first in the map.
  for (auto at = parts_.rbegin(); at != parts_.rend(); ++at) {
    for (size_t part = 0; part < at->second.size(); ++part) compile_part(at->first, part);
  }
  push_filters();
  tie_conditions();
  json out = json::object();
  for (const auto& [key, value] : query_.json()->items()) {
    if (key == "cte_map" || key == "from_table" || key == "where_clause") continue;
    if (key == "select_list" && !instead_.select_list.is_null()) continue;
    out[key] = compiler_.rewritten(value);
  }
  if (!instead_.select_list.is_null()) out["select_list"] = instead_.select_list;
  for (json& item : out["select_list"]) {
    use_own_percentiles(
        item, [&](const Expression& value) { return compiler_.gives_double(value, from_); });
  }
  for (size_t i = 0; instead_.select_list.is_null() && i < out["select_list"].size(); ++i) {
    json& item = out["select_list"][i];
    const json& before = *query_.select_list()[i].json();
    const bool renamed = Node(&item).alias().empty() && item != before;
    if (renamed) item["alias"] = compiler_.item_name(before);
  }
  out["from_table"] = render(0);
  if (json where = condition_of(kWhere); !where.is_null()) out["where_clause"] = std::move(where);
  for (json& table : common_tables_) with["map"].push_back(std::move(table));
  out["cte_map"] = std::move(with);
  finish(out);
  return out;
}

void SelectCompiler::gather_parts() {
  const auto take = [&](int node, const Expression& condition) {
    if (!condition) return;
    for (const json* part : conjuncts(condition.json())) {
      if (instead_.drop.contains(part)) continue;
      parts_[node].push_back({.original = part, .now = compiler_.rewritten(*part)});
    }
  };
  take(kWhere, query_.where());
  for (size_t i = 0; i < from_.nodes().size(); ++i) {
    const FromNode& node = from_.nodes()[i];
    if (node.is_join()) take(static_cast<int>(i), node.table.condition());
  }
}

// What has all columns of a table at once would have those that are added to it, too.
void SelectCompiler::find_whole_rows() {
  const auto take = [&](std::string_view name) {
    for (size_t i = 0; i < from_.leaves().size(); ++i) {
      if (equals_ignoring_case(from_.leaves()[i].alias, name)) whole_rows_.insert(i);
    }
  };
  std::set<std::string> aliases;
  for (const Expression& item : query_.select_list()) aliases.insert(to_lower(item.alias()));
  const auto look = [&](const Node& node, bool in_select_list) {
    std::set<const json*> own;
    each_expression(node, false, [&](const Expression& e) { own.insert(e.json()); });
    each_expression(node, true, [&](const Expression& e) {
      if (e.is_star() && !own.contains(e.json())) take(e.text("relation_name"));
      const std::vector<std::string> names = e.column_names();
      const bool alias =
          !in_select_list && names.size() == 1 && aliases.contains(to_lower(names[0]));
      if (e.is_column() && names.size() == 1 && !alias && !from_.has_column(names[0]))
        take(names[0]);
    });
  };
  for (const auto& [key, value] : query_.json()->items()) {
    if (key == "cte_map" || key == "from_table" || !value.is_structured()) continue;
    look(Node(&value), key == "select_list");
  }
  for (const FromNode& node : from_.nodes()) {
    if (node.is_join()) look(node.table.condition(), false);
    if (!node.is_join() && from_.leaves()[static_cast<size_t>(node.leaf)].looks_out) {
      look(node.table, false);
    }
  }
}

// Why no join of this SELECT can be compiled.
std::string SelectCompiler::why_nothing() const {
  if (!from_.known()) return "the columns of its tables are not known";
  for (const FromNode& node : from_.nodes()) {
    if (node.is_join() && node.way == "POSITIONAL")
      return "it stands beside a POSITIONAL JOIN; do that one in a WITH clause first";
  }
  std::string why;
  const auto look = [&](const Expression& e) {
    if (e.form() == "POSITIONAL_REFERENCE")
      why = "columns are named by position; write their names";
    if (e.is_star() && e.child("expr")) why = kChosenColumns;
  };
  each_expression(query_, false, look);
  // A star anywhere but in the select list would see the columns that tables are given.
  for (const char* key : {"where_clause", "having", "qualify"}) {
    if (!query_.child(key)) continue;
    each_expression(query_.child(key), false, [&](const Expression& e) {
      if (e.is_star()) why = kChosenColumns;
    });
  }
  return why;
}

void SelectCompiler::compile_part(int node, size_t part) {
  const json* original = parts_[node][part].original;
  if (original == nullptr || parts_[node][part].gone) return;
  const auto predicate = as_predicate(*original);
  if (!predicate) return note_buried(*original, node);
  const Uses first = from_.uses(predicate->first), second = from_.uses(predicate->second);
  std::set<size_t> all = first.leaves;
  all.insert(second.leaves.begin(), second.leaves.end());
  const bool one_table = all.size() < 2 && first.unclear.empty() && second.unclear.empty();
  if (one_table || first.leaves.empty() || second.leaves.empty()) return;  // a filter
  SpatialJoin refused = said_of(*predicate, kind_at(node));
  refused.reason = why_nothing();
  for (const Uses& uses : {first, second}) {
    if (refused.reason.empty()) refused.reason = uses.unclear;
    if (refused.reason.empty() && uses.outside)
      refused.reason = "an argument of it comes from an outer query; join the two tables instead";
    if (refused.reason.empty() && uses.leaves.size() > 1) refused.reason = kSeveralTables;
  }
  if (!refused.reason.empty()) {
    compiler_.note(std::move(refused), *original);
    return;
  }
  if (*first.leaves.begin() != *second.leaves.begin()) compile_join(*predicate, node, part);
}

std::string SelectCompiler::kind_at(int node) const {
  return node == kWhere ? "INNER" : from_.nodes()[static_cast<size_t>(node)].kind;
}

// A spatial condition between two tables inside something that is none.
void SelectCompiler::note_buried(const json& condition, int node) {
  bool found = false;
  each_expression(Node(&condition), false, [&](const Expression& e) {
    const auto predicate = found ? std::nullopt : as_predicate(*e.json());
    if (!predicate) return;
    std::set<size_t> all = from_.uses(predicate->first).leaves;
    all.merge(from_.uses(predicate->second).leaves);
    if (all.size() < 2) return;
    found = true;
    SpatialJoin refused = said_of(*predicate, kind_at(node));
    refused.reason = kBuried;
    compiler_.note(std::move(refused), *e.json());
  });
}

void SelectCompiler::compile_join(const Predicate& predicate, int node, size_t part) {
  const size_t one = *from_.uses(predicate.first).leaves.begin();
  const size_t other = *from_.uses(predicate.second).leaves.begin();
  const int meeting = from_.meeting(one, other);
  const FromNode& join = from_.nodes()[static_cast<size_t>(meeting)];
  const bool inner_condition =
      node == kWhere || from_.nodes()[static_cast<size_t>(node)].kind == "INNER";
  // Elsewhere it filters rows that are joined already.
  const bool joins = inner_condition ? join.kind == "INNER" : node == meeting;
  if (!joins || (inner_condition && group_[one] == group_[other])) return;
  if (!inner_condition && !done_.insert(node).second) return;  // the first one finds the pairs
  const Choice a = choice(predicate, node, true), b = choice(predicate, node, false);
  SpatialJoin said = said_of(predicate, inner_condition ? "INNER" : join.kind);
  if (!a.why_not.empty() && !b.why_not.empty()) {
    said.reason = prefers(a, b) ? a.why_not : b.why_not;
    compiler_.note(std::move(said), *predicate.condition);
    return;
  }
  const bool take_a = b.why_not.empty() ? a.why_not.empty() && prefers(a, b) : true;
  const Choice& taken = take_a ? a : b;
  apply(taken, node, part);
  const size_t joined = group_[one], with = group_[other];
  if (inner_condition) std::replace(group_.begin(), group_.end(), joined, with);
  said.relation = taken.relation;
  said.indexed = from_.leaves()[taken.indexed].alias;
  said.probed = from_.leaves()[taken.probed].alias;
  notes_.emplace_back(compiler_.note(std::move(said), *predicate.condition), taken.indexed);
}

SelectCompiler::Choice SelectCompiler::choice(const Predicate& predicate, int node,
                                              bool first_indexed) const {
  Choice out{
      .geometry = first_indexed ? predicate.first : predicate.second,
      .probe = first_indexed ? predicate.second : predicate.first,
      .distance = predicate.distance,
      .relation = first_indexed ? predicate.relation : std::string(converse(predicate.relation)),
      .finds_more = predicate.finds_more,
      .why_not = ""};
  out.indexed = *from_.uses(out.geometry).leaves.begin();
  out.probed = *from_.uses(out.probe).leaves.begin();
  if (out.relation.empty()) out.why_not = "there is no look-up for the relation this way round";
  if (out.why_not.empty()) out.why_not = why_not_indexed(out);
  if (out.why_not.empty()) out.why_not = why_not_probed(out, node);
  out.keeps_probed = keeps(node, out.probed);
  if (out.why_not.empty() && out.keeps_probed) {
    sort_conditions(node, predicate.condition, out);
  }
  return out;
}

std::string SelectCompiler::why_not_indexed(const Choice& choice) const {
  const Leaf& leaf = from_.leaves()[choice.indexed];
  const auto say = [&](std::string_view why) { return fmt::format("{}: {}", leaf.alias, why); };
  if (leaf.looks_out) return say("it depends on other tables");
  if (whole_rows_.contains(choice.indexed))
    return say("its rows are taken as a whole; name the columns");
  if (from_.uses(choice.geometry).parameter) return say("it has parameters");
  if (const std::string why = compiler_.why_not_beforehand(leaf.table); !why.empty()) {
    return say(why);
  }
  const auto before = indexed_.find(choice.indexed);
  if (before == indexed_.end()) return "";
  const json geometry = in_source(*choice.geometry.json(), choice.indexed);
  return rewrite::same_expression(before->second.geometry, geometry)
             ? ""
             : say("another geometry of it is searched already");
}

std::string SelectCompiler::why_not_probed(const Choice& choice, int node) const {
  const Leaf& leaf = from_.leaves()[choice.probed];
  const auto say = [&](std::string_view why) { return fmt::format("{}: {}", leaf.alias, why); };
  if (leaf.looks_out) return say("it depends on other tables");
  if (whole_rows_.contains(choice.probed))
    return say("its rows are taken as a whole; name the columns");
  int ancestor = 0;
  if (node != kWhere) {
    const FromNode& join = from_.nodes()[static_cast<size_t>(node)];
    ancestor = from_.is_below(leaf.node, join.left) ? join.left : join.right;
  }
  if (!from_.may_repeat(leaf.node, ancestor))
    return say("another join needs each row of it once; do one of the two in a WITH clause first");
  if (!choice.distance) return "";
  const Uses distance = from_.uses(choice.distance);
  const bool constant = distance.leaves.empty() && !distance.outside && distance.unclear.empty();
  if (constant || distance.only(choice.probed)) return "";
  return say("the distance does not come from it; use a number or one of its columns");
}

// Whether the join keeps rows of that entry's side that match nothing, or all of them alone.
bool SelectCompiler::keeps(int node, size_t leaf) const {
  if (node == kWhere) return false;
  const FromNode& join = from_.nodes()[static_cast<size_t>(node)];
  if (join.kind == "INNER") return false;
  if (join.kind == "FULL") return true;
  const bool left = from_.is_below(from_.leaves()[leaf].node, join.left);
  return left == (join.kind != "RIGHT");
}

// The rows of the probing side that match must be known before the join, so every other condition
// has to be brought to where the matches are made.
void SelectCompiler::sort_conditions(int node, const json* itself, Choice& choice) const {
  const FromNode& join = from_.nodes()[static_cast<size_t>(node)];
  const bool left = from_.is_below(from_.leaves()[choice.probed].node, join.left);
  if (!from_.keeps_rows(from_.leaves()[choice.indexed].node, left ? join.right : join.left)) {
    choice.why_not = "the optional side is itself a join; do that one in a WITH clause first";
    return;
  }
  const bool alone = join.kind == "SEMI" || join.kind == "ANTI";
  if (alone && !from_.takes_filter(from_.leaves()[choice.probed].node, join.left)) {
    choice.why_not = "it filters the optional side of another join; do that in a WITH clause first";
    return;
  }
  if (!join.table.texts("using_columns").empty() || join.way == "NATURAL") {
    choice.why_not = "it is joined by columns, too; write them as conditions of ON";
    return;
  }
  for (const Part& part : parts_.at(node)) {
    const Expression condition(part.original);
    const Uses uses = from_.uses(condition);
    std::set<size_t> rest = uses.leaves;
    rest.erase(choice.indexed);
    rest.erase(choice.probed);
    if (part.original == itself) {
      if (choice.finds_more) choice.of_both.push_back(part.original);
    } else if (!uses.unclear.empty() || uses.outside || !rest.empty()) {
      choice.why_not =
          "another condition of the join depends on other tables; split the join in two";
      return;
    } else if (uses.only(choice.indexed) && !uses.parameter) {
      choice.of_indexed.push_back(part.original);
    } else if (uses.leaves.contains(choice.indexed)) {
      choice.of_both.push_back(part.original);
    } else {
      choice.of_probed.push_back(part.original);
    }
  }
}

// The smaller one is searched. Where sizes are not known: areas rather than points, then the one
// written last.
bool SelectCompiler::prefers(const Choice& a, const Choice& b) const {
  constexpr double kPairs = 20;  // a row number for each probing row costs about that much more
  const auto rows_a = compiler_.estimate(from_.leaves()[a.indexed].table);
  const auto rows_b = compiler_.estimate(from_.leaves()[b.indexed].table);
  const double cost_a = a.of_both.empty() ? 1 : kPairs, cost_b = b.of_both.empty() ? 1 : kPairs;
  if (rows_a && rows_b && *rows_a != *rows_b) {
    return static_cast<double>(*rows_a) * cost_a < static_cast<double>(*rows_b) * cost_b;
  }
  const int area_a = areal(compiler_.kind_of(a.geometry, from_));
  const int area_b = areal(compiler_.kind_of(b.geometry, from_));
  if (area_a != area_b) return area_a > area_b;
  if (a.of_both.empty() != b.of_both.empty()) return a.of_both.empty();
  return a.indexed > b.indexed;
}

}  // namespace rhumb::spatial
