#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"

namespace rhumb {

/// One session beside those that work, which holds the advisory locks of every publication of this
/// process in one database and is asked something four times in `ttl`. A process that has ended,
/// was stopped or has lost its network no longer asks; the server then ends the session and with it
/// the locks, and another process may publish.
///
/// Opened with the first lock, closed with the last. Thread-safe.
class LeaseKeeper {
 public:
  LeaseKeeper(Secret url, Micros ttl);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  /// This process will want that lock, too. Whoever waits for several in one order, as others do,
  /// never waits for somebody who waits for him.
  void expect(const PgName& view);
  /// Tries once, for the expected ones that come before it as well; the first that another process
  /// holds, "" when there is none. A lock held already is looked after: it is taken again when its
  /// session was lost.
  Result<std::string> try_lock(const std::string& view);
  /// With the last lock that was asked for, those go that were only expected.
  void unlock(const std::string& view);
  /// Server process that holds the lock of the view, 0 when nobody does.
  Result<int64_t> holder(const std::string& view);
  [[nodiscard]] Micros ttl() const { return ttl_; }

 private:
  Status connect();
  void close();
  void keep_alive();
  Result<bool> lock(const std::string& view);
  Status qualify_expected();

  const Secret url_;
  const Micros ttl_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<PgConnection> session_;
  std::set<std::string> held_;
  std::set<std::string> asked_;  ///< those of held_ that were not only expected
  std::vector<PgName> expected_;
  bool stop_ = false;
  std::thread thread_;
};

/// What waits for a lease and is told about it.
struct LeaseWait {
  Micros at_most = 0;
  const CancelFlag* cancel = nullptr;
  std::function<void(const std::string&)> say;
};

/// The right to publish to one view: a lock of the keeper, for politeness, and a token in the table
/// rhumb.leases, for safety:
///
///   view     name of the view, as SQL writes it; the key
///   token    counts the publishers; a publisher whose token is no longer here has lost its lease
///   run      that holds it
///   holder   its machine and process
///   session  server process of its work, null = released; since session_start
///   taken_at
///
/// Everything that changes a publication asks for the token in its own transaction (`confirm`), so
/// that a publisher that lost its lease without knowing can do no harm. Not thread-safe.
class PublisherLease {
 public:
  PublisherLease(std::shared_ptr<LeaseKeeper> keeper, std::string view, std::string description)
      : keeper_(std::move(keeper)), view_(std::move(view)), description_(std::move(description)) {}
  ~PublisherLease() { drop(); }
  PublisherLease(const PublisherLease&) = delete;
  PublisherLease& operator=(const PublisherLease&) = delete;

  /// Waits, says so, and takes it; or confirms the one held, for a new session of its work. Ends
  /// the session of a publisher that has lost it. kBusy when another process has it, kConflict when
  /// it was lost. REQUIRES: rhumb.leases exists.
  Status take(PgConnection& work, const std::string& run, const LeaseWait& wait);
  /// Fails with kConflict when another publisher has come after us; until the transaction's end
  /// none can. REQUIRES: called in a transaction; take() succeeded.
  Status confirm(PgConnection& work) const;
  /// Gives it back. Fine when none is held, or when the session is gone.
  void release(PgConnection* work);
  [[nodiscard]] bool held() const { return token_.has_value(); }

 private:
  void drop();
  Status wait_for_lock(PgConnection& work, const LeaseWait& wait);
  static Result<std::string> who(PgConnection& work, const std::string& view);
  /// Our own target as people know it; another one that is waited for by its name.
  [[nodiscard]] const std::string& described(const std::string& view) const {
    return view == view_ ? description_ : view;
  }
  Error lost(PgConnection& work) const;
  Status register_session(PgConnection& work, const std::string& run);
  Status end_predecessor(PgConnection& work) const;

  std::shared_ptr<LeaseKeeper> keeper_;
  std::string view_;
  std::string description_;
  std::optional<int64_t> token_;
  int session_ = 0;  ///< server process that the row names
};

}  // namespace rhumb
