#include "engine/duckdb/measure_functions.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/duckdb/point_arguments.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"
#include "geo/distance.h"
#include "geo/planar_meter.h"
#include "io/proj/ellipsoid.h"

namespace rhumb {
namespace {

void distance_sphere(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  constexpr std::string_view kName = "ST_DistanceSphere",
                             kInstead =
                                 "measure between ST_Centroid(geometry) or ST_ClosestPoint(a, b)";
  ScalarCall(info, arguments, result).each([&](ScalarCall& call, idx_t row) {
    const auto a = take_point(call, 0, row, kName, kInstead);
    if (!a) return;
    const auto b = take_point(call, 1, row, kName, kInstead);
    if (!b) return;
    const double radius = call.argument_count() > 2 ? call.value<double>(2, row) : kEarthRadiusM;
    call.set(row, sphere_distance_m(*a, *b) * (radius / kEarthRadiusM));
  });
}

/// A measure of two points; NULL where it says nothing.
template <typename OfTwo>
void each_pair(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result,
               std::string_view name, OfTwo of_two) {
  ScalarCall(info, arguments, result).each([&](ScalarCall& call, idx_t row) {
    const auto a = take_degrees(call, 0, row, name);
    if (!a) return;
    const auto b = take_degrees(call, 1, row, name);
    if (!b) return;
    of_two(call, row, *a, *b);
  });
}

void distance_spheroid(duckdb_function_info info, duckdb_data_chunk arguments,
                       duckdb_vector result) {
  each_pair(info, arguments, result, "ST_DistanceSpheroid",
            [](ScalarCall& call, idx_t row, Position a, Position b) {
              call.set(row, geodesic_distance_m(a, b));
            });
}

void azimuth_spheroid(duckdb_function_info info, duckdb_data_chunk arguments,
                      duckdb_vector result) {
  each_pair(info, arguments, result, "ST_AzimuthSpheroid",
            [](ScalarCall& call, idx_t row, Position a, Position b) {
              const auto radians = geodesic_azimuth(a, b);
              if (radians) {
                call.set(row, *radians);
              } else {
                call.set_null(row);
              }
            });
}

/// A measure of one geometry of any kind.
template <auto Measure>
void each_geometry(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result,
                   std::string_view name) {
  ScalarCall(info, arguments, result).each([&](ScalarCall& call, idx_t row) {
    const auto measured = Measure(call.bytes(0, row));
    if (measured.ok()) return call.set(row, *measured);
    call.fail(fmt::format("{}: {}\ntransform the geometry: ST_Transform(geometry, 4326)", name,
                          measured.error().message));
  });
}

void length_spheroid(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  each_geometry<geodesic_length_m>(info, arguments, result, "ST_LengthSpheroid");
}

void perimeter_spheroid(duckdb_function_info info, duckdb_data_chunk arguments,
                        duckdb_vector result) {
  each_geometry<geodesic_perimeter_m>(info, arguments, result, "ST_PerimeterSpheroid");
}

void area_spheroid(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  each_geometry<geodesic_area_m2>(info, arguments, result, "ST_AreaSpheroid");
}

PlanarMeter& meter_of(duckdb_function_info info) {
  return *static_cast<PlanarMeter*>(duckdb_scalar_function_get_state(info));
}

void make_meter(duckdb_init_info info) {
  duckdb_scalar_function_init_set_state(info, new PlanarMeter,
                                        [](void* data) { delete static_cast<PlanarMeter*>(data); });
}

/// The planar distance of the first two arguments; ends the statement when it cannot be told.
template <typename Use>
void each_distance(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result,
                   std::string_view name, Use use) {
  PlanarMeter& meter = meter_of(info);
  ScalarCall(info, arguments, result).each([&](ScalarCall& call, idx_t row) {
    const auto apart = meter.distance(call.bytes(0, row), call.bytes(1, row));
    if (apart.ok()) return use(call, row, *apart);
    call.fail(fmt::format("{}: {}\n{}", name, apart.error().message, apart.error().hint));
  });
}

void planar_distance(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  each_distance(info, arguments, result, "ST_Distance",
                [](ScalarCall& call, idx_t row, std::optional<double> apart) {
                  if (apart) {
                    call.set(row, *apart);
                  } else {
                    call.set_null(row);
                  }
                });
}

void within_distance(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  each_distance(info, arguments, result, "ST_DWithin",
                [](ScalarCall& call, idx_t row, std::optional<double> apart) {
                  call.set(row, apart && *apart <= call.value<double>(2, row));
                });
}

}  // namespace

Status register_measure_functions(duckdb_connection connection) {
  constexpr duckdb_type kGeometry = DUCKDB_TYPE_GEOMETRY, kNumber = DUCKDB_TYPE_DOUBLE;
  const auto add = [connection](const char* name, std::vector<ScalarOverload> overloads) {
    return ScalarRegistrar(connection)(name, plain_type(kNumber), std::move(overloads));
  };
  RHUMB_TRY(add("ST_DistanceSphere", {{{kGeometry, kGeometry}, distance_sphere},
                                      {{kGeometry, kGeometry, kNumber}, distance_sphere}}));
  RHUMB_TRY(add("ST_DistanceSpheroid", {{{kGeometry, kGeometry}, distance_spheroid}}));
  RHUMB_TRY(add("ST_AzimuthSpheroid", {{{kGeometry, kGeometry}, azimuth_spheroid}}));
  RHUMB_TRY(add("ST_LengthSpheroid", {{{kGeometry}, length_spheroid}}));
  RHUMB_TRY(add("ST_PerimeterSpheroid", {{{kGeometry}, perimeter_spheroid}}));
  RHUMB_TRY(add("ST_AreaSpheroid", {{{kGeometry}, area_spheroid}}));
  RHUMB_TRY(register_scalar_function(connection,
                                     {.name = "rhumb_distance",
                                      .returns = plain_type(kNumber),
                                      .overloads = {{{kGeometry, kGeometry}, planar_distance}},
                                      .init = make_meter}));
  return register_scalar_function(
      connection, {.name = "rhumb_dwithin",
                   .returns = plain_type(DUCKDB_TYPE_BOOLEAN),
                   .overloads = {{{kGeometry, kGeometry, kNumber}, within_distance}},
                   .init = make_meter});
}

}  // namespace rhumb
