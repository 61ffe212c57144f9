#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "io/pg/connection.h"

namespace rhumb {

/// For how long a kind of failure is worth trying again. The whole table is in docs/guides.
struct PgRetryRule {
  std::string_view sqlstate;   ///< prefix of the codes it is for
  std::string_view what;       ///< in words
  double give_up_s = 0;        ///< after so many seconds of pauses; 0 = never tried again
  double first_pause_s = 0;    ///< doubled each time
  double longest_pause_s = 0;  ///< up to here
};

[[nodiscard]] std::span<const PgRetryRule> pg_retry_rules();
/// The rule for a failure; `lost` = the connection broke, whatever the server said last. Failures
/// that no rule names are not tried again.
[[nodiscard]] const PgRetryRule& pg_retry_rule(std::string_view sqlstate, bool lost);
/// The pause before the `tries`th repetition, from 1; nothing when it is time to give up. Pure.
[[nodiscard]] std::optional<double> pg_retry_pause(const PgRetryRule& rule, int tries);

/// Opens a connection, and tries again by the rules; `say`, which may be empty, is told once. On
/// `first_contact` a server that does not answer is not waited for: the URL may be wrong.
[[nodiscard]] Result<PgConnection> open_patiently(
    const Secret& url, const PgConnectOptions& options, bool first_contact = false,
    const std::function<void(const std::string&)>& say = {});

}  // namespace rhumb
