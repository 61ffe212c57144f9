#include "geo/geometry_store.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/spatial_errors.h"
#include "geo/wkb_walk.h"

namespace rhumb {
namespace {

constexpr size_t kMostPositions = std::numeric_limits<GeometryStore::Index>::max() - 1;

template <typename Values>
size_t taken(const Values& values) {
  return values.capacity() * sizeof(typename Values::value_type);
}

void append_shifted(std::pmr::vector<uint32_t>& to, const std::pmr::vector<uint32_t>& from) {
  const uint32_t by = to.back();
  for (size_t i = 1; i < from.size(); ++i) to.push_back(from[i] + by);
}

}  // namespace

/// What a WkbWalk tells, as parts and rings of the store. Parts without positions are left out.
class GeometryStore::Appender {
 public:
  explicit Appender(GeometryStore& store) : store_(store) {}

  void geometry(const WkbHeader& header, uint32_t count) {
    if (depth_++ == 0) kind = header.kind;
    const bool simple = header.kind <= WkbKind::kPolygon;
    open_ = simple && count > 0;
    if (!open_) return;
    store_.part_kinds_.push_back(header.kind);
    polygon_ = header.kind == WkbKind::kPolygon;
    if (!polygon_) begin_ring();
  }
  void ring(uint32_t /*points*/) { begin_ring(); }
  void coordinate(const double* at) {
    finite &= std::isfinite(at[0]) && std::isfinite(at[1]);
    store_.positions_.push_back({at[0], at[1]});
  }
  void end() {
    --depth_;
    if (!open_) return;
    open_ = false;
    store_.first_position_.push_back(static_cast<Index>(store_.positions_.size()));
    store_.first_ring_.push_back(static_cast<Index>(store_.first_position_.size() - 1));
    ring_open_ = false;
  }

  WkbKind kind = WkbKind::kPoint;
  bool finite = true;

 private:
  void begin_ring() {
    if (ring_open_) {
      store_.first_position_.push_back(static_cast<Index>(store_.positions_.size()));
    }
    ring_open_ = true;
  }

  GeometryStore& store_;
  int depth_ = 0;
  bool open_ = false;
  bool polygon_ = false;
  bool ring_open_ = false;
};

GeometryStore::GeometryStore(std::pmr::memory_resource* memory)
    : kinds_(memory),
      part_kinds_(memory),
      first_part_(1, 0, memory),
      first_ring_(1, 0, memory),
      first_position_(1, 0, memory),
      positions_(memory) {}

Status GeometryStore::append(std::string_view wkb) {
  // Every position takes at least 16 bytes.
  if (positions_.size() + wkb.size() / 16 > kMostPositions || kinds_.size() > kMostPositions) {
    return index_too_large();
  }
  const size_t positions = positions_.size(), parts = part_kinds_.size(),
               rings = first_position_.size();
  Appender appender(*this);
  const char* fault = wkb.data() == nullptr ? nullptr : WkbWalk<Appender>(wkb, appender).run();
  if (fault != nullptr || !appender.finite) {
    positions_.resize(positions);
    part_kinds_.resize(parts);
    first_ring_.resize(parts + 1);
    first_position_.resize(rings);
  }
  if (fault != nullptr) return Error{.code = Code::kBadValue, .message = fault};
  kinds_.push_back(appender.kind);
  first_part_.push_back(static_cast<Index>(part_kinds_.size()));
  if (appender.kind == WkbKind::kCollection && is_present(rows() - 1)) {
    collections_.push_back({rows() - 1, std::string(wkb)});
  }
  return {};
}

void GeometryStore::append_point(double x, double y) {
  kinds_.push_back(WkbKind::kPoint);
  part_kinds_.push_back(WkbKind::kPoint);
  positions_.push_back({x, y});
  first_position_.push_back(static_cast<Index>(positions_.size()));
  first_ring_.push_back(static_cast<Index>(first_position_.size() - 1));
  first_part_.push_back(static_cast<Index>(part_kinds_.size()));
}

Status GeometryStore::append(const GeometryStore& other) {
  if (positions_.size() + other.positions_.size() > kMostPositions ||
      kinds_.size() + other.kinds_.size() > kMostPositions) {
    return index_too_large();
  }
  const Index rows_before = rows();
  for (const Collection& one : other.collections_) {
    collections_.push_back({one.row + rows_before, one.wkb});
  }
  kinds_.insert(kinds_.end(), other.kinds_.begin(), other.kinds_.end());
  part_kinds_.insert(part_kinds_.end(), other.part_kinds_.begin(), other.part_kinds_.end());
  positions_.insert(positions_.end(), other.positions_.begin(), other.positions_.end());
  append_shifted(first_part_, other.first_part_);
  append_shifted(first_ring_, other.first_ring_);
  append_shifted(first_position_, other.first_position_);
  return {};
}

void GeometryStore::clear() {
  kinds_.clear();
  part_kinds_.clear();
  for (std::pmr::vector<Index>* firsts : {&first_part_, &first_ring_, &first_position_}) {
    firsts->assign(1, 0);
  }
  positions_.clear();
  collections_.clear();
}

void GeometryStore::shrink_to_fit() {
  kinds_.shrink_to_fit();
  part_kinds_.shrink_to_fit();
  for (std::pmr::vector<Index>* firsts : {&first_part_, &first_ring_, &first_position_}) {
    firsts->shrink_to_fit();
  }
  positions_.shrink_to_fit();
}

GeometryStore::Range GeometryStore::row_positions(Index row) const {
  const Range all = parts(row);
  return {positions(rings(all.first).first).first, positions(rings(all.end - 1).end - 1).end};
}

std::span<const Position> GeometryStore::ring(Index ring) const {
  const Range range = positions(ring);
  return {positions_.data() + range.first, range.size()};
}

std::string_view GeometryStore::collection_wkb(Index row) const {
  return std::lower_bound(collections_.begin(), collections_.end(), row,
                          [](const Collection& one, Index wanted) { return one.row < wanted; })
      ->wkb;
}

GeoBox GeometryStore::box(Index row) const {
  GeoBox out = kEmptyBox;
  const Range range = row_positions(row);
  for (Index i = range.first; i < range.end; ++i) extend(out, positions_[i].x, positions_[i].y);
  return out;
}

bool GeometryStore::same(Index row, const GeometryStore& other, Index other_row) const {
  if (kind(row) != other.kind(other_row)) return false;
  const Range ours = parts(row), theirs = other.parts(other_row);
  if (ours.size() != theirs.size()) return false;
  for (Index i = 0; i < ours.size(); ++i) {
    if (part_kind(ours.first + i) != other.part_kind(theirs.first + i)) return false;
    const Range our_rings = rings(ours.first + i), their_rings = other.rings(theirs.first + i);
    if (our_rings.size() != their_rings.size()) return false;
    for (Index r = 0; r < our_rings.size(); ++r) {
      const auto a = ring(our_rings.first + r), b = other.ring(their_rings.first + r);
      if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) return false;
    }
  }
  return true;
}

size_t GeometryStore::bytes() const {
  size_t out = taken(kinds_) + taken(part_kinds_) + taken(first_part_) + taken(first_ring_) +
               taken(first_position_) + taken(positions_) + taken(collections_);
  for (const Collection& one : collections_) out += one.wkb.capacity();
  return out;
}

}  // namespace rhumb
