#pragma once

#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `shapefile:` block under `decode:`.
[[nodiscard]] const Declaration& shapefile_declaration();

/// Reads NAME.shp with the parts of the same name beside it.
/// REQUIRES: `config` passed shapefile_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_shapefile_decoder(const Config& config);

}  // namespace rhumb
