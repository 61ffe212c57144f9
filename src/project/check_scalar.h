#pragma once

#include <optional>

#include "base/error.h"
#include "component/config.h"
#include "component/declaration.h"

namespace rhumb {

/// True for the field types that one scalar holds.
[[nodiscard]] bool is_scalar(FieldType type);

/// Why `value` is none of what the field holds, or nothing when it is. `label` names the field in
/// the message. The value of a secret is never part of it. REQUIRES: is_scalar(field.type)
[[nodiscard]] std::optional<Error> refuse_scalar(const Config& value, const Field& field,
                                                 const std::string& label);

/// "`label` must be ..., found ..."; with an example as the hint where the field has one.
[[nodiscard]] Error wrong_value(const Config& value, const Field& field, const std::string& label);

}  // namespace rhumb
