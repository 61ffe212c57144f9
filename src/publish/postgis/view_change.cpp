#include "publish/postgis/view_change.h"

#include <algorithm>

#include <fmt/format.h>

namespace rhumb {
namespace {

const RelationColumn* find(const std::vector<RelationColumn>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const RelationColumn& each) { return each.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

ViewChange plan_view_change(const std::optional<std::vector<RelationColumn>>& view,
                            const std::vector<RelationColumn>& table) {
  ViewChange change;
  const std::vector<RelationColumn> none;
  const std::vector<RelationColumn>& old = view ? *view : none;
  if (view) change.kind = ViewChange::Kind::kReplace;
  for (const RelationColumn& column : old) {
    const RelationColumn* const next = find(table, column.name);
    if (next != nullptr && next->type == column.type && next->modifier == column.modifier) {
      change.columns.push_back(column.name);
      continue;
    }
    change.kind = ViewChange::Kind::kRebuild;
    change.breaking.push_back(next == nullptr
                                  ? fmt::format("column {} is dropped", column.name)
                                  : fmt::format("column {} changes from {} to {}", column.name,
                                                column.type_text, next->type_text));
  }
  const bool anew = change.kind != ViewChange::Kind::kReplace;
  if (anew) change.columns.clear();
  for (const RelationColumn& column : table) {
    const bool known = find(old, column.name) != nullptr;
    if (anew || !known) change.columns.push_back(column.name);
    if (view && !known) {
      change.breaking.push_back(
          fmt::format("column {} is added{}", column.name,
                      anew ? "" : " at the end: prepared SELECT * statements fail once"));
    }
  }
  return change;
}

}  // namespace rhumb
