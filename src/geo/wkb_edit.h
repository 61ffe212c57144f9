#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/wkb.h"

namespace rhumb {

/// Takes `count` positions of `stride` numbers each, x and y first, and may change them. `closed`
/// for rings. False stops the walk.
using EditPositions =
    std::function<bool(double* positions, size_t count, size_t stride, bool closed)>;

/// Hands every run of positions in the geometry to `edit` (a point, a line, a ring) and writes back
/// what it left there. False when `edit` said so. Linear; one run is copied at a time.
/// REQUIRES: little-endian ISO WKB as normalize_wkb gives it.
[[nodiscard]] bool edit_wkb_positions(std::string& wkb, const EditPositions& edit);

/// A point, line or polygon as the only part of its multi kind; others as they are.
/// REQUIRES: little-endian ISO WKB.
[[nodiscard]] std::string promote_to_multi(std::string_view wkb);

/// Writes little-endian ISO WKB piece by piece; counts must be followed by that many parts.
class WkbBuilder {
 public:
  WkbBuilder(bool has_z, bool has_m) : has_z_(has_z), has_m_(has_m) {}

  void point(const double* position);
  void begin(WkbKind kind, size_t count);  ///< anything but a point
  void ring(size_t count) { put(static_cast<uint32_t>(count)); }
  void position(const double* position);
  [[nodiscard]] size_t dimensions() const { return 2U + (has_z_ ? 1 : 0) + (has_m_ ? 1 : 0); }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  template <typename T>
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void header(WkbKind kind);

  bool has_z_, has_m_;
  std::string out_;
};

}  // namespace rhumb
