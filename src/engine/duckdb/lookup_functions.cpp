#include "engine/duckdb/lookup_functions.h"

#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/caught.h"
#include "engine/duckdb/lookup_binding.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"
#include "engine/duckdb/vectors.h"
#include "geo/wkb.h"

namespace rhumb {
namespace {

// Stands for the NULL of the outer variants; no row has this number.
constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();
constexpr idx_t kRelationProbe = 2, kDistance = 3, kNearestProbe = 1, kCount = 2;

enum class WhenNone : uint8_t { kEmptyList, kListOfNull };

LookupStore& store_of(void* extra) {
  return *static_cast<LookupStore*>(extra);
}

std::string engine_text(const Error& error) {
  return error.hint.empty() ? error.message : error.message + "\n" + error.hint;
}

template <typename Work>
void guarded(duckdb_function_info info, Work work) {
  const Status status = caught(work);
  if (!status.ok()) duckdb_scalar_function_set_error(info, engine_text(status.error()).c_str());
}

using Probes = Argument<duckdb_string_t>;

/// What one thread needs to search: kept from chunk to chunk.
class Searcher {
 public:
  explicit Searcher(const LookupBinding& binding) : binding_(binding) {
    if (binding_.distance) search_.emplace(make_search(*binding_.distance));
  }

  /// For the rows to come; only where the distance is no constant.
  void set_distance(double distance) {
    if (search_ && distance == distance_) return;
    search_.emplace(make_search(distance));
  }
  void find(std::string_view probe) {
    if (is_plain_point(probe)) {
      const Position at = position_of(probe);
      search_->find_point(at.x, at.y, rows);
    } else {
      search_->find(probe, rows);
    }
  }
  [[nodiscard]] bool any(std::string_view probe) {
    if (!is_plain_point(probe)) return search_->any(probe);
    const Position at = position_of(probe);
    return search_->any_point(at.x, at.y);
  }
  /// Always asked with the same metric.
  SpatialIndex::NearestSearch& nearest(Metric metric) {
    if (!nearest_) nearest_.emplace(binding_.index.nearest_search(metric));
    return *nearest_;
  }
  Status take_fault() {
    if (!search_ || !search_->fault()) return {};
    return *search_->take_fault();
  }

  [[nodiscard]] const LookupBinding& binding() const { return binding_; }
  /// What was found: memory that is kept from chunk to chunk.
  std::vector<uint32_t> rows;
  std::vector<Neighbour> neighbours;

 private:
  SpatialIndex::Search make_search(double distance) {
    distance_ = distance;
    return binding_.index.search(binding_.relation, distance);
  }
  static bool is_plain_point(std::string_view wkb) {
    constexpr char kHeader[] = {1, 1, 0, 0, 0};
    return wkb.size() == kWkbPointBytes && std::memcmp(wkb.data(), kHeader, sizeof kHeader) == 0;
  }
  static Position position_of(std::string_view point) {
    Position at;
    std::memcpy(&at.x, point.data() + 5, sizeof at.x);
    std::memcpy(&at.y, point.data() + 13, sizeof at.y);
    return at;
  }

  LookupBinding binding_;
  double distance_ = 0;
  std::optional<SpatialIndex::Search> search_;
  std::optional<SpatialIndex::NearestSearch> nearest_;
};

Searcher& searcher_of(duckdb_function_info info) {
  return *static_cast<Searcher*>(duckdb_scalar_function_get_state(info));
}

/// Brings the searcher to a row whose distance is a column; false when the row matches nothing.
class Distances {
 public:
  Distances(Searcher& searcher, duckdb_data_chunk arguments) : searcher_(searcher) {
    if (!searcher.binding().distance) column_.emplace(arguments, kDistance);
  }
  bool ready(idx_t row) {
    if (!column_) return true;
    if (column_->is_null(row)) return false;
    searcher_.set_distance((*column_)[row]);
    return true;
  }

 private:
  Searcher& searcher_;
  std::optional<Argument<double>> column_;
};

void write_rows(duckdb_vector list, const std::vector<uint32_t>& rows, WhenNone none) {
  const duckdb_vector child = make_list(list, rows.size());
  auto* const out = static_cast<int64_t*>(duckdb_vector_get_data(child));
  for (size_t i = 0; i < rows.size(); ++i) out[i] = rows[i];
  if (none == WhenNone::kEmptyList) return;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == kNoRow) set_null(child, i);
  }
}

