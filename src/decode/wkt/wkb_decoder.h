#pragma once

#include <memory>

#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `wkb:` block under `decode:`.
[[nodiscard]] const Declaration& wkb_declaration();

/// Reads WKB and EWKB geometries one behind the other. Records are numbered from 1. Where one is
/// malformed nobody can say where the next begins: an Error.
[[nodiscard]] std::unique_ptr<Decoder> make_wkb_decoder();

}  // namespace rhumb
