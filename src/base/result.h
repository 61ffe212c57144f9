#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace rhumb {

/// A value or the Error that prevented it. Exceptions are for bugs only.
///
///   Result<int> parse(std::string_view text);
///   RHUMB_ASSIGN(const int n, parse(text));   // returns the Error to our caller
///   RHUMB_TRY(write(n));                      // the same for Status
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that `return value;` and `return error;` read as they are meant.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: ok()
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  /// Of a temporary it is a value of its own, so that `for (x : *f())` does not read what is gone.
  T value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !ok()
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or the Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  // Implicit as in Result. NOLINTNEXTLINE(google-explicit-constructor)
  Status(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: !ok()
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace rhumb

#define RHUMB_CONCAT_INNER(a, b) a##b
#define RHUMB_CONCAT(a, b) RHUMB_CONCAT_INNER(a, b)
#define RHUMB_TRY(expression)                                       \
  do {                                                              \
    auto rhumb_status = (expression);                               \
    if (!rhumb_status.ok()) return std::move(rhumb_status).error(); \
  } while (false)
#define RHUMB_ASSIGN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                               \
  if (!temporary.ok()) return std::move(temporary).error();    \
  declaration = std::move(temporary).value()
#define RHUMB_ASSIGN(declaration, expression) \
  RHUMB_ASSIGN_INNER(RHUMB_CONCAT(rhumb_result_, __LINE__), declaration, expression)
