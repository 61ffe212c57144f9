#include "transform/row_identity.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/conservation.h"
#include "transform/rewrite.h"

namespace rhumb::row_identity {
namespace {

using nlohmann::json;

/// Where a FROM clause has the identity of the source's rows.
struct Identity {
  std::string alias;
  const char* input = kOuterInput;
  const char* row = kOuterRow;
};

/// A rewritten query that also selects the identity.
struct Carried {
  json query;
  bool stopped = false;  ///< it groups (or did): what is above it does not count
};

/// A rewritten FROM entry; when `stopped` is set, it replaces the whole statement instead.
struct CarriedFrom {
  json table;
  Identity identity;
  std::optional<json> stopped;
};

bool names_dropped_alias(const Expression& item, const std::set<std::string>& dropped) {
  return any_expression(item, [&](const Expression& e) {
    const std::vector<std::string> names = e.column_names();
    return names.size() == 1 && dropped.contains(to_lower(names.front()));
  });
}

class Carrier {
 public:
  Carrier(const SyntaxTree& tree, const FunctionFacts& facts, std::string_view source)
      : tree_(tree), facts_(facts), source_(to_lower(source)) {}

  Result<json> run() {
    if (!reads(tree_.root())) return not_in_from();
    RHUMB_ASSIGN(Carried carried, query(tree_.root()));
    rewrite::forget_schema(carried.query, source_);
    return std::move(carried.query);
  }

 private:
  struct Common {
    std::string name;
    bool reads;
    Query query;
  };

  // ---- where the source is

  // Whether its rows come through FROM. Fills in the CTEs before looking at the body.
  bool reads(const Query& q) {
    const size_t before = enter(q);
    const bool found = body_reads(q);
    common_.resize(before);
    return found;
  }

  size_t enter(const Query& q) {
    const size_t before = common_.size();
    for (const CommonTable& table : q.common_tables()) {
      const std::string name = to_lower(table.name);
      // Within a recursive query its own name is not the dataset.
      if (table.query.is_recursive()) common_.push_back({name, false, table.query});
      const bool found = reads(table.query);
      if (table.query.is_recursive()) common_.pop_back();
      common_.push_back({name, found, table.query});
    }
    return before;
  }

  bool body_reads(const Query& q) {
    if (q.is_select()) return q.from() && reads(q.from());
    return (q.left() && reads(q.left())) || (q.right() && reads(q.right()));
  }

  bool reads(const TableRef& table) {
    if (table.is_base()) {
      const Common* common = find_common(table);
      return common != nullptr ? common->reads : to_lower(table.table_name()) == source_;
    }
    if (table.is_join()) return reads(table.left()) || reads(table.right());
    if (table.is_subquery()) return reads(table.query());
    const TableRef below(table.child("source"));
    return below && reads(below);
  }

  const Common* find_common(const TableRef& table) const {
    if (!table.schema_name().empty()) return nullptr;
    const std::string name = to_lower(table.table_name());
    const auto at = std::find_if(common_.rbegin(), common_.rend(),
                                 [&](const Common& common) { return common.name == name; });
    return at == common_.rend() ? nullptr : &*at;
  }

  // ---- rewriting; each REQUIRES that the source is read below

  Result<Carried> query(const Query& q) {
    const size_t before = enter(q);
    Result<Carried> carried = q.is_select()          ? select(q)
                              : q.is_set_operation() ? set_operation(q)
                                                     : recursive(q);
    common_.resize(before);
    return carried;
  }

  Result<Carried> recursive(const Query& q) const {
    return refuse(q, "its rows go through a recursive WITH",
                  "Assert on a model that holds the rows before the recursion.");
  }

  Result<Carried> select(const Query& q) {
    json with = with_of(q);
    RHUMB_ASSIGN(CarriedFrom from, table(q.from(), with));
    if (from.stopped) return Carried{std::move(*from.stopped), true};
    json out = *q.json();
    out["cte_map"] = std::move(with);
    out["from_table"] = std::move(from.table);
    const bool grouped = facts_.is_grouped(q);
    if (grouped) keep_rows_alone(q, out);
    rewrite::hide_from_stars(out["select_list"], from.identity.alias,
                             {from.identity.input, from.identity.row});
    add_identity(out["select_list"], from.identity);
    return Carried{std::move(out), grouped};
  }

