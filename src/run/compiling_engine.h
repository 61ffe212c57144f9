#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "component/engine.h"
#include "transform/spatial_join.h"

namespace rhumb {

/// An engine on which spatial joins run as look-ups: every statement that runs is compiled first,
/// what it needs is made searchable, and errors come back with their place in the statement as it
/// was written. Bound queries are compiled where they are read. Everything else is `inner`'s.
///
/// What was made searchable stays until a statement needs something else (or writes or streams
/// without it), so that the statements of one model share it.
///
/// A compiled statement that would not have the columns of the written one was misunderstood: the
/// written one runs, and `misunderstood` is told (tests make that a failure).
[[nodiscard]] std::unique_ptr<Engine> make_compiling_engine(
    std::unique_ptr<Engine> inner,
    std::function<void(const std::string& compiled)> misunderstood = {});

/// What would become of the spatial joins of a statement; makes and runs nothing. The tables it
/// names are bound in `engine`; `rows` says how many rows they have.
[[nodiscard]] Result<CompiledSql> explain_spatial_joins(
    Engine& engine, const std::string& sql,
    const std::function<std::optional<uint64_t>(const std::string& table)>& rows);

}  // namespace rhumb
