#pragma once

#include <memory>

#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `geopackage:` block under `decode:`.
[[nodiscard]] const Declaration& geopackage_declaration();

/// REQUIRES: `config` passed geopackage_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_geopackage_decoder(const Config& config);

}  // namespace rhumb
