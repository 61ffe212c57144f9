#include <algorithm>
#include <cctype>

#include "state/sql_state.h"

namespace rhumb {
namespace {

bool is_part_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// Whether `value` stands in `text` with neither a letter nor a digit beside it: 7 is not in 17.
bool mentions(std::string_view text, std::string_view value) {
  if (value.empty()) return false;
  for (size_t at = text.find(value); at != std::string_view::npos; at = text.find(value, at + 1)) {
    const size_t end = at + value.size();
    const bool begins =
        at == 0 || !is_part_of_word(text[at - 1]) || !is_part_of_word(value.front());
    const bool ends =
        end == text.size() || !is_part_of_word(text[end]) || !is_part_of_word(value.back());
    if (begins && ends) return true;
  }
  return false;
}

bool mentions_any(std::string_view text, const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [text](const std::string& value) { return mentions(text, value); });
}

}  // namespace

/// The rows may have gone in an earlier try that was killed before the tables were written anew, so
/// that is always done.
Result<ErasedTexts> SqlState::erase_texts(const std::string& source,
                                          const std::vector<std::string>& values) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::vector<StateValue>> records;
  std::vector<std::vector<StateValue>> events;
  const Status removed = db_->write([&]() -> Status {
    records.clear();
    events.clear();
    RHUMB_TRY(db_->each(
        "SELECT id, raw, message FROM quarantine WHERE source = ?",
        [&](const StateRow& row) {
          if (mentions_any(row.view(1), values) || mentions_any(row.view(2), values))
            records.push_back(state_values(row.integer(0)));
        },
        source));
    RHUMB_TRY(db_->each("SELECT id, body FROM events", [&](const StateRow& row) {
      if (mentions_any(row.view(1), values)) events.push_back(state_values(row.integer(0)));
    }));
    RHUMB_TRY(db_->execute_all("DELETE FROM quarantine WHERE id = ?", records));
    return db_->execute_all("DELETE FROM events WHERE id = ?", events);
  });
  RHUMB_TRY(removed);
  RHUMB_TRY(db_->rewrite({"quarantine", "events"}));
  return ErasedTexts{.quarantined = records.size(), .events = events.size()};
}

}  // namespace rhumb
