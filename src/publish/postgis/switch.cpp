#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "publish/postgis/showing.h"

namespace rhumb {
namespace {

// How long a try may keep others waiting. One millisecond wins most of the time; 20 are still too
// short to be noticed.
constexpr auto kLockTimeouts = std::to_array<int>({1, 2, 5, 10, 20});
constexpr double kFirstPause = 0.01;
constexpr double kLongestPause = 0.5;
// A switch that takes longer than this, or than half of its limit, is worth an alarm.
constexpr double kAlarmSeconds = 10;
// Of transactions that failed by no fault of theirs.
constexpr int kMostConflicts = 20;

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
  return sqlstate == "55P03" || sqlstate == "40P01" || sqlstate == "40001" ||
         error.message.find("tuple concurrently updated") != std::string::npos;
}

// deadlock_timeout in milliseconds: a wait that reaches it makes the server look for a culprit.
Result<int> longest_wait(PgConnection& connection) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'"));
  return std::max(1, static_cast<int>(rows.integer(0, 0)) - 1);
}

Error refused_rows(Error error, const std::string& sqlstate) {
  if (!sqlstate.starts_with("23")) return error;
  return Error{
      Code::kAssertFailed,
      "the new rows do not fit those that are visible: " + error.message,
      "correct the key or the model, or publish with `mode: replace`; nothing was switched",
      {}};
}

}  // namespace

struct PostgisTarget::Attempt {
  Status result;
  double seconds = 0;  ///< of the statements that need the views' locks
  bool again = false;
};

void PostgisTarget::Patience::hindered(std::vector<std::string> by, const char* what) {
  if (!by.empty()) by_ = std::move(by);
  if (alarmed_ || !request_.alarm || seconds() < std::min(kAlarmSeconds, limit_ / 2)) return;
  alarmed_ = true;
  request_.alarm(fmt::format(
      "{} has waited {} {}; readers see the version before and are not hindered; trying until {} "
      "are over; seen: {}{}",
      target_.description_, human_seconds(seconds()), what, human_seconds(limit_), last_seen(),
      target_.options_.way == SwitchWay::kView
          ? "; `switch: pointer` needs no moment without readers"
          : ""));
}

std::string PostgisTarget::Patience::last_seen() const {
  return by_.empty() ? "many short ones" : join(by_, ", ");
}

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

// No other publisher can come in between until the transaction ends.
Status PostgisTarget::write_record(PgConnection& connection, Showing& showing) {
  RHUMB_TRY(showing.target->lease_->confirm(connection));
  CommitRecord record(connection, showing.name());
  if (showing.appended_to) {
    RHUMB_TRY(record.mark_appended(showing.appended_to->table, showing.table));
  } else {
    RHUMB_TRY(record.mark_visible(showing.table.table));
  }
  if (showing.seat) {
    // A slot that somebody emptied would show nothing.
    RHUMB_ASSIGN(const auto seated,
                 Seats(connection, showing.name()).seated(showing.seat->slot(showing.slot)));
    if (seated.size() != 1 || seated[0].oid != showing.table.oid || seated[0].leaving) {
      return Error{Code::kConflict,
                   fmt::format("{} no longer holds {}", showing.seat->slot(showing.slot).text(),
                               showing.table.table.text()),
                   "another process changed it; run again",
                   {}};
    }
  }
  if (showing.first.empty()) return {};
  return connection.execute(join(showing.first, ";\n"));
}

