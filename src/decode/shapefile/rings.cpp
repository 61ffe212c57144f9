#include "decode/shapefile/rings.h"

#include <cmath>
#include <optional>

#include "geo/box.h"

namespace rhumb {
namespace {

// Steps of a few instructions each; under a second.
constexpr uint64_t kMostWork = 300'000'000;

class RingSorter {
 public:
  RingSorter(const std::vector<double>& positions, size_t stride,
             const std::vector<uint64_t>& starts)
      : positions_(positions), stride_(stride), starts_(starts) {}

  Result<std::vector<std::vector<size_t>>> run() {
    measure();
    std::vector<size_t> outer, holes;
    for (size_t ring = 0; ring < areas_.size(); ++ring) {
      if (starts_[ring] == starts_[ring + 1]) continue;
      (areas_[ring] < 0 ? outer : holes).push_back(ring);
    }
    // Written the wrong way round throughout.
    if (outer.empty()) outer.swap(holes);
    std::vector<std::vector<size_t>> polygons;
    for (const size_t ring : outer) polygons.push_back({ring});
    for (const size_t hole : holes) {
      RHUMB_ASSIGN(const auto home, home_of(hole, outer));
      if (home) {
        polygons[*home].push_back(hole);
      } else {
        polygons.push_back({hole});
      }
    }
    return polygons;
  }

 private:
  [[nodiscard]] double x(uint64_t i) const { return positions_[i * stride_]; }
  [[nodiscard]] double y(uint64_t i) const { return positions_[i * stride_ + 1]; }

  /// Areas are negative for clockwise rings; relative to the first position, which keeps digits.
  void measure() {
    for (size_t ring = 0; ring + 1 < starts_.size(); ++ring) {
      double twice = 0;
      GeoBox box = kEmptyBox;
      const uint64_t first = starts_[ring];
      for (uint64_t i = first; i < starts_[ring + 1]; ++i) {
        extend(box, x(i), y(i));
        if (i == first) continue;
        twice +=
            (x(i - 1) - x(first)) * (y(i) - y(first)) - (x(i) - x(first)) * (y(i - 1) - y(first));
      }
      areas_.push_back(twice / 2);
      boxes_.push_back(box);
    }
  }

  /// Position in `outer` of the smallest ring around the hole.
  Result<std::optional<size_t>> home_of(size_t hole, const std::vector<size_t>& outer) {
    std::optional<size_t> best;
    for (size_t i = 0; i < outer.size(); ++i) {
      const size_t ring = outer[i];
      if (++work_ > kMostWork) return too_many();
      if (!contains(boxes_[ring], boxes_[hole])) continue;
      if (best && std::abs(areas_[ring]) >= std::abs(areas_[outer[*best]])) continue;
      work_ += starts_[ring + 1] - starts_[ring];
      if (holds(ring, hole)) best = i;
    }
    return best;
  }

  static Error too_many() {
    return Error{Code::kBadValue, "it has more rings than can be sorted into polygons", "", {}};
  }

  /// Decided by the hole's first position that is not on the ring's own boundary.
  bool holds(size_t ring, size_t hole) {
    for (uint64_t i = starts_[hole]; i < starts_[hole + 1] && work_ <= kMostWork; ++i) {
      const int side = side_of(ring, x(i), y(i));
      if (side != 0) return side > 0;
      work_ += starts_[ring + 1] - starts_[ring];
    }
    return true;
  }

  /// 1 inside, 0 on the boundary, -1 outside: crossings of a ray to the east.
  [[nodiscard]] int side_of(size_t ring, double px, double py) const {
    bool inside = false;
    for (uint64_t i = starts_[ring] + 1; i < starts_[ring + 1]; ++i) {
      const double ax = x(i - 1), ay = y(i - 1), bx = x(i), by = y(i);
      const double turn = (bx - ax) * (py - ay) - (px - ax) * (by - ay);
      const bool within = px >= std::min(ax, bx) && px <= std::max(ax, bx) &&
                          py >= std::min(ay, by) && py <= std::max(ay, by);
      if (turn == 0 && within) return 0;
      if ((ay > py) != (by > py) && (turn > 0) == (by > ay)) inside = !inside;
    }
    return inside ? 1 : -1;
  }

  const std::vector<double>& positions_;
  size_t stride_;
  const std::vector<uint64_t>& starts_;
  std::vector<double> areas_;
  std::vector<GeoBox> boxes_;
  uint64_t work_ = 0;
};

}  // namespace

Result<std::vector<std::vector<size_t>>> sort_rings(const std::vector<double>& positions,
                                                    size_t stride,
                                                    const std::vector<uint64_t>& starts) {
  return RingSorter(positions, stride, starts).run();
}

}  // namespace rhumb
