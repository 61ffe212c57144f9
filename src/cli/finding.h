#pragma once

#include <string>

#include "base/error.h"

namespace rhumb {

/// One thing that `rhumb doctor` looked at.
struct Finding {
  std::string what;
  bool ok = true;
  std::string detail;
  std::string hint;  ///< how to mend it, or what is worth knowing
};

[[nodiscard]] inline Finding broken(std::string what, const Error& error) {
  return {.what = std::move(what), .ok = false, .detail = error.message, .hint = error.hint};
}

}  // namespace rhumb
