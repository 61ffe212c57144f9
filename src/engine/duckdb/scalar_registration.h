#pragma once

#include <string>
#include <utility>
#include <vector>

#include <duckdb.h>

#include "base/result.h"
#include "engine/duckdb/handles.h"

namespace rhumb {

struct ScalarOverload {
  std::vector<duckdb_type> arguments;
  duckdb_scalar_function_t function = nullptr;
};

/// A scalar function as the engine is told of it. NULL arguments reach `function`, which decides.
struct ScalarDeclaration {
  std::string name;
  LogicalTypeHandle returns;
  std::vector<ScalarOverload> overloads;
  duckdb_scalar_function_bind_t bind = nullptr;  ///< once per use in a statement
  duckdb_scalar_function_init_t init = nullptr;  ///< once per use and thread
  void* context = nullptr;                       ///< their extra info; outlives the database
  bool is_volatile = false;                      ///< called for every row, whatever the arguments
};

[[nodiscard]] Status register_scalar_function(duckdb_connection connection,
                                              const ScalarDeclaration& declaration);

/// Registers pure functions, one line each.
class ScalarRegistrar {
 public:
  explicit ScalarRegistrar(duckdb_connection connection) : connection_(connection) {}
  [[nodiscard]] Status operator()(const char* name, LogicalTypeHandle returns,
                                  std::vector<ScalarOverload> overloads) const {
    return register_scalar_function(
        connection_,
        {.name = name, .returns = std::move(returns), .overloads = std::move(overloads)});
  }

 private:
  duckdb_connection connection_;
};

[[nodiscard]] LogicalTypeHandle plain_type(duckdb_type id);
[[nodiscard]] LogicalTypeHandle list_type(const LogicalTypeHandle& child);
struct NamedType {
  const char* name = nullptr;
  duckdb_type type = DUCKDB_TYPE_INVALID;
};
[[nodiscard]] LogicalTypeHandle struct_type(const std::vector<NamedType>& fields);

}  // namespace rhumb
