#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "component/batch.h"
#include "component/decoder.h"
#include "decode/value/value_fault.h"
#include "geo/coordinate_check.h"
#include "geo/geos/mender.h"
#include "geo/wkb.h"
#include "io/proj/transform.h"

namespace rhumb {

/// The way of every geometry into its column, whatever format it comes from: kind, CRS,
/// coordinates, validity. Copies are independent; one per thread.
///
/// In this order: a single geometry in a multi column becomes a multi geometry of one part; it is
/// reprojected when the file's CRS is another than the column's; its coordinates are checked; then
/// what is not valid is repaired or refused when the column says so.
class GeometryIntake {
 public:
  /// Fails when `column.from_crs` is not understood or there is no way from it to the column's CRS.
  /// REQUIRES: a geometry column.
  static Result<GeometryIntake> make(const DeclaredColumn& column);

  /// `wkb` is what normalize_wkb gives, `srid` what was written in it (0 = nothing). On false
  /// nothing is appended and `fault` says why.
  bool take(std::string_view wkb, int srid, ColumnData& out, ValueFault& fault);
  /// The same for the commonest case.
  bool take_position(Position at, ColumnData& out, ValueFault& fault);

  /// What was changed to make the geometry taken last valid, "" = nothing; told once.
  [[nodiscard]] std::string take_repair() { return std::exchange(repair_, {}); }
  /// What people should know about the reprojection, "" = nothing.
  [[nodiscard]] std::string note() const { return transform_ ? transform_->note() : ""; }

 private:
  explicit GeometryIntake(const DeclaredColumn& column);

  bool fits_kind(std::string& wkb, ValueFault& fault) const;
  bool reproject(std::string& wkb, ValueFault& fault);
  bool unroll(std::string& wkb, ValueFault& fault);
  bool check(std::string_view wkb, ValueFault& fault) const;
  bool mend(std::string& wkb, ValueFault& fault);
  bool refuse_coordinates(CoordinateFault found, const GeoBox& box, ValueFault& fault) const;

  Type type_;
  int expected_srid_ = 0;  // of values that name one; 0 = any
  CoordinateRules rules_;
  OnInvalid on_invalid_;
  std::optional<CrsTransform> transform_;  // none when the file is in the column's CRS
  std::optional<GeometryMender> mender_;
  std::string repair_;
};

}  // namespace rhumb
