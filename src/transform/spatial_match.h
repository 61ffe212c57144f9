#pragma once

#include <string_view>

#include "transform/spatial_tree.h"

/// How SQL asks a look-up. `name` is that of the look-up, or an object that stands for it until it
/// has one.
namespace rhumb::spatial {

/// Columns of a look-up that some questions need: whether the geometry is EMPTY, and whether it has
/// no distance from anything (NULL or EMPTY).
inline constexpr const char* kIsEmpty = "rhumb_empty";
inline constexpr const char* kIsFar = "rhumb_far";

/// Which of its rows match: `function` is rhumb_matches, rhumb_matches_outer or rhumb_has_match.
/// The look-up matches no EMPTY geometries; ST_Equals holds between them, so for `equals` they are
/// taken from its column kIsEmpty.
[[nodiscard]] json ask(std::string_view function, const json& name, std::string_view relation,
                       json probe, json distance);
[[nodiscard]] bool needs_empty(std::string_view relation);
/// `ST_IsEmpty(geometry) AS rhumb_empty`
[[nodiscard]] json is_empty_item(json geometry);

/// The k rows nearest to the probe as a list of STRUCT("row", distance), nearest first, those of
/// the same distance in the order of the look-up. As ORDER BY does, a NULL distance comes last
/// instead of never. `function` is rhumb_nearest or rhumb_nearest_sphere.
[[nodiscard]] json ask_nearest(std::string_view function, const json& name, const json& probe,
                               int64_t k);
/// `coalesce(ST_IsEmpty(geometry), true) AS rhumb_far`
[[nodiscard]] json is_far_item(json geometry);
/// The list, or [NULL] when there is nothing in it.
[[nodiscard]] json or_null(json list);
/// The first k of it.
[[nodiscard]] json first_of(json list, int64_t k);

}  // namespace rhumb::spatial
