#include "decode/plt/transport_labels.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/time_text.h"
#include "io/fs/byte_input.h"

namespace rhumb {
namespace {

constexpr size_t kLargest = size_t{64} << 20;
constexpr size_t kNotes = 5;

}  // namespace

Result<TransportLabels> TransportLabels::read(const std::filesystem::path& path) {
  RHUMB_ASSIGN(const auto input, open_byte_input(path));
  std::string text;
  std::string chunk(size_t{64} << 10, '\0');
  for (;;) {
    RHUMB_ASSIGN(const size_t got, input->read(chunk.data(), chunk.size()));
    if (got == 0) break;
    text.append(chunk, 0, got);
    if (text.size() > kLargest) {
      return Error{.code = Code::kBadFile,
                   .message = fmt::format("{} is larger than {}", path.filename().string(),
                                          human_bytes(kLargest)),
                   .hint = "Set `labels: false` to read trajectories without it."};
    }
  }
  return parse(text);
}

TransportLabels TransportLabels::parse(std::string_view text) {
  TransportLabels out;
  size_t number = 0, bad = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::vector<std::string_view> fields = split(trim(line), '\t');
    if (trim(line).empty() || equals_ignoring_case(trim(fields[0]), "start time")) continue;
    ParsedTime from, to;
    if (fields.size() == 3 && parse_timestamp(trim(fields[0]), from) &&
        parse_timestamp(trim(fields[1]), to) && from.local <= to.local && is_utf8(fields[2])) {
      out.spans_.push_back({from.local, to.local, std::string(trim(fields[2]))});
    } else if (++bad <= kNotes) {
      out.notes_.push_back(
          fmt::format("labels.txt:{}: expected start, end and mode with tabs "
                      "between, found '{}'; it is passed over",
                      number, printable(line, 60)));
    }
  }
  if (bad > kNotes) {
    out.notes_.push_back(fmt::format("labels.txt: {} lines more are passed over", bad - kNotes));
  }
  std::stable_sort(out.spans_.begin(), out.spans_.end(),
                   [](const Span& a, const Span& b) { return a.from < b.from; });
  for (const Span& span : out.spans_) {
    out.last_to_.push_back(out.last_to_.empty() ? span.to : std::max(out.last_to_.back(), span.to));
  }
  return out;
}

std::string_view TransportLabels::mode_at(Micros at) const {
  const auto behind =
      std::upper_bound(spans_.begin(), spans_.end(), at,
                       [](Micros when, const Span& span) { return when < span.from; });
  for (auto i = behind - spans_.begin(); i > 0 && last_to_[static_cast<size_t>(i) - 1] >= at; --i) {
    const Span& span = spans_[static_cast<size_t>(i) - 1];
    if (span.to >= at) return span.mode;
  }
  return {};
}

}  // namespace rhumb
