#pragma once

#include <string>

#include "component/reject.h"

namespace rhumb {

/// Why a text is not a value of its column.
struct ValueFault {
  RejectReason reason = RejectReason::kBadValue;
  std::string message;
  bool in_latitude = false;  ///< of two fields, the second is at fault
};

}  // namespace rhumb