  static json with_of(const Query& q) {
    json with = q.json()->value("cte_map", json::object());
    if (!with.contains("map")) with["map"] = json::array();
    return with;
  }

  static void add_identity(json& items, const Identity& identity) {
    items.push_back(rewrite::column({identity.alias, identity.input}, kOuterInput));
    items.push_back(rewrite::column({identity.alias, identity.row}, kOuterRow));
  }

  // The rows before grouping. WHERE may use aliases of the select list, so those that are no
  // aggregates stay, and unnest() stays because it multiplies rows.
  void keep_rows_alone(const Query& q, json& out) const {
    json items = json::array();
    std::set<std::string> dropped;
    for (const Expression& item : q.select_list()) {
      const bool of_rows = !facts_.aggregates(item) && !FunctionFacts::has_window(item) &&
                           !names_dropped_alias(item, dropped);
      if (of_rows && (!item.alias().empty() || FunctionFacts::unnests(item))) {
        items.push_back(*item.json());
      }
      if (!of_rows && !item.alias().empty()) dropped.insert(to_lower(item.alias()));
    }
    out["select_list"] = std::move(items);
    out["aggregate_handling"] = "STANDARD_HANDLING";
    for (const char* key :
         {"modifiers", "group_expressions", "group_sets", "having", "qualify", "sample"}) {
      out.erase(key);
    }
  }

  Result<Carried> set_operation(const Query& q) {
    const bool in_left = reads(q.left()), in_right = reads(q.right());
    if (in_left && in_right) {
      return refuse(q, "both sides of a set operation read it", kOneModelEach);
    }
    const std::string_view kind = q.text("setop_type");
    if (kind == "EXCEPT" && in_right) {
      return refuse(q.right(), "its rows are taken away by EXCEPT",
                    "Assert on a model that reads its rows into the result.");
    }
    RHUMB_ASSIGN(Carried mine, query(in_left ? q.left() : q.right()));
    const bool by_name = kind == "UNION_BY_NAME";
    const bool keeps_rows =
        (kind == "UNION" || by_name) && q.keeps_duplicates() && !q.modifier("DISTINCT_MODIFIER");
    if (mine.stopped || !keeps_rows) {
      return Carried{within(with_of(q), std::move(mine.query)), true};
    }
    json out = *q.json();
    out[in_left ? "left" : "right"] = std::move(mine.query);
    if (!by_name) {
      json& other = out[in_left ? "right" : "left"];
      json items = json::array(
          {rewrite::star(), rewrite::null_value(kOuterInput), rewrite::null_value(kOuterRow)});
      other = rewrite::select(std::move(items), rewrite::subquery(std::move(other), "rhumb_other"));
    }
    return Carried{std::move(out), false};
  }

  // `query` where the names of a WITH clause were in scope.
  static json within(json with, json query) {
    if (with["map"].empty()) return query;
    json out = rewrite::select(json::array({rewrite::star()}),
                               rewrite::subquery(std::move(query), "rhumb_rows"));
    out["cte_map"] = std::move(with);
    return out;
  }

  // ---- FROM

  /// `with` is the WITH clause of the SELECT, rewritten when the source stands in it.
  Result<CarriedFrom> table(const TableRef& t, json& with) {
    if (t.is_base()) return find_common(t) != nullptr ? common_table(t, with) : base(t);
    if (t.is_join()) return join(t, with);
    if (t.is_subquery()) return derived(t, with);
    return refuse(t, fmt::format("its rows go through {}", printable(t.type(), 80)),
                  "Assert on a model that holds the rows before that.");
  }

  static Result<CarriedFrom> base(const TableRef& t) {
    const std::string alias(t.alias().empty() ? t.table_name() : t.alias());
    CarriedFrom out{.table = *t.json(), .identity = {alias, kInput, kRow}};
    out.table["schema_name"] = kRawSchema;
    out.table["alias"] = alias;
    return out;
  }

