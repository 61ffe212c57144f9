#include "geo/wkb_edit.h"

#include <cmath>
#include <cstring>

namespace rhumb {
namespace {

constexpr size_t kHeaderBytes = 5;

/// REQUIRES at every step that the geometry is well-formed.
class Editor {
 public:
  Editor(std::string& wkb, const EditPositions& edit) : wkb_(wkb), edit_(edit) {}

  bool geometry() {
    const auto code = take<uint32_t>(1);
    const uint32_t thousands = code / 1000;
    const size_t stride = 2 + (thousands == 0 ? 0 : thousands == 3 ? 2 : 1);
    switch (static_cast<WkbKind>(code % 1000)) {
      case WkbKind::kPoint:
        return point(stride);
      case WkbKind::kLineString:
        return run(take<uint32_t>(0), stride, false);
      case WkbKind::kPolygon: {
        for (auto rings = take<uint32_t>(0); rings > 0; --rings) {
          if (!run(take<uint32_t>(0), stride, true)) return false;
        }
        return true;
      }
      default:
        for (auto parts = take<uint32_t>(0); parts > 0; --parts) {
          if (!geometry()) return false;
        }
        return true;
    }
  }

 private:
  template <typename T>
  T take(size_t skipped) {
    T value;
    std::memcpy(&value, wkb_.data() + at_ + skipped, sizeof value);
    at_ += skipped + sizeof value;
    return value;
  }

  bool point(size_t stride) {
    double x = 0;
    std::memcpy(&x, wkb_.data() + at_, sizeof x);
    if (!std::isnan(x)) return run(1, stride, false);
    at_ += stride * sizeof(double);  // POINT EMPTY
    return true;
  }

  bool run(size_t count, size_t stride, bool closed) {
    const size_t bytes = count * stride * sizeof(double);
    positions_.resize(count * stride);
    if (bytes > 0) std::memcpy(positions_.data(), wkb_.data() + at_, bytes);
    const bool goes_on = edit_(positions_.data(), count, stride, closed);
    if (bytes > 0) std::memcpy(wkb_.data() + at_, positions_.data(), bytes);
    at_ += bytes;
    return goes_on;
  }

  std::string& wkb_;
  const EditPositions& edit_;
  size_t at_ = 0;
  std::vector<double> positions_;
};

}  // namespace

bool edit_wkb_positions(std::string& wkb, const EditPositions& edit) {
  return Editor(wkb, edit).geometry();
}

std::string promote_to_multi(std::string_view wkb) {
  uint32_t code = 0;
  std::memcpy(&code, wkb.data() + 1, sizeof code);
  const uint32_t kind = code % 1000;
  if (kind < 1 || kind > 3) return std::string(wkb);
  code += 3;  // point, line, polygon -> their multi kinds
  double x = 0;
  if (kind == 1) std::memcpy(&x, wkb.data() + kHeaderBytes, sizeof x);
  uint32_t count = 0;
  if (kind != 1) std::memcpy(&count, wkb.data() + kHeaderBytes, sizeof count);
  const bool empty = kind == 1 ? std::isnan(x) : count == 0;
  const uint32_t parts = empty ? 0 : 1;
  std::string out(1, '\1');
  out.append(reinterpret_cast<const char*>(&code), sizeof code);
  out.append(reinterpret_cast<const char*>(&parts), sizeof parts);
  if (!empty) out.append(wkb);
  return out;
}

void WkbBuilder::header(WkbKind kind) {
  out_ += '\1';
  const uint32_t thousands = (has_z_ ? 1 : 0) + (has_m_ ? 2 : 0);
  put(thousands * 1000 + static_cast<uint32_t>(kind));
}

void WkbBuilder::begin(WkbKind kind, size_t count) {
  header(kind);
  put(static_cast<uint32_t>(count));
}

void WkbBuilder::position(const double* position) {
  out_.append(reinterpret_cast<const char*>(position), dimensions() * sizeof(double));
}

void WkbBuilder::point(const double* at) {
  header(WkbKind::kPoint);
  position(at);
}

}  // namespace rhumb
