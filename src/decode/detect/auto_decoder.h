#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

/// The `auto:` block under `decode:`, which is also what a source without `decode:` gets.
[[nodiscard]] const Declaration& auto_declaration();

/// Makes the decoder of that name with its default options.
using MakeDecoder = std::function<Result<std::unique_ptr<Decoder>>(const std::string& format)>;

/// Looks at the first bytes of each file, says in a note what it found, and hands the file to the
/// decoder of that name. A file of none of `formats` is kBadFile and says what it is.
[[nodiscard]] std::unique_ptr<Decoder> make_auto_decoder(std::vector<std::string> formats,
                                                         MakeDecoder make);

}  // namespace rhumb
