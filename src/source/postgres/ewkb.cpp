#include "source/postgres/ewkb.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr uint32_t kHasZ = 0x80000000U;
constexpr uint32_t kHasM = 0x40000000U;
constexpr uint32_t kHasSrid = 0x20000000U;
constexpr int kMaxDepth = 32;

enum Kind : uint32_t { kPoint = 1, kLine = 2, kPolygon = 3, kMultiPoint = 4, kCollection = 7 };

Error malformed(const char* what) {
  return Error{Code::kBadValue, fmt::format("a geometry is malformed: {}", what), "", {}};
}

class Walk {
 public:
  Walk(std::string_view in, std::string& out) : in_(in), out_(out) {}

  Status geometry(int depth) {
    if (depth > kMaxDepth) return malformed("nested too deep");
    RHUMB_ASSIGN(const uint32_t type, header());
    const uint32_t kind = type & 0xFFU;
    const size_t axes = size_t{2} + ((type & kHasZ) != 0 ? 1 : 0) + ((type & kHasM) != 0 ? 1 : 0);
    const size_t width = 8 * axes;
    if (kind == kPoint) return coordinates(1, width);
    if (kind < kPoint || kind > kCollection) {
      return Error{Code::kBadValue,
                   fmt::format("a geometry is a curve or surface (WKB type {})", kind),
                   "make it linear in a `query`: ST_CurveToLine(geom)",
                   {}};
    }
    RHUMB_ASSIGN(const uint32_t count, number());
    if (kind == kLine) return coordinates(count, width);
    for (uint32_t i = 0; i < count; ++i) {
      if (kind != kPolygon) {
        RHUMB_TRY(geometry(depth + 1));
        continue;
      }
      RHUMB_ASSIGN(const uint32_t points, number());
      RHUMB_TRY(coordinates(points, width));
    }
    return {};
  }

  [[nodiscard]] bool at_end() const { return at_ == in_.size(); }
  [[nodiscard]] int srid() const { return srid_; }

 private:
  // Byte order and type; an SRID is taken out.
  Result<uint32_t> header() {
    if (at_ == in_.size()) return malformed("cut off");
    const char order = in_[at_++];
    if (order != 0 && order != 1) return malformed("its byte order");
    swapped_ = order == 0;
    out_.push_back(1);
    RHUMB_ASSIGN(const uint32_t type, read32());
    if ((type & kHasSrid) != 0) {
      RHUMB_ASSIGN(const uint32_t srid, read32());
      srid_ = static_cast<int>(srid);
    }
    const uint32_t iso =
        (type & 0xFFU) + ((type & kHasZ) != 0 ? 1000U : 0U) + ((type & kHasM) != 0 ? 2000U : 0U);
    write(iso);
    return type;
  }

  Result<uint32_t> number() {
    RHUMB_ASSIGN(const uint32_t value, read32());
    write(value);
    return value;
  }

  Result<uint32_t> read32() {
    if (in_.size() - at_ < 4) return malformed("cut off");
    uint32_t value;
    std::memcpy(&value, in_.data() + at_, 4);
    at_ += 4;
    return swapped_ ? __builtin_bswap32(value) : value;
  }

  void write(uint32_t value) {
    char bytes[4];
    std::memcpy(bytes, &value, 4);
    out_.append(bytes, 4);
  }

  Status coordinates(uint64_t points, size_t width) {
    if (points > (in_.size() - at_) / width) return malformed("cut off");
    const size_t bytes = points * width;
    const size_t to = out_.size();
    out_.append(in_.substr(at_, bytes));
    at_ += bytes;
    for (size_t i = to; swapped_ && i < out_.size(); i += 8) {
      uint64_t value;
      std::memcpy(&value, out_.data() + i, 8);
      value = __builtin_bswap64(value);
      std::memcpy(out_.data() + i, &value, 8);
    }
    return {};
  }

  std::string_view in_;
  std::string& out_;
  size_t at_ = 0;
  bool swapped_ = false;
  int srid_ = 0;
};

}  // namespace

Result<int> ewkb_to_wkb(std::string_view ewkb, std::string& out) {
  out.clear();
  Walk walk(ewkb, out);
  RHUMB_TRY(walk.geometry(0));
  if (!walk.at_end()) return malformed("bytes after its end");
  return walk.srid();
}

}  // namespace rhumb
