#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "component/reject.h"
#include "geo/wkb.h"

namespace rhumb {

/// One line of a GeoLife trajectory: `lat,lon,0,feet,days,2008-10-24,02:09:59`.
struct PltPoint {
  Position at;                     ///< longitude, latitude in degrees
  std::optional<double> altitude;  ///< in metres; -777 feet stand for none
  Micros time = 0;                 ///< UTC
};

/// Why a line is none.
struct PltFault {
  RejectReason reason = RejectReason::kBadValue;
  std::string message;
  const char* field = "";  ///< "" = the whole line
  size_t column = 0;       ///< of the field's first byte in the line, from 1; 0 = the whole line
};

/// Reads one line without its line end. False with the fault for another number of fields, for what
/// is no number, date or time, for coordinates that are none, and where the days since 1899-12-30
/// are more than a second away from date and time. Pure, thread-safe.
bool read_plt_point(std::string_view line, PltPoint& out, PltFault& fault);

/// Reads the point at the front of [at, end) if it is good and stands as nearly all do, without
/// blanks; returns what stands behind it. Otherwise nullptr, which says nothing about the line.
/// Several times as fast as read_plt_point, which agrees with it. Pure, thread-safe.
const char* read_plain_plt_point(const char* at, const char* end, PltPoint& out);

}  // namespace rhumb
