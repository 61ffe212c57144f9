#pragma once

#include <memory>

#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `flatgeobuf:` block under `decode:`; it has no options.
[[nodiscard]] const Declaration& flatgeobuf_declaration();

[[nodiscard]] std::unique_ptr<Decoder> make_flatgeobuf_decoder();

}  // namespace rhumb
