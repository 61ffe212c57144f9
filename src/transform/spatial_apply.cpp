#include <algorithm>
#include <utility>

#include "base/text.h"
#include "transform/spatial_match.h"
#include "transform/spatial_select.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

// A limit on ST_Distance is checked again, so the look-up may find a little more than it, and must
// not find less for having computed the distance in another way.
constexpr double kRoomForRounding = 1.000000001;

json null_geometry() {
  return rewrite::null_value("");
}

json column(const std::string& name) {
  return rewrite::column({name});
}

}  // namespace

json in_source(const json& expression, std::string_view alias) {
  json out = expression;
  const std::function<void(json&)> rename = [&](json& node) {
    if (Expression(&node).is_column()) {
      std::vector<std::string> names = Node(&node).texts("column_names");
      const auto is_alias = [&](size_t i) {
        return names.size() > i + 1 && equals_ignoring_case(names[i], alias);
      };
      if (names.size() > 2 && !is_alias(0) && is_alias(1)) names.erase(names.begin());
      if (is_alias(0)) {
        names[0] = kSource;
      } else {
        names.insert(names.begin(), kSource);
      }
      node["column_names"] = names;
      return;
    }
    if (!node.is_structured()) return;
    for (json& below : node) rename(below);
  };
  rename(out);
  return out;
}

json SelectCompiler::in_source(const json& expression, size_t leaf) const {
  return spatial::in_source(expression, from_.leaves()[leaf].alias);
}

SelectCompiler::Indexed& SelectCompiler::index(const Choice& choice, bool keeps_rows) {
  json geometry = in_source(*choice.geometry.json(), choice.indexed);
  std::vector<json> filters;
  for (const json* condition : choice.of_indexed) {
    filters.push_back(in_source(*condition, choice.indexed));
  }
  if (keeps_rows && !filters.empty()) {
    // Rows for which they are not true stay, and match nothing.
    geometry = when(all_of(std::move(filters)), std::move(geometry), null_geometry());
    filters.clear();
  }
  const auto [at, fresh] = indexed_.try_emplace(choice.indexed);
  Indexed& indexed = at->second;
  if (fresh) {
    indexed.geometry = std::move(geometry);
    indexed.row = compiler_.new_name("rhumb_row");
    hidden_[choice.indexed].push_back(indexed.row);
  }
  for (json& condition : filters) indexed.filters.push_back(std::move(condition));
  if (compiler_.may_be_points(choice.probe, from_)) indexed.point_probes = true;
  if (needs_empty(choice.relation)) indexed.finds_empty = true;
  return indexed;
}

// The call that finds the matches of one row; its first argument becomes the look-up's name.
json SelectCompiler::matches(const Choice& choice, std::string_view function) const {
  json probe = *choice.probe.json();
  std::vector<json> guards;
  for (const json* condition : choice.of_probed) guards.push_back(*condition);
  if (!guards.empty()) probe = when(all_of(std::move(guards)), std::move(probe), null_geometry());
  json distance;
  if (choice.distance) {
    distance = *choice.distance.json();
    if (choice.finds_more) distance = product(std::move(distance), double_value(kRoomForRounding));
  }
  return ask(function, {{"rhumb_lookup_of", choice.indexed}}, choice.relation, std::move(probe),
             std::move(distance));
}

void SelectCompiler::filter(size_t leaf, json condition) {
  wraps_[leaf].push_back([this, leaf, condition = std::move(condition)](json table) {
    json query = rewrite::select(json::array({rewrite::star()}), std::move(table));
    query["where_clause"] = condition;
    return rewrite::subquery(std::move(query), name_of(leaf));
  });
}

// Gives each row of the entry once for each hit; returns the name of the column with the hit.
std::string SelectCompiler::expand(size_t leaf, json hits) {
  std::string hit = compiler_.new_name("rhumb_hit");
  hidden_[leaf].push_back(hit);
  json unnested = call("unnest", {std::move(hits)}, hit);
  wraps_[leaf].push_back([this, leaf, unnested = std::move(unnested)](json table) {
    json query = rewrite::select(json::array({rewrite::star(), unnested}), std::move(table));
    return rewrite::subquery(std::move(query), name_of(leaf));
  });
  return hit;
}

void SelectCompiler::apply(const Choice& choice, int node, size_t part) {
  if (choice.keeps_probed) return apply_keeping(choice, node);
  const std::string row = index(choice, false).row;
  const std::string hit = expand(choice.probed, matches(choice, "rhumb_matches"));
  hits_[choice.indexed] = {.column = hit, .probed = choice.probed};
  Part& changed = parts_[node][part];
  json original = std::move(changed.now);
  changed = {.original = nullptr, .now = equal(column(hit), column(row))};
  if (choice.finds_more) parts_[node].push_back({.original = nullptr, .now = std::move(original)});
}

