#pragma once

#include <memory>

#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `topojson:` block under `decode:`.
[[nodiscard]] const Declaration& topojson_declaration();

/// Reads one object of a TopoJSON file. REQUIRES: `config` was checked against
/// topojson_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_topojson_decoder(const Config& config);

}  // namespace rhumb
