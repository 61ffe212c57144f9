#include "publish/postgis/lease.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// The server needs a moment to notice that an earlier session of ours is gone.
constexpr double kGraceSeconds = 1.0;
constexpr auto kPoll = milliseconds(50);
// How often a waiting run repeats that it waits.
constexpr double kSayAgainSeconds = 60;

constexpr const char* kTake =
    "INSERT INTO rhumb.leases AS l (view, token, run, holder, session, session_start)"
    " SELECT $1, 1, $2, $3, pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    " ON CONFLICT (view) DO UPDATE SET token = l.token + 1, run = excluded.run,"
    " holder = excluded.holder, session = excluded.session,"
    " session_start = excluded.session_start, taken_at = clock_timestamp() RETURNING token";
// The same publisher with a new session of its work.
constexpr const char* kTakeAgain =
    "UPDATE rhumb.leases SET session = a.pid, session_start = a.backend_start"
    " FROM pg_stat_activity a WHERE a.pid = pg_backend_pid() AND view = $1"
    " AND token = $2::bigint RETURNING token";

std::string lock_key(const std::string& view) {
  return "rhumb:" + view;
}

std::string this_process() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fmt::format("{}, process {}", host.data(), getpid());
}

}  // namespace

LeaseKeeper::LeaseKeeper(Secret url, Micros ttl) : url_(std::move(url)), ttl_(ttl) {}

LeaseKeeper::~LeaseKeeper() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// The time-outs are of this session alone: a machine that vanishes without a word is found out by
// the server's own probes, a process that was stopped by its silence.
Status LeaseKeeper::connect() {
  if (session_ && !session_->lost()) return {};
  RHUMB_ASSIGN(PgConnection connection, PgConnection::open(url_));
  const int64_t seconds = std::max<int64_t>(1, ttl_ / 1'000'000);
  RHUMB_TRY(connection.execute(fmt::format(
      "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = {};"
      "SET tcp_keepalives_idle = {}; SET tcp_keepalives_interval = {};"
      "SET tcp_keepalives_count = 3",
      ttl_ / 1000, std::max<int64_t>(1, seconds / 2), std::max<int64_t>(1, seconds / 6))));
  session_.emplace(std::move(connection));
  if (!thread_.joinable()) thread_ = std::thread([this] { keep_alive(); });
  return {};
}

void LeaseKeeper::close() {
  session_.reset();
}

void LeaseKeeper::keep_alive() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, microseconds(ttl_ / 4), [this] { return stop_; })) {
    // A session that is lost is made anew by the next step of a publication, which then asks for
    // its token.
    if (session_ && !session_->query("SELECT 1").ok()) close();
  }
}

void LeaseKeeper::expect(const PgName& view) {
  const std::scoped_lock lock(mutex_);
  expected_.push_back(view);
}

Result<std::string> LeaseKeeper::try_lock(const std::string& view) {
  const std::scoped_lock lock(mutex_);
  if (session_ && session_->lost()) close();
  // A new session holds nothing of what the old one held.
  if (!session_) held_.clear();
  asked_.insert(view);
  if (held_.contains(view)) return std::string();
  RHUMB_TRY(connect());
  RHUMB_TRY(qualify_expected());
  std::set<std::string> wanted{view};
  for (const PgName& name : expected_) {
    if (name.text() < view) wanted.insert(name.text());
  }
  for (const std::string& each : wanted) {
    RHUMB_ASSIGN(const bool taken, this->lock(each));
    if (!taken) return each;
  }
  return std::string();
}

Result<bool> LeaseKeeper::lock(const std::string& view) {
  if (held_.contains(view)) return true;
  RHUMB_ASSIGN(
      const PgRows taken,
      session_->query("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", {lock_key(view)}));
  if (taken.boolean(0, 0)) held_.insert(view);
  return taken.boolean(0, 0);
}

/// Gives the expected ones their schema, as targets do that name none.
Status LeaseKeeper::qualify_expected() {
  const auto bare = [](const PgName& name) { return name.schema.empty(); };
  if (std::none_of(expected_.begin(), expected_.end(), bare)) return {};
  RHUMB_ASSIGN(const PgRows rows, session_->query("SELECT current_schema()"));
  for (PgName& name : expected_) {
    if (bare(name)) name.schema = rows.string(0, 0);
  }
  return {};
}

void LeaseKeeper::unlock(const std::string& view) {
  const std::scoped_lock lock(mutex_);
  asked_.erase(view);
  std::erase_if(expected_, [&](const PgName& name) { return name.text() == view; });
  const bool held = held_.erase(view) > 0;
  if (asked_.empty()) held_.clear();
  if (!session_ || (!held && !held_.empty())) return;
  // Also before the session ends: the server would notice that a moment later.
  const auto done =
      held_.empty()
          ? session_->query("SELECT pg_advisory_unlock_all()")
          : session_->query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", {lock_key(view)});
  if (!done.ok() || held_.empty()) close();
}

