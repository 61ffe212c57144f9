// Bugs that nobody would write on purpose, to see whether the harness notices them.

#include <dlfcn.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <string>
#include <string_view>

#include "faults.h"

namespace {

using rhumb::faults::Action;
using rhumb::faults::pass;

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// The same statement with the same parameters that inserts nothing.
std::string inserting_nothing(std::string sql) {
  const size_t values = sql.find("VALUES (");
  if (values == std::string::npos) return sql;
  sql.replace(values, 8, "SELECT ");
  sql.replace(sql.rfind(')'), 1, " WHERE 0");
  return sql;
}

/// The switch in two steps: readers see the new table empty for a moment.
std::string empty_first(const std::string& sql) {
  const size_t view_end = sql.find(';', sql.find("CREATE OR REPLACE VIEW"));
  if (view_end == std::string::npos) return sql;
  return sql.substr(0, view_end) + " WHERE false; COMMIT; SELECT pg_sleep(0.2); BEGIN;" + sql;
}

}  // namespace

extern "C" int sqlite3_prepare_v3(sqlite3* database, const char* sql, int bytes, unsigned flags,
                                  sqlite3_stmt** statement, const char** tail) {
  static const auto real = next<decltype(&sqlite3_prepare_v3)>("sqlite3_prepare_v3");
  const std::string_view text(sql);
  if (text.starts_with("INSERT INTO inputs") && pass("ledger.insert") == Action::kSkip) {
    const std::string nothing = inserting_nothing(std::string(text));
    return real(database, nothing.c_str(), -1, flags, statement, nullptr);
  }
  return real(database, sql, bytes, flags, statement, tail);
}

extern "C" int PQsendQuery(PGconn* connection, const char* sql) {
  static const auto real = next<decltype(&PQsendQuery)>("PQsendQuery");
  const std::string_view text(sql);
  if (text.find("CREATE OR REPLACE VIEW") != std::string_view::npos &&
      pass("switch.sent") == Action::kSkip) {
    return real(connection, empty_first(std::string(text)).c_str());
  }
  return real(connection, sql);
}
