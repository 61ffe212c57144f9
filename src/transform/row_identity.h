#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "transform/functions.h"
#include "transform/syntax.h"

/// The identity of a source's rows on their way through a query, for the .cpp files of this folder.
namespace rhumb::row_identity {

/// Columns of the source's identity view.
inline constexpr const char* kInput = "_input";
inline constexpr const char* kRow = "_row";
/// What they are called in the rewritten query.
inline constexpr const char* kOuterInput = "rhumb_input";
inline constexpr const char* kOuterRow = "rhumb_row";

/// The query of `tree`, rewritten so that each row also says which row of `source` it comes from:
/// up to the first grouping on the way, or the whole query when there is none. Rows that come from
/// none have NULLs. kNotSupported as conservation_queries().
[[nodiscard]] Result<nlohmann::json> carry(const SyntaxTree& tree, const FunctionFacts& facts,
                                           std::string_view source);

}  // namespace rhumb::row_identity
