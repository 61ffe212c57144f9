#include "io/proj/transform.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "io/proj/handles.h"

namespace rhumb {
namespace {

using OperationContext =
    std::unique_ptr<PJ_OPERATION_FACTORY_CONTEXT, decltype([](PJ_OPERATION_FACTORY_CONTEXT* at) {
                      proj_operation_factory_context_destroy(at);
                    })>;
using Confidences = std::unique_ptr<int, decltype([](int* list) { proj_int_list_destroy(list); })>;

constexpr int kSure = 90;  // percent; PROJ's word for "same but for names"

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_geographic_type(PJ_TYPE type) {
  return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

bool is_crs_type(PJ_TYPE type) {
  return is_geographic_type(type) || type == PJ_TYPE_PROJECTED_CRS || type == PJ_TYPE_BOUND_CRS ||
         type == PJ_TYPE_COMPOUND_CRS;
}

Error not_understood(std::string_view definition) {
  return Error{
      Code::kBadValue,
      fmt::format("'{}' is no coordinate system that PROJ understands", printable(definition, 120)),
      "name an EPSG code: `from_crs: 2263`; epsg.io finds it by the system's name",
      {}};
}

/// The system without its vertical part.
Result<ProjObject> make_crs(PJ_CONTEXT* context, std::string_view definition) {
  definition = trim(definition);
  const std::string text =
      all_digits(definition) ? "EPSG:" + std::string(definition) : std::string(definition);
  ProjObject found(proj_create(context, text.c_str()));
  if (!found || !is_crs_type(proj_get_type(found.get()))) return not_understood(definition);
  ProjObject flat(proj_crs_demote_to_2D(context, nullptr, found.get()));
  if (flat && proj_get_type(flat.get()) == PJ_TYPE_COMPOUND_CRS) {
    flat.reset(proj_crs_get_sub_crs(context, flat.get(), 0));
  }
  if (!flat) return not_understood(definition);
  return flat;
}

/// A bound system is what it binds: `+towgs84` stays with the operation, not with the kind.
bool is_geographic_crs(PJ_CONTEXT* context, const PJ* crs) {
  if (proj_get_type(crs) != PJ_TYPE_BOUND_CRS) return is_geographic_type(proj_get_type(crs));
  const ProjObject bound(proj_get_source_crs(context, crs));
  return bound && is_geographic_type(proj_get_type(bound.get()));
}

int code_of(const PJ* object) {
  const char* authority = proj_get_id_auth_name(object, 0);
  const char* code = proj_get_id_code(object, 0);
  if (authority == nullptr || code == nullptr || !all_digits(code)) return 0;
  return equals_ignoring_case(authority, "EPSG") ? std::stoi(code) : 0;
}

/// One of the common systems in degrees that the definition only names or orders otherwise; 0 when
/// it is none. Many files write their own name for WGS 84, longitude first.
int common_system(PJ_CONTEXT* context, const PJ* crs) {
  for (const int srid : {4326, 4269, 4258}) {
    const auto known = make_crs(context, std::to_string(srid));
    if (known.ok() &&
        proj_is_equivalent_to_with_ctx(context, crs, known->get(),
                                       PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) != 0)
      return srid;
  }
  return 0;
}

int identify(PJ_CONTEXT* context, const PJ* crs) {
  if (const int own = code_of(crs); own != 0) return own;
  if (const int common = common_system(context, crs); common != 0) return common;
  int* raw = nullptr;
  const ProjList matches(proj_identify(context, crs, "EPSG", nullptr, &raw));
  const Confidences confidences(raw);
  if (!matches || proj_list_get_count(matches.get()) == 0 || raw[0] < kSure) return 0;
  const ProjObject best(proj_list_get(context, matches.get(), 0));
  return best ? code_of(best.get()) : 0;
}

std::string missing_grids(PJ_CONTEXT* context, const PJ* operation) {
  std::string names;
  for (int i = 0; i < proj_coordoperation_get_grid_used_count(context, operation); ++i) {
    const char* name = nullptr;
    int available = 0;
    proj_coordoperation_get_grid_used(context, operation, i, &name, nullptr, nullptr, nullptr,
                                      nullptr, nullptr, &available);
    if (available == 0 && name != nullptr) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

/// What was found out about definitions: the files of a folder say the same one over and over.
class KnownSystems {
 public:
  std::optional<CrsDescription> find(std::string_view definition) {
    const std::scoped_lock lock(mutex_);
    const auto at = systems_.find(definition);
    return at == systems_.end() ? std::nullopt : std::optional(at->second);
  }
  void keep(std::string_view definition, const CrsDescription& system) {
    const std::scoped_lock lock(mutex_);
    if (systems_.size() >= kMost) systems_.clear();
    systems_.emplace(definition, system);
  }

 private:
  static constexpr size_t kMost = 100;
  std::mutex mutex_;
  std::map<std::string, CrsDescription, std::less<>> systems_;
};

struct Choice {
  std::string grids;      ///< that the best operation lacks; "" = it lacks nothing
  double accuracy = -1;   ///< of the best one, metres; negative = unknown
  double otherwise = -1;  ///< of the best one that can be carried out
  bool possible = false;  ///< there is one that can be carried out and heeds the datum
};

Choice look_at_operations(PJ_CONTEXT* context, const PJ* from, const PJ* to) {
  const OperationContext factory(proj_create_operation_factory_context(context, nullptr));
  proj_operation_factory_context_set_grid_availability_use(context, factory.get(),
                                                           PROJ_GRID_AVAILABILITY_IGNORED);
  proj_operation_factory_context_set_spatial_criterion(context, factory.get(),
                                                       PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
  const ProjList operations(proj_create_operations(context, from, to, factory.get()));
  Choice choice;
  const int count = operations ? proj_list_get_count(operations.get()) : 0;
  for (int i = 0; i < count && !choice.possible; ++i) {
    const ProjObject one(proj_list_get(context, operations.get(), i));
    const double accuracy = proj_coordoperation_get_accuracy(context, one.get());
    const bool usable = proj_coordoperation_is_instantiable(context, one.get()) != 0;
    const bool ballpark = proj_coordoperation_has_ballpark_transformation(context, one.get()) != 0;
    if (usable && !ballpark) {
      choice.possible = true;
      choice.otherwise = accuracy;
    } else if (!usable && choice.grids.empty()) {
      choice.grids = missing_grids(context, one.get());
      choice.accuracy = accuracy;
    }
  }
  return choice;
}

std::string metres(double accuracy) {
  return accuracy < 0 ? "an unknown accuracy" : fmt::format("{:g} m", accuracy);
}

constexpr const char* kGetGrids =
    "fetch the grid with `projsync --file NAME`, or put it into PROJ's folder (PROJ_DATA)";

}  // namespace

struct CrsTransform::State {
  ProjContext context = make_proj_context();
  ProjObject operation;
  bool identity = false;
  bool unrolls = false;
  std::string note;
};

Result<CrsDescription> describe_crs(std::string_view definition) {
  static KnownSystems known;
  if (auto before = known.find(definition)) return *std::move(before);
  const ProjContext context = make_proj_context();
  RHUMB_ASSIGN(const ProjObject crs, make_crs(context.get(), definition));
  const char* name = proj_get_name(crs.get());
  CrsDescription out{.name = name == nullptr ? "" : name,
                     .srid = identify(context.get(), crs.get()),
                     .geographic = is_geographic_crs(context.get(), crs.get())};
  known.keep(definition, out);
  return out;
}

CrsTransform::CrsTransform(std::unique_ptr<State> state) : state_(std::move(state)) {}
CrsTransform::CrsTransform(CrsTransform&&) noexcept = default;
CrsTransform& CrsTransform::operator=(CrsTransform&&) noexcept = default;
CrsTransform::~CrsTransform() = default;

CrsTransform::CrsTransform(const CrsTransform& other) : state_(std::make_unique<State>()) {
  if (other.state_->operation) {
    state_->operation.reset(proj_clone(state_->context.get(), other.state_->operation.get()));
  }
  state_->identity = other.state_->identity;
  state_->unrolls = other.state_->unrolls;
  state_->note = other.state_->note;
}

CrsTransform& CrsTransform::operator=(const CrsTransform& other) {
  if (this != &other) *this = CrsTransform(other);
  return *this;
}

Result<CrsTransform> CrsTransform::make(std::string_view from, int to_srid) {
  auto state = std::make_unique<State>();
  PJ_CONTEXT* context = state->context.get();
  RHUMB_ASSIGN(const ProjObject source, make_crs(context, from));
  RHUMB_ASSIGN(const ProjObject target, make_crs(context, std::to_string(to_srid)));
  state->identity =
      proj_is_equivalent_to_with_ctx(context, source.get(), target.get(),
                                     PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) != 0;
  if (state->identity) return CrsTransform(std::move(state));
  const Choice choice = look_at_operations(context, source.get(), target.get());
  const std::string pair =
      fmt::format("from {} to {}", proj_get_name(source.get()), proj_get_name(target.get()));
  if (!choice.possible) {
    return Error{
        Code::kNotSupported,
        fmt::format(
            "no way {} that heeds both datums{}", pair,
            choice.grids.empty() ? "" : fmt::format("; the grid {} is missing", choice.grids)),
        choice.grids.empty() ? "reproject the file with its own tools first" : kGetGrids,
        {}};
  }
  if (!choice.grids.empty()) {
    state->note =
        fmt::format("{} at {}; the grid {} would make it {} and is not installed: {}", pair,
                    metres(choice.otherwise), choice.grids, metres(choice.accuracy), kGetGrids);
  }
  const char* const options[] = {"ALLOW_BALLPARK=NO", nullptr};
  const ProjObject raw(
      proj_create_crs_to_crs_from_pj(context, source.get(), target.get(), nullptr, options));
  if (raw) state->operation.reset(proj_normalize_for_visualization(context, raw.get()));
  if (!state->operation) {
    return Error{Code::kNotSupported,
                 fmt::format("no way {}", pair),
                 "reproject the file with its own tools first",
                 {}};
  }
  state->unrolls =
      !is_geographic_crs(context, source.get()) && is_geographic_crs(context, target.get());
  return CrsTransform(std::move(state));
}

bool CrsTransform::is_identity() const {
  return state_->identity;
}

bool CrsTransform::unrolls() const {
  return state_->unrolls;
}

const std::string& CrsTransform::note() const {
  return state_->note;
}

bool CrsTransform::apply(double* positions, size_t count, size_t stride) const {
  if (state_->identity) return true;
  const size_t bytes = stride * sizeof(double);
  proj_trans_generic(state_->operation.get(), PJ_FWD, positions, bytes, count, positions + 1, bytes,
                     count, nullptr, 0, 0, nullptr, 0, 0);
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(positions[i * stride]) || !std::isfinite(positions[i * stride + 1]))
      return false;
  }
  return true;
}

}  // namespace rhumb
