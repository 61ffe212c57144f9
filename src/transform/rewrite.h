#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

/// Building blocks for rewritten trees, for the .cpp files of this folder.
namespace rhumb::rewrite {

using nlohmann::json;

[[nodiscard]] json column(const std::vector<std::string>& names, std::string_view alias = "");
[[nodiscard]] json null_value(std::string_view alias);
[[nodiscard]] json star();
/// `query AS alias` in FROM.
[[nodiscard]] json subquery(json query, std::string_view alias);
[[nodiscard]] json select(json select_list, json from);
[[nodiscard]] json true_value();
/// A document of one statement, as the engine can print it.
[[nodiscard]] std::string document(const json& query);

/// Copy of `node` without the objects whose addresses are in `dropped`. An AND that loses all its
/// parts is left out as well, one that keeps a single part becomes that part.
[[nodiscard]] json copy_without(const json& node, const std::set<const json*>& dropped);

/// Leaves `columns`, which the table `alias` has been given, out of every `*` and `alias.*` of a
/// select list. Queries within are not entered: they have stars of their own.
void hide_from_stars(json& node, std::string_view alias, const std::vector<std::string>& columns);

/// `main.trips.fare` becomes `trips.fare`: for a table that now stands in another schema.
void forget_schema(json& node, std::string_view table);

/// Equal but for their own aliases and their places in the text.
[[nodiscard]] bool same_expression(const json& a, const json& b);

}  // namespace rhumb::rewrite
