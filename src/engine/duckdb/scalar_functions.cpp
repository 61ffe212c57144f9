#include "engine/duckdb/scalar_functions.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/duckdb/point_arguments.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"
#include "geo/hilbert.h"
#include "geo/wkb.h"

namespace rhumb {
namespace {

// The box of any geometry; points, which are nearly all there is, without a walk. Nothing for
// EMPTY.
std::optional<GeoBox> box_of(std::string_view wkb) {
  if (is_point(wkb)) {
    const auto at = wkb_point(wkb);
    if (!at) return std::nullopt;
    return GeoBox{at->x, at->y, at->x, at->y};
  }
  const auto summary = inspect_wkb(wkb);
  if (!summary.ok() || summary->points == 0) return std::nullopt;
  return summary->box;
}

float round_down(double value) {
  const auto nearest = static_cast<float>(value);
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  return static_cast<double>(nearest) > value ? std::nextafter(nearest, kLowest) : nearest;
}
float round_up(double value) {
  return -round_down(-value);
}

void bbox(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  std::array<float*, 4> corners;
  std::array<duckdb_vector, 4> children;
  for (idx_t i = 0; i < 4; ++i) {
    children[i] = duckdb_struct_vector_get_child(result, i);
    corners[i] = static_cast<float*>(duckdb_vector_get_data(children[i]));
  }
  ScalarCall call(info, arguments, result);
  for (idx_t row = 0; row < call.rows(); ++row) {
    const bool present = !call.is_null(0, row);
    const auto box = present ? box_of(call.bytes(0, row)) : std::nullopt;
    if (!present) set_null(result, row);
    if (!box) {
      for (duckdb_vector child : children) set_null(child, row);
      continue;
    }
    corners[0][row] = round_down((*box)[0]);
    corners[1][row] = round_down((*box)[1]);
    corners[2][row] = round_up((*box)[2]);
    corners[3][row] = round_up((*box)[3]);
  }
}

void hilbert(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const auto box = box_of(call.bytes(0, row));
    if (!box) return call.set_null(row);
    const GeoBox extent = {call.value<double>(1, row), call.value<double>(2, row),
                           call.value<double>(3, row), call.value<double>(4, row)};
    call.set(row, hilbert_index(((*box)[0] + (*box)[2]) / 2, ((*box)[1] + (*box)[3]) / 2, extent));
  });
}

void snap_to_grid(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const std::string_view wkb = call.bytes(0, row);
    if (!is_point(wkb)) {
      return call.fail(
          "ST_SnapToGrid takes points only\nuse ST_ReducePrecision(geometry, size) for other "
          "kinds");
    }
    const auto at = wkb_point(wkb);
    const double size = call.value<double>(1, row);
    if (!at || !(size > 0)) return call.set_bytes(row, wkb);
    const WkbPoint snapped =
        make_wkb_point(std::rint(at->x / size) * size, std::rint(at->y / size) * size);
    call.set_bytes(row, {snapped.data(), snapped.size()});
  });
}

}  // namespace

Status register_scalar_functions(duckdb_connection connection) {
  constexpr duckdb_type kGeometry = DUCKDB_TYPE_GEOMETRY, kBlob = DUCKDB_TYPE_BLOB,
                        kNumber = DUCKDB_TYPE_DOUBLE;
  const ScalarRegistrar add(connection);
  constexpr duckdb_type kCorner = DUCKDB_TYPE_FLOAT;
  RHUMB_TRY(
      add("rhumb_bbox",
          struct_type({{"xmin", kCorner}, {"ymin", kCorner}, {"xmax", kCorner}, {"ymax", kCorner}}),
          {{{kGeometry}, bbox}, {{kBlob}, bbox}}));
  RHUMB_TRY(add("rhumb_hilbert", plain_type(DUCKDB_TYPE_UINTEGER),
                {{{kGeometry, kNumber, kNumber, kNumber, kNumber}, hilbert},
                 {{kBlob, kNumber, kNumber, kNumber, kNumber}, hilbert}}));
  return add("rhumb_snap_to_grid", plain_type(kGeometry), {{{kGeometry, kNumber}, snap_to_grid}});
}

}  // namespace rhumb
