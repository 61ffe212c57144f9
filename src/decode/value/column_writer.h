#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "component/batch.h"
#include "component/decoder.h"
#include "decode/value/time_text.h"
#include "geo/coordinate_check.h"
#include "io/tz/time_zone.h"

namespace rhumb {

/// Why a text is not a value of its column.
struct ValueFault {
  RejectReason reason = RejectReason::kBadValue;
  std::string message;
  bool in_latitude = false;  ///< of two fields, the second is at fault
};

/// Turns the texts of one column into its values. Copies are independent; one per thread.
class ColumnWriter {
 public:
  /// `nulls` are the texts that mean null. `exact` is for columns whose type was guessed: an
  /// integer must then be written as it would be printed, so that no `007` turns into 7. Fails when
  /// the column's declaration cannot be carried out (time format).
  static Result<ColumnWriter> make(const DeclaredColumn& column, std::vector<std::string> nulls,
                                   const TimeZone& zone, bool exact);

  /// Appends one value or null; on false nothing is appended and `fault` says why. Spaces around
  /// the text count for text columns only.
  bool write(std::string_view text, ColumnData& out, ValueFault& fault);

  /// The same for a field that is not there.
  bool write_null(ColumnData& out, ValueFault& fault) const;
  /// The same for a point from two fields.
  bool write_point(std::string_view lon, std::string_view lat, ColumnData& out,
                   ValueFault& fault) const;

  // The same for what a format holds as values and not as text. A column of another type takes the
  // value's text as it would take it from a file of text.
  bool write_number(double value, ColumnData& out, ValueFault& fault);
  bool write_whole(int64_t value, ColumnData& out, ValueFault& fault);
  /// An instant, in microseconds since 1970-01-01 00:00:00 UTC.
  bool write_instant(Micros at, ColumnData& out, ValueFault& fault);
  /// REQUIRES: a geometry column
  bool write_position(Position at, ColumnData& out, ValueFault& fault) const;

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
  bool write_geometry(std::string_view text, ColumnData& out, ValueFault& fault) const;
  bool write_any_geometry(std::string_view text, ColumnData& out, ValueFault& fault) const;

  bool parse_moment(std::string_view text, ParsedTime& out) const;
  bool in_range(double value, std::string_view text, ValueFault& fault) const;
  bool refuse(RejectReason reason, std::string_view text, ValueFault& fault) const;
  bool refuse_coordinates(CoordinateFault found, const GeoBox& box, ValueFault& fault) const;
  [[nodiscard]] std::string expectation() const;

  DeclaredColumn column_;
  TypeId type_;
  bool empty_is_null_ = false;
  std::vector<std::string> other_nulls_;
  TimeZone zone_;
  std::optional<TimeFormat> format_;
  CoordinateRules rules_;
  bool exact_;
};

}  // namespace rhumb
