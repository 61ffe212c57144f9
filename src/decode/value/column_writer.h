#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "component/batch.h"
#include "component/decoder.h"
#include "decode/value/geometry_intake.h"
#include "decode/value/time_text.h"
#include "decode/value/value_fault.h"
#include "io/tz/time_zone.h"

namespace rhumb {

/// Turns the texts of one column into its values. Copies are independent; one per thread.
class ColumnWriter {
 public:
  /// `nulls` are the texts that mean null. `exact` is for columns whose type was guessed: an
  /// integer must then be written as it would be printed, so that no `007` turns into 7. Fails when
  /// the column's declaration cannot be carried out (time format, CRS).
  static Result<ColumnWriter> make(const DeclaredColumn& column, std::vector<std::string> nulls,
                                   const TimeZone& zone, bool exact);

  /// Appends one value or null; on false nothing is appended and `fault` says why. Spaces around
  /// the text count for text columns only.
  bool write(std::string_view text, ColumnData& out, ValueFault& fault);

  /// The same for a field that is not there.
  bool write_null(ColumnData& out, ValueFault& fault) const;
  /// The same for a point from two fields.
  bool write_point(std::string_view lon, std::string_view lat, ColumnData& out, ValueFault& fault);
  /// The same for a geometry in WKB or EWKB of either byte order; into a text column it goes as
  /// WKT.
  bool write_wkb(std::string_view wkb, ColumnData& out, ValueFault& fault);

  /// False when take_repair() never has anything to tell.
  [[nodiscard]] bool may_repair() const { return column_.on_invalid == OnInvalid::kRepair; }
  /// What was changed in the geometry written last, "" = nothing; told once.
  [[nodiscard]] std::string take_repair() { return intake_ ? intake_->take_repair() : ""; }
  /// What people should know about how the column is made, "" = nothing.
  [[nodiscard]] std::string note() const { return intake_ ? intake_->note() : ""; }

  // The same for what a format holds as values and not as text. A column of another type takes the
  // value's text as it would take it from a file of text.
  bool write_number(double value, ColumnData& out, ValueFault& fault);
  bool write_whole(int64_t value, ColumnData& out, ValueFault& fault);
  /// An instant, in microseconds since 1970-01-01 00:00:00 UTC.
  bool write_instant(Micros at, ColumnData& out, ValueFault& fault);
  /// REQUIRES: a geometry column
  bool write_position(Position at, ColumnData& out, ValueFault& fault);

 private:
  ColumnWriter(DeclaredColumn column, std::vector<std::string> nulls, const TimeZone& zone,
               bool exact);

  [[nodiscard]] bool means_null(std::string_view text) const;
  bool write_value(std::string_view text, ColumnData& out, ValueFault& fault);

  bool write_boolean(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_integer(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_double(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_decimal(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_date(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_clock(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_timestamp(std::string_view text, ColumnData& out, ValueFault& fault);
  bool write_bytes(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_uuid(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_json(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_geometry(std::string_view text, ColumnData& out, ValueFault& fault);
  [[nodiscard]] bool takes_points() const;

  bool parse_moment(std::string_view text, ParsedTime& out) const;
  bool in_range(double value, std::string_view text, ValueFault& fault) const;
  bool refuse(RejectReason reason, std::string_view text, ValueFault& fault) const;
  [[nodiscard]] std::string expectation() const;

  DeclaredColumn column_;
  TypeId type_;
  bool empty_is_null_ = false;
  std::vector<std::string> other_nulls_;
  TimeZone zone_;
  std::optional<TimeFormat> format_;
  std::optional<GeometryIntake> intake_;  // geometry only
  bool exact_;
};

}  // namespace rhumb
