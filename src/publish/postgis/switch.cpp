#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "base/time.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

// How long a try may keep others waiting. One millisecond wins most of the time; 20 are still too
// short to be noticed.
constexpr auto kLockTimeouts = std::to_array<int>({1, 2, 5, 10, 20});
constexpr double kFirstPause = 0.01;
constexpr double kLongestPause = 0.5;

// False when the run is cancelled meanwhile.
bool pause(double seconds, const CancelFlag* cancel) {
  thread_local std::mt19937 random{std::random_device{}()};
  const double jittered = seconds * std::uniform_real_distribution<>(0.5, 1.5)(random);
  const Stopwatch watch;
  while (watch.seconds() < jittered) {
    if (cancel != nullptr && cancel->requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return cancel == nullptr || !cancel->requested();
}

// A lock held by others, a deadlock, or a catalogue row that someone else has just changed: all end
// by themselves.
bool will_pass(const std::string& sqlstate, const Error& error) {
  return sqlstate == "55P03" || sqlstate == "40P01" ||
         error.message.find("tuple concurrently updated") != std::string::npos;
}

// deadlock_timeout in milliseconds: a wait that reaches it makes the server look for a culprit.
Result<int> longest_wait(PgConnection& connection) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'"));
  return std::max(1, static_cast<int>(rows.integer(0, 0)) - 1);
}

std::string with_options(const std::vector<std::string>& options) {
  if (options.empty()) return "";
  std::vector<std::string> parts;
  for (const std::string& option : options) {
    const size_t equals = option.find('=');
    parts.push_back(
        option.substr(0, equals) + " = " +
        (equals == std::string::npos ? "true" : quote_literal(option.substr(equals + 1))));
  }
  return " WITH (" + join(parts, ", ") + ")";
}

std::string view_definition(const PgName& view, const PgName& table, const ViewChange& change,
                            const std::vector<std::string>& options) {
  std::vector<std::string> columns;
  for (const std::string& column : change.columns) columns.push_back(quote_identifier(column));
  return fmt::format("{} VIEW {}{} AS SELECT {} FROM {}",
                     change.kind == ViewChange::Kind::kReplace ? "CREATE OR REPLACE" : "CREATE",
                     view.quoted(), with_options(options), join(columns, ", "), table.quoted());
}

}  // namespace

struct PostgisTarget::Attempt {
  Status result;
  double seconds = 0;  ///< of the statements that need the view's lock
  bool again = false;
};

Result<PublishedTable> PostgisTarget::find_staged(PgConnection& connection,
                                                  const PublishRequest& request) {
  RHUMB_ASSIGN(const auto tables, CommitRecord(connection, options_.view).tables());
  for (const PublishedTable& table : tables) {
    const bool visible = table.switched && &table == &tables.front();
    if (table.version == request.version && table.run == request.run && table.oid != 0 &&
        (visible || !table.switched)) {
      return table;
    }
  }
  return Error{Code::kConflict,
               fmt::format("{} holds no staged table of version {} of this run", description_,
                           request.version),
               "it was removed by another process; run again",
               {}};
}

Result<std::string> PostgisTarget::switch_statements(PgConnection& connection,
                                                     const PublishRequest& request,
                                                     const PublishedTable& table,
                                                     const Comparison& comparison) {
  const ViewChange& change = comparison.change;
  if (!change.breaking.empty() && !request.consent_to_breaking) {
    return Error{Code::kNeedsConsent,
                 fmt::format("{} would change for its readers: {}", options_.view.text(),
                             join(change.breaking, "; ")),
                 "when that is meant, run again with --accept-breaking", options_.place};
  }
  std::vector<std::string> statements;
  std::vector<std::string> options;
  if (comparison.view) options = comparison.view->options;
  if (change.kind == ViewChange::Kind::kRebuild) {
    statements.push_back("DROP VIEW " + options_.view.quoted());
  }
  statements.push_back(view_definition(options_.view, table.table, change, options));
  if (change.kind == ViewChange::Kind::kRebuild) {
    RHUMB_ASSIGN(const auto belongings,
                 belongings_of(connection, *comparison.view, options_.view, change.columns));
    statements.insert(statements.end(), belongings.begin(), belongings.end());
  }
  if (!options_.comment.empty()) {
    statements.push_back(fmt::format("COMMENT ON VIEW {} IS {}", options_.view.quoted(),
                                     quote_literal(options_.comment)));
  }
  for (const auto& [role, privileges] : options_.grants) {
    statements.push_back(fmt::format("GRANT {} ON {} TO {}", join(privileges, ", "),
                                     options_.view.quoted(), quote_role(role)));
  }
  statements.emplace_back("COMMIT");
  return join(statements, ";\n");
}

