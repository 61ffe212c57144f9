#pragma once

#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `nmea:` block under `decode:`.
[[nodiscard]] const Declaration& nmea_declaration();

/// REQUIRES: `config` passed nmea_declaration(). Fails with kBadValue on a date that is none.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_nmea_decoder(const Config& config);

}  // namespace rhumb