template <WhenNone None>
void matches(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  guarded(info, [&] {
    Searcher& searcher = searcher_of(info);
    std::vector<uint32_t>& rows = searcher.rows;
    rows.clear();
    const Probes probes(arguments, kRelationProbe);
    Distances distances(searcher, arguments);
    auto* const lists = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(result));
    const idx_t count = duckdb_data_chunk_get_size(arguments);
    for (idx_t row = 0; row < count; ++row) {
      const size_t begin = rows.size();
      if (!probes.is_null(row) && distances.ready(row)) searcher.find(bytes_of(probes[row]));
      if (None == WhenNone::kListOfNull && rows.size() == begin) rows.push_back(kNoRow);
      lists[row] = {begin, rows.size() - begin};
    }
    write_rows(result, rows, None);
    return searcher.take_fault();
  });
}

void has_match(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  guarded(info, [&] {
    Searcher& searcher = searcher_of(info);
    const Probes probes(arguments, kRelationProbe);
    Distances distances(searcher, arguments);
    auto* const found = static_cast<bool*>(duckdb_vector_get_data(result));
    const idx_t count = duckdb_data_chunk_get_size(arguments);
    for (idx_t row = 0; row < count; ++row) {
      found[row] =
          !probes.is_null(row) && distances.ready(row) && searcher.any(bytes_of(probes[row]));
    }
    return searcher.take_fault();
  });
}

void write_neighbours(duckdb_vector list, const std::vector<Neighbour>& neighbours) {
  const duckdb_vector child = make_list(list, neighbours.size());
  const duckdb_vector row_child = duckdb_struct_vector_get_child(child, 0);
  const duckdb_vector distance_child = duckdb_struct_vector_get_child(child, 1);
  auto* const rows = static_cast<int64_t*>(duckdb_vector_get_data(row_child));
  auto* const distances = static_cast<double*>(duckdb_vector_get_data(distance_child));
  for (size_t i = 0; i < neighbours.size(); ++i) {
    rows[i] = neighbours[i].row;
    distances[i] = neighbours[i].distance;
    if (neighbours[i].row != kNoRow) continue;
    for (duckdb_vector vector : {child, row_child, distance_child}) set_null(vector, i);
  }
}

template <WhenNone None, Metric How>
void nearest(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  guarded(info, [&]() -> Status {
    Searcher& searcher = searcher_of(info);
    SpatialIndex::NearestSearch& search = searcher.nearest(How);
    std::vector<Neighbour>& neighbours = searcher.neighbours;
    neighbours.clear();
    const Probes probes(arguments, kNearestProbe);
    const Argument<int64_t> counts(arguments, kCount);
    std::optional<Argument<double>> farthest;
    if (duckdb_data_chunk_get_column_count(arguments) > kDistance)
      farthest.emplace(arguments, kDistance);
    auto* const lists = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(result));
    const idx_t count = duckdb_data_chunk_get_size(arguments);
    for (idx_t row = 0; row < count; ++row) {
      const size_t begin = neighbours.size();
      const bool given = !probes.is_null(row) && !counts.is_null(row) && counts[row] > 0 &&
                         !(farthest && farthest->is_null(row));
      if (given) {
        const double most = farthest ? (*farthest)[row] : std::numeric_limits<double>::infinity();
        RHUMB_TRY(
            search.find(bytes_of(probes[row]), static_cast<size_t>(counts[row]), most, neighbours));
      }
      if (None == WhenNone::kListOfNull && neighbours.size() == begin)
        neighbours.push_back({.row = kNoRow, .distance = 0});
      lists[row] = {begin, neighbours.size() - begin};
    }
    write_neighbours(result, neighbours);
    return {};
  });
}

