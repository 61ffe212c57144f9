#pragma once

#include "base/error.h"
#include "component/config.h"
#include "component/declaration.h"

namespace rhumb {

/// The one checker of everything that is configured. Reports unknown keys (with the nearest known
/// one), missing keys, and values that are not what their field holds, all of them at once. Gives
/// `value` back without what was refused and with defaults filled in, placed where the block
/// stands. A null stands for an empty map.
[[nodiscard]] Config check(const Config& value, const Declaration& declaration, Errors& errors);

/// The same for one value; a null Config when it was refused.
[[nodiscard]] Config check(const Config& value, const Field& field, Errors& errors);

/// What a field holds, for sentences: `a whole number`, `one of full, append, view`.
[[nodiscard]] std::string expectation(const Field& field);

/// A default or example as written in a Declaration. REQUIRES: it is well-formed.
[[nodiscard]] Config parse_declared(const std::string& yaml, const Place& place);

/// "did you mean `x`?" when a known name is near, else the list of them all.
[[nodiscard]] std::string suggest(const std::string& name, const std::vector<std::string>& known,
                                  const std::string& what);

}  // namespace rhumb
