#include "transform/row_flow.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr const char* kRebuildHint =
    "Use kind: full, or kind: partitioned when only some partitions change.";
constexpr const char* kFullHint = "Use kind: full.";

class Follower {
 public:
  Follower(const SyntaxTree& tree, const FunctionFacts& facts, std::string_view dataset,
           FlowRule rule)
      : tree_(tree), facts_(facts), dataset_(to_lower(dataset)), rule_(rule) {}

  Result<RowFlow> run() {
    RHUMB_ASSIGN(flow_.depends, query(tree_.root()));
    return std::move(flow_);
  }

 private:
  using Depends = Result<bool>;
  struct Common {
    std::string name;
    bool depends;
  };

  // ---- queries

  Depends query(const Query& q) {
    const size_t before = common_.size();
    for (const CommonTable& table : q.common_tables()) {
      RHUMB_ASSIGN(const bool depends, common_table(table));
      common_.push_back({to_lower(table.name), depends});
    }
    Depends depends = q.is_select() ? select(q) : set_operation(q);
    common_.resize(before);
    return depends;
  }

  Depends common_table(const CommonTable& table) {
    if (!table.query.is_recursive()) return query(table.query);
    common_.push_back({to_lower(table.name), false});
    const bool mentions = mentions_dataset(table.query);
    common_.pop_back();
    if (mentions) return refuse(table.query, "a recursive WITH");
    return false;
  }

  Depends select(const Query& q) {
    RHUMB_ASSIGN(const bool depends, q.from() ? from(q.from()) : Depends(false));
    RHUMB_TRY(no_subquery_reads_it(q));
    if (!depends) return false;
    flow_.selects.push_back(q);
    RHUMB_TRY(limits(q));
    RHUMB_TRY(rule_ == FlowRule::kEachRowAlone ? each_row_alone(q) : groups(q));
    return true;
  }

  Depends set_operation(const Query& q) {
    if (!q.is_set_operation()) {
      if (mentions_dataset(q)) return refuse(q, "a query of an unknown kind");
      return false;
    }
    RHUMB_ASSIGN(const bool left, query(q.left()));
    RHUMB_ASSIGN(const bool right, query(q.right()));
    if (!left && !right) return false;
    RHUMB_TRY(limits(q));
    const std::string_view kind = q.text("setop_type");
    const bool is_union = kind == "UNION" || kind == "UNION_BY_NAME";
    if (rule_ == FlowRule::kEachRowAlone) {
      if (!is_union || !q.keeps_duplicates() || q.modifier("DISTINCT_MODIFIER")) {
        return refuse(q, is_union ? "UNION without ALL" : std::string(kind));
      }
      if (left != right) {
        return refuse(left ? q.right() : q.left(),
                      "a branch of UNION ALL that does not read it and would be repeated");
      }
      return true;
    }
    if (!is_union) return refuse(q, std::string(kind));
    return true;
  }

  // ---- FROM

  Depends from(const TableRef& table) {
    if (table.is_base()) return is_dataset(table);
    if (table.is_join()) return join(table);
    if (table.is_subquery()) return query(table.query());
    if (mentions_dataset(table)) return refuse(table, fmt::format("{} over it", table.type()));
    return false;
  }

  Depends join(const TableRef& table) {
    RHUMB_ASSIGN(const bool left, from(table.left()));
    RHUMB_ASSIGN(const bool right, from(table.right()));
    if (table.condition() && mentions_dataset(table.condition())) {
      return refuse(table.condition(), "a subquery over it in ON");
    }
    if (!left && !right) return false;
    if (left && right) return refuse(table, "a join of it with itself");
    const std::string kind(table.text("join_type"));
    const bool keeps_left = kind == "LEFT" || kind == "SEMI" || kind == "ANTI";
    const bool alone = kind == "INNER" || (left && keeps_left) || (right && kind == "RIGHT");
    // A new row on the optional side takes an old row's NULLs away.
    if (!alone) return refuse(table, fmt::format("standing on the optional side of {} JOIN", kind));
    if (table.text("ref_type") == "POSITIONAL") return refuse(table, "a POSITIONAL JOIN");
    if (table.text("ref_type") == "ASOF" && right)
      return refuse(table, "being looked up by ASOF JOIN");
    return true;
  }

  [[nodiscard]] bool is_dataset(const TableRef& table) const {
    const std::string name = to_lower(table.table_name());
    if (table.schema_name().empty()) {
      for (auto entry = common_.rbegin(); entry != common_.rend(); ++entry) {
        if (entry->name == name) return entry->depends;
      }
    }
    return name == dataset_;
  }

  // True when anything below reads the dataset, by itself or through a CTE.
  bool mentions_dataset(const Node& node) const {
    bool found = false;
    const auto look = [&](const auto& self, const Node& below) -> void {
      if (found) return;
      if (below.kind() == NodeKind::kTable && TableRef(below).is_base()) {
        found = is_dataset(TableRef(below));
      }
      for_each_below(below, [&](const Node& next) { self(self, next); });
    };
    look(look, node);
    return found;
  }

  // ---- what happens on the way

