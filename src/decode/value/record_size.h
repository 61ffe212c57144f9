#pragma once

#include <cstddef>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"

namespace rhumb {

/// The option `max_record` of every format whose records are text.
[[nodiscard]] Field max_record_field();

/// Its value in `config`, in bytes; kBadValue outside of 64 bytes to 1 GiB.
[[nodiscard]] Result<size_t> read_max_record(const Config& config);

/// Bytes of a record that was too long which are kept for the quarantine.
[[nodiscard]] size_t kept_of_long_record(size_t max_record);

}  // namespace rhumb
