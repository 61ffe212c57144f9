#include "decode/value/record_size.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr uint64_t kLargestRecord = uint64_t{1} << 30;
constexpr uint64_t kSmallestRecord = 64;
constexpr uint64_t kUsualRecord = uint64_t{16} << 20;

}  // namespace

Field max_record_field() {
  return {.name = "max_record",
          .type = FieldType::kSize,
          .doc = "The longest record that is read; longer ones go to the quarantine.",
          .default_value = "16 MiB",
          .example = "64 MiB"};
}

Result<size_t> read_max_record(const Config& config) {
  const uint64_t most = config["max_record"].as_bytes(kUsualRecord);
  if (most >= kSmallestRecord && most <= kLargestRecord) return most;
  return Error{.code = Code::kBadValue,
               .message = fmt::format("max_record must be from {} to {}, found {}",
                                      human_bytes(kSmallestRecord), human_bytes(kLargestRecord),
                                      human_bytes(most)),
               .hint = "16 MiB is the default.",
               .place = config["max_record"].place()};
}

size_t kept_of_long_record(size_t max_record) {
  return std::min(max_record, size_t{64} << 10);
}

}  // namespace rhumb
