// Any bytes as rows of a spatial index and as a probe of it. What must hold: no crash, no sanitizer
// report, and that points find the same rows by cells as one by one.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "geo/point_in_polygon.h"
#include "geo/spatial_index.h"
#include "tests/fuzz/require.h"

namespace {

using namespace rhumb;

void check_points(const SpatialIndex& index, const GeometryStore& store) {
  auto search = index.search(SpatialRelation::kContains);
  for (GeometryStore::Index row = 0; row < store.rows(); ++row) {
    if (!store.is_present(row) || !is_polygonal(store.kind(row))) continue;
    const GeometryStore::Range range = store.row_positions(row);
    for (GeometryStore::Index i = range.first; i < range.end; ++i) {
      const Position a = store.position(i), b = store.position(i + 1 < range.end ? i + 1 : i);
      const Position p{a.x / 2 + b.x / 2, a.y / 2 + b.y / 2};
      std::vector<uint32_t> found;
      search.find_point(p.x, p.y, found);
      const bool is_found = std::binary_search(found.begin(), found.end(), row);
      require(is_found == (locate_in_polygons(store, row, p) == PointPlace::kInside));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The first bytes say where the second row and the probe begin.
  const std::string_view all = bytes.substr(3);
  const size_t first = std::min<size_t>(all.size(), data[0] * 4U);
  const size_t second = std::min<size_t>(all.size() - first, data[1] * 4U);
  GeometryStore store;
  std::vector<std::string_view> rows;
  for (const std::string_view row : {all.substr(0, first), all.substr(first, second)}) {
    if (store.append(row).ok()) rows.push_back(row);
  }
  const auto index = SpatialIndex::build(rows, {.cell_memory = size_t{64} << 20});
  if (!index.ok()) return 0;
  check_points(*index, store);
  const std::string_view probe = all.substr(first + second);
  const auto relation = static_cast<SpatialRelation>(data[2] % kSpatialRelations);
  auto search = index->search(relation, 1);
  std::vector<uint32_t> found;
  search.find(probe, found);
  require(search.any(probe) == !found.empty());
  std::vector<Neighbour> near;
  (void)index->nearest_search(Metric::kPlanar).find(probe, 2, HUGE_VAL, near);
  return 0;
}
