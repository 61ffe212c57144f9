#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decode/gpx/gpx_reader.h"
#include "decode/record/record.h"
#include "decode/value/type_guess.h"

namespace rhumb {

/// Where the elements of points or ways go: those of GPX itself have fields of their own, others
/// get one when the beginning of the file has them. Whatever has no field of GPX stands in `other`
/// too, so that what is seen late is not lost.
class GpxFields {
 public:
  /// `fixed`: the first fields; `known`: the elements that `fixed` has a field for, and which.
  GpxFields(std::vector<RecordField> fixed, std::vector<std::pair<std::string_view, size_t>> known,
            size_t other);

  /// Looks at elements for names and types; before fields() is asked.
  void look_at(const GpxElements& elements);
  /// Ends the looking.
  void settle();
  [[nodiscard]] const std::vector<RecordField>& fields() const { return fields_; }
  void put(const GpxElements& elements, Record& out) const;

 private:
  [[nodiscard]] size_t known_field(std::string_view name) const;

  std::vector<RecordField> fields_;
  std::vector<std::pair<std::string_view, size_t>> known_;
  size_t other_;
  size_t fixed_;  // how many
  std::vector<std::string> found_;
  std::vector<TypeGuess> guesses_;
};

}  // namespace rhumb
