#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/source.h"
#include "state/manifest.h"

namespace rhumb {

/// What happens to one input of a source.
enum class InputAction : uint8_t {
  kTake,     ///< its rows enter
  kReplace,  ///< its rows enter, and those of `replaces` leave
  kSkip,     ///< nothing: its rows are in, or the policy leaves it out
  kGone,     ///< it is no longer announced; its rows stay
  kRefuse,   ///< the policy, or common sense, forbids it: the run stops
};
[[nodiscard]] const char* input_action_name(InputAction action);

struct InputDecision {
  InputAction action = InputAction::kSkip;
  Announcement announcement;
  std::string content_hash;  ///< "" when the announcement alone told enough
  std::string replaces;      ///< kReplace: ledger id of the input whose rows leave
  std::string reason;        ///< for the plan: `same announcement as in version 3`
  bool operator==(const InputDecision&) const = default;
};

/// SHA-256 of the content of an announcement, in hex. Called at most once for each announcement,
/// and never for one that is known.
using ContentHash = std::function<Result<std::string>(const Announcement&)>;

/// Decides what to do with each announced input, given the inputs whose rows are visible now.
///
/// - A known announcement (name, version, size) is skipped without a look at its content.
/// - A known name with other content replaces its rows; with the same content it is skipped. So
///   A -> B -> A makes three versions.
/// - Bytes that another input of the result already holds are a matter of `policy`. Empty files
///   hold nothing and are never the same bytes.
/// - Of several announcements of one name only the last counts: by now the place holds nothing
///   else.
/// - What is no longer announced keeps its rows: landing folders are emptied.
///
/// One decision per announcement, ordered by name, then those that are gone. Fails only when a hash
/// does. Pure but for `hash`. O(n log n) in inputs and announcements.
[[nodiscard]] Result<std::vector<InputDecision>> decide_inputs(
    const std::optional<Manifest>& newest, const std::vector<Announcement>& announced,
    const ContentHash& hash, SameBytes policy);

/// The error that stops a run for its kRefuse decisions; success when there are none.
[[nodiscard]] Status refused_inputs(const std::vector<InputDecision>& decisions,
                                    const Place& place);

}  // namespace rhumb
