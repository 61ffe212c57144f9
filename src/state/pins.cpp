#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/process.h"
#include "state/sql_state.h"

namespace rhumb {

Result<int64_t> SqlState::pin(const std::string& dataset, uint64_t version) {
  const std::scoped_lock lock(mutex_);
  // Looks and marks under the write lock: a clean-up comes before or after, never in between.
  int64_t id = 0;
  const Status written = db_->write([&]() -> Status {
    RHUMB_ASSIGN(
        const auto there,
        db_->integer("SELECT 1 FROM versions WHERE dataset = ? AND version = ?", dataset, version));
    if (!there) {
      return Error{Code::kNotFound,
                   fmt::format("there is no version {} of {}", version, printable(dataset)),
                   "it may have been cleaned up; `rhumb status` lists what is kept",
                   {}};
    }
    RHUMB_ASSIGN(const Micros now, db_->now());
    RHUMB_ASSIGN(const auto inserted,
                 db_->integer("INSERT INTO pins (dataset, version, owner, pinned_at) "
                              "VALUES (?, ?, ?, ?) RETURNING id",
                              dataset, version, process_identity(), now));
    id = inserted.value_or(0);
    return {};
  });
  RHUMB_TRY(written);
  return id;
}

Status SqlState::unpin(int64_t pin) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("DELETE FROM pins WHERE id = ?", pin);
}

Result<PinRange> SqlState::pin_and_copy(const std::filesystem::path& file) {
  const std::scoped_lock lock(mutex_);
  PinRange pins;
  const Status written = db_->write([&]() -> Status {
    RHUMB_ASSIGN(const std::vector<std::string> behind, unacknowledged());
    for (const std::string& dataset : behind) RHUMB_TRY(put_manifests(dataset));
    RHUMB_ASSIGN(pins.after, last_pin());
    RHUMB_ASSIGN(const Micros now, db_->now());
    RHUMB_TRY(
        db_->execute("INSERT INTO pins (dataset, version, owner, pinned_at) "
                     "SELECT dataset, version, CAST(? AS TEXT), CAST(? AS BIGINT) FROM versions",
                     process_identity(), now));
    RHUMB_ASSIGN(pins.last, last_pin());
    return db_->copy_to(file);
  });
  RHUMB_TRY(written);
  return pins;
}

Status SqlState::unpin(const PinRange& pins) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("DELETE FROM pins WHERE id > ? AND id <= ?", pins.after, pins.last);
}

Result<int64_t> SqlState::last_pin() {
  RHUMB_ASSIGN(const auto last, db_->integer("SELECT max(id) FROM pins"));
  return last.value_or(0);
}

}  // namespace rhumb
