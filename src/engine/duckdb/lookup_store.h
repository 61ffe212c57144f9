#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <span>
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
  /// `memory` holds the copies and must outlive this.
  explicit WkbCollector(std::pmr::memory_resource& memory)
      : blocks_(kFirstBlock, &memory), rows_(&memory) {}

  /// Rows may come in any order. kOutOfMemory when `memory` has no more.
  Status add(uint64_t row, std::string_view wkb);
  Status add_null(uint64_t row);

  /// Row i at i; data() is nullptr for NULL.
  [[nodiscard]] std::span<const std::string_view> rows() const { return rows_; }

 private:
  static constexpr size_t kFirstBlock = size_t{1} << 20;

  Status make_room(uint64_t row);

  std::mutex mutex_;
  std::pmr::monotonic_buffer_resource blocks_;  ///< where rows_ point to; guarded by mutex_, as
  std::pmr::vector<std::string_view> rows_;     ///< these are
};

/// The indexes of a session's lookups, by name. Functions of a running statement keep what they
/// were bound to, so that replacing one is safe. Thread-safe.
class LookupStore {
 public:
  struct Entry {
    SpatialIndex index;
    std::string crs;        ///< of its geometry as the engine writes it, "" = none
    size_t heap_bytes = 0;  ///< what the index takes of the memory; the rest lies in files
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
