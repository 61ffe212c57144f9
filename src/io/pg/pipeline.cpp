#include "io/pg/pipeline.h"

#include <libpq-fe.h>

#include <algorithm>

#include "io/pg/connection_state.h"

namespace rhumb {
namespace {

/// So few that the server's answers always find room on the way, however long we do not read them.
constexpr size_t kSentAtOnce = 200;

Status send(PgConnectionState& state, const std::string& sql, const PgParameters& row) {
  std::vector<const char*> values;
  values.reserve(row.size());
  for (const auto& value : row) values.push_back(value ? value->c_str() : nullptr);
  if (PQsendQueryParams(state.connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 1) {
    return {};
  }
  return state.connection_error("a statement could not be sent to PostgreSQL");
}

/// The end of one statement, or of the batch.
Status take(PgConnectionState& state) {
  RHUMB_ASSIGN(pg_result* const result, state.take_result());
  PQclear(result);
  return {};
}

Status run_batch(PgConnectionState& state, const std::string& sql,
                 std::span<const PgParameters> rows) {
  for (const PgParameters& row : rows) RHUMB_TRY(send(state, sql, row));
  if (PQpipelineSync(state.connection) == 0) {
    return state.connection_error("statements could not be sent to PostgreSQL");
  }
  Status first;
  std::string sqlstate;
  for (size_t i = 0; i <= rows.size(); ++i) {
    const Status done = take(state);
    if (done.ok() || !first.ok()) continue;
    first = done;
    sqlstate = state.sqlstate;
  }
  state.sqlstate = sqlstate;
  return first;
}

}  // namespace

Status run_pipelined(PgConnection& connection, const std::string& sql,
                     std::span<const PgParameters> rows) {
  PgConnectionState& state = connection.state();
  while (!rows.empty()) {
    RHUMB_TRY(state.before_statement());
    if (PQenterPipelineMode(state.connection) == 0) {
      return state.connection_error("statements could not be sent to PostgreSQL");
    }
    const Status done = run_batch(state, sql, rows.first(std::min(rows.size(), kSentAtOnce)));
    PQexitPipelineMode(state.connection);
    RHUMB_TRY(done);
    rows = rows.subspan(std::min(rows.size(), kSentAtOnce));
  }
  return {};
}

}  // namespace rhumb