void SelectCompiler::apply_keeping(const Choice& choice, int node) {
  const std::string& kind = from_.nodes()[static_cast<size_t>(node)].kind;
  const bool filters = kind == "SEMI" || kind == "ANTI";
  const std::string row = index(choice, kind == "FULL").row;
  if (filters) {
    only_left_.insert(node);
    if (choice.of_both.empty()) {
      json found = matches(choice, "rhumb_has_match");
      return filter(choice.probed, kind == "SEMI" ? std::move(found) : negation(std::move(found)));
    }
    wraps_[choice.probed].push_back(numbered_pairs(choice, compiler_.new_name("rhumb_hit"), kind));
    return;
  }
  std::string hit;
  if (choice.of_both.empty()) {
    hit = expand(choice.probed, matches(choice, "rhumb_matches_outer"));
  } else {
    hit = compiler_.new_name("rhumb_hit");
    wraps_[choice.probed].push_back(numbered_pairs(choice, hit, "LEFT"));
  }
  parts_[node].clear();
  parts_[node].push_back({.original = nullptr, .now = equal(column(hit), column(row))});
}

// Keeps the entry's rows with a number in a WITH clause: whatever refers to them must see the same
// ones. `more` are columns that it has been given before.
void SelectCompiler::number_rows(size_t leaf, json source, const std::vector<std::string>& more,
                                 const std::string& rows, const std::string& id) {
  json columns{{"rhumb_columns_of", leaf}, {"rhumb_more", more}};
  common_tables_.push_back(common_table(
      rows, rewrite::select(json::array({std::move(columns), row_number(id)}), std::move(source))));
}

// Rows get a number, are brought together with their matches, and those pairs for which the other
// conditions hold are joined back to the rows by number: LEFT keeps rows without one, SEMI and ANTI
// choose among the rows.
SelectCompiler::Wrap SelectCompiler::numbered_pairs(const Choice& choice, const std::string& hit,
                                                    const std::string& kind) {
  const std::string id = compiler_.new_name("rhumb_id"), of = compiler_.new_name("rhumb_of");
  const std::string rows = compiler_.new_name("rhumb_rows");
  const size_t leaf = choice.probed;
  json unnested = call("unnest", {matches(choice, "rhumb_matches")}, hit);
  std::vector<json> conditions{equal(column(hit), column(indexed_.at(choice.indexed).row))};
  for (const json* condition : choice.of_both) conditions.push_back(*condition);
  const std::vector<std::string> before = hidden_[leaf];
  if (kind == "LEFT") hidden_[leaf].insert(hidden_[leaf].end(), {hit, id, of});
  return [=, this, searched = choice.indexed,
          condition = all_of(std::move(conditions))](json source) {
    number_rows(leaf, std::move(source), before, rows, id);
    const std::string_view alias = from_.leaves()[leaf].alias;
    json probing = rewrite::subquery(
        rewrite::select(json::array({rewrite::star(), unnested}), table("", rows, alias)), alias);
    json pairs =
        rewrite::select(json::array({rewrite::column({id}, of), column(hit)}),
                        join("INNER", std::move(probing), lookup_table(searched), condition));
    const std::string pairs_alias = of + "_pairs";
    json joined =
        join(kind, table("", rows, alias), rewrite::subquery(std::move(pairs), pairs_alias),
             equal(column(of), column(id)));
    const bool left = kind == "LEFT";
    json items = json::array({left ? rewrite::star() : star_without({id})});
    return rewrite::subquery(rewrite::select(std::move(items), std::move(joined)), name_of(leaf));
  };
}

// Whether a condition there is one on the rows of the entry, none of which is an optional one.
bool SelectCompiler::filters_rows(int node, size_t leaf) const {
  if (node != kWhere && from_.nodes()[static_cast<size_t>(node)].kind != "INNER") return false;
  return from_.takes_filter(from_.leaves()[leaf].node, node == kWhere ? 0 : node);
}

// A condition on the searched table alone makes it smaller.
void SelectCompiler::push_filters() {
  for (auto& [leaf, indexed] : indexed_) {
    for (auto& [node, parts] : parts_) {
      if (!filters_rows(node, leaf)) continue;
      for (Part& part : parts) {
        if (part.original == nullptr || part.gone) continue;
        const Uses uses = from_.uses(Expression(part.original));
        if (!uses.only(leaf) || uses.parameter) continue;
        indexed.filters.push_back(in_source(part.now, leaf));
        part.gone = true;
      }
    }
  }
}

// The engine would join searched tables with each other first by a condition on them alone, and
// does not know that each hit meets one row of one of them. So that it cannot, the condition says
// something about the hits that never holds. They can be named where the rows that have them are:
// not those of an optional side, nor what an ANTI JOIN looks for.
void SelectCompiler::tie_conditions() {
  for (auto& [at, parts] : parts_) {
    const auto& node = at;  // clang 15 lets no lambda have the name above
    for (Part& part : parts) {
      if (part.original == nullptr || part.gone) continue;
      const Uses uses = from_.uses(Expression(part.original));
      const bool ties = std::all_of(uses.leaves.begin(), uses.leaves.end(), [&](size_t leaf) {
        const auto hit = hits_.find(leaf);
        return hit != hits_.end() && filters_rows(node, leaf) &&
               filters_rows(node, hit->second.probed);
      });
      if (!ties || uses.leaves.size() < 2 || !uses.unclear.empty()) continue;
      std::vector<json> either{std::move(part.now)};
      for (const size_t leaf : uses.leaves) {
        either.push_back(is_null(rewrite::column({hits_.at(leaf).column})));
      }
      part.now = any_of(std::move(either));
    }
  }
}

}  // namespace rhumb::spatial
