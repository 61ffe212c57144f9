#pragma once

#include <memory>

#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `gpx:` block under `decode:`.
[[nodiscard]] const Declaration& gpx_declaration();

/// Reads GPX, one row per point or per line. REQUIRES: `config` was checked against
/// gpx_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_gpx_decoder(const Config& config);

}  // namespace rhumb