Result<int64_t> LeaseKeeper::holder(const std::string& view) {
  const std::scoped_lock lock(mutex_);
  RHUMB_TRY(connect());
  RHUMB_ASSIGN(const PgRows rows,
               session_->query("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
                               " AND objsubid = 1 AND database = (SELECT oid FROM pg_database"
                               "  WHERE datname = current_database()) AND"
                               " (classid::bigint << 32) | objid::bigint ="
                               " hashtextextended($1, 0)",
                               {lock_key(view)}));
  if (held_.empty()) close();
  return rows.empty() ? 0 : rows.integer(0, 0);
}

Result<std::string> PublisherLease::who(PgConnection& work, const std::string& view) {
  RHUMB_ASSIGN(const PgRows rows,
               work.query("SELECT run, holder, date_trunc('second', taken_at)::text"
                          " FROM rhumb.leases WHERE view = $1",
                          {view}));
  if (rows.empty()) return std::string("another process");
  return fmt::format("run {} ({}, since {})", rows.text(0, 0), printable(rows.text(0, 1)),
                     rows.text(0, 2));
}

Status PublisherLease::wait_for_lock(PgConnection& work, const LeaseWait& wait) {
  const Stopwatch watch;
  // Our own lost session may hold the lock until the server has noticed.
  const Micros at_least = token_ ? keeper_->ttl() : 0;
  const double patience =
      std::max(kGraceSeconds, static_cast<double>(std::max(wait.at_most, at_least)) / 1e6);
  double say_at = kGraceSeconds;
  std::string held;
  while (true) {
    RHUMB_ASSIGN(held, keeper_->try_lock(view_));
    if (held.empty()) return {};
    if (watch.seconds() >= patience) break;
    if (wait.cancel != nullptr && wait.cancel->requested()) {
      return Error{Code::kCancelled, "cancelled while waiting for another publication", "", {}};
    }
    if (wait.at_most > 0 && wait.say && watch.seconds() >= say_at) {
      RHUMB_ASSIGN(const std::string holder, who(work, held));
      wait.say(fmt::format("waiting for {}, which publishes to {}", holder, described(held)));
      say_at += kSayAgainSeconds;
    }
    std::this_thread::sleep_for(kPoll);
  }
  RHUMB_ASSIGN(const std::string holder, who(work, held));
  RHUMB_ASSIGN(const int64_t pid, keeper_->holder(held));
  return Error{
      Code::kBusy,
      fmt::format("{} is publishing to {} (server process {})", holder, described(held), pid),
      "wait for it with: --wait 10m; if it has died, its lease ends by itself within "
      "a minute",
      {}};
}

Error PublisherLease::lost(PgConnection& work) const {
  const auto holder = who(work, view_);
  return Error{Code::kConflict,
               fmt::format("this run has lost its lease of {}: it was silent for too long, and {} "
                           "has published since",
                           description_, holder.ok() ? *holder : "another one"),
               "nothing of this run was switched; run again",
               {}};
}

// A publisher that lost its lease may still hold locks, or the name of a table that is not yet
// committed: its session would keep us waiting for as long as it likes.
Status PublisherLease::end_predecessor(PgConnection& work) const {
  const auto ended = work.query(
      "SELECT pg_terminate_backend(a.pid, 5000) FROM rhumb.leases l JOIN pg_stat_activity a"
      " ON a.pid = l.session AND a.backend_start = l.session_start"
      " WHERE l.view = $1 AND a.pid <> pg_backend_pid()",
      {view_});
  // Another role's session cannot be ended; what it holds is then reported where it hinders.
  if (!ended.ok() && ended.error().code != Code::kRights) return ended.error();
  return {};
}

Status PublisherLease::register_session(PgConnection& work, const std::string& run) {
  RHUMB_ASSIGN(const PgRows rows, token_ ? work.query(kTakeAgain, {view_, std::to_string(*token_)})
                                         : work.query(kTake, {view_, run, this_process()}));
  if (rows.empty()) return lost(work);
  token_ = rows.integer(0, 0);
  session_ = work.backend_pid();
  return {};
}

Status PublisherLease::take(PgConnection& work, const std::string& run, const LeaseWait& wait) {
  RHUMB_TRY(wait_for_lock(work, wait));
  if (token_ && session_ == work.backend_pid()) {
    RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(work));
    RHUMB_TRY(confirm(work));
    return transaction.commit();
  }
  if (!token_) RHUMB_TRY(end_predecessor(work));
  return register_session(work, run);
}

Status PublisherLease::confirm(PgConnection& work) const {
  RHUMB_ASSIGN(const PgRows rows,
               work.query("SELECT token FROM rhumb.leases WHERE view = $1 FOR SHARE", {view_}));
  if (!rows.empty() && token_ && rows.integer(0, 0) == *token_) return {};
  return lost(work);
}

void PublisherLease::release(PgConnection* work) {
  if (token_ && work != nullptr && !work->lost()) {
    work->watch(nullptr);
    const auto done = work->query(
        "UPDATE rhumb.leases SET session = NULL, session_start = NULL"
        " WHERE view = $1 AND token = $2::bigint",
        {view_, std::to_string(*token_)});
    static_cast<void>(done);
  }
  drop();
}

void PublisherLease::drop() {
  if (keeper_) keeper_->unlock(view_);
  token_.reset();
  session_ = 0;
}

}  // namespace rhumb
