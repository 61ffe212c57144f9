#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/process.h"
#include "state/sql_state.h"

namespace rhumb {
namespace {

constexpr auto kRenewEvery = std::chrono::seconds(10);

std::string in_words(const std::string& holder, const std::string& owner, Micros taken_at) {
  return fmt::format("`{}` ({}) since {}", printable(holder), process_text(owner),
                     format_utc(taken_at));
}

Error busy(const std::string& dataset, const std::string& holder) {
  return {Code::kBusy,
          fmt::format("{} is being worked on by {}", printable(dataset), holder),
          "wait for it with --wait 10m, or end that process",
          {}};
}

Error taken_over(const std::string& dataset, const std::string& holder) {
  return {Code::kConflict,
          fmt::format("{} was taken over by {}, because this process had stood still for more than "
                      "{}; nothing was committed",
                      printable(dataset), holder, human_seconds(kLeaseSeconds)),
          "run again: the plan is then made from what is there now",
          {}};
}

}  // namespace

Status SqlState::lease(const std::vector<std::string>& datasets, const std::string& holder) {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, int64_t> taken;
  std::vector<std::string> left_behind;
  const Status written = db_->write([&]() -> Status {
    taken.clear();
    left_behind.clear();
    RHUMB_ASSIGN(const Micros now, db_->now());
    for (const std::string& dataset : datasets) {
      if (leases_.contains(dataset)) continue;
      RHUMB_ASSIGN(const bool released, check_free(dataset, now));
      if (!released) left_behind.push_back(dataset);
      RHUMB_ASSIGN(taken[dataset], take_lease(dataset, holder, now));
    }
    return {};
  });
  RHUMB_TRY(written);
  leases_.merge(taken);
  if (!renewer_.joinable()) {
    renewer_ = std::jthread([this](const std::stop_token& stop) { renew_until(stop); });
  }
  for (const std::string& dataset : left_behind) RHUMB_TRY(sweep_up(dataset));
  return {};
}

Result<std::optional<SqlState::Lease>> SqlState::find_lease(const std::string& dataset) {
  std::optional<Lease> lease;
  RHUMB_TRY(db_->each(
      "SELECT number, owner, holder, taken_at, renewed_at FROM leases WHERE dataset = ?",
      [&](const StateRow& row) {
        lease = Lease{.number = row.integer(0),
                      .owner = row.text(1),
                      .holder = row.text(2),
                      .taken_at = row.integer(3),
                      .renewed_at = row.integer(4)};
      },
      dataset));
  return lease;
}

bool SqlState::is_held(const Lease& lease, Micros now) const {
  if (lease.owner.empty() || process_state(lease.owner, db_->reach()) == ProcessState::kGone)
    return false;
  // A process that stands still, or runs where we cannot see it, loses its lease in time.
  return lease.renewed_at + kLeaseMicros > now;
}

/// kBusy when somebody holds it; otherwise whether its last holder gave it back.
Result<bool> SqlState::check_free(const std::string& dataset, Micros now) {
  RHUMB_ASSIGN(const std::optional<Lease> lease, find_lease(dataset));
  if (!lease) return true;
  if (is_held(*lease, now))
    return busy(dataset, in_words(lease->holder, lease->owner, lease->taken_at));
  return lease->owner.empty();
}

/// REQUIRES: within write(), and that nobody holds it. Its number.
Result<int64_t> SqlState::take_lease(const std::string& dataset, const std::string& holder,
                                     Micros now) {
  RHUMB_ASSIGN(const auto last,
               db_->integer("SELECT number FROM leases WHERE dataset = ?", dataset));
  const int64_t number = last.value_or(0) + 1;
  RHUMB_TRY(db_->execute(
      "INSERT INTO leases (dataset, number, owner, holder, taken_at, renewed_at) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (dataset) DO UPDATE SET number = excluded.number, "
      "owner = excluded.owner, holder = excluded.holder, taken_at = excluded.taken_at, "
      "renewed_at = excluded.renewed_at",
      dataset, number, process_identity(), holder, now, now));
  return number;
}

/// REQUIRES: within write(). Work that needs no lease may commit while nobody holds one.
Status SqlState::check_lease(const std::string& dataset) {
  const auto ours = leases_.find(dataset);
  if (ours == leases_.end()) {
    RHUMB_ASSIGN(const Micros now, db_->now());
    RHUMB_ASSIGN(const bool released, check_free(dataset, now));
    static_cast<void>(released);
    return {};
  }
  RHUMB_ASSIGN(const std::optional<Lease> lease, find_lease(dataset));
  if (!lease)
    return Error{Code::kConflict, "the lease on " + printable(dataset) + " is gone", "", {}};
  if (lease->number == ours->second) return {};
  return taken_over(dataset, in_words(lease->holder, lease->owner, lease->taken_at));
}

/// REQUIRES: within write(). Whether this object has it, and nobody has taken it over.
Result<bool> SqlState::holds_lease(const std::string& dataset) {
  const auto ours = leases_.find(dataset);
  if (ours == leases_.end()) return false;
  RHUMB_ASSIGN(const std::optional<Lease> lease, find_lease(dataset));
  return lease && lease->number == ours->second;
}

/// The files of a holder that died, or that can commit nothing any more. Killed here, the next
/// holder finds the lease not given back, as we did. Never keeps anybody from working.
Status SqlState::sweep_up(const std::string& dataset) {
  std::vector<std::string> removed;
  const Status swept =
      db_->write([&] { return remove_unreferenced(dataset, now_micros(), removed); });
  if (!swept.ok()) notes_.push_back("not cleaned up: " + swept.error().message);
  return {};
}

Status SqlState::release_leases() {
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

void SqlState::renew_until(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kRenewEvery, [] { return false; });
    // One that fails is tried again long before the lease ends.
    if (!stop.stop_requested()) static_cast<void>(renew().ok());
  }
}

Status SqlState::renew() {
  RHUMB_ASSIGN(const Micros now, db_->now());
  for (const auto& [dataset, number] : leases_) {
    RHUMB_TRY(db_->execute("UPDATE leases SET renewed_at = ? WHERE dataset = ? AND number = ?", now,
                           dataset, number));
  }
  return {};
}

}  // namespace rhumb
