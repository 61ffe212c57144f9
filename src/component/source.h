#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "component/stream.h"

namespace rhumb {

/// An input as its place announces it. The same announcement is the same input, however often
/// heard.
struct Announcement {
  std::string name;     ///< relative to the source's place, `/` between parts
  std::string version;  ///< what changes when the content does: modification time in ns, ETag
  uint64_t size = 0;    ///< bytes
  bool operator==(const Announcement&) const = default;
};

/// What happens to the same bytes under a second name.
enum class SameBytes { kTake, kSkip, kRefuse };

/// A place that holds files. A new place (object store, HDFS) implements this and nothing else.
/// MUST list every input completely or fail; MUST NOT list files that are still being written when
/// the place can tell. Thread-safe.
class FileSource {
 public:
  virtual ~FileSource() = default;
  /// All inputs at present, ordered by name.
  virtual Result<std::vector<Announcement>> list() = 0;
  /// A local file with the content of that announcement; kept while the handle lives.
  virtual Result<std::shared_ptr<const std::filesystem::path>> fetch(const Announcement& input) = 0;
};

/// What a look at a table found.
struct Observation {
  bool changed = true;
  std::string fingerprint;  ///< kept with the version and handed back at the next look
  std::string reason;       ///< for the plan: `max(updated_at) 08:58 -> 09:12`
  std::optional<uint64_t> estimated_rows;
};

/// A place that holds tables. MUST read one consistent snapshot. Thread-safe.
class TableSource {
 public:
  virtual ~TableSource() = default;
  /// Column types and SRIDs from the catalogue of the database.
  virtual Result<Schema> schema() = 0;
  /// `last_fingerprint` is empty at the first look.
  virtual Result<Observation> observe(const std::string& last_fingerprint) = 0;
  /// The rows of one snapshot, to be read by several workers. `sample` is the fraction of them to
  /// take, chosen by what they hold: the same rows each time, and those of a smaller sample among
  /// them.
  virtual Result<std::unique_ptr<BatchStream>> snapshot(double sample,
                                                        const CancelFlag& cancel) = 0;
};

}  // namespace rhumb
