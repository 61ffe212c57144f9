#include "base/caught.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

Error defect(std::string_view what) {
  return {Code::kInternal,
          fmt::format("a defect of rhumb: {}", printable(what)),
          "no version is lost by it; please report it with what was done and this message",
          {}};
}

Error no_memory() {
  return {Code::kOutOfMemory,
          "the machine has no more memory",
          "lower `memory_limit` in rhumb.yaml, or run fewer steps at once with --jobs",
          {}};
}

}  // namespace rhumb
