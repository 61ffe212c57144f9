#include "engine/functions/spark.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {
namespace {

using enum SparkForm;

SparkFunction same(std::string_view name, std::string_view difference = "") {
  return {.name = name, .difference = difference};
}

SparkFunction rewritten(std::string_view name, std::string_view written,
                        std::string_view difference = "") {
  return {.name = name, .form = kRewritten, .written = written, .difference = difference};
}

SparkFunction missing(std::string_view name, std::string_view why) {
  return {.name = name, .form = kMissing, .difference = why};
}

constexpr std::string_view kOtherProjection =
    "GeoTools projects it instead of PROJ: equal to about 1e-9 degrees";

std::vector<SparkFunction> geometries() {
  return {
      same("st_x"),
      same("st_y"),
      same("st_xmin"),
      same("st_ymin"),
      same("st_xmax"),
      same("st_ymax"),
      same("st_area"),
      same("st_astext"),
      rewritten("st_asbinary", "ST_AsBinary"),
      rewritten("st_aswkb", "ST_AsBinary"),
      same("st_geometrytype"),
      same("geometrytype"),
      rewritten("st_geometryn",
                "(g, n) AS CASE WHEN n BETWEEN 1 AND ST_NumGeometries(g) "
                "THEN ST_GeometryN(g, CAST(n - 1 AS INT)) END"),
      same("st_numgeometries"),
      same("st_npoints"),
      same("st_isempty"),
      same("st_isvalid", "JTS judges it instead of GEOS"),
      same("st_makevalid", "JTS repairs it instead of GEOS: the parts may come in another order"),
      same("st_centroid"),
      same("st_envelope"),
      same("st_startpoint"),
      same("st_endpoint"),
      same("st_flipcoordinates"),
      same("st_convexhull", "the ring may begin at another point"),
      same("st_intersection", "JTS cuts it instead of GEOS: rings may begin at another point"),
      same("st_difference", "JTS cuts it instead of GEOS: rings may begin at another point"),
      rewritten("st_buffer", "(g, d) AS ST_Buffer(g, CAST(d AS DOUBLE))",
                "circles may have other corners"),
      rewritten("st_simplify", "(g, t) AS ST_Simplify(g, CAST(t AS DOUBLE))"),
      rewritten("st_union", "(g) AS ST_Union_Aggr(g)\n(a, b) AS ST_Union(a, b)",
                "rings may begin at another point"),
      rewritten("st_union_agg", "ST_Union_Aggr", "rings may begin at another point"),
      rewritten("st_extent", "ST_Envelope_Aggr", "of one point it is a point"),
  };
}

std::vector<SparkFunction> makers() {
  return {
      same("st_srid"),
      rewritten("st_setsrid", "(g, srid) AS ST_SetSRID(g, CAST(srid AS INT))"),
      rewritten(
          "st_transform",
          "(g, target) AS ST_SetSRID(ST_Transform(g, concat('EPSG:', replace(CAST(target AS "
          "STRING), 'EPSG:', ''))), CAST(replace(CAST(target AS STRING), 'EPSG:', '') AS INT))\n"
          "(g, source, target) AS ST_SetSRID(ST_Transform(g, concat('EPSG:', replace(CAST(source "
          "AS STRING), 'EPSG:', '')), concat('EPSG:', replace(CAST(target AS STRING), 'EPSG:', "
          "''))), CAST(replace(CAST(target AS STRING), 'EPSG:', '') AS INT))",
          kOtherProjection),
      rewritten("st_point",
                "(x, y) AS ST_Point(CAST(x AS DOUBLE), CAST(y AS DOUBLE))\n"
                "(x, y, srid) AS ST_SetSRID(ST_Point(CAST(x AS DOUBLE), CAST(y AS DOUBLE)), "
                "CAST(srid AS INT))"),
      rewritten("st_makepoint", "(x, y) AS ST_Point(CAST(x AS DOUBLE), CAST(y AS DOUBLE))"),
      rewritten("st_makeenvelope",
                "(a, b, c, d) AS ST_PolygonFromEnvelope(CAST(a AS DOUBLE), CAST(b AS DOUBLE), "
                "CAST(c AS DOUBLE), CAST(d AS DOUBLE))\n"
                "(a, b, c, d, srid) AS ST_SetSRID(ST_PolygonFromEnvelope(CAST(a AS DOUBLE), "
                "CAST(b AS DOUBLE), CAST(c AS DOUBLE), CAST(d AS DOUBLE)), CAST(srid AS INT))",
                "the ring may begin at another corner"),
      rewritten("st_geomfromtext",
                "(t) AS ST_GeomFromWKT(t)\n(t, srid) AS ST_SetSRID(ST_GeomFromWKT(t), CAST(srid "
                "AS INT))"),
      rewritten("st_geomfromwkb",
                "(b) AS ST_GeomFromWKB(b)\n(b, srid) AS ST_SetSRID(ST_GeomFromWKB(b), CAST(srid "
                "AS INT))"),
      rewritten("st_snaptogrid",
                "(p, size) AS CASE WHEN size = 0 THEN p ELSE ST_SetSRID(ST_Point(rint(ST_X(p) / "
                "CAST(size AS DOUBLE)) * CAST(size AS DOUBLE), rint(ST_Y(p) / CAST(size AS "
                "DOUBLE)) * CAST(size AS DOUBLE)), ST_SRID(p)) END"),
      rewritten("st_geohash",
                "(p) AS CASE WHEN NOT ST_IsEmpty(p) THEN ST_GeoHash(p, 20) END\n"
                "(p, n) AS CASE WHEN NOT ST_IsEmpty(p) THEN ST_GeoHash(p, CAST(n AS INT)) END",
                "points out of range are no error, nor is a precision"),
      rewritten("geohash",
                "(p, n) AS CASE WHEN NOT ST_IsEmpty(p) THEN ST_GeoHash(p, CAST(n AS INT)) END",
                "points out of range are no error"),
      missing("st_asgeojson", "numbers are written with other digits there: write ST_AsText"),
  };
}

std::vector<SparkFunction> relations() {
  return {
      same("st_contains"),
      same("st_within"),
      same("st_covers"),
      same("st_coveredby"),
      same("st_intersects"),
      same("st_disjoint"),
      same("st_touches"),
      same("st_crosses"),
      same("st_overlaps"),
      same("st_equals", "a join by it leaves EMPTY geometries out"),
      rewritten("st_dwithin",
                "(a, b, d) AS (ST_DWithin(a, b, CAST(d AS DOUBLE)) AND NOT ST_IsEmpty(a) AND NOT "
                "ST_IsEmpty(b))"),
      rewritten("st_distance",
                "(a, b) AS CASE WHEN NOT ST_IsEmpty(a) AND NOT ST_IsEmpty(b) THEN ST_Distance(a, "
                "b) END"),
      rewritten("st_distancesphere",
                "(a, b) AS CASE WHEN NOT ST_IsEmpty(a) AND NOT ST_IsEmpty(b) THEN "
                "ST_DistanceSphere(a, b, 6371008.771415059D) END\n"
                "(a, b, radius) AS CASE WHEN NOT ST_IsEmpty(a) AND NOT ST_IsEmpty(b) THEN "
                "ST_DistanceSphere(a, b, CAST(radius AS DOUBLE)) END",
                "equal to about 1e-6 metres"),
      rewritten("st_distancespheroid",
                "(a, b) AS CASE WHEN NOT ST_IsEmpty(a) AND NOT ST_IsEmpty(b) THEN "
                "ST_DistanceSpheroid(a, b) END",
                "points out of range are no error"),
      missing("st_length",
              "Sedona's is the circumference of polygons: write ST_LengthSpheroid, or build the "
              "model on the embedded engine"),
  };
}

// What the translator knows of the engine's own; `tests/sql/language/portable.test` calls each.
std::vector<SparkFunction> plain() {
  return {
      same("+"),
      same("-"),
      same("*"),
      same("%"),
      same("/"),
      same("//"),
      same("||"),
      same("~~"),
      same("!~~"),
      same("abs"),
      same("acos"),
      same("asin"),
      same("atan"),
      same("atan2"),
      same("avg"),
      same("bool_and"),
      same("bool_or"),
      same("ceil"),
      same("cos"),
      same("count"),
      same("count_star"),
      same("date_trunc",
           "of an hour that comes twice in `timezone` Spark takes the first, the embedded engine "
           "the "
           "second; a day without a zone must begin in `timezone`"),
      same("day"),
      same("degrees"),
      same("dense_rank"),
      same("exp"),
      same("first_value"),
      same("floor"),
      same("greatest"),
      same("hour"),
      same("lag"),
      same("last_value"),
      same("lead"),
      same("least"),
      same("left"),
      same("length"),
      same("ln"),
      same("lower"),
      same("max"),
      same("median"),
      same("min"),
      same("minute"),
      same("month"),
      same("nullif"),
      same("pi"),
      same("power"),
      rewritten("quantile_cont", "percentile"),
      same("radians"),
      same("rank"),
      same("replace"),
      same("reverse"),
      same("right"),
      same("round"),
      same("row_number"),
      same("sign"),
      same("sin"),
      same("sqrt"),
      same("stddev_samp"),
      same("substring"),
      same("sum", "floating-point sums are added in another order"),
      same("tan"),
      same("trim"),
      same("upper"),
      rewritten("weeks_between",
                "(a, b) AS CAST(datediff(date_trunc('WEEK', CAST(b AS TIMESTAMP_NTZ)), "
                "date_trunc('WEEK', CAST(a AS TIMESTAMP_NTZ))) DIV 7 AS BIGINT)"),
      same("year"),
      missing("concat", "write `||`, and coalesce(x, '') for what may be NULL"),
  };
}

std::vector<SparkFunction> all_sorted() {
  std::vector<SparkFunction> all;
  for (auto group : {geometries, makers, relations, plain}) {
    const std::vector<SparkFunction> some = group();
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end(),
            [](const SparkFunction& a, const SparkFunction& b) { return a.name < b.name; });
  return all;
}

}  // namespace

const std::vector<SparkFunction>& spark_functions() {
  static const std::vector<SparkFunction> all = all_sorted();
  return all;
}

const SparkFunction* find_spark_function(std::string_view name) {
  const std::vector<SparkFunction>& all = spark_functions();
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const SparkFunction& function, std::string_view wanted) {
                                        return function.name < wanted;
                                      });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

bool can_write(const SparkFunction& function, size_t arguments) {
  if (function.form == SparkForm::kMissing) return false;
  if (!function.written.starts_with('(')) return true;
  for (const std::string_view overload : split(function.written, '\n')) {
    const std::string_view parameters = overload.substr(0, overload.find(')'));
    if (split(parameters, ',').size() == arguments) return true;
  }
  return false;
}

}  // namespace rhumb
