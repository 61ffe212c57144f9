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

/// The `xlsx:` block under `decode:`.
[[nodiscard]] const Declaration& xlsx_declaration();

/// Names of the sheets of a workbook that are not hidden, in their order. kBadFile when it is none.
[[nodiscard]] Result<std::vector<std::string>> xlsx_sheets(const std::filesystem::path& path);

/// REQUIRES: `config` passed xlsx_declaration().
[[nodiscard]] std::unique_ptr<Decoder> make_xlsx_decoder(const Config& config);

}  // namespace rhumb
