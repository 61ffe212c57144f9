#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/spatial_lateral.h"
#include "transform/spatial_match.h"
#include "transform/spatial_select.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

// Names in a select list of the subquery, so that they mean the same where the outer table is in
// reach as well.
void qualify(json& node, const Leaf& own) {
  if (Expression(&node).is_star()) {
    if (Node(&node).text("relation_name").empty()) node["relation_name"] = own.alias;
    return;
  }
  const std::vector<std::string> names = Node(&node).texts("column_names");
  if (!names.empty()) {
    const bool is_own = std::any_of(own.columns.begin(), own.columns.end(), [&](const auto& c) {
      return equals_ignoring_case(c.name, names[0]);
    });
    if (is_own && !(names.size() > 1 && equals_ignoring_case(names[0], own.alias))) {
      node["column_names"].insert(node["column_names"].begin(), own.alias);
    }
    return;
  }
  if (!node.is_structured()) return;
  for (json& below : node) qualify(below, own);
}

json column(const std::string& name) {
  return rewrite::column({name});
}

// The row's number in an element of what `picks` gives.
json number_in(const Picking& picking, const std::string& hit) {
  if (!picking.nearest) return column(hit);
  return call("struct_extract", {column(hit), text_value("row")});
}

json items_of(const Query& query) {
  json items = json::array();
  for (const Expression& item : query.select_list()) items.push_back(*item.json());
  return items;
}

std::set<std::string> names_in(const json& node) {
  std::set<std::string> out;
  for (const std::string& name : Node(&node).texts("column_names")) out.insert(to_lower(name));
  if (node.is_structured()) {
    for (const json& below : node) out.merge(names_in(below));
  }
  return out;
}

// Those columns of the table that the select list uses.
std::vector<std::string> columns_of_items(const Query& query, const Leaf& own) {
  bool all = false;
  for (const Expression& item : query.select_list()) all = all || item.is_star();
  const std::set<std::string> used = names_in(items_of(query));
  std::vector<std::string> columns;
  for (const lineage::NamedValue& column : own.columns) {
    if (all || used.contains(to_lower(column.name))) columns.push_back(column.name);
  }
  return columns;
}

}  // namespace

std::string SelectCompiler::why_not_lateral(int node, size_t picked, const Expression& probe,
                                            const Expression& distance) const {
  if (std::string why = why_nothing(); !why.empty()) return why;
  const FromNode& join = from_.nodes()[static_cast<size_t>(node)];
  const Uses uses = from_.uses(probe);
  if (!uses.unclear.empty()) return uses.unclear;
  if (uses.outside || uses.leaves.size() != 1) return "it depends on several tables";
  const size_t outer = *uses.leaves.begin();
  const Leaf& leaf = from_.leaves()[outer];
  if (!from_.is_below(leaf.node, join.left) || leaf.looks_out)
    return "it depends on several tables";
  if (distance) {
    const Uses limit = from_.uses(distance);
    const bool constant = limit.leaves.empty() && !limit.outside && limit.unclear.empty();
    if (!constant && !limit.only(outer))
      return "its distance depends on another table; use one of the outer table or a number";
  }
  // A row that a join has made of NULLs would have neighbours: those without a distance.
  const bool whole = whole_rows_.contains(outer) || whole_rows_.contains(picked);
  if (whole) return "rows are taken as a whole; name the columns";
  const bool there = from_.takes_filter(leaf.node, join.left);
  return there ? "" : "the outer table is on the optional side of a join";
}

