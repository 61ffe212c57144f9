#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transform/spatial_compiler.h"

namespace rhumb::spatial {

struct Picking;

/// Compiles the joins of one SELECT.
///
/// Tables keep their names and columns, so that the rest of the statement stays as it is. The
/// searched table becomes its look-up, each of whose rows has a number. The other one becomes a
/// subquery that gives each of its rows once for every row it matches, with that row's number (its
/// hit). Where they met under the condition, they now meet under `hit = number`.
class SelectCompiler {
 public:
  SelectCompiler(StatementCompiler& compiler, const Query& query, const Instead& instead);
  /// `with` is the compiled WITH clause of the query.
  json run(json with);

 private:
  /// A part of an AND: of the ON of a join, or of WHERE.
  struct Part {
    const json* original = nullptr;
    json now;
    bool gone = false;
  };
  static constexpr int kWhere = -1;

  /// A table that is searched.
  struct Indexed {
    json geometry;  ///< in terms of kSource
    std::vector<json> filters;
    std::string row;            ///< what its number is called in FROM
    bool point_probes = false;  ///< some of those that search it
    bool finds_empty = false;   ///< ST_Equals holds between EMPTY ones
  };
  using Wrap = std::function<json(json)>;

  /// One way to compile a condition.
  struct Choice {
    size_t indexed = 0, probed = 0;
    Expression geometry, probe, distance;
    std::string relation;
    bool finds_more = false;
    std::string why_not;
    /// All rows of the probing side stay, matched or not.
    bool keeps_probed = false;
    // Other conditions of that join, when so.
    std::vector<const json*> of_indexed, of_probed, of_both;
  };

  // spatial_select.cpp: what to do
  [[nodiscard]] std::string why_nothing() const;
  void find_whole_rows();
  void gather_parts();
  void compile_part(int node, size_t part);
  [[nodiscard]] std::string kind_at(int node) const;
  void note_buried(const json& condition, int node);
  void compile_join(const Predicate& predicate, int node, size_t part);
  [[nodiscard]] Choice choice(const Predicate& predicate, int node, bool first_indexed) const;
  [[nodiscard]] std::string why_not_indexed(const Choice& choice) const;
  [[nodiscard]] std::string why_not_probed(const Choice& choice, int node) const;
  void sort_conditions(int node, const json* itself, Choice& choice) const;
  [[nodiscard]] bool prefers(const Choice& a, const Choice& b) const;
  [[nodiscard]] bool keeps(int node, size_t leaf) const;
  void push_filters();
  void tie_conditions();
  [[nodiscard]] bool filters_rows(int node, size_t leaf) const;

  // spatial_apply.cpp: doing it
  void apply(const Choice& choice, int node, size_t part);
  void apply_keeping(const Choice& choice, int node);
  Indexed& index(const Choice& choice, bool keeps_rows);
  [[nodiscard]] json matches(const Choice& choice, std::string_view function) const;
  std::string expand(size_t leaf, json hits);
  void filter(size_t leaf, json condition);
  [[nodiscard]] Wrap numbered_pairs(const Choice& choice, const std::string& hit,
                                    const std::string& kind);
  [[nodiscard]] json in_source(const json& expression, size_t leaf) const;
  void number_rows(size_t leaf, json source, const std::vector<std::string>& more,
                   const std::string& rows, const std::string& id);

  // spatial_pick.cpp: LATERAL
  void compile_lateral(int node);
  [[nodiscard]] std::string why_not_lateral(int node, size_t picked, const Expression& probe,
                                            const Expression& distance) const;
  void pick_directly(const Picking& picking, int node, size_t picked, size_t outer);
  void pick_by_number(const Picking& picking, int node, size_t picked, size_t outer);
  std::string picked_lookup(const Picking& picking, const Leaf& own,
                            const std::vector<std::string>& columns);
  [[nodiscard]] static json picks(const Picking& picking, const std::string& name,
                                  bool keeps_outer);
  [[nodiscard]] static json picked_table(const std::string& name, const Leaf& own,
                                         const std::vector<std::string>& columns,
                                         const std::string& row);
  void put_query(size_t leaf, json query);

  // spatial_render.cpp: writing it down
  [[nodiscard]] json render(int node);
  [[nodiscard]] json render_leaf(size_t leaf);
  [[nodiscard]] json lookup_table(size_t leaf) const;
  [[nodiscard]] json condition_of(int node) const;
  void finish(json& out);
  [[nodiscard]] std::optional<std::vector<std::string>> used_columns(size_t leaf) const;
  void find_used(const json& out);
  [[nodiscard]] bool is_column_of_entry(std::string_view alias, std::string_view name) const;
  [[nodiscard]] std::string name_of(size_t leaf) const;
  [[nodiscard]] bool out_of_sight(size_t leaf) const;
  [[nodiscard]] std::vector<json> columns_for(const json& mark) const;
  [[nodiscard]] std::vector<std::vector<size_t>> alike() const;
  std::string make_lookup(const std::vector<size_t>& leaves);
  void fill_in(json& node, const std::map<size_t, std::string>& names) const;

  StatementCompiler& compiler_;
  const Query query_;
  const Instead& instead_;
  FromClause from_;
  std::map<int, std::vector<Part>> parts_;
  std::set<size_t> whole_rows_;
  std::map<size_t, Indexed> indexed_;
  /// Of entries that are searched: the column with the hits, of the entry that searches.
  struct Hit {
    std::string column;
    size_t probed;
  };
  std::map<size_t, Hit> hits_;
  std::map<size_t, std::vector<Wrap>> wraps_;
  std::map<size_t, std::vector<std::string>> hidden_;  ///< columns that tables have been given
  std::set<int> done_;                                 ///< outer joins with a compiled condition
  std::set<int> only_left_;                            ///< joins of which the left side remains
  std::vector<size_t> group_;  ///< of entries that are joined already, by entry
  std::vector<json> common_tables_;
  std::string picked_;                            ///< name of the look-up made last for LATERAL
  std::map<size_t, json> replaced_;               ///< entries that became something else
  std::vector<std::pair<size_t, size_t>> notes_;  ///< and the entry whose look-up each is about
  // Of the rewritten statement.
  std::set<std::pair<std::string, std::string>> names_;  ///< entry or "", and name, lower case
  std::set<std::string> stars_;  ///< tables whose columns are all selected, lower case; "" = all
};

}  // namespace rhumb::spatial
