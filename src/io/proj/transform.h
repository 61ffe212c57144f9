#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// What a definition of a coordinate system means.
struct CrsDescription {
  std::string name;         ///< `NAD83 / New York Long Island (ftUS)`
  int srid = 0;             ///< its EPSG code; 0 = none is surely the same
  bool geographic = false;  ///< degrees of longitude and latitude
};

/// Reads an EPSG code (`2263`, `EPSG:2263`), WKT of any version (Esri's too), PROJJSON or a PROJ
/// string. kBadValue when PROJ does not understand it. Thread-safe; some milliseconds for each of
/// them, once in a process.
[[nodiscard]] Result<CrsDescription> describe_crs(std::string_view definition);

/// Horizontal coordinates from one system to another, x before y (longitude before latitude) on
/// both sides whatever order the systems define; heights and measures are not touched. The
/// operation is chosen by PROJ for each position among those whose grids are there, as PostGIS
/// does; one that only ignores the difference between two datums is never taken. A copy is
/// independent: one per thread.
class CrsTransform {
 public:
  /// kBadValue for a definition that is not understood; kNotSupported when there is no operation,
  /// naming the grids that would be needed.
  static Result<CrsTransform> make(std::string_view from, int to_srid);
  CrsTransform(const CrsTransform& other);
  CrsTransform& operator=(const CrsTransform& other);
  CrsTransform(CrsTransform&&) noexcept;
  CrsTransform& operator=(CrsTransform&&) noexcept;
  ~CrsTransform();

  /// Both systems are the same but for the order of their axes.
  [[nodiscard]] bool is_identity() const;
  /// From a projection to degrees: edges may then leap from 180 to -180.
  [[nodiscard]] bool unrolls() const;
  /// What people should know: a better operation exists and lacks this grid; "" = nothing.
  [[nodiscard]] const std::string& note() const;

  /// In place, over `count` positions of `stride` doubles each that begin with x and y. False when
  /// one of them has no place in the other system; the positions are then undefined.
  [[nodiscard]] bool apply(double* positions, size_t count, size_t stride) const;

 private:
  struct State;
  explicit CrsTransform(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rhumb
