#include "engine/duckdb/lookup_binding.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/duckdb/handles.h"
#include "engine/duckdb/types.h"

namespace rhumb {
namespace {

using ExpressionHandle = Handle<duckdb_expression, duckdb_destroy_expression>;
using ValueHandle = Handle<duckdb_value, duckdb_destroy_value>;
using ClientContextHandle = Handle<duckdb_client_context, duckdb_destroy_client_context>;
using ErrorDataHandle = Handle<duckdb_error_data, duckdb_destroy_error_data>;

constexpr idx_t kDistanceArgument = 3;

constexpr std::array<std::pair<std::string_view, SpatialRelation>, kSpatialRelations> kRelations = {
    {{"intersects", SpatialRelation::kIntersects},
     {"contains", SpatialRelation::kContains},
     {"within", SpatialRelation::kWithin},
     {"covers", SpatialRelation::kCovers},
     {"covered_by", SpatialRelation::kCoveredBy},
     {"contains_properly", SpatialRelation::kContainsProperly},
     {"touches", SpatialRelation::kTouches},
     {"crosses", SpatialRelation::kCrosses},
     {"overlaps", SpatialRelation::kOverlaps},
     {"equals", SpatialRelation::kEquals},
     {"dwithin", SpatialRelation::kDWithin},
     {"dwithin_sphere", SpatialRelation::kDWithinSphere}}};

// Only our own SQL calls these functions.
Error wrong_call(std::string message) {
  return Error{Code::kInternal, std::move(message), "", {}};
}

/// The value of an argument that does not depend on the row; nothing when it does.
ValueHandle constant(duckdb_bind_info info, idx_t argument) {
  const ExpressionHandle expression(duckdb_scalar_function_bind_get_argument(info, argument));
  if (!duckdb_expression_is_foldable(expression.get())) return {};
  ClientContextHandle context;
  duckdb_scalar_function_get_client_context(info, context.out());
  ValueHandle value;
  const ErrorDataHandle error(duckdb_expression_fold(context.get(), expression.get(), value.out()));
  if (duckdb_error_data_has_error(error.get())) return {};
  return value;
}

Result<std::string> constant_text(duckdb_bind_info info, idx_t argument) {
  const ValueHandle value = constant(info, argument);
  if (!value || duckdb_is_null_value(value.get())) {
    return wrong_call(fmt::format("argument {} of a look-up must be constant text", argument + 1));
  }
  return take_text(duckdb_get_varchar(value.get()));
}

Result<LookupStore::Entry> find_lookup(duckdb_bind_info info, const LookupStore& store) {
  RHUMB_ASSIGN(const std::string name, constant_text(info, 0));
  auto entry = store.find(name);
  if (!entry) return wrong_call(fmt::format("there is no look-up `{}`", name));
  return *std::move(entry);
}

Result<SpatialRelation> find_relation(duckdb_bind_info info) {
  RHUMB_ASSIGN(const std::string name, constant_text(info, 1));
  const auto* const found = std::find_if(kRelations.begin(), kRelations.end(),
                                         [&](const auto& known) { return known.first == name; });
  if (found == kRelations.end()) return wrong_call(fmt::format("`{}` is no relation", name));
  return found->second;
}

// The engine says the same of its own predicates.
Status check_crs(duckdb_bind_info info, idx_t argument, const std::string& crs) {
  const ExpressionHandle probe(duckdb_scalar_function_bind_get_argument(info, argument));
  const LogicalTypeHandle type(duckdb_expression_return_type(probe.get()));
  if (duckdb_get_type_id(type.get()) != DUCKDB_TYPE_GEOMETRY) return {};
  const std::string found = take_text(duckdb_geometry_type_get_crs(type.get()));
  if (crs.empty() || found.empty() || crs == found) return {};
  if (srid_of_crs(crs) != 0 && srid_of_crs(crs) == srid_of_crs(found)) return {};
  return Error{Code::kBadSql,
               fmt::format("the geometries have different coordinate reference systems: {} and {}",
                           crs, found),
               "",
               {}};
}

bool needs_distance(SpatialRelation relation) {
  return relation == SpatialRelation::kDWithin || relation == SpatialRelation::kDWithinSphere;
}

std::optional<double> constant_distance(duckdb_bind_info info) {
  const ValueHandle value = constant(info, kDistanceArgument);
  if (!value) return std::nullopt;
  if (duckdb_is_null_value(value.get())) return std::numeric_limits<double>::quiet_NaN();
  return duckdb_get_double(value.get());
}

}  // namespace

Result<LookupBinding> bind_relation(duckdb_bind_info info, const LookupStore& store) {
  RHUMB_ASSIGN(LookupStore::Entry entry, find_lookup(info, store));
  RHUMB_ASSIGN(const SpatialRelation relation, find_relation(info));
  RHUMB_TRY(check_crs(info, 2, entry.crs));
  const bool given = duckdb_scalar_function_bind_get_argument_count(info) > kDistanceArgument;
  if (given != needs_distance(relation)) {
    return wrong_call(fmt::format("`{}` {} distance", spatial_relation_name(relation),
                                  given ? "takes no" : "needs a"));
  }
  LookupBinding binding{.index = std::move(entry.index), .relation = relation, .distance = 0};
  if (given) binding.distance = constant_distance(info);
  return binding;
}

Result<LookupBinding> bind_nearest(duckdb_bind_info info, const LookupStore& store) {
  RHUMB_ASSIGN(LookupStore::Entry entry, find_lookup(info, store));
  RHUMB_TRY(check_crs(info, 1, entry.crs));
  return LookupBinding{.index = std::move(entry.index)};
}

}  // namespace rhumb
