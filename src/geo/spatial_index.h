#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "geo/spatial_relation.h"

namespace rhumb {

struct Neighbour {
  uint32_t row = 0;
  double distance = 0;
  bool operator==(const Neighbour&) const = default;
};

/// Rows of geometries, arranged to find quickly which of them stand in a relation to a probe, or
/// are nearest to it. Answers are those of PostGIS 3.3 for the plane: Z and M play no part, a point
/// in a polygon follows PostGIS's own rules for rings (nonzero winding, the first part that is not
/// outside decides), everything else GEOS; docs/decisions/spatial-index.md lists where exact
/// arithmetic makes us differ from it by less than a rounding error.
///
/// NULL, EMPTY and geometries with a coordinate that is NaN or infinite match nothing, on either
/// side. Immutable once built; a copy shares the same index.
class SpatialIndex {
 public:
  struct Options {
    int threads = 1;
    /// Where geometries and their trees lie, kept as long as the index is; none: on the heap. It
    /// is asked by several threads at once.
    std::shared_ptr<std::pmr::memory_resource> memory = nullptr;
    /// Bytes of the heap for the cells that make points among polygons quick. When they do not
    /// fit there are none, and such points are looked up in the tree.
    size_t cell_memory = std::numeric_limits<size_t>::max();
    const CancelFlag* cancel = nullptr;
    /// Without, the cells that make points among polygons quick are not laid out: for probes that
    /// are no points.
    bool point_probes = true;
  };

  /// `wkb[i]` is row i in little-endian ISO WKB; data() == nullptr is NULL. Nothing of it is
  /// referred to afterwards. Errors: kBadValue for malformed bytes, kCancelled, kOutOfMemory when
  /// `memory` has no more (std::bad_alloc).
  /// O(n log n) in the coordinates.
  [[nodiscard]] static Result<SpatialIndex> build(std::span<const std::string_view> wkb,
                                                  const Options& options);

  /// The scratch memory and the prepared geometries of one thread. It keeps the index alive.
  class Search {
   public:
    Search(Search&&) noexcept;
    Search& operator=(Search&&) noexcept;
    ~Search();

    /// Appends the rows that match, ascending. What cannot be decided (see fault) is left out.
    void find(std::string_view probe_wkb, std::vector<uint32_t>& rows);

    /// Whether any row matches; stops at the first.
    [[nodiscard]] bool any(std::string_view probe_wkb);

    /// As find of a point, without a detour by WKB. Points among polygons, for kIntersects,
    /// kContains and kCovers, cost a look into a cell and the few edges that cross it.
    void find_point(double x, double y, std::vector<uint32_t>& rows);
    [[nodiscard]] bool any_point(double x, double y);

    /// The first thing since the beginning (or take_fault) that could not be decided: a malformed
    /// probe, a pair of geometries that GEOS refuses as PostGIS would, a kind that kDWithinSphere
    /// does not measure.
    [[nodiscard]] const std::optional<Error>& fault() const;
    [[nodiscard]] std::optional<Error> take_fault();

   private:
    friend class SpatialIndex;
    struct State;
    explicit Search(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  /// `distance` is for kDWithin (units of the coordinates) and kDWithinSphere (metres); negative
  /// and NaN match nothing.
  [[nodiscard]] Search search(SpatialRelation relation, double distance = 0) const;

  /// The scratch memory of one thread that searches the nearest rows. It keeps the index alive.
  class NearestSearch {
   public:
    NearestSearch(NearestSearch&&) noexcept;
    NearestSearch& operator=(NearestSearch&&) noexcept;
    ~NearestSearch();

    /// Appends the at most k rows nearest to the probe, not farther than max_distance, nearest
    /// first and equally near ones by row; distances as ST_Distance (0 inside a polygon) or
    /// ST_DistanceSphere measure them. The sphere is for points only, rows and probe (also
    /// multipoints): another kind is an error kNotSupported. O(log n + k) where rows lie apart.
    [[nodiscard]] Status find(std::string_view probe_wkb, size_t k, double max_distance,
                              std::vector<Neighbour>& neighbours);

   private:
    friend class SpatialIndex;
    struct State;
    explicit NearestSearch(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  [[nodiscard]] NearestSearch nearest_search(Metric metric) const;

  /// Memory it takes.
  [[nodiscard]] size_t bytes() const;
  [[nodiscard]] size_t rows() const;

 private:
  struct Parts;
  explicit SpatialIndex(std::shared_ptr<const Parts> parts);
  static Status fill(std::span<const std::string_view> wkb, const Options& options, Parts& parts);
  static Status lay_out_cells(const Options& options, Parts& parts);
  static size_t bytes_of(const Parts& parts);
  std::shared_ptr<const Parts> parts_;
};

}  // namespace rhumb
