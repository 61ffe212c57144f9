#include "io/pg/retry.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "io/pg/connect_failure.h"

namespace rhumb {
namespace {

// The first rule whose code fits. A server that restarts is back within a minute; one that has no
// room for another session has it when somebody else is done; a full disk and a lack of rights stay
// as they are until a person has done something.
constexpr auto kRules = std::to_array<PgRetryRule>({
    {"53300", "too many connections", 30, 0.25, 4},
    {"57P01", "the server was shut down or the session ended by an administrator", 60, 0.25, 4},
    {"57P02", "the server crashed", 60, 0.25, 4},
    {"57P03", "the server is starting or stopping", 60, 0.25, 4},
    {"57P05", "the session was idle for too long", 60, 0.25, 4},
    {"08", "the connection was cut or refused", 60, 0.25, 4},
    {"40001", "a serialization failure", 10, 0.01, 0.5},
    {"40P01", "a deadlock", 10, 0.01, 0.5},
    {"55P03", "a lock held by others", 10, 0.05, 1},
    {"53100", "the server's disk is full", 0, 0, 0},
    {"53200", "the server is out of memory", 5, 1, 2},
});
constexpr PgRetryRule kNever{};

bool sleep_unless_cancelled(double seconds, const CancelFlag* cancel) {
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
    if (cancel != nullptr && cancel->requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace

std::span<const PgRetryRule> pg_retry_rules() {
  return kRules;
}

const PgRetryRule& pg_retry_rule(std::string_view sqlstate, bool lost) {
  // A server that ends a session says why before the connection breaks.
  const std::string_view code = lost && !sqlstate.starts_with("57P") ? "08006" : sqlstate;
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const PgRetryRule& rule) {
    return code.starts_with(rule.sqlstate);
  });
  return found == kRules.end() ? kNever : *found;
}

std::optional<double> pg_retry_pause(const PgRetryRule& rule, int tries) {
  double slept = 0;
  double pause = rule.first_pause_s;
  for (int i = 1; i < tries; ++i) {
    slept += pause;
    pause = std::min(pause * 2, rule.longest_pause_s);
  }
  if (slept + pause > rule.give_up_s || rule.give_up_s <= 0) return std::nullopt;
  return pause;
}

Result<PgConnection> open_patiently(const Secret& url, const PgConnectOptions& options,
                                    bool first_contact,
                                    const std::function<void(const std::string&)>& say) {
  for (int tries = 1;; ++tries) {
    auto opened = PgConnection::open(url, options);
    if (opened.ok()) return opened;
    const PgConnectFailure& failure = explain_connect_failure(opened.error().message);
    if (first_contact && failure.sqlstate.starts_with("08")) return opened;
    const auto pause = pg_retry_pause(pg_retry_rule(failure.sqlstate, false), tries);
    if (!pause) return opened;
    if (tries == 1 && say) {
      say(fmt::format("{}; trying again for up to {}", opened.error().message,
                      human_seconds(pg_retry_rule(failure.sqlstate, false).give_up_s)));
    }
    if (!sleep_unless_cancelled(*pause, options.cancel)) {
      return Error{Code::kCancelled, "cancelled while connecting to PostgreSQL", "", {}};
    }
  }
}

}  // namespace rhumb
