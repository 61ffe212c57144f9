#include "geo/spatial_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "base/caught.h"
#include "geo/spatial_errors.h"
#include "geo/spatial_parts.h"

namespace rhumb {
namespace {

using Rows = std::span<const std::string_view>;

constexpr size_t kRowsBetweenChecks = 4096;
constexpr size_t kRowsWorthAThread = 10'000;

Status read_rows(Rows wkb, const SpatialIndex::Options& options, size_t first_row,
                 GeometryStore& store) {
  for (size_t i = 0; i < wkb.size(); ++i) {
    if (i % kRowsBetweenChecks == 0 && options.cancel != nullptr && options.cancel->requested()) {
      return index_cancelled();
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
                       std::pmr::memory_resource* memory, GeometryStore& store) {
  std::vector<std::optional<GeometryStore>> stores(threads);
  std::vector<Status> done(threads);
  std::vector<std::thread> workers;
  for (size_t i = 0; i < threads; ++i) {
    const size_t first = wkb.size() * i / threads, end = wkb.size() * (i + 1) / threads;
    workers.emplace_back([&, i, first, end] {
      done[i] = caught([&] {
        return read_rows(wkb.subspan(first, end - first), options, first,
                         stores[i].emplace(memory));
      });
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (size_t i = 0; i < threads; ++i) {
    RHUMB_TRY(std::move(done[i]));
    RHUMB_TRY(store.append(*stores[i]));
    stores[i].reset();
  }
  return {};
}

/// The rows that are polygonal, or those that are not.
std::pmr::vector<BoxTree::Entry> tree_entries(const GeometryStore& store, bool polygonal,
                                              std::pmr::memory_resource* memory) {
  std::pmr::vector<BoxTree::Entry> out(memory);
  for (GeometryStore::Index row = 0; row < store.rows(); ++row) {
    if (store.is_present(row) && is_polygonal(store.kind(row)) == polygonal) {
      out.push_back({store.box(row), row});
    }
  }
  return out;
}

std::vector<uint32_t> polygonal_rows(const GeometryStore& store) {
  std::vector<uint32_t> out;
  for (GeometryStore::Index row = 0; row < store.rows(); ++row) {
    if (store.is_present(row) && is_polygonal(store.kind(row))) out.push_back(row);
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
  auto parts = std::make_shared<Parts>(options.memory);
  RHUMB_TRY(caught([&] { return fill(wkb, options, *parts); }));
  return SpatialIndex(std::move(parts));
}

Status SpatialIndex::fill(Rows wkb, const Options& options, Parts& parts) {
  std::pmr::memory_resource* const memory = Parts::resource(options.memory);
  const size_t threads = std::clamp(wkb.size() / kRowsWorthAThread, size_t{1},
                                    static_cast<size_t>(std::max(options.threads, 1)));
  if (threads == 1) {
    RHUMB_TRY(read_rows(wkb, options, 0, parts.store));
  } else {
    RHUMB_TRY(read_in_threads(wkb, options, threads, memory, parts.store));
  }
  parts.store.shrink_to_fit();
  parts.only_points = has_only_points(parts.store);
  for (const bool polygonal : {true, false}) {
    RHUMB_ASSIGN((polygonal ? parts.polygons : parts.others),
                 BoxTree::build(tree_entries(parts.store, polygonal, memory), options.threads,
                                options.cancel));
  }
  return options.point_probes && parts.polygons.size() > 0 ? lay_out_cells(options, parts)
                                                           : Status();
}

Status SpatialIndex::lay_out_cells(const Options& options, Parts& parts) {
  auto regions = RegionIndex::build(
      parts.store, polygonal_rows(parts.store),
      {.threads = options.threads, .memory_limit = options.cell_memory, .cancel = options.cancel});
  if (regions.ok()) {
    parts.regions = std::move(regions).value();
  } else if (regions.error().code != Code::kOutOfMemory) {
    return std::move(regions).error();
  }
  return {};
}

size_t SpatialIndex::bytes() const {
  return bytes_of(*parts_);
}

size_t SpatialIndex::bytes_of(const Parts& parts) {
  return sizeof(Parts) + parts.store.bytes() + parts.polygons.bytes() + parts.others.bytes() +
         (parts.regions ? parts.regions->bytes() : 0);
}

size_t SpatialIndex::rows() const {
  return parts_->store.rows();
}

}  // namespace rhumb
