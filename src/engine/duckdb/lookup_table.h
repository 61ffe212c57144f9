#pragma once

#include "base/result.h"
#include "component/engine.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// The rows of `lookup` as table rhumb_lookup."NAME" and their index in the session's store, in one
/// pass over them; replaces what had the name. Nothing of it stays after a failure.
[[nodiscard]] Status create_lookup(Session& session, const Lookup& lookup);

/// Drops all of them and gives their memory back to the engine.
[[nodiscard]] Status remove_lookups(Session& session);

}  // namespace rhumb
