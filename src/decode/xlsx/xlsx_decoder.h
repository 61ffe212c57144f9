#pragma once

#include <memory>

#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `xlsx:` block under `decode:`.
[[nodiscard]] const Declaration& xlsx_declaration();

/// REQUIRES: `config` passed xlsx_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_xlsx_decoder(const Config& config);

}  // namespace rhumb
