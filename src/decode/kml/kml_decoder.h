#pragma once

#include <memory>

#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `kml:` block under `decode:`; it has no options.
[[nodiscard]] const Declaration& kml_declaration();

/// Reads KML; KMZ is the same behind make_unpacking_decoder.
[[nodiscard]] std::unique_ptr<Decoder> make_kml_decoder();

}  // namespace rhumb
