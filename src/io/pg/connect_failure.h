#pragma once

#include <string_view>

namespace rhumb {

/// Why a connection could not be made: libpq gives words, no code.
struct PgConnectFailure {
  std::string_view words;     ///< in libpq's or the server's message
  std::string_view sqlstate;  ///< what the server would have said; decides whether to try again
  std::string_view hint;      ///< how to mend it
};

/// The known failure that the message tells of, or one that says where to look. Messages of a
/// server that does not speak English may not be recognised.
[[nodiscard]] const PgConnectFailure& explain_connect_failure(std::string_view message);

}  // namespace rhumb
