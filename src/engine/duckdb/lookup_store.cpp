#include "engine/duckdb/lookup_store.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
// Rows are 32-bit numbers in the index, and the last one is kept for "none".
constexpr uint64_t kMostRows = std::numeric_limits<uint32_t>::max() - 1;

}  // namespace

Status WkbCollector::make_room(uint64_t row, size_t bytes) {
  if (row >= kMostRows) {
    return Error{Code::kNotSupported,
                 fmt::format("a look-up has at most {} rows", kMostRows),
                 "join with fewer rows, or split the larger side",
                 {}};
  }
  bytes_ += bytes + sizeof(std::string_view);
  if (bytes_ > most_bytes_) {
    return Error{
        Code::kOutOfMemory,
        fmt::format("the geometries of a spatial join take more than {} MiB, half of what the "
                    "engine has left for them and their index",
                    most_bytes_ >> 20U),
        "raise `memory_limit` in rhumb.yaml, or join with fewer rows",
        {}};
  }
  if (row >= rows_.size()) rows_.resize(row + 1);
  return {};
}

char* WkbCollector::allot(size_t bytes) {
  if (bytes > block_left_) {
    const size_t block = std::max(bytes, kBlockBytes);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    block_left_ = block;
  }
  // Blocks of the ordinary size are filled from their end.
  block_left_ -= bytes;
  return blocks_.back().get() + block_left_;
}

Status WkbCollector::add(uint64_t row, std::string_view wkb) {
  const std::scoped_lock lock(mutex_);
  RHUMB_TRY(make_room(row, wkb.size()));
  char* const copy = allot(wkb.size());
  std::memcpy(copy, wkb.data(), wkb.size());
  rows_[row] = std::string_view(copy, wkb.size());
  return {};
}

Status WkbCollector::add_null(uint64_t row) {
  const std::scoped_lock lock(mutex_);
  return make_room(row, 0);
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
  for (const auto& [name, entry] : entries_) bytes += entry.index.bytes();
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
