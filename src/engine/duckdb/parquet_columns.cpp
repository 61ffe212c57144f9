#include "engine/duckdb/parquet_columns.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/types.h"
#include "geo/coordinate_check.h"

namespace rhumb {
namespace {

bool is_nested(const std::string& type) {
  return type.ends_with("[]") || type.ends_with("]") || type.starts_with("STRUCT") ||
         type.starts_with("MAP") || type.starts_with("UNION");
}

bool is_geometry(const std::string& type) {
  return type.starts_with("GEOMETRY");
}

const FileColumn* find(const std::vector<FileColumn>& found, const std::string& name) {
  const auto at = std::find_if(found.begin(), found.end(), [&](const FileColumn& column) {
    return equals_ignoring_case(column.name, name);
  });
  return at == found.end() ? nullptr : &*at;
}

Error missing(const DeclaredColumn& declared, const std::string& name,
              const std::vector<FileColumn>& found, const std::string& input) {
  std::vector<std::string> names;
  for (const FileColumn& column : found) names.push_back(column.name);
  const std::string near = nearest_name(name, names);
  return Error{Code::kBadFile,
               fmt::format("{} has no column `{}` for `{}`; it has: {}", input, name,
                           declared.column.name, printable(join(names, ", "), 300)),
               near.empty() ? "name the file's column in `from:`"
                            : fmt::format("if `{}` is meant, add it to `from:`", near),
               {}};
}

/// The first of the declared names that the file has.
Result<const FileColumn*> source_of(const DeclaredColumn& declared,
                                    const std::vector<FileColumn>& found,
                                    const std::string& input) {
  for (const std::string& name : declared.from) {
    if (const FileColumn* column = find(found, name)) return column;
  }
  const std::string& name = declared.from.empty() ? declared.column.name : declared.from.front();
  const FileColumn* column = declared.from.empty() ? find(found, name) : nullptr;
  if (column == nullptr) return missing(declared, name, found, input);
  return column;
}

std::string expected(const DeclaredColumn& declared) {
  return "expected " + type_name(declared.column.type);
}

void check_range(const DeclaredColumn& declared, ColumnPlan& plan) {
  if (declared.min) {
    plan.checks.push_back({fmt::format("{} < {}", plan.value, *declared.min),
                           RejectReason::kOutOfRange,
                           fmt::format("expected at least {}", *declared.min)});
  }
  if (declared.max) {
    plan.checks.push_back({fmt::format("{} > {}", plan.value, *declared.max),
                           RejectReason::kOutOfRange,
                           fmt::format("expected at most {}", *declared.max)});
  }
}

std::string outside(const std::string& value, const Box& box) {
  return fmt::format(
      "(ST_XMin({0}) < {1} OR ST_YMin({0}) < {2} OR ST_XMax({0}) > {3} OR ST_YMax({0}) > {4})",
      value, box[0], box[1], box[2], box[3]);
}

void check_coordinates(const DeclaredColumn& declared, ColumnPlan& plan) {
  const CoordinateRules rules = coordinate_rules(declared.column.type.srid);
  const std::string& value = plan.value;
  plan.checks.push_back({fmt::format("NOT (isfinite(ST_XMin({0})) AND isfinite(ST_YMin({0})) AND "
                                     "isfinite(ST_XMax({0})) AND isfinite(ST_YMax({0})))",
                                     value),
                         RejectReason::kBadGeometry, "a coordinate is no finite number"});
  if (rules.geographic) {
    plan.checks.push_back(
        {outside(value, {-180, -90, 180, 90}) +
             fmt::format(" AND NOT (ST_XMin({0}) < -90 OR ST_XMax({0}) > 90)", value),
         RejectReason::kSwappedAxes, "valid only when longitude and latitude change places"});
    plan.checks.push_back({outside(value, {-180, -90, 180, 90}), RejectReason::kOutOfRange,
                           "longitude must be within 180 and latitude within 90 degrees"});
  }
  if (rules.refuse_null_island && !declared.allow_null_island) {
    plan.checks.push_back(
        {fmt::format(
             "ST_XMin({0}) = 0 AND ST_YMin({0}) = 0 AND ST_XMax({0}) = 0 AND ST_YMax({0}) = 0",
             value),
         RejectReason::kNullIsland,
         "the point (0, 0) usually stands for no position; `allow_null_island: true` takes it"});
  }
  if (declared.extent) {
    plan.checks.push_back({outside(value, *declared.extent), RejectReason::kOutsideExtent,
                           "outside the declared extent"});
  }
}

void check_kind(const DeclaredColumn& declared, ColumnPlan& plan) {
  if (declared.column.type.geometry == GeometryKind::kAny) return;
  const std::string kind =
      type_name(Type{.id = TypeId::kGeometry, .geometry = declared.column.type.geometry});
  plan.checks.push_back({fmt::format("lower(CAST(GeometryType({}) AS VARCHAR)) <> {}", plan.value,
                                     quote_literal(kind)),
                         RejectReason::kWrongGeometryKind, "expected a " + kind});
}

/// Geometry from what the file has: its own type, WKB bytes, or WKT.
std::string geometry_value(const FileColumn& from) {
  const std::string name = quote_identifier(from.name);
  if (is_geometry(from.type)) return fmt::format("CAST({} AS GEOMETRY)", name);
  if (from.type == "BLOB") return fmt::format("TRY(ST_GeomFromWKB({}))", name);
  return fmt::format("TRY(ST_GeomFromText(CAST({} AS VARCHAR)))", name);
}

Result<ColumnPlan> plan_point(const DeclaredColumn& declared, const std::vector<FileColumn>& found,
                              const std::string& input) {
  const FileColumn* lon = find(found, declared.lon);
  const FileColumn* lat = find(found, declared.lat);
  if (lon == nullptr || lat == nullptr)
    return missing(declared, lon == nullptr ? declared.lon : declared.lat, found, input);
  return ColumnPlan{.column = declared.column,
                    .value = fmt::format("ST_Point(TRY_CAST({} AS DOUBLE), TRY_CAST({} AS DOUBLE))",
                                         quote_identifier(lon->name), quote_identifier(lat->name)),
                    .checks = {}};
}

Result<ColumnPlan> plan_value(const DeclaredColumn& declared, const std::vector<FileColumn>& found,
                              const std::string& input) {
  RHUMB_ASSIGN(const FileColumn* from, source_of(declared, found, input));
  const std::string name = quote_identifier(from->name);
  ColumnPlan plan{.column = declared.column, .value = "", .checks = {}};
  const bool geometry = declared.column.type.id == TypeId::kGeometry;
  plan.value = geometry ? geometry_value(*from)
                        : fmt::format("TRY_CAST({} AS {})", name, sql_type(declared.column.type));
  plan.checks.push_back({fmt::format("{} IS NOT NULL AND {} IS NULL", name, plan.value),
                         geometry ? RejectReason::kBadGeometry : RejectReason::kBadValue,
                         expected(declared)});
  return plan;
}

}  // namespace

std::vector<ColumnPlan> plan_found_columns(const std::vector<FileColumn>& found) {
  std::vector<ColumnPlan> plans;
  for (const FileColumn& column : found) {
    ColumnPlan plan{
        .column = {.name = column.name}, .value = quote_identifier(column.name), .checks = {}};
    if (is_nested(column.type)) plan.value = fmt::format("CAST(to_json({}) AS JSON)", plan.value);
    plans.push_back(std::move(plan));
  }
  return plans;
}

Result<std::vector<ColumnPlan>> plan_declared_columns(const std::vector<DeclaredColumn>& declared,
                                                      const std::vector<FileColumn>& found,
                                                      const std::string& input) {
  std::vector<ColumnPlan> plans;
  for (const DeclaredColumn& column : declared) {
    RHUMB_ASSIGN(ColumnPlan plan, column.lon.empty() ? plan_value(column, found, input)
                                                     : plan_point(column, found, input));
    if (!column.column.nullable)
      plan.checks.push_back(
          {plan.value + " IS NULL", RejectReason::kMissingValue, "a value is required"});
    if (column.column.type.id == TypeId::kGeometry) {
      check_kind(column, plan);
      check_coordinates(column, plan);
    } else {
      check_range(column, plan);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace rhumb
