#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace rhumb {

/// Refuses a URL that libpq would cut at the wrong place, because its password holds a character
/// that must be percent-encoded: parts of the password would then stand in messages as a host name.
[[nodiscard]] Status check_connection_url(const Secret& url);

/// Every text of the URL that no message may hold: the password, raw and decoded.
[[nodiscard]] std::vector<std::string> secrets_of_url(const Secret& url);

/// `message` with every one of `secrets` replaced, and without line breaks at its end.
[[nodiscard]] std::string without_secrets(std::string message,
                                          const std::vector<std::string>& secrets);

}  // namespace rhumb
