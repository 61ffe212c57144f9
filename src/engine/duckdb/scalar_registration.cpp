#include "engine/duckdb/scalar_registration.h"

#include <fmt/format.h>

namespace rhumb {

Status register_scalar_function(duckdb_connection connection,
                                const ScalarDeclaration& declaration) {
  const char* const name = declaration.name.c_str();
  const ScalarFunctionSetHandle set(duckdb_create_scalar_function_set(name));
  for (const ScalarOverload& overload : declaration.overloads) {
    const ScalarFunctionHandle function(duckdb_create_scalar_function());
    duckdb_scalar_function_set_name(function.get(), name);
    for (const duckdb_type argument : overload.arguments) {
      duckdb_scalar_function_add_parameter(function.get(), plain_type(argument).get());
    }
    duckdb_scalar_function_set_return_type(function.get(), declaration.returns.get());
    duckdb_scalar_function_set_function(function.get(), overload.function);
    duckdb_scalar_function_set_special_handling(function.get());
    if (declaration.bind != nullptr)
      duckdb_scalar_function_set_bind(function.get(), declaration.bind);
    if (declaration.init != nullptr)
      duckdb_scalar_function_set_init(function.get(), declaration.init);
    if (declaration.context != nullptr) {
      duckdb_scalar_function_set_extra_info(function.get(), declaration.context, nullptr);
    }
    if (declaration.is_volatile) duckdb_scalar_function_set_volatile(function.get());
    duckdb_add_scalar_function_to_set(set.get(), function.get());
  }
  if (duckdb_register_scalar_function_set(connection, set.get()) == DuckDBSuccess) return {};
  return Error{Code::kInternal, fmt::format("the engine refused the function {}", name), "", {}};
}

LogicalTypeHandle plain_type(duckdb_type id) {
  return LogicalTypeHandle(duckdb_create_logical_type(id));
}

LogicalTypeHandle list_type(const LogicalTypeHandle& child) {
  return LogicalTypeHandle(duckdb_create_list_type(child.get()));
}

LogicalTypeHandle struct_type(const std::vector<NamedType>& fields) {
  std::vector<LogicalTypeHandle> owned;
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (const NamedType& field : fields) {
    owned.push_back(plain_type(field.type));
    types.push_back(owned.back().get());
    names.push_back(field.name);
  }
  return LogicalTypeHandle(duckdb_create_struct_type(types.data(), names.data(), fields.size()));
}

}  // namespace rhumb
