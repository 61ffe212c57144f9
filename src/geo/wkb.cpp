#include "geo/wkb.h"

#include <cmath>

#include "geo/wkb_walk.h"

namespace rhumb {
namespace {

class Summarizer {
 public:
  void geometry(const WkbHeader& header, uint32_t /*count*/) {
    if (depth_++ == 0) summary.header = header;
  }
  void ring(uint32_t /*points*/) {}
  void coordinate(const double* at) {
    ++summary.points;
    // A measure may be NaN: shapefiles say so for "no measure".
    bool finite = true;
    const size_t checked = summary.header.has_z ? 3 : 2;
    for (size_t i = 0; i < checked; ++i) finite &= std::isfinite(at[i]);
    summary.finite &= finite;
    if (finite) extend(summary.box, at[0], at[1]);
  }
  void end() { --depth_; }

  WkbSummary summary;

 private:
  int depth_ = 0;
};

class Rewriter {
 public:
  void geometry(const WkbHeader& header, uint32_t count) {
    if (out.wkb.empty()) out.srid = header.srid;
    dimensions_ = header.dimensions();
    out.wkb.push_back(1);
    const uint32_t thousands = (header.has_z ? 1U : 0U) + (header.has_m ? 2U : 0U);
    put(static_cast<uint32_t>(header.kind) + thousands * 1000);
    if (header.kind != WkbKind::kPoint) {
      put(count);
    } else if (count == 0) {
      for (size_t i = 0; i < dimensions_; ++i) put(std::nan(""));
    }
  }
  void ring(uint32_t points) { put(points); }
  void coordinate(const double* at) {
    for (size_t i = 0; i < dimensions_; ++i) put(at[i]);
  }
  void end() {}

  NormalWkb out;

 private:
  template <typename T>
  void put(T value) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    out.wkb.append(bytes.data(), bytes.size());
  }

  size_t dimensions_ = 2;
};

Error malformed(const char* fault) {
  return {.code = Code::kBadValue, .message = fault};
}

}  // namespace

std::string_view wkb_kind_name(WkbKind kind) {
  switch (kind) {
    case WkbKind::kPoint:
      return "POINT";
    case WkbKind::kLineString:
      return "LINESTRING";
    case WkbKind::kPolygon:
      return "POLYGON";
    case WkbKind::kMultiPoint:
      return "MULTIPOINT";
    case WkbKind::kMultiLineString:
      return "MULTILINESTRING";
    case WkbKind::kMultiPolygon:
      return "MULTIPOLYGON";
    case WkbKind::kCollection:
      return "GEOMETRYCOLLECTION";
  }
  return "GEOMETRY";
}

Result<WkbSummary> inspect_wkb(std::string_view wkb) {
  Summarizer visitor;
  if (const char* fault = WkbWalk(wkb, visitor).run()) return malformed(fault);
  return visitor.summary;
}

Result<NormalWkb> normalize_wkb(std::string_view any) {
  Rewriter visitor;
  if (const char* fault = WkbWalk(any, visitor).run()) return malformed(fault);
  return std::move(visitor.out);
}

std::optional<Position> wkb_point(std::string_view wkb) {
  if (wkb.size() < kWkbPointBytes || wkb[0] != 1) return std::nullopt;
  uint32_t code = 0;
  std::memcpy(&code, wkb.data() + 1, sizeof code);
  if (code % 1000 != 1 || code / 1000 > 3) return std::nullopt;
  Position at;
  std::memcpy(&at.x, wkb.data() + 5, sizeof at.x);
  std::memcpy(&at.y, wkb.data() + 13, sizeof at.y);
  if (std::isnan(at.x) && std::isnan(at.y)) return std::nullopt;
  return at;
}

}  // namespace rhumb
