#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

/// Stable error codes; see codes.def for the list and the meaning of the exit status.
enum class Code {
#define X(identifier, name, exit_status) identifier,
#include "base/codes.def"
#undef X
};

[[nodiscard]] std::string_view code_name(Code code);
[[nodiscard]] int exit_status(Code code);

/// Where in the user's files something stands. Lines and columns count from 1; 0 means unknown.
struct Place {
  std::string file;  ///< relative to the project's root where possible
  int line = 0;
  int column = 0;

  [[nodiscard]] bool known() const { return !file.empty(); }
  /// `file:line:column`, leaving out what is unknown.
  [[nodiscard]] std::string text() const;
  bool operator==(const Place&) const = default;
};

/// A failure that can be expected: the user's files, the data, the disk, a server.
/// `message` says what is wrong and what was expected, run-time values last; `hint` says how to fix
/// it. Neither ever holds a secret.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::string hint;
  Place place;

  /// `file:line:column: error[code]: message` and, on a line of its own, the hint.
  [[nodiscard]] std::string text() const;
};

/// Several errors that are reported at once, in the order of their places.
using Errors = std::vector<Error>;

}  // namespace rhumb
