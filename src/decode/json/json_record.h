#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/reject.h"
#include "decode/json/json_fields.h"

namespace rhumb {

/// A member's value as it stands in a record.
struct JsonValue {
  enum class Kind : uint8_t { kAbsent, kNull, kFalse, kTrue, kNumber, kString, kObject, kArray };
  Kind kind = Kind::kAbsent;
  std::string_view raw;   ///< as it is written
  std::string_view text;  ///< a string's characters, without quotes and escapes

  [[nodiscard]] bool is_composite() const { return kind == Kind::kObject || kind == Kind::kArray; }
};

/// Why a record is none.
struct JsonFault {
  RejectReason reason = RejectReason::kMalformed;
  std::string message;
  std::string field;         ///< the member's path, "" = whole record
  const char* at = nullptr;  ///< in the record, where known
};

/// Takes JSON objects apart. Members that nobody wants are checked all the same: a record is either
/// read as a whole or refused. Memory: twice the longest record. Not thread-safe.
class JsonRecordReader {
 public:
  /// `fields` grows only where its nodes say so (Unknown::kAdd).
  explicit JsonRecordReader(JsonFields& fields);
  ~JsonRecordReader();
  JsonRecordReader(JsonRecordReader&&) noexcept;

  /// The values by slot; they are valid until the next call and as long as the record's text.
  /// REQUIRES: 64 readable bytes behind the record
  bool read(std::string_view record, JsonFault& fault);
  [[nodiscard]] const std::vector<JsonValue>& values() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rhumb
