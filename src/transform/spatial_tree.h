#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "transform/rewrite.h"

/// Pieces of trees that rewritten joins are made of, beyond those of rewrite.h.
namespace rhumb::spatial {

using nlohmann::json;

[[nodiscard]] json text_value(std::string_view text);
[[nodiscard]] json integer_value(int64_t value);
[[nodiscard]] json double_value(double value);
[[nodiscard]] json false_value();
[[nodiscard]] json call(std::string_view function, std::vector<json> arguments,
                        std::string_view alias = "");
/// The first of them that is not NULL.
[[nodiscard]] json coalesce(std::vector<json> values);
[[nodiscard]] json equal(json left, json right);
[[nodiscard]] json less(json left, json right);
[[nodiscard]] json product(json left, json right);
[[nodiscard]] json negation(json condition);
[[nodiscard]] json is_null(json value);
[[nodiscard]] json any_of(std::vector<json> conditions);
/// The condition that all of them hold; null when there is none.
[[nodiscard]] json all_of(std::vector<json> conditions);
/// `CASE WHEN condition THEN value ELSE otherwise END`
[[nodiscard]] json when(json condition, json value, json otherwise);
[[nodiscard]] json cast(json value, std::string_view type);
/// `row_number() OVER () AS alias`
[[nodiscard]] json row_number(std::string_view alias);
/// `(query)` as a value.
[[nodiscard]] json scalar_subquery(json query);

[[nodiscard]] json table(std::string_view schema, std::string_view name, std::string_view alias);
/// `kind` is INNER, LEFT, SEMI, ...
[[nodiscard]] json join(std::string_view kind, json left, json right, json condition);
/// An entry of a WITH clause that is computed once.
[[nodiscard]] json common_table(std::string_view name, json query);
/// `*` without the named columns.
[[nodiscard]] json star_without(const std::vector<std::string>& columns);

/// The parts of an AND, however nested; the expression itself when it is none; nothing for null.
[[nodiscard]] std::vector<const json*> conjuncts(const json* condition);
/// The constant TRUE in the ways the parser has for it.
[[nodiscard]] bool is_true(const json& expression);

}  // namespace rhumb::spatial