// The commit record is written first, when nothing is locked that readers want; everything that
// needs the view's lock goes to the server at once, so that no round trip prolongs it.
PostgisTarget::Attempt PostgisTarget::try_once(PgConnection& connection,
                                               const PublishedTable& table,
                                               const std::string& statements, int lock_timeout_ms) {
  Attempt attempt;
  auto transaction = PgTransaction::begin(connection);
  if (!transaction.ok()) {
    attempt.result = std::move(transaction).error();
    return attempt;
  }
  attempt.result = CommitRecord(connection, options_.view).mark_visible(table.table);
  if (attempt.result.ok()) attempt.result = fault_point(FaultPoint::kSwitchMarked);
  if (attempt.result.ok()) {
    const Stopwatch watch;
    attempt.result = connection.execute(
        fmt::format("SET LOCAL lock_timeout = '{}ms';\n{}", lock_timeout_ms, statements));
    attempt.seconds = watch.seconds();
  }
  if (!attempt.result.ok()) {
    attempt.again = will_pass(connection.sqlstate(), attempt.result.error());
  }
  return attempt;
}

// The connection broke while COMMIT was under way: only the record knows.
Result<bool> PostgisTarget::committed_after_all(const PublishRequest& request,
                                                const PublishedTable& table) {
  end_session();
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  return !tables.empty() && tables.front().switched && tables.front().table == table.table;
}

Error PostgisTarget::starved(const PublishedTable& table, int tries,
                             const std::vector<std::string>& holders) const {
  return Error{
      Code::kSwitchStarved,
      fmt::format(
          "{} could not be switched to version {} within {}: other sessions held the view at "
          "each of {} tries; seen last: {}",
          description_, table.version,
          human_seconds(static_cast<double>(options_.switch_within) / 1e6), tries,
          holders.empty() ? "many short ones" : join(holders, ", ")),
      "readers still see the version before; end the session named, or run again when it is "
      "quieter",
      options_.place};
}

Result<SwitchReport> PostgisTarget::show(const PublishRequest& request,
                                         const PublishedTable& table) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_ASSIGN(const auto columns, columns_of(*connection, table.oid));
  RHUMB_ASSIGN(const Comparison comparison, compare(*connection, columns));
  RHUMB_ASSIGN(const std::string statements,
               switch_statements(*connection, request, table, comparison));
  RHUMB_ASSIGN(const int longest, longest_wait(*connection));
  const double deadline = static_cast<double>(options_.switch_within) / 1e6;
  const Stopwatch watch;
  std::vector<std::string> holders;
  for (int tries = 1;; ++tries) {
    const size_t step = std::min(static_cast<size_t>(tries - 1), kLockTimeouts.size() - 1);
    Attempt attempt =
        try_once(*connection, table, statements, std::min(kLockTimeouts.at(step), longest));
    if (!attempt.result.ok() && connection->lost()) {
      RHUMB_ASSIGN(const bool done, committed_after_all(request, table));
      if (done) attempt.result = Status();
    }
    if (attempt.result.ok()) {
      return SwitchReport{.version = table.version,
                          .visible_after_s = watch.seconds(),
                          .lock_wait_s = attempt.seconds,
                          .tries = tries};
    }
    if (!attempt.again) return std::move(attempt.result).error();
    if (comparison.view) {
      RHUMB_ASSIGN(auto seen, lock_holders(*connection, comparison.view->oid));
      if (!seen.empty()) holders = std::move(seen);
    }
    if (watch.seconds() >= deadline) return starved(table, tries, holders);
    const double wait = std::min({kLongestPause, kFirstPause * tries, deadline - watch.seconds()});
    if (!pause(wait, request.cancel)) {
      return Error{Code::kCancelled, "cancelled before the switch; nothing has changed", "", {}};
    }
  }
}

Result<SwitchReport> PostgisTarget::switch_over(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  // Lost together with the connection, so it is asked for again.
  RHUMB_TRY(take_lease(*connection));
  RHUMB_ASSIGN(const PublishedTable staged, find_staged(*connection, request));
  if (staged.switched) return SwitchReport{.version = staged.version};
  return show(request, staged);
}

Result<bool> PostgisTarget::switch_back(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(take_lease(*connection));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  const auto kept = std::find_if(tables.begin(), tables.end(), [&](const PublishedTable& table) {
    return table.switched && table.oid != 0 && table.version == request.version;
  });
  if (kept == tables.end()) return false;
  if (kept != tables.begin()) {
    RHUMB_ASSIGN(const SwitchReport report, show(request, *kept));
    static_cast<void>(report);
  }
  end_session();
  return true;
}

}  // namespace rhumb
