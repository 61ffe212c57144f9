#include "decode/kml/kml_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/number_text.h"
#include "geo/wkb_edit.h"

namespace rhumb {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr size_t kNumbers = 3;  // of a position

Error no_position(std::string_view text) {
  return Error{Code::kBadValue,
               fmt::format("expected coordinates as longitude,latitude[,height], found '{}'",
                           printable(text, 80)),
               "",
               {}};
}

bool read_numbers(const std::vector<std::string_view>& parts, std::vector<double>& out) {
  if (parts.size() < 2 || parts.size() > kNumbers) return false;
  for (size_t i = 0; i < kNumbers; ++i) {
    double number = std::numeric_limits<double>::quiet_NaN();
    if (i < parts.size() && !(i == 2 && parts[i].empty()) && !parse_double(parts[i], number))
      return false;
    out.push_back(number);
  }
  return true;
}

bool has_heights(const KmlShape& shape) {
  for (const auto& run : shape.runs) {
    for (size_t i = 2; i < run.size(); i += kNumbers) {
      if (!std::isnan(run[i])) return true;
    }
  }
  return std::any_of(shape.parts.begin(), shape.parts.end(), has_heights);
}

WkbKind kind_of(const KmlShape& shape) {
  const bool single = shape.kind == WkbKind::kLineString && shape.runs.size() == 1 &&
                      shape.runs.front().size() == kNumbers;
  return single ? WkbKind::kPoint : shape.kind;
}

/// The multi kind of parts of one kind; the parts of a collection may be anything.
WkbKind kind_of_parts(const std::vector<KmlShape>& parts) {
  if (parts.empty()) return WkbKind::kCollection;
  const WkbKind first = kind_of(parts.front());
  const bool same = std::all_of(parts.begin(), parts.end(),
                                [&](const KmlShape& part) { return kind_of(part) == first; });
  if (!same || first > WkbKind::kPolygon) return WkbKind::kCollection;
  return static_cast<WkbKind>(static_cast<int>(first) + 3);
}

class KmlWriter {
 public:
  explicit KmlWriter(bool heights) : builder_(heights, false) {}

  void write(const KmlShape& shape) {
    if (shape.kind == WkbKind::kCollection) {
      builder_.begin(kind_of_parts(shape.parts), shape.parts.size());
      for (const KmlShape& part : shape.parts) write(part);
      return;
    }
    const WkbKind kind = kind_of(shape);
    if (kind == WkbKind::kPoint) return write_point(shape);
    if (kind == WkbKind::kLineString) {
      const auto& run = shape.runs.front();
      builder_.begin(kind, run.size() / kNumbers);
      return write_run(run);
    }
    builder_.begin(kind, shape.runs.size());
    for (const auto& run : shape.runs) {
      builder_.ring(run.size() / kNumbers);
      write_run(run);
    }
  }
  std::string take() { return builder_.take(); }

 private:
  void write_point(const KmlShape& shape) {
    if (!shape.runs.empty() && shape.runs.front().size() >= kNumbers) {
      const std::vector<double> at = full(shape.runs.front(), 0);
      return builder_.point(at.data());
    }
    const std::vector<double> none(kNumbers, std::numeric_limits<double>::quiet_NaN());
    builder_.point(none.data());  // POINT EMPTY
  }
  void write_run(const std::vector<double>& run) {
    for (size_t i = 0; i + kNumbers <= run.size(); i += kNumbers)
      builder_.position(full(run, i).data());
  }
  static std::vector<double> full(const std::vector<double>& run, size_t at) {
    return {run[at], run[at + 1], std::isnan(run[at + 2]) ? 0 : run[at + 2]};
  }

  WkbBuilder builder_;
};

}  // namespace

Status read_kml_coordinates(std::string_view text, std::vector<double>& out) {
  size_t at = 0;
  while ((at = text.find_first_not_of(kSpaces, at)) != std::string_view::npos) {
    size_t end = std::min(text.find_first_of(kSpaces, at), text.size());
    const std::string_view tuple = text.substr(at, end - at);
    if (!read_numbers(split(tuple, ','), out)) return no_position(tuple);
    at = end;
  }
  return {};
}

Status read_kml_coord(std::string_view text, std::vector<double>& out) {
  std::vector<std::string_view> parts;
  size_t at = 0;
  while ((at = text.find_first_not_of(kSpaces, at)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(kSpaces, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  if (read_numbers(parts, out)) return {};
  return no_position(text);
}

std::string kml_wkb(const KmlShape& shape) {
  KmlWriter writer(has_heights(shape));
  writer.write(shape);
  return writer.take();
}

}  // namespace rhumb
