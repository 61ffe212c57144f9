#include "source/postgres/change.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

/// What a look found, and how people read it.
struct Look {
  std::string value;    ///< compared as it stands
  std::string meaning;  ///< in words
};

/// A fingerprint as it is kept: the rule, the columns, the value and its meaning, a line each.
struct Kept {
  std::string rule;
  std::string columns;
  Look look;
};

// Lines of it may hold anything the table does.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string to_text(const Kept& kept) {
  return fmt::format("{}\n{}\n{}\n{}", one_line(kept.rule), one_line(kept.columns),
                     one_line(kept.look.value), one_line(kept.look.meaning));
}

Kept from_text(const std::string& text) {
  const auto lines = split(text, '\n');
  Kept kept;
  if (lines.size() != 4) return kept;  // equals nothing
  kept.rule = lines[0];
  kept.columns = lines[1];
  kept.look = {.value = std::string(lines[2]), .meaning = std::string(lines[3])};
  return kept;
}

std::string rule_text(const ChangeRule& rule) {
  switch (rule.kind) {
    case ChangeRule::Kind::kAlways:
      return "always";
    case ChangeRule::Kind::kCounters:
      return "counters";
    case ChangeRule::Kind::kFingerprint:
      return "fingerprint";
    case ChangeRule::Kind::kExpression:
      return rule.expression;
  }
  return "";
}

// Hashes of rows are added, so that the order of rows does not matter and the server may use
// several processes.
Result<Look> look_at_rows(PgConnection& connection, TableShape& shape) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query(fmt::format(
                   "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)), 0) FROM {}",
                   shape.select_list(), shape.from)));
  shape.estimated_rows = static_cast<uint64_t>(rows.integer(0, 0));
  return Look{.value = rows.string(0, 0) + " " + rows.string(0, 1),
              .meaning = human_count(*shape.estimated_rows) + " rows"};
}

// The server's counts begin anew when it crashes or they are reset, hence its start and their
// reset.
constexpr const char* kCounters =
    "WITH RECURSIVE part(oid) AS (SELECT $1::oid UNION"
    " SELECT i.inhrelid FROM pg_inherits i JOIN part p ON i.inhparent = p.oid)"
    "SELECT pg_is_in_recovery(), sum(pg_stat_get_tuples_inserted(oid)),"
    " sum(pg_stat_get_tuples_updated(oid)), sum(pg_stat_get_tuples_deleted(oid)),"
    " md5(string_agg(oid || ':' || coalesce(pg_relation_filenode(oid), 0), ',' ORDER BY oid)),"
    " extract(epoch FROM pg_postmaster_start_time()),"
    " coalesce((SELECT stats_reset::text FROM pg_stat_database WHERE datname = "
    "current_database()), '')"
    " FROM part";

Result<Look> look_at_counters(PgConnection& connection, const PostgresRead& read,
                              const TableShape& shape) {
  const std::string_view counted = "rpm";
  if (counted.find(shape.kind) == std::string_view::npos) {
    return Error{Code::kBadValue,
                 "the server counts changes of tables only, not of views and queries",
                 "write `changed_when: fingerprint`, or an expression", read.place};
  }
  RHUMB_ASSIGN(const PgRows rows, connection.query(kCounters, {std::to_string(shape.oid)}));
  if (rows.boolean(0, 0)) {
    return Error{Code::kNotSupported, "a standby server does not count changes",
                 "write `changed_when: fingerprint`, or read from the primary", read.place};
  }
  Look look{.meaning = fmt::format("{} ins, {} upd, {} del", rows.text(0, 1), rows.text(0, 2),
                                   rows.text(0, 3))};
  for (size_t i = 1; i < 7; ++i) look.value += rows.string(0, i) + " ";
  return look;
}

