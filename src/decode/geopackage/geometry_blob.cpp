#include "decode/geopackage/geometry_blob.h"

#include <array>

#include <fmt/format.h>

#include "base/bytes.h"

namespace rhumb {
namespace {

constexpr size_t kHeaderBytes = 8;
constexpr std::array<size_t, 5> kEnvelopeBytes = {0, 32, 48, 48, 64};

}  // namespace

Result<GeometryBlob> read_geometry_blob(std::string_view blob) {
  if (blob.size() < kHeaderBytes || !blob.starts_with("GP"))
    return Error{Code::kBadValue, "the geometry does not begin with GP and a header", "", {}};
  const auto flags = static_cast<uint8_t>(blob[3]);
  const size_t envelope = (flags >> 1) & 7U;
  const bool extended = (flags & 0x20U) != 0;
  if (blob[2] != 0 || envelope >= kEnvelopeBytes.size() || extended) {
    return Error{Code::kBadValue,
                 extended ? "the geometry is of an extended kind"
                          : fmt::format("the geometry's header has version {} and flags {:#x}",
                                        static_cast<uint8_t>(blob[2]), flags),
                 "",
                 {}};
  }
  const size_t header = kHeaderBytes + kEnvelopeBytes[envelope];
  if (blob.size() < header)
    return Error{Code::kBadValue, "the geometry's header is cut off", "", {}};
  const bool little = (flags & 1U) != 0;
  const uint32_t srs = little ? little_endian_at<uint32_t>(blob, 4) : big_endian_at(blob, 4);
  return GeometryBlob{.wkb = blob.substr(header), .srs = static_cast<int32_t>(srs)};
}

}  // namespace rhumb
