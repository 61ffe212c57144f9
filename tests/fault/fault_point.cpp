#include "base/fault_point.h"

#include <array>
#include <stdexcept>
#include <string_view>

#include "faults.h"

namespace rhumb {

// Found by the linker before the one of base/.
Status fault_point(FaultPoint point) {
  static constexpr auto kNames = std::to_array<std::string_view>({
#define X(identifier, name) name,
#include "base/fault_points.def"
#undef X
  });
  const std::string_view name = kNames.at(static_cast<size_t>(point));
  const auto wanted = faults::pass(name);
  if (wanted == faults::Action::kThrow)
    throw std::logic_error("thrown on purpose at " + std::string(name));
  if (wanted != faults::Action::kError) return {};
  return Error{Code::kIo, "a fault was asked for at " + std::string(name), "", {}};
}

}  // namespace rhumb
