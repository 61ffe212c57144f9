#pragma once

#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"
#include "decode/json/json_options.h"

namespace rhumb {

/// The `geojson:` and `json:` blocks under `decode:`.
[[nodiscard]] const Declaration& geojson_declaration();
[[nodiscard]] const Declaration& json_declaration();

/// REQUIRES: `config` passed the declaration. Fails with kBadValue on what that cannot check.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_geojson_decoder(const Config& config);
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_json_decoder(const Config& config);

/// For tests, which set what users cannot.
[[nodiscard]] std::unique_ptr<Decoder> make_json_decoder(JsonOptions options);

}  // namespace rhumb