Result<Look> look_at_expression(PgConnection& connection, const PostgresRead& read,
                                const ChangeRule& rule, const TableShape& shape) {
  auto rows =
      connection.query(fmt::format("SELECT ({}\n)::text FROM {}", rule.expression, shape.from));
  if (!rows.ok()) {
    Error error = std::move(rows).error();
    if (error.code == Code::kDatabase) error.code = Code::kBadSql;
    error.message = "`changed_when`: " + error.message;
    error.place = read.place;
    return error;
  }
  if (rows->size() != 1) {
    return Error{Code::kBadSql,
                 fmt::format("`changed_when` must give one value, it gave {}", rows->size()),
                 "use an aggregate: max(updated_at)", read.place};
  }
  std::string value = rows->is_null(0, 0) ? "null" : rows->string(0, 0);
  return Look{.value = value, .meaning = printable(value, 60)};
}

Result<Look> look(PgConnection& connection, const PostgresRead& read, const ChangeRule& rule,
                  TableShape& shape) {
  switch (rule.kind) {
    case ChangeRule::Kind::kAlways:
      return Look{};
    case ChangeRule::Kind::kCounters:
      return look_at_counters(connection, read, shape);
    case ChangeRule::Kind::kFingerprint:
      return look_at_rows(connection, shape);
    case ChangeRule::Kind::kExpression:
      return look_at_expression(connection, read, rule, shape);
  }
  return Look{};
}

// `2024-01-02 08:58:00` and `2024-01-02 09:12:00` -> their times alone.
std::pair<std::string, std::string> without_common_day(const std::string& a, const std::string& b) {
  constexpr size_t kDay = 11;  // `2024-01-02 `
  const bool days = a.size() > kDay && b.size() > kDay && a[4] == '-' && a[7] == '-' &&
                    a[10] == ' ' && a.compare(0, kDay, b, 0, kDay) == 0;
  if (!days) return {a, b};
  return {a.substr(kDay), b.substr(kDay)};
}

std::string reason(const ChangeRule& rule, const Kept& last, const Kept& now) {
  const std::string name = printable(rule_text(rule), 60);
  if (rule.kind == ChangeRule::Kind::kAlways) return "always read";
  if (last.rule.empty()) return "first read";
  if (last.rule != now.rule) return "changed_when is now " + name;
  if (last.columns != now.columns) return "columns changed";
  const auto [before, after] = without_common_day(last.look.meaning, now.look.meaning);
  if (last.look.value != now.look.value) {
    if (before == after) return fmt::format("{} changed ({})", name, after);
    return fmt::format("{} {} -> {}", name, before, after);
  }
  if (rule.kind == ChangeRule::Kind::kExpression) {
    return fmt::format("unchanged: {} is still {}", name, now.look.meaning);
  }
  return fmt::format("unchanged: {} equal ({})", name, now.look.meaning);
}

}  // namespace

ChangeRule read_change_rule(const std::string& changed_when) {
  const std::string text(trim(changed_when));
  if (text.empty() || text == "fingerprint") return {};
  if (text == "always") return {.kind = ChangeRule::Kind::kAlways};
  if (text == "counters") return {.kind = ChangeRule::Kind::kCounters};
  return {.kind = ChangeRule::Kind::kExpression, .expression = text};
}

Result<Observation> observe_table(PgConnection& connection, const PostgresRead& read,
                                  const ChangeRule& rule, const std::string& last_fingerprint) {
  RHUMB_ASSIGN(TableShape shape, look_at_table(connection, read));
  Kept now{.rule = one_line(rule_text(rule)), .columns = one_line(shape.signature())};
  RHUMB_ASSIGN(now.look, look(connection, read, rule, shape));
  now.look = {.value = one_line(now.look.value), .meaning = one_line(now.look.meaning)};
  const Kept last = from_text(last_fingerprint);
  const bool same =
      last.rule == now.rule && last.columns == now.columns && last.look.value == now.look.value;
  return Observation{.changed = rule.kind == ChangeRule::Kind::kAlways || !same,
                     .fingerprint = to_text(now),
                     .reason = reason(rule, last, now),
                     .estimated_rows = shape.estimated_rows};
}

}  // namespace rhumb
