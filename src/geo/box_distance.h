#pragma once

#include "geo/box_tree.h"
#include "geo/wkb.h"

namespace rhumb {

/// Not more than the planar distance of anything in one box to anything in the other, rounding
/// errors of distances included. Boxes without end are taken as they are; 0 where they meet.
[[nodiscard]] double least_planar_distance(const CoarseBox& a, const CoarseBox& b);

/// A box that everything in the plane not farther than `reach` from the box meets; for a reach that
/// is no number one that nothing meets.
[[nodiscard]] CoarseBox grown_box(const CoarseBox& box, double reach);

/// Not more than the distance in metres on the sphere from p to anything in the box, in degrees;
/// longitudes count modulo 360, latitudes beyond a pole give 0.
[[nodiscard]] double least_sphere_distance_m(const CoarseBox& box, Position p);

}  // namespace rhumb
