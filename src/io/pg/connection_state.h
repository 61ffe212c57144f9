#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace rhumb {

/// What a PgConnection and its copy streams share; inside of this room only.
struct PgConnectionState {
  pg_conn* connection = nullptr;
  const CancelFlag* cancel = nullptr;
  bool cancel_sent = false;  ///< for the statement that runs
  std::string sqlstate;
  std::vector<std::string> secrets;  ///< texts that no message may hold
  std::vector<std::string> notices;

  PgConnectionState() = default;
  PgConnectionState(const PgConnectionState&) = delete;
  PgConnectionState& operator=(const PgConnectionState&) = delete;
  ~PgConnectionState();

  /// Call before a statement is sent.
  Status before_statement();
  /// Waits for bytes from the server; passes a requested cancellation on to it.
  Status wait();
  /// The results of the statement that was sent: the last good one, or the first error.
  Result<pg_result*> take_result();
  /// Whether the statement shall stop; remembered, so that its end is reported as kCancelled.
  bool should_stop();
  void send_cancel();

  [[nodiscard]] Error error_of(const pg_result* result);
  /// From the library's own message: nothing came from the server.
  [[nodiscard]] Error connection_error(const std::string& what);
};

}  // namespace rhumb
