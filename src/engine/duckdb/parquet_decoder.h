#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `parquet:` block under `decode:`; it has no options.
[[nodiscard]] const Declaration& parquet_declaration();

/// Reads Parquet and GeoParquet through an engine of its own, which may read nothing but the file's
/// folder. Declared columns are found by name (case ignored), cast and checked as in any other
/// format; a record's line is its row number, from 1, and its raw text the row as JSON. Without
/// declared columns all are taken; lists, structs and maps become JSON.
[[nodiscard]] std::unique_ptr<Decoder> make_parquet_decoder(std::string spatial_extension);

}  // namespace rhumb
