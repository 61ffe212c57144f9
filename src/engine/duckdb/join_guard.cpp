#include "engine/duckdb/join_guard.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/duckdb/vectors.h"

namespace rhumb {
namespace {

constexpr idx_t kPlanColumn = 1;

bool has_wrong_join(const nlohmann::json& node) {
  if (node.is_array()) return std::any_of(node.begin(), node.end(), has_wrong_join);
  if (!node.is_object()) return false;
  const auto extra = node.find("extra_info");
  if (node.value("name", "") == "SPATIAL_JOIN" && extra != node.end() && extra->is_object()) {
    const std::string type = extra->value("Join Type", "");
    if (type == "LEFT" || type == "RIGHT" || type == "FULL" || type == "OUTER") return true;
  }
  const auto children = node.find("children");
  return children != node.end() && has_wrong_join(*children);
}

}  // namespace

Result<std::string> plan_of(Session& session, const SqlText& sql,
                            const std::vector<std::string>& parameters) {
  const std::string before = "EXPLAIN (FORMAT JSON) ";
  SqlText explain{.text = before + sql.text,
                  .user_begin = before.size() + sql.user_begin,
                  .user_size = sql.user_size};
  RHUMB_ASSIGN(ResultHandle result, session.run(explain, parameters));
  const ChunkHandle chunk = result.next();
  if (!chunk || duckdb_data_chunk_get_size(chunk.get()) == 0) return std::string("[]");
  return std::string(bytes_at(duckdb_data_chunk_get_vector(chunk.get(), kPlanColumn), 0));
}

Result<std::optional<SettingScope>> guard_outer_spatial_joins(
    Session& session, const SqlText& sql, const std::vector<std::string>& parameters) {
  RHUMB_ASSIGN(const std::string plan, plan_of(session, sql, parameters));
  if (!has_wrong_join(nlohmann::json::parse(plan, nullptr, false))) {
    return std::optional<SettingScope>();
  }
  RHUMB_ASSIGN(SettingScope scope,
               SettingScope::enter(session, "disabled_optimizers", "'extension'", "''"));
  return std::optional<SettingScope>(std::move(scope));
}

}  // namespace rhumb