// The commit records come first, when nothing is locked that readers want; everything that needs
// the views' locks goes to the server at once, so that no round trip prolongs it. Views are locked
// in the order of their names, and all of them together wait no longer than one would.
PostgisTarget::Attempt PostgisTarget::try_once(PgConnection& connection,
                                               std::vector<Showing>& showings,
                                               int lock_timeout_ms) {
  Attempt attempt;
  auto transaction = PgTransaction::begin(connection);
  if (!transaction.ok()) {
    attempt.result = std::move(transaction).error();
    return attempt;
  }
  std::vector<std::string> statements;
  const auto locked = std::count_if(showings.begin(), showings.end(), [](const Showing& showing) {
    return !showing.done && !showing.under_lock.empty();
  });
  const auto each_ms = std::max<int64_t>(1, lock_timeout_ms / std::max<int64_t>(1, locked));
  attempt.result = connection.execute(fmt::format("SET LOCAL lock_timeout = '{}ms'", each_ms));
  for (Showing& showing : showings) {
    if (showing.done || !attempt.result.ok()) continue;
    attempt.result = write_record(connection, showing);
    statements.insert(statements.end(), showing.under_lock.begin(), showing.under_lock.end());
  }
  if (attempt.result.ok()) attempt.result = fault_point(FaultPoint::kSwitchMarked);
  if (attempt.result.ok()) {
    const Stopwatch watch;
    statements.emplace_back("COMMIT");
    attempt.result = connection.execute(join(statements, ";\n"));
    attempt.seconds = watch.seconds();
  }
  if (!attempt.result.ok()) {
    attempt.again = will_pass(connection.sqlstate(), attempt.result.error());
    attempt.result = refused_rows(std::move(attempt.result).error(), connection.sqlstate());
  }
  return attempt;
}

// The connection broke while COMMIT was under way: only the record knows.
Result<bool> PostgisTarget::committed_after_all(std::vector<Showing>& showings) {
  for (Showing& showing : showings) {
    if (showing.done) continue;
    PostgisTarget& target = *showing.target;
    target.end_session();
    RHUMB_ASSIGN(PgConnection* const connection, target.session(*showing.request));
    RHUMB_TRY(target.take_lease(*connection, *showing.request));
    RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, showing.name()).tables());
    if (tables.empty() || !tables.front().switched) return false;
    const PublishedTable& visible = tables.front();
    const PgName& wanted = showing.appended_to ? showing.appended_to->table : showing.table.table;
    if (visible.table != wanted || visible.version != showing.table.version) return false;
  }
  return true;
}

Error PostgisTarget::starved(const std::vector<Showing>& showings, const Patience& patience,
                             int tries) {
  std::vector<std::string> views;
  for (const Showing& showing : showings) {
    if (!showing.done && !showing.under_lock.empty()) views.push_back(showing.target->description_);
  }
  return Error{
      Code::kSwitchStarved,
      fmt::format(
          "{} could not be switched to version {} within {}: other sessions held the view at "
          "each of {} tries; seen last: {}",
          join(views, ", "), showings.front().table.version, human_seconds(patience.limit()), tries,
          patience.last_seen()),
      "readers still see the version before; end the session named, run again when it is quieter, "
      "or publish with `switch: pointer`, which needs no moment without readers",
      showings.front().target->options_.place};
}

