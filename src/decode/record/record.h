#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "component/schema.h"
#include "decode/value/value_fault.h"

namespace rhumb {

/// One value as a format gives it, before it is turned into a column's.
struct FieldValue {
  enum class Kind : uint8_t {
    kNull,
    kText,      ///< numbers, dates and so on as text that reads back to the same value
    kBytes,     ///< bytes that stand for themselves
    kGeometry,  ///< WKB or EWKB
  };
  Kind kind = Kind::kNull;
  std::string bytes;

  void set_null() { kind = Kind::kNull; }
  void set(Kind to, std::string_view value) {
    kind = to;
    bytes.assign(value);
  }
  void set_text(std::string_view value) { set(Kind::kText, value); }
};

/// A field that a format says its records have.
struct RecordField {
  std::string name;
  Type type;           ///< for a source without declared columns
  bool exact = false;  ///< the type was guessed from values: nothing may turn `007` into 7
};

/// One record of a file that is no text, or whose records are no lines.
struct Record {
  uint64_t number = 0;  ///< from 1; what people are told, so a line where the format has lines
  std::vector<FieldValue> values;  ///< one per field
  bool faulty = false;             ///< it cannot be taken apart: `fault` says why
  ValueFault fault;
  std::string field;      ///< at fault, "" = the whole record
  std::string undecoded;  ///< bytes of it that no value shows
  std::string raw;        ///< as it stands in a file of text; "" = the fields as JSON

  /// A good record of that many nulls; keeps what memory it has.
  void reset(size_t fields) {
    values.resize(fields);
    for (FieldValue& value : values) value.set_null();
    faulty = false;
    field.clear();
    undecoded.clear();
    raw.clear();
  }
  void refuse(RejectReason reason, std::string message, std::string at_field = "") {
    faulty = true;
    fault = {.reason = reason, .message = std::move(message)};
    field = std::move(at_field);
  }
};

}  // namespace rhumb
