#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/spatial_match.h"
#include "transform/spatial_select.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

// Marks for what is known only at the end: {"rhumb_lookup_of": entry} for the name of its look-up,
// {"rhumb_columns_of": entry} in a select list for those of its columns that are used.
constexpr const char* kLookupOf = "rhumb_lookup_of";
constexpr const char* kColumnsOf = "rhumb_columns_of";
constexpr const char* kMore = "rhumb_more";

json without_places(const json& node) {
  if (node.is_array()) {
    json out = json::array();
    for (const json& item : node) out.push_back(without_places(item));
    return out;
  }
  if (!node.is_object()) return node;
  json out = json::object();
  for (const auto& [key, value] : node.items()) {
    if (key != "query_location") out[key] = without_places(value);
  }
  return out;
}

}  // namespace

std::string stored_name(const std::string& column, size_t position) {
  for (const char* taken : {kRowNumber, kGeometry, kIsEmpty, kIsFar}) {
    if (equals_ignoring_case(column, taken)) return fmt::format("rhumb_column{}", position);
  }
  return column;
}

// What the entry is called in FROM; a subquery without a name stays without.
std::string SelectCompiler::name_of(size_t leaf) const {
  const Leaf& entry = from_.leaves()[leaf];
  if (entry.table.is_subquery()) return std::string(entry.table.alias());
  return entry.alias;
}

json SelectCompiler::render(int index) {
  const FromNode& node = from_.nodes()[static_cast<size_t>(index)];
  if (!node.is_join()) return render_leaf(static_cast<size_t>(node.leaf));
  if (only_left_.contains(index)) return render(node.left);
  json out = *node.table.json();
  out["left"] = render(node.left);
  out["right"] = render(node.right);
  json condition = condition_of(index);
  if (condition.is_null()) {
    if (parts_.contains(index)) out["condition"] = rewrite::true_value();
  } else {
    out["condition"] = std::move(condition);
    if (node.way == "CROSS") out["ref_type"] = "REGULAR";
  }
  return out;
}

json SelectCompiler::render_leaf(size_t leaf) {
  json table = indexed_.contains(leaf) ? lookup_table(leaf)
                                       : compiler_.rewritten(*from_.leaves()[leaf].table.json());
  if (const auto replaced = replaced_.find(leaf); replaced != replaced_.end()) {
    table = replaced->second;
  }
  for (const Wrap& wrap : wraps_[leaf]) table = wrap(std::move(table));
  return table;
}

// The searched rows under the name and with the columns of the entry they are of.
json SelectCompiler::lookup_table(size_t leaf) const {
  json name{{kLookupOf, leaf}};
  json items = json::array({{{kColumnsOf, leaf}, {"rhumb_stored", true}},
                            rewrite::column({kRowNumber}, indexed_.at(leaf).row)});
  json source = table(kLookupSchema, "", "");
  source["table_name"] = std::move(name);
  return rewrite::subquery(rewrite::select(std::move(items), std::move(source)), name_of(leaf));
}

// Null when no condition is left.
json SelectCompiler::condition_of(int node) const {
  const auto parts = parts_.find(node);
  std::vector<json> left;
  if (parts != parts_.end()) {
    for (const Part& part : parts->second) {
      if (!part.gone) left.push_back(part.now);
    }
  }
  return all_of(std::move(left));
}

void SelectCompiler::finish(json& out) {
  find_used(out);
  std::map<size_t, std::string> names;
  for (const std::vector<size_t>& leaves : alike()) {
    const std::string name = make_lookup(leaves);
    for (const size_t leaf : leaves) names[leaf] = name;
  }
  fill_in(out, names);
  for (const auto& [note, leaf] : notes_) compiler_.name_lookup(note, names.at(leaf));
  for (const auto& [leaf, columns] : hidden_) {
    const Leaf& entry = from_.leaves()[leaf];
    std::vector<std::string> shown = columns;
    if (out_of_sight(leaf)) continue;
    rewrite::hide_from_stars(out["select_list"], entry.alias, shown);
    if (entry.table.is_base()) rewrite::forget_schema(out, entry.alias);
  }
}