Result<std::vector<SwitchReport>> PostgisTarget::show(std::vector<Showing> showings) {
  Showing& leader = showings.front();
  Patience patience(*leader.target, *leader.request);
  std::vector<SwitchReport> reports;
  for (Showing& showing : showings) {
    reports.push_back({.version = showing.table.version});
    if (showing.done) continue;
    RHUMB_ASSIGN(PgConnection* const own, showing.target->session(*showing.request));
    RHUMB_TRY(showing.target->prepare(*own, showing, patience));
  }
  if (std::all_of(showings.begin(), showings.end(), [](const Showing& s) { return s.done; })) {
    return reports;
  }
  RHUMB_ASSIGN(PgConnection * connection, leader.target->session(*leader.request));
  RHUMB_ASSIGN(const int longest, longest_wait(*connection));
  const bool locks = std::any_of(showings.begin(), showings.end(), [](const Showing& showing) {
    return !showing.done && !showing.under_lock.empty();
  });
  for (int tries = 1;; ++tries) {
    const size_t step = std::min(static_cast<size_t>(tries - 1), kLockTimeouts.size() - 1);
    Attempt attempt = try_once(*connection, showings, std::min(kLockTimeouts.at(step), longest));
    if (!attempt.result.ok() && connection->lost()) {
      RHUMB_ASSIGN(const bool done, committed_after_all(showings));
      RHUMB_ASSIGN(connection, leader.target->session(*leader.request));
      if (!done && patience.over()) return std::move(attempt.result).error();
      if (!done) continue;
      attempt.result = Status();
    }
    if (attempt.result.ok()) {
      for (size_t i = 0; i < showings.size(); ++i) {
        if (showings[i].done) continue;
        reports[i].visible_after_s = patience.seconds();
        reports[i].lock_wait_s = attempt.seconds;
        reports[i].tries = tries;
        if (!showings[i].seat) continue;
        const Status noted =
            Seats(*connection, showings[i].name()).remember_readers(*showings[i].seat);
        static_cast<void>(noted);  // whoever wants to know later finds that nobody noted them
      }
      return reports;
    }
    if (!attempt.again || (!locks && tries >= kMostConflicts)) {
      return std::move(attempt.result).error();
    }
    for (const Showing& showing : showings) {
      if (showing.done || showing.under_lock.empty() || !showing.view) continue;
      RHUMB_ASSIGN(auto seen, lock_holders(*connection, showing.view->oid));
      patience.hindered(std::move(seen), "for a moment in which nobody reads the view");
    }
    if (patience.over()) return starved(showings, patience, tries);
    const double wait = std::min({kLongestPause, kFirstPause * tries, patience.left()});
    if (!pause(wait, patience.cancel())) {
      return Error{Code::kCancelled, "cancelled before the switch; nothing has changed", "", {}};
    }
  }
}

Result<std::vector<SwitchReport>> PostgisTarget::switch_together(
    const std::vector<SwitchMember>& members) {
  std::vector<Showing> showings;
  for (const SwitchMember& member : members) {
    // One group, one kind of target.
    auto& target = static_cast<PostgisTarget&>(*member.target);
    RHUMB_ASSIGN(PgConnection* const connection, target.session(*member.request));
    // A lease that was lost is found out before any work.
    RHUMB_TRY(target.take_lease(*connection, *member.request));
    RHUMB_ASSIGN(PublishedTable staged, target.find_staged(*connection, *member.request));
    const bool done = staged.switched;
    showings.push_back(
        {.target = &target, .request = member.request, .table = std::move(staged), .done = done});
  }
  // The same order in every process.
  std::vector<size_t> order(showings.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return showings[a].name().quoted() < showings[b].name().quoted();
  });
  std::vector<Showing> sorted;
  for (const size_t i : order) sorted.push_back(std::move(showings[i]));
  RHUMB_ASSIGN(const auto shown, show(std::move(sorted)));
  std::vector<SwitchReport> reports(members.size());
  for (size_t i = 0; i < order.size(); ++i) reports[order[i]] = shown[i];
  return reports;
}

Result<SwitchReport> PostgisTarget::switch_over(const PublishRequest& request) {
  RHUMB_ASSIGN(const auto reports, switch_together({{.target = this, .request = &request}}));
  return reports.front();
}

Result<bool> PostgisTarget::switch_back(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(CommitRecord(*connection, options_.view).prepare());
  RHUMB_TRY(take_lease(*connection, request));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  const auto kept = std::find_if(tables.begin(), tables.end(), [&](const PublishedTable& table) {
    return table.switched && table.oid != 0 && table.version == request.version &&
           !is_of_other_store(table, request.store);
  });
  if (kept == tables.end()) return false;
  if (kept != tables.begin()) {
    RHUMB_ASSIGN(const auto reports, show({{.target = this, .request = &request, .table = *kept}}));
    static_cast<void>(reports);
  }
  end_session();
  return true;
}

}  // namespace rhumb
