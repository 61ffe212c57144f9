#include "base/fault_point.h"

namespace rhumb {

// Alone in this file: tests/fault links its own in the place of it.
Status fault_point(FaultPoint) {
  return {};
}

}  // namespace rhumb
