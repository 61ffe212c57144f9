#include "transform/spatial_from.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb::spatial {
namespace {

constexpr const char* kChanges =
    "a value in it differs from call to call; make it a column in a model of its own";

bool leaf_has(const Leaf& leaf, std::string_view name) {
  return std::any_of(leaf.columns.begin(), leaf.columns.end(),
                     [&](const auto& column) { return equals_ignoring_case(column.name, name); });
}

std::string join_kind(const TableRef& table) {
  const std::string kind(table.text("join_type"));
  return kind == "OUTER" ? "FULL" : kind;
}

}  // namespace

FromClause::FromClause(const TableRef& from,
                       const std::map<const nlohmann::json*, lineage::Entry>& entries,
                       const FunctionFacts& facts)
    : facts_(facts) {
  add(from, -1, entries);
}

int FromClause::add(const TableRef& table, int parent,
                    const std::map<const nlohmann::json*, lineage::Entry>& entries) {
  const auto index = static_cast<int>(nodes_.size());
  nodes_.push_back({.table = table, .parent = parent, .kind = "", .way = ""});
  const auto at = static_cast<size_t>(index);
  if (table.is_join()) {
    nodes_[at].kind = join_kind(table);
    nodes_[at].way = std::string(table.text("ref_type"));
    const int left = add(table.left(), index, entries);
    const int right = add(table.right(), index, entries);
    nodes_[at].left = left;
    nodes_[at].right = right;
    return index;
  }
  nodes_[at].leaf = static_cast<int>(leaves_.size());
  Leaf leaf{.table = table, .alias = "", .columns = {}, .node = index};
  if (const auto entry = entries.find(table.json()); entry != entries.end()) {
    leaf.alias = entry->second.relation.alias;
    leaf.columns = entry->second.relation.columns;
    leaf.open = !entry->second.relation.open.empty();
    leaf.looks_out = entry->second.looks_out;
  } else {
    known_ = false;
  }
  leaves_.push_back(std::move(leaf));
  return index;
}

bool FromClause::has_column(std::string_view name) const {
  return std::any_of(leaves_.begin(), leaves_.end(),
                     [&](const Leaf& leaf) { return leaf_has(leaf, name); });
}

Uses FromClause::uses(const Expression& expression) const {
  Uses out;
  collect(expression, out);
  return out;
}

void FromClause::collect(const Node& node, Uses& out) const {
  const Expression expression(node);
  if (node.kind() == NodeKind::kQuery || expression.is_subquery()) {
    out.unclear = "it holds a subquery; make its value a column in a WITH clause";
    return;
  }
  if (node.kind() == NodeKind::kExpression) {
    const std::string_view form = expression.form();
    if (form == "LAMBDA" || form == "STAR" || form == "POSITIONAL_REFERENCE" || form == "WINDOW") {
      out.unclear =
          fmt::format("it holds a {}; make its value a column in a WITH clause", to_lower(form));
      return;
    }
    if (form == "PARAMETER") out.parameter = true;
    if (facts_.is_volatile(expression)) out.unclear = kChanges;
    if (expression.is_column()) return resolve(expression.column_names(), out);
  }
  for_each_below(node, [&](const Node& below) { collect(below, out); });
}

void FromClause::resolve(const std::vector<std::string>& names, Uses& out) const {
  if (names.empty()) return;
  const auto named = [&](std::string_view alias) {
    std::vector<size_t> found;
    for (size_t i = 0; i < leaves_.size(); ++i) {
      if (equals_ignoring_case(leaves_[i].alias, alias)) found.push_back(i);
    }
    return found;
  };
  if (names.size() > 1) {
    std::vector<size_t> found = named(names[0]);
    if (found.empty() && names.size() > 2) found = named(names[1]);  // main.trips.fare
    if (found.size() == 1) {
      out.leaves.insert(found.front());
      return;
    }
    if (found.size() > 1) {
      out.unclear = fmt::format("'{}' names several tables; give them names of their own",
                                printable(names[0], 80));
      return;
    }
  }
  std::vector<size_t> found;
  for (size_t i = 0; i < leaves_.size(); ++i) {
    if (leaf_has(leaves_[i], names[0])) found.push_back(i);
  }
  if (found.size() == 1) {
    out.leaves.insert(found.front());
    return;
  }
  const bool open =
      std::any_of(leaves_.begin(), leaves_.end(), [](const Leaf& leaf) { return leaf.open; });
  if (found.size() > 1 || open) {
    out.unclear = fmt::format("it is not known which table '{}' is of; write TABLE.COLUMN",
                              printable(names[0], 80));
  } else if (named(names[0]).empty()) {
    out.outside = out.outside || !is_value_word(names[0]);
  } else {
    out.unclear = "it takes a row as a whole; name the columns";
  }
}

bool FromClause::is_below(int node, int ancestor) const {
  for (; node >= 0; node = nodes_[static_cast<size_t>(node)].parent) {
    if (node == ancestor) return true;
  }
  return false;
}

int FromClause::meeting(size_t one, size_t other) const {
  int node = leaves_[one].node;
  while (node >= 0 && !is_below(leaves_[other].node, node)) {
    node = nodes_[static_cast<size_t>(node)].parent;
  }
  return node;
}

namespace {

// Whether `holds(join, from the left)` is true of each join on the way up.
bool all_the_way(const std::vector<FromNode>& nodes, int node, int ancestor,
                 const std::function<bool(const FromNode&, bool)>& holds) {
  while (node != ancestor) {
    const int parent = nodes[static_cast<size_t>(node)].parent;
    if (parent < 0) return false;
    const FromNode& join = nodes[static_cast<size_t>(parent)];
    if (!holds(join, join.left == node)) return false;
    node = parent;
  }
  return true;
}

bool plain(const FromNode& join) {
  return join.way == "REGULAR" || join.way == "CROSS" || join.way == "NATURAL";
}

}  // namespace

bool FromClause::keeps_rows(int node, int ancestor) const {
  return all_the_way(nodes_, node, ancestor, [](const FromNode& join, bool left) {
    const bool kept = join.kind == "FULL" || join.kind == (left ? "LEFT" : "RIGHT");
    return kept && plain(join) && join.way != "NATURAL";
  });
}

bool FromClause::takes_filter(int node, int ancestor) const {
  return all_the_way(nodes_, node, ancestor, [](const FromNode& join, bool left) {
    if (!plain(join)) return false;
    if (join.kind == "INNER") return true;
    if (left) return join.kind == "LEFT" || join.kind == "SEMI" || join.kind == "ANTI";
    return join.kind == "RIGHT";
  });
}

bool FromClause::may_repeat(int node, int ancestor) const {
  return all_the_way(nodes_, node, ancestor, [](const FromNode& join, bool left) {
    if (plain(join)) return left || (join.kind != "SEMI" && join.kind != "ANTI");
    return join.way == "ASOF" && left;
  });
}

}  // namespace rhumb::spatial
