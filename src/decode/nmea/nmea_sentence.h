#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "geo/wkb.h"

namespace rhumb {

/// What one sentence of NMEA 0183 says about where a receiver is. What it leaves out is absent.
struct NmeaFacts {
  std::string type;             ///< without the talker: GGA, RMC; others have no facts
  std::optional<Micros> clock;  ///< since midnight, UTC
  std::optional<int32_t> date;  ///< days since 1970-01-01
  std::optional<Position> at;   ///< degrees
  std::optional<double> altitude, speed, course, hdop;  ///< metres, metres a second, degrees
  std::optional<int> satellites, quality;
  std::optional<bool> valid;
};

/// Reads `$GPGGA,...*47`. False with the fault for what is no sentence, for a checksum that is not
/// that of the text, and for fields that are not what they should be. A sentence without a checksum
/// is taken. Pure, thread-safe.
bool read_nmea_sentence(std::string_view line, NmeaFacts& out, std::string& fault);

}  // namespace rhumb
