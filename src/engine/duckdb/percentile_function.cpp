#include "engine/duckdb/percentile_function.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/duckdb/handles.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"

namespace rhumb {
namespace {

constexpr const char* kName = "rhumb_percentile";

/// The values of one group. The engine keeps it as bytes, which it may move: it is begun by init(),
/// ended by release(), and holds no pointer into itself.
class Values {
 public:
  void init() { size_ = 0; }
  void release() {
    if (size_ > kFew) std::free(many_.values);
    size_ = 0;
  }

  [[nodiscard]] double fraction() const { return fraction_; }
  [[nodiscard]] std::span<double> all() { return {size_ > kFew ? many_.values : few_, size_}; }

  /// False when there is no memory.
  [[nodiscard]] bool add(double value, double fraction) {
    double* const values = room_for(size_ + 1);
    if (values == nullptr) return false;
    values[size_++] = value;
    fraction_ = fraction;
    return true;
  }

  /// Takes the values of `other`, which is empty afterwards. False when there is no memory.
  [[nodiscard]] bool take(Values& other) {
    if (other.size_ == 0) return true;
    if (size_ == 0) {
      *this = other;
      other.size_ = 0;
      return true;
    }
    double* const values = room_for(size_ + other.size_);
    if (values == nullptr) return false;
    std::copy_n(other.all().data(), other.size_, values + size_);
    size_ += other.size_;
    other.release();
    return true;
  }

 private:
  // Most groups beside a join are small; three made the fastest grouping.
  static constexpr uint64_t kFew = 3;
  struct Many {
    double* values;
    uint64_t capacity;
  };

  /// Where `count` values, more than there are, have room; those there are stand in it already.
  double* room_for(uint64_t count) {
    if (count <= kFew) return few_;
    const bool outgrown = size_ <= kFew;
    const uint64_t capacity = outgrown ? 0 : many_.capacity;
    if (count <= capacity) return many_.values;
    const uint64_t wanted = std::max({count, 2 * capacity, 2 * kFew + 2});
    auto* const values = static_cast<double*>(
        std::realloc(outgrown ? nullptr : many_.values, wanted * sizeof(double)));
    if (values == nullptr) return nullptr;
    if (outgrown) std::copy_n(few_, size_, values);
    many_ = {.values = values, .capacity = wanted};
    return values;
  }

  uint64_t size_;
  double fraction_;
  union {
    double few_[kFew];
    Many many_;
  };
};

Values& values_of(duckdb_aggregate_state state) {
  return *reinterpret_cast<Values*>(state);
}

void fail(duckdb_function_info info) {
  duckdb_aggregate_function_set_error(info,
                                      "Out of memory: no room for the values of a percentile");
}

/// NaN after all numbers.
bool before(double a, double b) {
  return std::isnan(b) ? !std::isnan(a) : a < b;
}

/// Reorders the values.
double percentile(std::span<double> values, double fraction) {
  const double position = static_cast<double>(values.size() - 1) * fraction;
  const auto low = static_cast<size_t>(std::floor(position));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(low);
  std::nth_element(values.begin(), at, values.end(), before);
  const double part = position - std::floor(position);
  if (part == 0) return *at;
  const double next = *std::min_element(at + 1, values.end(), before);
  return *at * (1.0 - part) + next * part;
}

void update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) {
  const Argument<double> values(input, 0), fractions(input, 1);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    if (values.is_null(row) || fractions.is_null(row)) continue;
    if (!values_of(states[row]).add(values[row], fractions[row])) return fail(info);
  }
}

void combine(duckdb_function_info info, duckdb_aggregate_state* sources,
             duckdb_aggregate_state* targets, idx_t count) {
  for (idx_t i = 0; i < count; ++i) {
    if (!values_of(targets[i]).take(values_of(sources[i]))) return fail(info);
  }
}

void finalize(duckdb_function_info info, duckdb_aggregate_state* states, duckdb_vector result,
              idx_t count, idx_t offset) {
  auto* const out = static_cast<double*>(duckdb_vector_get_data(result));
  for (idx_t i = 0; i < count; ++i) {
    Values& values = values_of(states[i]);
    if (values.all().empty()) {
      set_null(result, offset + i);
    } else if (!(values.fraction() >= 0 && values.fraction() <= 1)) {
      duckdb_aggregate_function_set_error(info, "a percentile's fraction must be from 0 to 1");
      return;
    } else {
      out[offset + i] = percentile(values.all(), values.fraction());
    }
  }
}

}  // namespace

Status register_percentile_function(duckdb_connection connection) {
  const AggregateFunctionHandle function(duckdb_create_aggregate_function());
  const LogicalTypeHandle number = plain_type(DUCKDB_TYPE_DOUBLE);
  duckdb_aggregate_function_set_name(function.get(), kName);
  duckdb_aggregate_function_add_parameter(function.get(), number.get());
  duckdb_aggregate_function_add_parameter(function.get(), number.get());
  duckdb_aggregate_function_set_return_type(function.get(), number.get());
  duckdb_aggregate_function_set_special_handling(function.get());
  duckdb_aggregate_function_set_functions(
      function.get(), [](duckdb_function_info) -> idx_t { return sizeof(Values); },
      [](duckdb_function_info, duckdb_aggregate_state state) { values_of(state).init(); }, update,
      combine, finalize);
  duckdb_aggregate_function_set_destructor(function.get(),
                                           [](duckdb_aggregate_state* states, idx_t count) {
                                             for (idx_t i = 0; i < count; ++i) {
                                               values_of(states[i]).release();
                                             }
                                           });
  if (duckdb_register_aggregate_function(connection, function.get()) == DuckDBSuccess) return {};
  return Error{Code::kInternal, "the engine refused the function rhumb_percentile", "", {}};
}

}  // namespace rhumb
