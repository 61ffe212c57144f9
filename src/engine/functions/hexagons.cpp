#include "engine/functions/groups.h"

namespace rhumb {

using enum FunctionForm;

std::vector<FunctionDoc> hexagons() {
  return {
      {.name = "h3_cell",
       .signature = "(point, resolution integer) -> integer",
       .form = kKernel,
       .doc = "Cell of H3 that a point of longitude and latitude is in, by its number; the "
              "resolution is 0 (a continent) to 15 (half a metre). Points only.",
       .sedona = "ST_H3CellIDs",
       .example = "h3_text(h3_cell(ST_Point(-122.41830727, 37.77527022), 9))",
       .result = "8928308280fffff"},
      {.name = "h3_text",
       .signature = "(cell integer) -> text",
       .form = kKernel,
       .doc = "The number of a cell as H3 writes it, hexadecimal.",
       .sedona = "hex of ST_H3CellIDs",
       .example = "h3_text(617700169958293503)",
       .result = "8928308280fffff"},
      {.name = "h3_from_text",
       .signature = "(cell text) -> integer",
       .form = kKernel,
       .doc = "The cell of a hexadecimal number; an error when it is none.",
       .sedona = "conv(cell, 16, 10)",
       .example = "h3_from_text('8928308280fffff')",
       .result = "617700169958293503"},
      {.name = "h3_resolution",
       .signature = "(cell integer) -> integer",
       .form = kKernel,
       .doc = "The resolution of a cell, 0 to 15.",
       .example = "h3_resolution(h3_from_text('8928308280fffff'))",
       .result = "9"},
      {.name = "h3_parent",
       .signature = "(cell integer, resolution integer) -> integer",
       .form = kKernel,
       .doc = "The larger cell of that resolution that a cell belongs to. A point near the edge of "
              "a cell can lie outside of its parent.",
       .example = "h3_text(h3_parent(h3_from_text('8928308280fffff'), 5))",
       .result = "85283083fffffff"},
      {.name = "h3_center",
       .signature = "(cell integer) -> point",
       .form = kMacro,
       .doc = "The middle of a cell (SRID 4326).",
       .sedona = "ST_Centroid(ST_H3ToGeom(array(cell))[0])",
       .implementation = "(cell) AS ST_SetSRID(rhumb_h3_centre(cell), 4326)",
       .example = "h3_cell(h3_center(h3_from_text('8928308280fffff')), 9)",
       .result = "617700169958293503"},
      {.name = "h3_boundary",
       .signature = "(cell integer) -> geometry",
       .form = kMacro,
       .doc = "The outline of a cell (SRID 4326): a polygon, or a multipolygon where it is cut at "
              "the antimeridian. Straight in degrees, where the cell's edges are great circles.",
       .sedona = "ST_H3ToGeom",
       .implementation = "(cell) AS ST_SetSRID(rhumb_h3_outline(cell), 4326)",
       .example = "ST_NPoints(h3_boundary(h3_from_text('8928308280fffff')))",
       .result = "7"},
      {.name = "h3_disk",
       .signature = "(cell integer, steps integer) -> list of integer",
       .form = kKernel,
       .doc = "The cells at most so many steps (0 to 200) away, itself included, by number.",
       .sedona = "ST_H3KRing",
       .example = "len(h3_disk(h3_from_text('8928308280fffff'), 2))",
       .result = "19"},
      {.name = "h3_distance",
       .signature = "(cell integer, cell integer) -> integer",
       .form = kKernel,
       .doc = "Steps from one cell to another of the same resolution; an error where H3 cannot "
              "count them, far apart or around one of its twelve pentagons.",
       .sedona = "ST_H3CellDistance",
       .example = "h3_distance(h3_cell(ST_Point(10, 50), 7), h3_cell(ST_Point(10.1, 50), 7))",
       .result = "4"},
  };
}

}  // namespace rhumb