void SelectCompiler::compile_lateral(int node) {
  const FromNode& join = from_.nodes()[static_cast<size_t>(node)];
  const FromNode& right = from_.nodes()[static_cast<size_t>(join.right)];
  const bool plain = (join.kind == "INNER" || join.kind == "LEFT") &&
                     (join.way == "REGULAR" || join.way == "CROSS") &&
                     (!join.table.condition() || is_true(*join.table.condition().json()));
  if (!plain || right.is_join()) return;
  const auto picked = static_cast<size_t>(right.leaf);
  const Leaf& leaf = from_.leaves()[picked];
  if (!leaf.table.is_subquery() || !leaf.looks_out) return;
  const auto picking = read_picking(compiler_, leaf.table.query());
  if (!picking) return;
  SpatialJoin said{.condition = Expression(picking->by.condition).function_name(),
                   .kind = picking->nearest ? "NEAREST" : "LATERAL",
                   .reason = picking->why_not};
  const Expression& distance = picking->nearest ? picking->most : picking->by.distance;
  if (said.reason.empty()) {
    said.reason = why_not_lateral(node, picked, picking->by.second, distance);
  }
  if (said.reason.empty()) {
    const size_t outer = *from_.uses(picking->by.second).leaves.begin();
    said.relation = picking->nearest ? "nearest" : picking->by.relation;
    said.indexed = leaf.alias;
    said.probed = from_.leaves()[outer].alias;
    if (picking->uses_outside) {
      pick_by_number(*picking, node, picked, outer);
    } else {
      pick_directly(*picking, node, picked, outer);
    }
    said.lookup = picked_;
    if (picking->limit && picking->order.empty()) said.rule = "of equals, the first of its rows";
  }
  compiler_.note(std::move(said), *picking->by.condition);
}

// Makes the picked rows searchable; they are in the order in which equals are taken.
std::string SelectCompiler::picked_lookup(const Picking& picking, const Leaf& own,
                                          const std::vector<std::string>& columns) {
  json items = json::array();
  for (size_t i = 0; i < own.columns.size(); ++i) {
    const std::string& name = own.columns[i].name;
    const bool used = std::find(columns.begin(), columns.end(), name) != columns.end();
    if (used) items.push_back(rewrite::column({kSource, name}, stored_name(name, i)));
  }
  const json geometry = spatial::in_source(*picking.by.first.json(), own.alias);
  items.push_back(geometry);
  items.back()["alias"] = kGeometry;
  if (picking.nearest && !picking.most) items.push_back(is_far_item(geometry));
  if (needs_empty(picking.by.relation)) items.push_back(is_empty_item(geometry));
  json source = compiler_.rewritten(*own.table.json());
  source["alias"] = kSource;
  json rows = rewrite::select(std::move(items), std::move(source));
  std::vector<json> filters;
  for (const json* condition : picking.filters) {
    filters.push_back(spatial::in_source(*condition, own.alias));
  }
  if (json where = all_of(std::move(filters)); !where.is_null()) rows["where_clause"] = where;
  if (!picking.order.empty()) {
    json orders = json::array();
    for (const json& order : picking.order) orders.push_back(spatial::in_source(order, own.alias));
    rows["modifiers"] = json::array({{{"type", "ORDER_MODIFIER"}, {"orders", std::move(orders)}}});
  }
  picked_ = compiler_.make_lookup({.rows = std::move(rows),
                                   .geometry = kGeometry,
                                   .estimate = compiler_.estimate(own.table),
                                   .reads = picking.query});
  return picked_;
}

// The list of rows for one row outside.
json SelectCompiler::picks(const Picking& picking, const std::string& name, bool keeps_outer) {
  const json probe = *picking.by.second.json();
  const bool sphere = picking.by.relation == "dwithin_sphere";
  if (!picking.nearest) {
    json distance = picking.by.distance ? *picking.by.distance.json() : json();
    json found = ask(keeps_outer ? "rhumb_matches_outer" : "rhumb_matches", name,
                     picking.by.relation, probe, std::move(distance));
    return picking.limit ? first_of(std::move(found), *picking.limit) : found;
  }
  const char* function = sphere ? "rhumb_nearest_sphere" : "rhumb_nearest";
  json near = picking.most ? call(function, {text_value(name), probe, integer_value(*picking.limit),
                                             *picking.most.json()})
                           : ask_nearest(function, name, probe, *picking.limit);
  return keeps_outer ? or_null(std::move(near)) : near;
}

