#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "geo/box.h"

namespace rhumb {

static_assert(std::endian::native == std::endian::little, "WKB is copied as the machine holds it");

/// The seven kinds of simple features, with their codes in WKB.
enum class WkbKind : uint8_t {
  kPoint = 1,
  kLineString = 2,
  kPolygon = 3,
  kMultiPoint = 4,
  kMultiLineString = 5,
  kMultiPolygon = 6,
  kCollection = 7,
};

/// `POINT`, `MULTIPOLYGON`...
[[nodiscard]] std::string_view wkb_kind_name(WkbKind kind);

struct WkbHeader {
  WkbKind kind = WkbKind::kPoint;
  bool has_z = false;
  bool has_m = false;
  int srid = 0;  ///< EWKB only, 0 = not given
  [[nodiscard]] size_t dimensions() const { return 2U + (has_z ? 1 : 0) + (has_m ? 1 : 0); }
};

/// What a whole geometry is and covers.
struct WkbSummary {
  WkbHeader header;
  uint64_t points = 0;     ///< coordinates in all parts; 0 = EMPTY
  bool finite = true;      ///< no x, y or z is NaN or infinite
  GeoBox box = kEmptyBox;  ///< of the finite x and y; kEmptyBox when points is 0
};

/// Nesting of collections that is still read.
inline constexpr int kMaxWkbDepth = 32;

/// A well-formed geometry's summary. Takes either byte order, ISO and EWKB. One pass over the
/// bytes; nothing outside them is read whatever they say. The error's message names what is
/// malformed: sizes beyond the end, unknown kinds, wrong parts of multi geometries, lines of one
/// point, rings that are short or open (PostGIS refuses the same).
[[nodiscard]] Result<WkbSummary> inspect_wkb(std::string_view wkb);

/// A geometry in the form the rooms exchange, and the SRID that was written in it.
struct NormalWkb {
  std::string wkb;  ///< little-endian ISO WKB
  int srid = 0;     ///< of EWKB, 0 = none
};

/// Brings WKB or EWKB of either byte order to little-endian ISO WKB. Errors as inspect_wkb.
[[nodiscard]] Result<NormalWkb> normalize_wkb(std::string_view any);

struct Position {
  double x = 0;  ///< longitude for geographic coordinates
  double y = 0;
  bool operator==(const Position&) const = default;
};

/// Bytes of a two-dimensional point.
inline constexpr size_t kWkbPointBytes = 21;
using WkbPoint = std::array<char, kWkbPointBytes>;

[[nodiscard]] inline WkbPoint make_wkb_point(double x, double y) {
  WkbPoint out{1, 1, 0, 0, 0};
  std::memcpy(out.data() + 5, &x, sizeof x);
  std::memcpy(out.data() + 13, &y, sizeof y);
  return out;
}

/// x and y of a little-endian ISO point of any dimension; nothing for other kinds and POINT EMPTY.
[[nodiscard]] std::optional<Position> wkb_point(std::string_view wkb);

}  // namespace rhumb
