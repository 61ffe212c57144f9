#pragma once

#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"
#include "decode/csv/options.h"

namespace rhumb {

/// The `csv:` block under `decode:`.
[[nodiscard]] const Declaration& csv_declaration();

/// REQUIRES: `config` passed csv_declaration(). Fails with kBadValue on what that cannot check.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_csv_decoder(const Config& config);

/// For tests, which set what users cannot.
[[nodiscard]] std::unique_ptr<Decoder> make_csv_decoder(CsvOptions options);

}  // namespace rhumb
