#include "component/reject.h"

namespace rhumb {

const char* reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::kTooFewFields:
      return "too-few-fields";
    case RejectReason::kTooManyFields:
      return "too-many-fields";
    case RejectReason::kBadQuoting:
      return "bad-quoting";
    case RejectReason::kBadEncoding:
      return "bad-encoding";
    case RejectReason::kTooLong:
      return "too-long";
    case RejectReason::kMissingValue:
      return "missing-value";
    case RejectReason::kBadNumber:
      return "bad-number";
    case RejectReason::kBadDate:
      return "bad-date";
    case RejectReason::kBadBoolean:
      return "bad-boolean";
    case RejectReason::kBadValue:
      return "bad-value";
    case RejectReason::kBadGeometry:
      return "bad-geometry";
    case RejectReason::kWrongGeometryKind:
      return "wrong-geometry-kind";
    case RejectReason::kOutOfRange:
      return "out-of-range";
    case RejectReason::kNullIsland:
      return "null-island";
    case RejectReason::kSwappedAxes:
      return "swapped-axes";
    case RejectReason::kOutsideExtent:
      return "outside-extent";
    case RejectReason::kMalformed:
      return "malformed";
    case RejectReason::kInvalidGeometry:
      return "invalid-geometry";
    case RejectReason::kNotReprojectable:
      return "not-reprojectable";
  }
  return "bad-value";
}

}  // namespace rhumb
