#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `geopackage:` block under `decode:`.
[[nodiscard]] const Declaration& geopackage_declaration();

/// Names of the layers of a file, in their order there. kBadFile when it is no GeoPackage.
[[nodiscard]] Result<std::vector<std::string>> geopackage_layers(const std::filesystem::path& path);

/// REQUIRES: `config` passed geopackage_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_geopackage_decoder(const Config& config);

}  // namespace rhumb