void collect(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  LookupStore& store = store_of(duckdb_scalar_function_get_extra_info(info));
  guarded(info, [&]() -> Status {
    WkbCollector* const collector = store.collector();
    if (collector == nullptr)
      return Error{Code::kInternal, "rhumb_collect() outside of a look-up", "", {}};
    const Argument<int64_t> numbers(arguments, 0);
    const Probes geometries(arguments, 1);
    auto* const out = static_cast<int64_t*>(duckdb_vector_get_data(result));
    const idx_t count = duckdb_data_chunk_get_size(arguments);
    for (idx_t i = 0; i < count; ++i) {
      const auto row = static_cast<uint64_t>(numbers[i]);
      out[i] = numbers[i];
      Status added = geometries.is_null(i) ? collector->add_null(row)
                                           : collector->add(row, bytes_of(geometries[i]));
      if (added.ok()) continue;
      store.fail(added.error());
      return added;
    }
    return {};
  });
}

template <auto Bind>
void bind(duckdb_bind_info info) {
  auto binding = Bind(info, store_of(duckdb_scalar_function_bind_get_extra_info(info)));
  if (!binding.ok())
    return duckdb_scalar_function_bind_set_error(info, engine_text(binding.error()).c_str());
  duckdb_scalar_function_set_bind_data(
      info, new LookupBinding(std::move(binding).value()),
      [](void* data) { delete static_cast<LookupBinding*>(data); });
  duckdb_scalar_function_set_bind_data_copy(info, [](void* data) -> void* {
    return new LookupBinding(*static_cast<const LookupBinding*>(data));
  });
}

void init(duckdb_init_info info) {
  const auto* const binding =
      static_cast<const LookupBinding*>(duckdb_scalar_function_init_get_bind_data(info));
  try {
    duckdb_scalar_function_init_set_state(info, new Searcher(*binding),
                                          [](void* data) { delete static_cast<Searcher*>(data); });
  } catch (const std::exception& thrown) {
    duckdb_scalar_function_init_set_error(info, thrown.what());
  }
}

constexpr duckdb_type kText = DUCKDB_TYPE_VARCHAR, kGeometry = DUCKDB_TYPE_GEOMETRY,
                      kNumber = DUCKDB_TYPE_DOUBLE, kInteger = DUCKDB_TYPE_BIGINT;

ScalarDeclaration relation_function(std::string name, LogicalTypeHandle returns,
                                    duckdb_scalar_function_t function, LookupStore& store) {
  return ScalarDeclaration{.name = std::move(name),
                           .returns = std::move(returns),
                           .overloads = {{{kText, kText, kGeometry}, function},
                                         {{kText, kText, kGeometry, kNumber}, function}},
                           .bind = bind<bind_relation>,
                           .init = init,
                           .context = &store};
}

ScalarDeclaration nearest_function(std::string name, duckdb_scalar_function_t function,
                                   LookupStore& store) {
  return ScalarDeclaration{
      .name = std::move(name),
      .returns = list_type(struct_type({{"row", kInteger}, {"distance", kNumber}})),
      .overloads = {{{kText, kGeometry, kInteger}, function},
                    {{kText, kGeometry, kInteger, kNumber}, function}},
      .bind = bind<bind_nearest>,
      .init = init,
      .context = &store};
}

}  // namespace

Status register_lookup_functions(duckdb_connection connection, LookupStore& store) {
  using enum WhenNone;
  const auto rows = [] { return list_type(plain_type(kInteger)); };
  ScalarDeclaration functions[] = {
      relation_function("rhumb_matches", rows(), matches<kEmptyList>, store),
      relation_function("rhumb_matches_outer", rows(), matches<kListOfNull>, store),
      relation_function("rhumb_has_match", plain_type(DUCKDB_TYPE_BOOLEAN), has_match, store),
      nearest_function("rhumb_nearest", nearest<kEmptyList, Metric::kPlanar>, store),
      nearest_function("rhumb_nearest_outer", nearest<kListOfNull, Metric::kPlanar>, store),
      nearest_function("rhumb_nearest_sphere", nearest<kEmptyList, Metric::kSphere>, store),
      nearest_function("rhumb_nearest_sphere_outer", nearest<kListOfNull, Metric::kSphere>, store),
      {.name = "rhumb_collect",
       .returns = plain_type(kInteger),
       .overloads = {{{kInteger, kGeometry}, collect}},
       .context = &store,
       .is_volatile = true}};
  for (const ScalarDeclaration& function : functions)
    RHUMB_TRY(register_scalar_function(connection, function));
  return {};
}

}  // namespace rhumb
