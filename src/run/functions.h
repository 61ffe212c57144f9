#pragma once

#include <string>

#include "component/engine.h"
#include "project/project.h"
#include "transform/function_library.h"

namespace rhumb {

/// Puts the project's functions in where its models and asserts call them; every place in the new
/// text leads back to the user's files. All errors at once: functions that are none, that have the
/// name of one of the engine's, that lead back to themselves, and calls with the wrong arguments.
[[nodiscard]] Errors inline_functions(Project& project, Engine& engine);

/// The same for one statement that stands in no file.
[[nodiscard]] Result<InlinedSql> inline_functions_in(const std::string& sql, const Project& project,
                                                     Engine& engine);

}  // namespace rhumb