  // Conditions and values computed from all rows of it change for old rows too.
  Status no_subquery_reads_it(const Query& q) const {
    Status status;
    const auto look = [&](const auto& self, const Node& node) -> void {
      for_each_below(node, [&](const Node& below) {
        if (!status.ok() || below.kind() == NodeKind::kTable) return;
        if (below.kind() == NodeKind::kQuery) {
          if (mentions_dataset(below)) status = refuse(node, "a subquery over it");
          return;
        }
        self(self, below);
      });
    };
    // Not the query itself: its FROM and WITH are followed, not looked through.
    for (const char* key : {"where_clause", "having", "qualify"}) {
      if (const Node part = q.child(key)) look(look, part);
    }
    for (const char* key : {"select_list", "group_expressions", "modifiers"}) {
      for (const Node& part : q.children(key)) look(look, part);
    }
    return status;
  }

  Status limits(const Query& q) const {
    for (const Node& modifier : q.children("modifiers")) {
      if (modifier.type().starts_with("LIMIT")) return refuse(modifier, "LIMIT", q);
    }
    if (q.child("sample")) return refuse(q.child("sample"), "a sample", q);
    return {};
  }

  Status each_row_alone(const Query& q) const {
    if (!q.groups().empty()) return refuse(q.groups().front(), "GROUP BY");
    if (q.groups_by_all()) return refuse(q.select_list().front(), "GROUP BY ALL");
    if (const Node distinct = q.modifier("DISTINCT_MODIFIER"))
      return refuse(distinct, "DISTINCT", q);
    if (q.having()) return refuse(q.having(), "HAVING");
    for (const Expression& item : q.select_list()) RHUMB_TRY(row_by_row(item));
    for (const Expression& item : q.order_by()) RHUMB_TRY(row_by_row(item));
    return q.qualify() ? refuse(q.qualify(), "QUALIFY") : Status();
  }

  Status row_by_row(const Expression& item) const {
    std::optional<Error> error;
    static_cast<void>(any_expression(item, [&](const Expression& e) {
      const bool window = e.form() == "WINDOW";
      if (!window && !facts_.is_aggregate(e)) return false;
      error = refuse(e, fmt::format("the {} {}()", window ? "window function" : "aggregate",
                                    e.function_name()));
      return true;
    }));
    return error ? Status(*error) : Status();
  }

  Status groups(const Query& q) const {
    const auto sets = q.json()->find("group_sets");
    if (sets != q.json()->end() && sets->is_array() && sets->size() > 1) {
      return refuse(q.groups().empty() ? Node(q) : Node(q.groups().front()),
                    "ROLLUP, CUBE or GROUPING SETS");
    }
    const Node distinct = q.modifier("DISTINCT_MODIFIER");
    if (!distinct.children("distinct_on_targets").empty())
      return refuse(distinct, "DISTINCT ON", q);
    return {};
  }

  Error refuse(const Node& node, const std::string& what, const Node& fallback = {}) const {
    Place place = tree_.place_within(node);
    if (place.line == 0 && fallback) place = tree_.place_within(fallback);
    const bool alone = rule_ == FlowRule::kEachRowAlone;
    return Error{.code = Code::kBadSql,
                 .message = fmt::format("new rows of {} cannot be {} because of {}", dataset_,
                                        alone ? "appended" : "kept to their partitions", what),
                 .hint = alone ? kRebuildHint : kFullHint,
                 .place = place};
  }

  const SyntaxTree& tree_;
  const FunctionFacts& facts_;
  const std::string dataset_;
  const FlowRule rule_;
  std::vector<Common> common_;
  RowFlow flow_;
};

class FromOrder {
 public:
  explicit FromOrder(const Query& root) { query(root); }
  std::vector<std::string> take() { return std::move(order_); }

 private:
  struct Common {
    std::string name;
    Query query;
    bool seen = false;
  };

  void query(const Query& q) {
    const size_t before = common_.size();
    for (const CommonTable& table : q.common_tables()) {
      common_.push_back({to_lower(table.name), table.query});
    }
    if (q.is_select() && q.from()) table(q.from());
    if (!q.is_select()) {
      if (q.left()) query(q.left());
      if (q.right()) query(q.right());
    }
    common_.resize(before);
  }

  void table(const TableRef& t) {
    if (t.is_join()) {
      table(t.left());
      table(t.right());
    } else if (t.is_subquery()) {
      query(t.query());
    } else if (t.is_base()) {
      base(to_lower(t.table_name()), t.schema_name().empty());
    } else if (const TableRef below(t.child("source")); below) {
      table(below);  // PIVOT
    }
  }

  void base(const std::string& name, bool may_be_common) {
    for (size_t i = common_.size(); may_be_common && i-- > 0;) {
      if (common_[i].name != name) continue;
      // Once is enough, and keeps recursive names and repeated ones from going round.
      if (std::exchange(common_[i].seen, true)) return;
      return query(Query(common_[i].query));
    }
    if (std::find(order_.begin(), order_.end(), name) == order_.end()) order_.push_back(name);
  }

  std::vector<Common> common_;
  std::vector<std::string> order_;
};

}  // namespace

Result<RowFlow> follow_rows(const SyntaxTree& tree, const FunctionFacts& facts,
                            std::string_view dataset, FlowRule rule) {
  return Follower(tree, facts, dataset, rule).run();
}

std::vector<std::string> datasets_in_from(const Query& root) {
  return FromOrder(root).take();
}

}  // namespace rhumb
