#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/process.h"
#include "state/sqlite_state.h"

namespace rhumb {
namespace {

constexpr auto kRenewEvery = std::chrono::seconds(10);
constexpr auto kLeaseMicros = static_cast<Micros>(kLeaseSeconds * 1e6);

/// Columns: number, owner, holder, taken_at, renewed_at.
constexpr const char* kSelectLease =
    "SELECT number, owner, holder, taken_at, renewed_at FROM leases WHERE dataset = ?";

bool is_held(const Statement& lease) {
  if (lease.view(1).empty() || process_state(lease.view(1)) == ProcessState::kGone) return false;
  // A process that stands still, or runs where we cannot see it, loses its lease in time.
  return lease.integer(4) + kLeaseMicros > now_micros();
}

std::string in_words(const Statement& lease) {
  return fmt::format("`{}` ({}) since {}", printable(lease.view(2)), process_text(lease.view(1)),
                     format_utc(lease.integer(3)));
}

Error busy(const std::string& dataset, const Statement& lease) {
  return {Code::kBusy,
          fmt::format("{} is being worked on by {}", printable(dataset), in_words(lease)),
          "wait for it with --wait 10m, or end that process",
          {}};
}

Error taken_over(const std::string& dataset, const Statement& lease) {
  return {Code::kConflict,
          fmt::format("{} was taken over by {}, because this process had stood still for more than "
                      "{}; nothing was committed",
                      printable(dataset), in_words(lease), human_seconds(kLeaseSeconds)),
          "run again: the plan is then made from what is there now",
          {}};
}

}  // namespace

Status SqliteState::lease(const std::vector<std::string>& datasets, const std::string& holder) {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, int64_t> taken;
  std::vector<std::string> left_behind;
  {
    RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
    for (const std::string& dataset : datasets) {
      if (leases_.contains(dataset)) continue;
      RHUMB_ASSIGN(const bool released, check_free(dataset));
      if (!released) left_behind.push_back(dataset);
      RHUMB_ASSIGN(taken[dataset], take_lease(dataset, holder));
    }
    RHUMB_TRY(transaction.commit());
  }
  leases_.merge(taken);
  if (!renewer_.joinable()) {
    renewer_ = std::jthread([this](const std::stop_token& stop) { renew_until(stop); });
  }
  for (const std::string& dataset : left_behind) RHUMB_TRY(sweep_up(dataset));
  return {};
}

/// kBusy when somebody holds it; otherwise whether its last holder gave it back.
Result<bool> SqliteState::check_free(const std::string& dataset) {
  RHUMB_ASSIGN(Statement lease, db_->prepare(kSelectLease));
  RHUMB_ASSIGN(const bool known, lease.bind(dataset).next());
  if (!known) return true;
  if (is_held(lease)) return busy(dataset, lease);
  return lease.view(1).empty();
}

/// REQUIRES: an open Transaction, and that nobody holds it. Its number.
Result<int64_t> SqliteState::take_lease(const std::string& dataset, const std::string& holder) {
  RHUMB_ASSIGN(const auto last,
               db_->integer("SELECT number FROM leases WHERE dataset = ?", dataset));
  const int64_t number = last.value_or(0) + 1;
  const Micros now = now_micros();
  RHUMB_TRY(db_->execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?)", dataset, number,
                         process_identity(), holder, now, now));
  return number;
}

/// REQUIRES: an open Transaction. Work that needs no lease may commit while nobody holds one.
Status SqliteState::check_lease(const std::string& dataset) {
  const auto ours = leases_.find(dataset);
  if (ours == leases_.end()) {
    RHUMB_ASSIGN(const bool released, check_free(dataset));
    static_cast<void>(released);
    return {};
  }
  RHUMB_ASSIGN(Statement lease, db_->prepare(kSelectLease));
  RHUMB_ASSIGN(const bool known, lease.bind(dataset).next());
  if (known && lease.integer(0) == ours->second) return {};
  return known ? taken_over(dataset, lease)
               : Error{Code::kConflict, "the lease on " + printable(dataset) + " is gone", "", {}};
}

/// The files of a holder that died, or that can commit nothing any more. Killed here, the next
/// holder finds the lease not given back, as we did. Never keeps anybody from working.
Status SqliteState::sweep_up(const std::string& dataset) {
  RHUMB_ASSIGN(const Transaction transaction, Transaction::begin(*db_));
  const auto removed = remove_unreferenced(dataset, now_micros());
  if (!removed.ok()) notes_.push_back("not cleaned up: " + removed.error().message);
  return {};
}

Status SqliteState::release_leases() {
  std::map<std::string, int64_t> leases;
  {
    const std::scoped_lock lock(mutex_);
    leases.swap(leases_);
  }
  // Not under the lock, which a renewal under way wants.
  renewer_ = std::jthread();
  const std::scoped_lock lock(mutex_);
  for (const auto& [dataset, number] : leases) {
    RHUMB_TRY(db_->execute("UPDATE leases SET owner = '' WHERE dataset = ? AND number = ?", dataset,
                           number));
  }
  return {};
}

void SqliteState::renew_until(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kRenewEvery, [] { return false; });
    // One that fails is tried again long before the lease ends.
    if (!stop.stop_requested()) static_cast<void>(renew().ok());
  }
}

Status SqliteState::renew() {
  for (const auto& [dataset, number] : leases_) {
    RHUMB_TRY(db_->execute("UPDATE leases SET renewed_at = ? WHERE dataset = ? AND number = ?",
                           now_micros(), dataset, number));
  }
  return {};
}

}  // namespace rhumb
