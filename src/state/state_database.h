#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "io/fs/process.h"

namespace rhumb {

/// What to do about a damaged index.
inline constexpr const char* kRebuildHint =
    "move it away (keep it): the next command rebuilds the index from the manifests";

/// Bytes that are stored as they are, in no encoding.
struct StateBytes {
  std::string_view bytes;
};

/// A parameter of a statement. Texts and bytes are borrowed: they outlive the call.
using StateValue = std::variant<std::nullptr_t, int64_t, double, std::string_view, StateBytes>;

template <typename T>
[[nodiscard]] StateValue state_value(const T& value) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<int64_t>(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string_view(value);
  } else {
    return value;
  }
}
template <typename T>
[[nodiscard]] StateValue state_value(const std::optional<T>& value) {
  return value ? state_value(*value) : StateValue(nullptr);
}

template <typename... Values>
[[nodiscard]] std::vector<StateValue> state_values(const Values&... values) {
  return {state_value(values)...};
}

/// The row that a query is at. Columns count from 0; views hold until the next row.
class StateRow {
 public:
  virtual ~StateRow() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double number(int column) const = 0;
  [[nodiscard]] virtual std::string_view view(int column) const = 0;
  /// An integer stored from a uint64_t.
  [[nodiscard]] uint64_t count(int column) const { return static_cast<uint64_t>(integer(column)); }
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
};

using UseRow = std::function<void(const StateRow&)>;

/// The tables of a State, in one database or another. Statements are written once, in the SQL that
/// all of them understand, with `?` or `?1` for parameters.
///
/// Texts may hold any bytes. Errors: kBusy when somebody else writes for too long, kConflict for a
/// broken constraint, kDiskFull, kConnect, kState when it cannot be used. Not thread-safe.
class StateDatabase {
 public:
  virtual ~StateDatabase() = default;

  /// Calls `use` for every row of a query.
  template <typename... Values>
  Status each(std::string_view sql, const UseRow& use, const Values&... values) {
    const std::array<StateValue, sizeof...(values)> bound{state_value(values)...};
    return read(sql, bound, use);
  }
  /// The first column of the first row; nothing when there is no row or it is null.
  template <typename... Values>
  Result<std::optional<int64_t>> integer(std::string_view sql, const Values&... values) {
    std::optional<int64_t> found;
    bool first = true;
    RHUMB_TRY(each(
        sql,
        [&](const StateRow& row) {
          if (first && !row.is_null(0)) found = row.integer(0);
          first = false;
        },
        values...));
    return found;
  }
  /// Runs a statement that gives no rows. Outside of write() it may come to be run twice: repeating
  /// it must change nothing.
  template <typename... Values>
  Status execute(std::string_view sql, const Values&... values) {
    const std::array<StateValue, sizeof...(values)> bound{state_value(values)...};
    return run(sql, bound);
  }
  /// Runs the same statement for every row of parameters. REQUIRES: within write().
  virtual Status execute_all(std::string_view sql,
                             std::span<const std::vector<StateValue>> rows) = 0;

  /// Runs `work` as one transaction, alone: nobody else writes meanwhile, and what it reads stays
  /// true until it ends. Durable when this returns success; when `work` fails, nothing of it
  /// remains. A database that is elsewhere may run `work` again, after everything it did has been
  /// undone; it never commits it twice.
  virtual Status write(const std::function<Status()>& work) = 0;

  /// The clock by which leases are held: the same for all who use this database.
  virtual Result<Micros> now() = 0;
  /// Who else may be using it.
  [[nodiscard]] virtual Reach reach() const = 0;

  /// Version of the schema it has, 0 when it is fresh. kState when it is not ours.
  virtual Result<int64_t> schema_version() = 0;
  /// The version that this Rhumb works with.
  [[nodiscard]] virtual int64_t newest_schema() const = 0;
  /// Brings it from that version to the newest. REQUIRES: within write().
  virtual Status upgrade_from(int64_t version) = 0;
  /// Where it is, for people: no secrets.
  [[nodiscard]] virtual std::string describe() const = 0;

  /// Writes those tables anew, so that nothing of the rows that were removed from them stays where
  /// they lie. Not within write(). kBusy while somebody reads what was there before.
  virtual Status rewrite(const std::vector<std::string>& tables) = 0;

  /// Writes all that is in it into a new SQLite file, as it is at one moment. REQUIRES: within
  /// write(), and that `work` has changed nothing but pins.
  virtual Status copy_to(const std::filesystem::path& file) = 0;

 protected:
  virtual Status read(std::string_view sql, std::span<const StateValue> values,
                      const UseRow& use) = 0;
  virtual Status run(std::string_view sql, std::span<const StateValue> values) = 0;
};

}  // namespace rhumb
