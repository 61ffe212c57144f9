#pragma once

#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/decoder.h"

namespace rhumb {

struct PltOptions {
  bool labels = true;                   ///< join labels.txt of the user's folder
  size_t block_size = size_t{1} << 20;  ///< text that a reader takes at a time; not for users
};

/// The `plt:` block under `decode:`.
[[nodiscard]] const Declaration& plt_declaration();

/// REQUIRES: `config` passed plt_declaration()
[[nodiscard]] std::unique_ptr<Decoder> make_plt_decoder(const Config& config);

/// For tests, which set what users cannot.
[[nodiscard]] std::unique_ptr<Decoder> make_plt_decoder(const PltOptions& options);

}  // namespace rhumb
