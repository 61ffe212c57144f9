#include <utility>

#include <fmt/format.h>

#include "transform/spatial_compiler.h"
#include "transform/spatial_match.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

/// The conditions of a subquery's WHERE by what they are about.
struct Sorted {
  std::optional<Predicate> predicate;  ///< the first geometry is the subquery's own
  std::vector<const json*> outer;      ///< about the outer query alone
  std::set<const json*> drop;          ///< all but those about the subquery alone
  std::string why_not;
};

bool plain(const Uses& uses) {
  return uses.unclear.empty() && !uses.parameter;
}

bool is_count(const Query& query) {
  const std::vector<Expression> items = query.select_list();
  return items.size() == 1 && items[0].function_name() == "count_star" && !items[0].child("filter");
}

Sorted sort_conditions(const Query& query, const FromClause& from) {
  Sorted out;
  if (!query.where()) return out;
  for (const json* condition : conjuncts(query.where().json())) {
    const Uses uses = from.uses(Expression(condition));
    const auto predicate = as_predicate(*condition);
    auto fitting = predicate ? turned_outward(*predicate, from) : std::nullopt;
    if (fitting && !out.predicate) {
      out.predicate = std::move(fitting);
      out.drop.insert(condition);
    } else if (!uses.unclear.empty()) {
      out.why_not = "a condition of the subquery: " + uses.unclear;
    } else if (uses.leaves.empty() && !uses.parameter) {
      out.outer.push_back(condition);
      out.drop.insert(condition);
    } else if (uses.outside) {
      out.why_not =
          "the subquery has several conditions on the outer query; write it as a SEMI or ANTI JOIN";
    }
  }
  return out;
}

// Why the rows of the subquery are not just those of its FROM under its WHERE.
std::string why_not_plain(const StatementCompiler& compiler, const Query& query,
                          const FromClause& from, bool counts) {
  if (!from.known()) return "the columns of its tables are not known";
  for (const Leaf& leaf : from.leaves()) {
    if (leaf.looks_out) return leaf.alias + ": it depends on other tables";
  }
  for (const FromNode& node : from.nodes()) {
    if (!node.is_join() || !node.table.condition()) continue;
    const Uses uses = from.uses(node.table.condition());
    if (uses.outside || !uses.unclear.empty()) return "a join of it depends on the outer query";
  }
  if (query.has_limit() || query.child("sample") || query.qualify())
    return "it chooses among its rows; do that in a WITH clause first";
  if (!counts && compiler.facts().is_grouped(query))
    return "it groups its rows; do that in a WITH clause first";
  const bool more = !query.groups().empty() || query.having() || query.groups_by_all() ||
                    query.modifier("DISTINCT_MODIFIER");
  if (counts && more) return "it groups its rows; do that in a WITH clause first";
  for (const Expression& item : query.select_list()) {
    if (FunctionFacts::unnests(item)) return "it unnests lists; do that in a WITH clause first";
  }
  return "";
}

bool mentions_predicate(const Query& query) {
  if (!query.is_select() || !query.where() || !query.from()) return false;
  for (const json* condition : conjuncts(query.where().json())) {
    if (as_predicate(*condition)) return true;
  }
  return false;
}

}  // namespace

std::optional<Predicate> turned_outward(Predicate predicate, const FromClause& from) {
  const auto own = [&](const Expression& e) {
    const Uses uses = from.uses(e);
    return plain(uses) && !uses.outside && !uses.leaves.empty();
  };
  const auto outer = [&](const Expression& e) {
    const Uses uses = from.uses(e);
    return uses.unclear.empty() && uses.leaves.empty();
  };
  if (predicate.distance && !outer(predicate.distance)) return std::nullopt;
  if (own(predicate.second) && outer(predicate.first)) {
    std::swap(predicate.first, predicate.second);
    predicate.relation = std::string(converse(predicate.relation));
  }
  const bool fits = own(predicate.first) && outer(predicate.second) &&
                    from.uses(predicate.second).outside && !predicate.relation.empty();
  if (!fits || predicate.finds_more) return std::nullopt;
  return predicate;
}

json compile_matching_subquery(StatementCompiler& compiler, const Expression& subquery) {
  const std::string_view type = subquery.text("subquery_type");
  const Query query(subquery.child("subquery").child("node"));
  const bool counts = type == "SCALAR" && is_count(query);
  if ((type != "EXISTS" && !counts) || !mentions_predicate(query)) return nullptr;
  const FromClause from = compiler.from_clause(query.from());
  Sorted sorted = sort_conditions(query, from);
  if (!sorted.predicate) return nullptr;
  const Predicate& predicate = *sorted.predicate;
  SpatialJoin said{.condition = Expression(predicate.condition).function_name(),
                   .kind = counts ? "COUNT" : "EXISTS",
                   .reason = why_not_plain(compiler, query, from, counts)};
  if (said.reason.empty()) said.reason = sorted.why_not;
  if (said.reason.empty()) said.reason = compiler.why_not_beforehand(query.from());
  if (!said.reason.empty()) {
    compiler.note(std::move(said), *predicate.condition);
    return nullptr;
  }
  json geometry = *predicate.first.json();
  geometry["alias"] = kGeometry;
  json items = json::array({geometry});
  if (needs_empty(predicate.relation)) items.push_back(is_empty_item(*predicate.first.json()));
  json rows = compiler.select(query, {.select_list = std::move(items), .drop = sorted.drop});
  rows.erase("modifiers");
  const std::string name = compiler.make_lookup({.rows = std::move(rows),
                                                 .geometry = kGeometry,
                                                 .estimate = compiler.estimate(query.from()),
                                                 .reads = query});
  said.relation = predicate.relation;
  said.indexed = from.leaves()[*from.uses(predicate.first).leaves.begin()].alias;
  said.lookup = name;
  compiler.note(std::move(said), *predicate.condition);
  json found =
      ask(counts ? "rhumb_matches" : "rhumb_has_match", name, predicate.relation,
          *predicate.second.json(), predicate.distance ? *predicate.distance.json() : json());
  if (counts) found = cast(call("len", {std::move(found)}), "BIGINT");
  std::vector<json> guards;
  for (const json* condition : sorted.outer) guards.push_back(*condition);
  if (guards.empty()) return found;
  return when(all_of(std::move(guards)), std::move(found),
              counts ? integer_value(0) : false_value());
}

}  // namespace rhumb::spatial
