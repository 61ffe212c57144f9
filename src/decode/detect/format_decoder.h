#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "component/config.h"
#include "component/decoder.h"

namespace rhumb {

/// The decoder of one file of the format `format`, as its declaration names it; those of this room,
/// so not `parquet` (which the engine reads) and not `auto`. Archives are left to
/// make_unpacking_decoder. REQUIRES: `options` passed that declaration. kBadValue on what it cannot
/// check, kUnknownName for other formats. Thread-safe.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_format_decoder(const std::string& format,
                                                                   const Config& options);

}  // namespace rhumb
