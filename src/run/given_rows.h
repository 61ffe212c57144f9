#pragma once

#include <memory>
#include <string>

#include "component/engine.h"
#include "component/stream.h"
#include "project/project.h"

namespace rhumb {

/// The rows of a table written by hand, as text columns; an empty cell is null. `table` must
/// outlive it.
[[nodiscard]] std::unique_ptr<BatchStream> stream_of(const GivenTable& table);

/// Types that the cells of such rows can be read as: integer, double, timestamp, geometry, else
/// text. For datasets whose columns nobody declared.
[[nodiscard]] Schema guess_schema(const GivenTable& table);

/// Binds such rows in `engine` under `name`, cast to the types of `schema`; its columns that the
/// rows do not have are null. `folder` (absolute) takes a file that must stay while the name is
/// bound.
[[nodiscard]] Status bind_rows(Engine& engine, const std::string& folder, const std::string& name,
                               const GivenTable& table, const Schema& schema);

}  // namespace rhumb
