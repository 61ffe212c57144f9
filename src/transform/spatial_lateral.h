#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transform/spatial_compiler.h"

namespace rhumb::spatial {

/// A LATERAL subquery that picks rows of one table for each row outside.
struct Picking {
  Query query;
  Predicate by;          ///< first: of the subquery; second: from outside
  bool nearest = false;  ///< by distance; else those that match
  std::optional<int64_t> limit;
  std::vector<const json*> filters;  ///< conditions on the subquery's table
  std::vector<json> order;           ///< further keys, as they stand
  Expression most;                   ///< nearest: no farther than that
  bool uses_outside = false;         ///< its select list does
  std::string why_not;
};

/// Reads a LATERAL subquery; nothing when it does not pick rows by their geometry.
[[nodiscard]] std::optional<Picking> read_picking(const StatementCompiler& compiler,
                                                  const Query& query);

}  // namespace rhumb::spatial