  Result<CarriedFrom> join(const TableRef& t, json& with) {
    const bool in_left = reads(t.left()), in_right = reads(t.right());
    if (in_left && in_right) return refuse(t, "FROM reads it several times", kOneModelEach);
    const std::string_view kind = t.text("join_type");
    if (in_right && (kind == "SEMI" || kind == "ANTI")) {
      return refuse(t.right(), fmt::format("its rows only decide a {} JOIN", kind),
                    "Assert on a model that reads its rows into the result.");
    }
    RHUMB_ASSIGN(CarriedFrom side, table(in_left ? t.left() : t.right(), with));
    if (side.stopped) return side;
    json out = *t.json();
    out[in_left ? "left" : "right"] = std::move(side.table);
    side.table = std::move(out);
    return side;
  }

  Result<CarriedFrom> derived(const TableRef& t, json& with) {
    RHUMB_ASSIGN(Carried carried, query(t.query()));
    CarriedFrom out;
    if (carried.stopped) {
      out.stopped = within(with, std::move(carried.query));
      return out;
    }
    out.identity.alias = t.alias().empty() ? "unnamed_subquery" : std::string(t.alias());
    out.table = *t.json();
    out.table["alias"] = out.identity.alias;
    out.table["subquery"]["node"] = std::move(carried.query);
    return out;
  }

  // The definition is rewritten where it stands, in the WITH clause of this SELECT. One further out
  // is copied in: its name is then found here first. Names of this clause would come before those
  // it was written with, so there must be none.
  Result<CarriedFrom> common_table(const TableRef& t, json& with) {
    const Common common = *find_common(t);
    const bool here = std::any_of(with["map"].begin(), with["map"].end(), [&](const json& entry) {
      return equals_ignoring_case(Node(&entry).text("key"), common.name);
    });
    if (!here && !with["map"].empty()) {
      return refuse(t, "it comes through WITH clauses within each other",
                    "Write all of them in one WITH clause at the top.");
    }
    const auto depth = static_cast<size_t>(find_common(t) - common_.data());
    std::vector<Common> hidden(common_.begin() + static_cast<std::ptrdiff_t>(depth), common_.end());
    common_.resize(depth);  // a CTE sees only those before it
    auto rewritten = query(common.query);
    common_.insert(common_.end(), hidden.begin(), hidden.end());
    if (!rewritten.ok()) return std::move(rewritten).error();
    CarriedFrom out;
    if (rewritten->stopped) {
      json before = with;
      json& entries = before["map"];
      const auto at = std::find_if(entries.begin(), entries.end(), [&](const json& entry) {
        return equals_ignoring_case(Node(&entry).text("key"), common.name);
      });
      entries.erase(at, entries.end());
      out.stopped = within(std::move(before), std::move(rewritten->query));
      return out;
    }
    put_common(with, t, std::move(rewritten->query));
    out.identity.alias = std::string(t.alias().empty() ? t.table_name() : t.alias());
    out.table = *t.json();
    return out;
  }

  static void put_common(json& with, const TableRef& t, json query) {
    for (json& entry : with["map"]) {
      if (!equals_ignoring_case(Node(&entry).text("key"), t.table_name())) continue;
      entry["value"]["query"]["node"] = std::move(query);
      return;
    }
    with["map"].push_back({{"key", t.table_name()},
                           {"value",
                            {{"aliases", json::array()},
                             {"query", {{"node", std::move(query)}}},
                             {"materialized", "CTE_MATERIALIZE_DEFAULT"}}}});
  }

  // ---- errors

  static constexpr const char* kOneModelEach =
      "Read it in a model of kind view for each use, and assert on those.";

  Error not_in_from() const {
    return refuse(
        tree_.root(), "it is not in the model's FROM",
        "Assert on the model that reads it; a dataset that is read through another model, "
        "or only in a subquery of a condition, does not become rows here.");
  }

  Error refuse(const Node& node, std::string_view why, std::string hint) const {
    return Error{
        .code = Code::kNotSupported,
        .message = fmt::format("cannot count what becomes of the rows of {}: {}", source_, why),
        .hint = std::move(hint),
        .place = tree_.place_within(node)};
  }

  const SyntaxTree& tree_;
  const FunctionFacts& facts_;
  const std::string source_;
  std::vector<Common> common_;
};

}  // namespace

Result<json> carry(const SyntaxTree& tree, const FunctionFacts& facts, std::string_view source) {
  return Carrier(tree, facts, source).run();
}

}  // namespace rhumb::row_identity
