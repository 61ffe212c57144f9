#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "component/config.h"

namespace rhumb {

/// Why a value must not stand in a project: a password written out, or a reference that is not
/// closed. `field` is the field's name. The message never holds the value.
[[nodiscard]] std::optional<Error> refuse_secret(const Config& value, const std::string& field);

}  // namespace rhumb