// The searched table inside the subquery, under its name there; `row` is its number.
json SelectCompiler::picked_table(const std::string& name, const Leaf& own,
                                  const std::vector<std::string>& columns, const std::string& row) {
  json items = json::array();
  for (size_t i = 0; i < own.columns.size(); ++i) {
    const std::string& column = own.columns[i].name;
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) continue;
    const std::string from = stored_name(column, i);
    items.push_back(rewrite::column({from}, from == column ? "" : column));
  }
  items.push_back(rewrite::column({kRowNumber}, row));
  return rewrite::subquery(rewrite::select(std::move(items), table(kLookupSchema, name, "")),
                           own.alias);
}

// The subquery becomes a query of its table's look-up alone, joined by number.
void SelectCompiler::pick_directly(const Picking& picking, int node, size_t picked, size_t outer) {
  const FromClause inside = compiler_.from_clause(picking.query.from());
  const Leaf& own = inside.leaves()[0];
  const std::vector<std::string> columns = columns_of_items(picking.query, own);
  const std::string name = picked_lookup(picking, own, columns);
  const std::string row = compiler_.new_name("rhumb_row");
  json items = items_of(picking.query);
  rewrite::hide_from_stars(items, own.alias, {row});
  items.push_back(rewrite::column({row}));
  put_query(picked, rewrite::select(std::move(items), picked_table(name, own, columns, row)));
  hidden_[picked].push_back(row);
  const bool keeps_outer = from_.nodes()[static_cast<size_t>(node)].kind == "LEFT";
  const std::string hit = expand(outer, picks(picking, name, keeps_outer));
  parts_[node] = {{.original = nullptr, .now = equal(number_in(picking, hit), column(row))}};
}

// The select list needs the outer row, so it is joined in the subquery; the result comes back to
// the outer rows by a number that they are given.
void SelectCompiler::pick_by_number(const Picking& picking, int node, size_t picked, size_t outer) {
  const FromClause inside = compiler_.from_clause(picking.query.from());
  const Leaf& own = inside.leaves()[0];
  const std::vector<std::string> columns = columns_of_items(picking.query, own);
  const std::string name = picked_lookup(picking, own, columns);
  const std::string row = compiler_.new_name("rhumb_row"), hit = compiler_.new_name("rhumb_hit");
  const std::string id = compiler_.new_name("rhumb_id"), of = compiler_.new_name("rhumb_of");
  const std::string rows = compiler_.new_name("rhumb_rows");
  const std::string& alias = from_.leaves()[outer].alias;
  json items = json::array();
  for (const json& item : items_of(picking.query)) {
    items.push_back(item);
    qualify(items.back(), own);
    const Expression now(&items.back());
    const bool unnamed = now.alias().empty() && !now.is_column() && !now.is_star();
    if (unnamed) items.back()["alias"] = compiler_.item_name(item);
  }
  rewrite::hide_from_stars(items, own.alias, {row});
  items.push_back(rewrite::column({id}, of));
  json unnested = call("unnest", {picks(picking, name, false)}, hit);
  json probing = rewrite::subquery(
      rewrite::select(json::array({rewrite::star(), std::move(unnested)}), table("", rows, alias)),
      alias);
  put_query(picked,
            rewrite::select(std::move(items),
                            join("INNER", std::move(probing), picked_table(name, own, columns, row),
                                 equal(number_in(picking, hit), column(row)))));
  wraps_[outer].push_back([=, this, before = hidden_[outer]](json source) {
    number_rows(outer, std::move(source), before, rows, id);
    return table("", rows, alias);
  });
  hidden_[outer].push_back(id);
  hidden_[picked].push_back(of);
  parts_[node] = {{.original = nullptr, .now = equal(column(of), column(id))}};
}

void SelectCompiler::put_query(size_t leaf, json query) {
  json entry = *from_.leaves()[leaf].table.json();
  entry["subquery"]["node"] = std::move(query);
  replaced_[leaf] = std::move(entry);
}

}  // namespace rhumb::spatial