// Whether the rows of the entry only decide a SEMI or ANTI join: `*` does not show its columns.
bool SelectCompiler::out_of_sight(size_t leaf) const {
  for (int node = from_.leaves()[leaf].node; node > 0;) {
    const int parent = from_.nodes()[static_cast<size_t>(node)].parent;
    const FromNode& join = from_.nodes()[static_cast<size_t>(parent)];
    if ((join.kind == "SEMI" || join.kind == "ANTI") && join.right == node) return true;
    node = parent;
  }
  return false;
}

// A column is kept when any column of its name is used anywhere in the SELECT, unless it stands
// there as that of another entry.
void SelectCompiler::find_used(const json& out) {
  const std::function<void(const json&)> look = [&](const json& node) {
    if (node.is_object()) {
      const std::vector<std::string> names = Node(&node).texts("column_names");
      if (names.size() == 2 && is_column_of_entry(names[0], names[1])) {
        names_.emplace(to_lower(names[0]), to_lower(names[1]));
      } else {
        for (const std::string& name : names) names_.emplace("", to_lower(name));
      }
      for (const std::string& name : Node(&node).texts("using_columns")) {
        names_.emplace("", to_lower(name));
      }
    }
    if (!node.is_structured()) return;
    for (const json& below : node) look(below);
  };
  look(out);
  const std::function<void(const Node&)> stars = [&](const Node& node) {
    if (node.kind() == NodeKind::kQuery) return;
    const Expression expression(node);
    if (expression.is_star()) stars_.insert(to_lower(expression.text("relation_name")));
    for_each_below(node, stars);
  };
  if (instead_.select_list.is_null()) {
    for (const Expression& item : query_.select_list()) stars(item);
  }
  for (const FromNode& node : from_.nodes()) {
    if (node.is_join() && node.way == "NATURAL") stars_.insert("");
  }
}

bool SelectCompiler::is_column_of_entry(std::string_view alias, std::string_view name) const {
  for (const Leaf& entry : from_.leaves()) {
    if (!equals_ignoring_case(entry.alias, alias)) continue;
    for (const lineage::NamedValue& column : entry.columns) {
      if (equals_ignoring_case(column.name, name)) return true;
    }
  }
  return false;
}

// Nothing when all columns must be taken because some are not known by name.
std::optional<std::vector<std::string>> SelectCompiler::used_columns(size_t leaf) const {
  const Leaf& entry = from_.leaves()[leaf];
  if (entry.open) return std::nullopt;
  const std::string alias = to_lower(entry.alias);
  const bool all = stars_.contains("") || stars_.contains(alias);
  std::vector<std::string> used;
  for (const lineage::NamedValue& column : entry.columns) {
    if (column.name.empty()) return std::nullopt;
    const std::string name = to_lower(column.name);
    if (all || names_.contains({"", name}) || names_.contains({alias, name}))
      used.push_back(column.name);
  }
  return used;
}

// Entries that are the same table searched by the same geometry share a look-up.
std::vector<std::vector<size_t>> SelectCompiler::alike() const {
  std::map<std::string, std::vector<size_t>> groups;
  for (const auto& [leaf, indexed] : indexed_) {
    const TableRef& entry = from_.leaves()[leaf].table;
    std::string key = fmt::format("{}", leaf);
    if (entry.is_base() && !entry.child("sample")) {
      json table = *entry.json();
      table.erase("alias");
      json what{table, indexed.geometry, indexed.filters, indexed.finds_empty};
      key = without_places(what).dump(-1, ' ', false, json::error_handler_t::replace);
    }
    groups[key].push_back(leaf);
  }
  std::vector<std::vector<size_t>> out;
  for (auto& [key, leaves] : groups) out.push_back(std::move(leaves));
  std::sort(out.begin(), out.end());
  return out;
}

