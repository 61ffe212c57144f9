#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/json/json_scan.h"

namespace rhumb {

/// A piece of the text that is one record, or what stands in the place of one.
struct JsonFrame {
  size_t begin = 0, end = 0;    ///< within the text
  uint64_t number = 0;          ///< of the record in the file, from 1
  uint64_t offset = 0;          ///< of its first byte in the decoded file, from 0
  uint64_t line = 1;            ///< of its first byte
  uint32_t column = 1;          ///< of its first byte within that line, in bytes
  const char* fault = nullptr;  ///< not a record: why, for people
  size_t fault_at = 0;          ///< within the text
  bool too_long = false;        ///< only its beginning is there
};

struct JsonFraming {
  /// Names of the members that lead from a root object to the array of records: `features`. Empty:
  /// every root object is a record.
  std::vector<std::string> path;
  size_t max_record = size_t{16} << 20;
  bool features =
      false;  ///< records begin with `{"type":"Feature"`, which tells them in any layout
};

/// Cuts JSON into records: the elements of a root array, of an array within a root object, or root
/// values one after the other, with or without record separators (RFC 8142). A root object that has
/// no such array is a record itself.
///
/// When a record is broken, reading goes on at the next place that looks like the beginning of one:
/// a brace on a line of its own, indented as the broken record; an opening brace that a bracket is
/// missing before; a GeoJSON feature. What lies between is one frame with a fault. Linear in the
/// text whatever it holds. Not thread-safe.
class JsonFramer {
 public:
  enum class Step : uint8_t {
    kFrame,
    kMore,  ///< the text from position() on is needed again, with more behind it
    kEnd,
  };

  explicit JsonFramer(JsonFraming framing);

  /// The text goes on where position() was. REQUIRES: 64 readable bytes behind `end`.
  void reset(const char* begin, const char* end, bool complete);
  Step next(JsonFrame& out);
  [[nodiscard]] const char* position() const { return at_; }

  /// An array of records was found, be it empty.
  [[nodiscard]] bool has_array() const { return has_array_; }
  /// Small members that stand beside the array of records, as text, so far: `crs`, `name`.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& members() const {
    return members_;
  }

 private:
  enum class Where : uint8_t { kRoot, kElements, kBehind };

  Step at_root(JsonFrame& out);
  Step at_element(JsonFrame& out);
  Step behind_elements(JsonFrame& out);
  Step enter_object(JsonFrame& out);
  Step take_container(JsonFrame& out);
  Step take_other(JsonFrame& out);
  Step take_broken(JsonFrame& out, const JsonExtent& extent);
  Step end_of_text(JsonFrame& out);
  bool pass_separators(std::string_view also);
  JsonExtent value_extent(const char* at);
  void keep_member(std::string_view name, std::string_view value);

  [[nodiscard]] const char* next_beginning(const char* from, const JsonExtent& extent) const;
  [[nodiscard]] const char* line_beginning(const char* from) const;
  [[nodiscard]] bool begins_feature(const char* at) const;

  Step frame(JsonFrame& out, const char* end, const char* fault, const char* fault_at);
  void advance(const char* to);

  JsonFraming framing_;
  JsonScan scan_;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  bool complete_ = false;

  Where where_ = Where::kRoot;
  size_t depth_ = 0;  ///< objects around the array
  bool has_array_ = false;
  bool skipping_ = false;  ///< the rest of a record that was too long
  bool told_end_ = false;  ///< that the array is not closed
  uint64_t number_ = 0;
  uint64_t offset_ = 0, line_ = 1, line_start_ = 0;
  uint64_t scanned_ = 0;  ///< bytes looked at for records that turned out broken
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace rhumb
