#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "geo/spatial_index.h"

namespace rhumb {

/// Geometries on their way from a statement into an index, copied: the statement's own memory goes
/// while it runs. Thread-safe but for rows().
class WkbCollector {
 public:
  explicit WkbCollector(size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Rows may come in any order. kOutOfMemory when the copies would take too much.
  Status add(uint64_t row, std::string_view wkb);
  Status add_null(uint64_t row);

  /// Row i at i; data() is nullptr for NULL.
  [[nodiscard]] const std::vector<std::string_view>& rows() const { return rows_; }
  /// Memory it takes; not while rows are added.
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  Status make_room(uint64_t row, size_t bytes);
  char* allot(size_t bytes);

  const size_t most_bytes_;
  std::mutex mutex_;
  std::vector<std::string_view> rows_;           ///< guarded by mutex_, as is what follows
  std::vector<std::unique_ptr<char[]>> blocks_;  ///< where rows_ point to
  size_t block_left_ = 0;
  size_t bytes_ = 0;
};

/// The indexes of a session's lookups, by name. Functions of a running statement keep what they
/// were bound to, so that replacing one is safe. Thread-safe.
class LookupStore {
 public:
  struct Entry {
    SpatialIndex index;
    std::string crs;  ///< of its geometry as the engine writes it, "" = none
  };

  void put(const std::string& name, Entry entry);
  void remove(const std::string& name);
  [[nodiscard]] std::optional<Entry> find(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  /// Memory of all indexes, and what is reserved.
  [[nodiscard]] size_t bytes() const;
  /// Memory for an index in the making; 0 ends it.
  void reserve(size_t bytes);

  /// Where rhumb_collect puts its rows at the moment; nullptr ends it.
  void collect_into(WkbCollector* collector);
  [[nodiscard]] WkbCollector* collector() const;
  /// The first error that collecting met: the engine hands on only text.
  void fail(Error error);
  [[nodiscard]] std::optional<Error> take_error();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;  ///< guarded by mutex_, as is what follows
  size_t reserved_ = 0;
  WkbCollector* collector_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace rhumb
