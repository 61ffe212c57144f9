#pragma once

#include <string>

#include "base/result.h"
#include "component/source.h"
#include "io/pg/connection.h"
#include "source/postgres/table_shape.h"

namespace rhumb {

/// How to see whether a table has changed.
struct ChangeRule {
  enum class Kind { kAlways, kCounters, kFingerprint, kExpression };
  Kind kind = Kind::kFingerprint;
  std::string expression;
};

[[nodiscard]] ChangeRule read_change_rule(const std::string& changed_when);

/// Looks at the table and compares with what an earlier look returned ("" = there was none).
[[nodiscard]] Result<Observation> observe_table(PgConnection& connection, const PostgresRead& read,
                                                const ChangeRule& rule,
                                                const std::string& last_fingerprint);

}  // namespace rhumb
