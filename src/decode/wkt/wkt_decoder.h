#pragma once

#include <memory>

#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `wkt:` block under `decode:`.
[[nodiscard]] const Declaration& wkt_declaration();

/// Reads geometries as text, one a line: WKT, EWKT, WKB and EWKB in hexadecimal digits. Records are
/// numbered by their lines.
[[nodiscard]] std::unique_ptr<Decoder> make_wkt_decoder();

}  // namespace rhumb