std::string SelectCompiler::make_lookup(const std::vector<size_t>& leaves) {
  const size_t first = leaves.front();
  const Leaf& entry = from_.leaves()[first];
  const Indexed& indexed = indexed_.at(first);
  json items = json::array();
  std::set<std::string> kept;
  bool all = false, point_probes = false;
  for (const size_t leaf : leaves) {
    point_probes = point_probes || indexed_.at(leaf).point_probes;
    const auto used = used_columns(leaf);
    all = all || !used;
    if (used) kept.insert(used->begin(), used->end());
  }
  std::string geometry = kGeometry;
  if (all) {
    items.push_back(rewrite::star());
  } else {
    for (size_t i = 0; i < entry.columns.size(); ++i) {
      const std::string& name = entry.columns[i].name;
      if (!kept.contains(name)) continue;
      items.push_back(rewrite::column({kSource, name}, stored_name(name, i)));
      const std::vector<std::string> parts = Node(&indexed.geometry).texts("column_names");
      if (parts.size() == 2 && equals_ignoring_case(parts[1], name))
        geometry = stored_name(name, i);
    }
  }
  if (geometry == kGeometry) {
    items.push_back(indexed.geometry);
    items.back()["alias"] = kGeometry;
  }
  if (indexed.finds_empty) items.push_back(is_empty_item(indexed.geometry));
  json source = compiler_.rewritten(*entry.table.json());
  source["alias"] = kSource;
  json rows = rewrite::select(std::move(items), std::move(source));
  if (json where = all_of(indexed.filters); !where.is_null()) rows["where_clause"] = where;
  return compiler_.make_lookup({.rows = std::move(rows),
                                .geometry = std::move(geometry),
                                .point_probes = point_probes,
                                .estimate = compiler_.estimate(entry.table),
                                .reads = entry.table});
}

void SelectCompiler::fill_in(json& node, const std::map<size_t, std::string>& names) const {
  if (node.is_array()) {
    json out = json::array();
    for (json& item : node) {
      if (item.is_object() && item.contains(kColumnsOf)) {
        for (json& column : columns_for(item)) out.push_back(std::move(column));
      } else if (item.is_object() && item.contains(kLookupOf)) {
        out.push_back(text_value(names.at(item[kLookupOf].get<size_t>())));
      } else {
        fill_in(item, names);
        out.push_back(std::move(item));
      }
    }
    node = std::move(out);
    return;
  }
  if (!node.is_object()) return;
  for (auto& [key, value] : node.items()) {
    if (value.is_object() && value.contains(kLookupOf)) {
      value = names.at(value[kLookupOf].get<size_t>());
    } else {
      fill_in(value, names);
    }
  }
}

// The select items that a mark stands for.
std::vector<json> SelectCompiler::columns_for(const json& mark) const {
  const auto leaf = mark[kColumnsOf].get<size_t>();
  const bool stored = mark.contains("rhumb_stored");
  std::vector<json> out;
  const auto used = used_columns(leaf);
  if (!used) {
    std::vector<std::string> hidden{kRowNumber};
    if (stored && indexed_.at(leaf).finds_empty) hidden.emplace_back(kIsEmpty);
    out.push_back(stored ? star_without(hidden) : rewrite::star());
    return out;
  }
  const Leaf& entry = from_.leaves()[leaf];
  for (size_t i = 0; i < entry.columns.size(); ++i) {
    const std::string& name = entry.columns[i].name;
    if (std::find(used->begin(), used->end(), name) == used->end()) continue;
    const std::string from = stored ? stored_name(name, i) : name;
    out.push_back(rewrite::column({from}, from == name ? "" : name));
  }
  if (mark.contains(kMore)) {
    std::set<std::string> more = mark[kMore];
    // It may have become a searched table only after it was numbered.
    if (const auto searched = indexed_.find(leaf); searched != indexed_.end()) {
      more.insert(searched->second.row);
    }
    for (const std::string& name : more) out.push_back(rewrite::column({name}));
  }
  return out;
}

}  // namespace rhumb::spatial
