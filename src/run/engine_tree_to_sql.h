#pragma once

#include "component/engine.h"
#include "transform/tree_to_sql.h"

namespace rhumb {

/// Syntax trees back to SQL, by the engine.
class EngineTreeToSql : public TreeToSql {
 public:
  explicit EngineTreeToSql(Engine& engine) : engine_(engine) {}

  Result<std::string> to_sql(const std::string& tree_json) override {
    RHUMB_ASSIGN(const Table table,
                 engine_.query("SELECT json_deserialize_sql(CAST($1 AS JSON))", {tree_json}));
    return table.rows.at(0).at(0).value_or("");
  }

 private:
  Engine& engine_;
};

}  // namespace rhumb
