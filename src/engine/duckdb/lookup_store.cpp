#include "engine/duckdb/lookup_store.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/caught.h"

namespace rhumb {
namespace {

// Rows are 32-bit numbers in the index, and the last one is kept for "none".
constexpr uint64_t kMostRows = std::numeric_limits<uint32_t>::max() - 1;

}  // namespace

Status WkbCollector::make_room(uint64_t row) {
  if (row >= kMostRows) {
    return Error{Code::kNotSupported,
                 fmt::format("a look-up has at most {} rows", kMostRows),
                 "join with fewer rows, or split the larger side",
                 {}};
  }
  if (row >= rows_.size()) rows_.resize(row + 1);
  return {};
}

Status WkbCollector::add(uint64_t row, std::string_view wkb) {
  const std::scoped_lock lock(mutex_);
  return caught([&]() -> Status {
    RHUMB_TRY(make_room(row));
    auto* const copy = static_cast<char*>(blocks_.allocate(wkb.size(), 1));
    std::memcpy(copy, wkb.data(), wkb.size());
    rows_[row] = std::string_view(copy, wkb.size());
    return {};
  });
}

Status WkbCollector::add_null(uint64_t row) {
  const std::scoped_lock lock(mutex_);
  return caught([&] { return make_room(row); });
}

void LookupStore::put(const std::string& name, Entry entry) {
  const std::scoped_lock lock(mutex_);
  entries_.insert_or_assign(name, std::move(entry));
}

void LookupStore::remove(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  entries_.erase(name);
}

std::optional<LookupStore::Entry> LookupStore::find(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> LookupStore::names() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

size_t LookupStore::bytes() const {
  const std::scoped_lock lock(mutex_);
  size_t bytes = reserved_;
  for (const auto& [name, entry] : entries_) bytes += entry.heap_bytes;
  return bytes;
}

void LookupStore::reserve(size_t bytes) {
  const std::scoped_lock lock(mutex_);
  reserved_ = bytes;
}

void LookupStore::collect_into(WkbCollector* collector) {
  const std::scoped_lock lock(mutex_);
  collector_ = collector;
  error_.reset();
}

WkbCollector* LookupStore::collector() const {
  const std::scoped_lock lock(mutex_);
  return collector_;
}

void LookupStore::fail(Error error) {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
}

std::optional<Error> LookupStore::take_error() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(error_, std::nullopt);
}

}  // namespace rhumb
