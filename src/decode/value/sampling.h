#pragma once

#include <cstdint>

namespace rhumb {

/// Which records of a file are taken when only a fraction is wanted. Decided by the record's number
/// (or line) alone, so that it is the same at every reading and for every order of reading.
class RecordSample {
 public:
  explicit RecordSample(double fraction);
  [[nodiscard]] bool takes(uint64_t number) const;

 private:
  bool all_;
  uint64_t below_;
};

}  // namespace rhumb
