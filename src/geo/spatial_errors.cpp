#include "geo/spatial_errors.h"

#include <fmt/format.h>

namespace rhumb {

Error index_cancelled() {
  return {.code = Code::kCancelled, .message = "cancelled"};
}

Error index_out_of_memory(size_t limit) {
  return {.code = Code::kOutOfMemory,
          .message = fmt::format("a spatial index would take more than {} MB", limit >> 20),
          .hint = "Raise the memory limit, or index the smaller side of the join."};
}

Error index_too_large() {
  return {.code = Code::kNotSupported,
          .message = "the geometries of one spatial index have more than 4294967294 points",
          .hint = "Index fewer rows at a time, or simplify them."};
}

Error sphere_is_for_points() {
  return {.code = Code::kNotSupported,
          .message = "a distance on the sphere is measured between points only",
          .hint =
              "Use ST_Centroid or ST_StartPoint, or a projected coordinate system and "
              "ST_DWithin or ST_Distance."};
}

}  // namespace rhumb
