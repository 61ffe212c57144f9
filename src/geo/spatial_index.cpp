#include "geo/spatial_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "geo/spatial_errors.h"
#include "geo/spatial_parts.h"

namespace rhumb {
namespace {

using Rows = std::span<const std::string_view>;

constexpr size_t kRowsBetweenChecks = 4096;
constexpr size_t kRowsWorthAThread = 10'000;

Status read_rows(Rows wkb, const SpatialIndex::Options& options, size_t limit, size_t first_row,
                 GeometryStore& store) {
  for (size_t i = 0; i < wkb.size(); ++i) {
    if (i % kRowsBetweenChecks == 0) {
      if (options.cancel != nullptr && options.cancel->requested()) return index_cancelled();
      if (store.bytes() > limit) return index_out_of_memory(options.memory_limit);
    }
    Status done = store.append(wkb[i]);
    if (!done.ok()) {
      done.error().message += fmt::format(" (geometry of row {})", first_row + i + 1);
      return done;
    }
  }
  return {};
}

// Each thread reads a run of rows into a store of its own.
Status read_in_threads(Rows wkb, const SpatialIndex::Options& options, size_t threads,
                       GeometryStore& store) {
  std::vector<GeometryStore> stores(threads);
  std::vector<Status> done(threads);
  std::vector<std::thread> workers;
  for (size_t i = 0; i < threads; ++i) {
    const size_t first = wkb.size() * i / threads, end = wkb.size() * (i + 1) / threads;
    workers.emplace_back([&, i, first, end] {
      done[i] = read_rows(wkb.subspan(first, end - first), options, options.memory_limit / threads,
                          first, stores[i]);
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (size_t i = 0; i < threads; ++i) {
    RHUMB_TRY(std::move(done[i]));
    RHUMB_TRY(store.append(stores[i]));
    stores[i] = GeometryStore();
  }
  return {};
}

std::vector<BoxTree::Entry> tree_entries(const GeometryStore& store) {
  std::vector<BoxTree::Entry> out;
  for (GeometryStore::Index row = 0; row < store.rows(); ++row) {
    if (store.is_present(row)) out.push_back({store.box(row), row});
  }
  return out;
}

bool has_only_points(const GeometryStore& store) {
  for (GeometryStore::Index row = 0; row < store.rows(); ++row) {
    if (store.is_present(row) && !is_puntal(store.kind(row))) return false;
  }
  return true;
}

}  // namespace

SpatialIndex::SpatialIndex(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

Result<SpatialIndex> SpatialIndex::build(Rows wkb, const Options& options) {
  auto parts = std::make_shared<Parts>();
  const size_t threads = std::clamp(wkb.size() / kRowsWorthAThread, size_t{1},
                                    static_cast<size_t>(std::max(options.threads, 1)));
  if (threads == 1) {
    RHUMB_TRY(read_rows(wkb, options, options.memory_limit, 0, parts->store));
  } else {
    RHUMB_TRY(read_in_threads(wkb, options, threads, parts->store));
  }
  parts->store.shrink_to_fit();
  parts->only_points = has_only_points(parts->store);
  RHUMB_ASSIGN(parts->tree,
               BoxTree::build(tree_entries(parts->store), options.threads, options.cancel));
  SpatialIndex out(std::move(parts));
  if (out.bytes() > options.memory_limit) return index_out_of_memory(options.memory_limit);
  return out;
}

size_t SpatialIndex::bytes() const {
  return sizeof(Parts) + parts_->store.bytes() + parts_->tree.bytes();
}

size_t SpatialIndex::rows() const {
  return parts_->store.rows();
}

}  // namespace rhumb
