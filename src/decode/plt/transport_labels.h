#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace rhumb {

/// How a GeoLife user moved, and when: the rows of `labels.txt` (start, end, mode; UTC). Immutable
/// once read, thread-safe.
class TransportLabels {
 public:
  /// Lines that cannot be read are named in notes(). Fails with kIo, and with kBadFile above 64
  /// MiB.
  static Result<TransportLabels> read(const std::filesystem::path& path);
  static TransportLabels parse(std::string_view text);

  /// The mode at that moment, both ends included; of two that overlap the one that began later. ""
  /// when there is none. Logarithmic.
  [[nodiscard]] std::string_view mode_at(Micros at) const;
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] size_t size() const { return spans_.size(); }

 private:
  struct Span {
    Micros from, to;
    std::string mode;
  };

  std::vector<Span> spans_;      ///< by their beginning
  std::vector<Micros> last_to_;  ///< the latest end of a span and all before it
  std::vector<std::string> notes_;
};

}  // namespace rhumb
