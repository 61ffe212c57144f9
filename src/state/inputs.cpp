#include "state/inputs.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

std::string in_rows(uint64_t rows) {
  return human_count(rows) + (rows == 1 ? " row" : " rows");
}

/// Works in two passes, because files may swap names: first what every name holds now, then who of
/// those with the same bytes is counted.
class Decider {
 public:
  Decider(const std::optional<Manifest>& newest, SameBytes policy) : policy_(policy) {
    if (!newest) return;
    version_ = newest->version;
    for (const LedgerEntry& entry : newest->inputs) visible_[entry.announcement.name] = &entry;
  }

  Result<std::vector<InputDecision>> decide(const std::vector<Announcement>& announced,
                                            const ContentHash& hash) {
    std::vector<InputDecision> decisions = in_order_of_names(announced);
    for (InputDecision& decision : decisions) {
      if (decision.reason.empty()) RHUMB_TRY(look(decision, hash));
    }
    hold_what_stays(decisions);
    // Replacements first: a new name can be left out, an old one cannot.
    for (const InputAction round : {InputAction::kReplace, InputAction::kSkip}) {
      for (InputDecision& decision : decisions) {
        if (decision.reason.empty() && decision.action == round) settle(decision);
      }
    }
    add_gone(decisions);
    return decisions;
  }

 private:
  /// One per announcement; all but the last of a name already have their reason.
  static std::vector<InputDecision> in_order_of_names(const std::vector<Announcement>& announced) {
    std::vector<InputDecision> out;
    out.reserve(announced.size());
    for (const Announcement& announcement : announced)
      out.push_back({.announcement = announcement});
    std::stable_sort(out.begin(), out.end(), [](const InputDecision& a, const InputDecision& b) {
      return a.announcement.name < b.announcement.name;
    });
    for (size_t i = 1; i < out.size(); ++i) {
      if (out[i - 1].announcement.name != out[i].announcement.name) continue;
      out[i - 1].reason = out[i - 1].announcement == out[i].announcement
                              ? "announced twice"
                              : "announced again with another version, which counts";
    }
    return out;
  }

  /// First pass: leaves the reason empty when rows are to be read.
  Status look(InputDecision& decision, const ContentHash& hash) {
    const LedgerEntry* const before = visible(decision.announcement.name);
    if (before != nullptr && before->announcement == decision.announcement) {
      decision.reason = fmt::format("same announcement as in version {}", version_);
      return {};
    }
    RHUMB_ASSIGN(decision.content_hash, hash(decision.announcement));
    if (before == nullptr) return {};
    if (!before->content_hash.empty() && before->content_hash == decision.content_hash) {
      decision.reason =
          fmt::format("announced anew, but the same bytes as in version {}", version_);
      return {};
    }
    decision.action = InputAction::kReplace;
    decision.replaces = before->id;
    return {};
  }

  /// Bytes of visible inputs that are not about to be replaced.
  void hold_what_stays(const std::vector<InputDecision>& decisions) {
    std::set<std::string_view> leaves;
    for (const InputDecision& decision : decisions) {
      announced_.insert(decision.announcement.name);
      if (decision.action == InputAction::kReplace) leaves.insert(decision.announcement.name);
    }
    for (const auto& [name, entry] : visible_) {
      if (!leaves.contains(name)) hold(entry->content_hash, entry->announcement);
    }
  }

  void hold(const std::string& content_hash, const Announcement& announcement) {
    if (!content_hash.empty() && announcement.size > 0) {
      holders_.emplace(content_hash, announcement.name);
    }
  }

  /// Second pass, for inputs whose rows are to be read.
  void settle(InputDecision& decision) {
    const auto holder = holders_.find(decision.content_hash);
    const bool doubled = holder != holders_.end() && decision.announcement.size > 0;
    const std::string& other = doubled ? holder->second : decision.announcement.name;
    if (doubled && policy_ == SameBytes::kRefuse) return refuse(decision, other);
    if (doubled && policy_ == SameBytes::kSkip) {
      if (decision.action == InputAction::kReplace) return refuse_replacement(decision, other);
      decision.reason = fmt::format("same bytes as {}: policy skip", described(other));
      return;
    }
    if (decision.action == InputAction::kReplace) {
      decision.reason = fmt::format("new content under the old name: replaces {}",
                                    in_rows(visible(decision.announcement.name)->rows));
    } else {
      decision.action = InputAction::kTake;
      decision.reason = "new";
    }
    if (doubled)
      decision.reason += fmt::format("; same bytes as {}: policy take", described(other));
    hold(decision.content_hash, decision.announcement);
  }

  void refuse(InputDecision& decision, const std::string& other) const {
    decision.action = InputAction::kRefuse;
    decision.replaces.clear();
    decision.reason = fmt::format("same bytes as {}: policy refuse", described(other));
  }

  /// Its old rows would stay though its old content is gone, or its new ones would count twice.
  void refuse_replacement(InputDecision& decision, const std::string& other) const {
    decision.action = InputAction::kRefuse;
    decision.replaces.clear();
    decision.reason = fmt::format(
        "new content under the old name, and the same bytes as {}: policy skip cannot say "
        "which of the two counts",
        described(other));
  }

  void add_gone(std::vector<InputDecision>& decisions) const {
    for (const auto& [name, entry] : visible_) {
      if (announced_.contains(name)) continue;
      decisions.push_back(
          {.action = InputAction::kGone,
           .announcement = entry->announcement,
           .content_hash = entry->content_hash,
           .reason = fmt::format("no longer there: its {} stay", in_rows(entry->rows))});
    }
  }

  [[nodiscard]] std::string described(const std::string& name) const {
    const bool gone = visible_.contains(name) && !announced_.contains(name);
    return printable(name) + (gone ? " (no longer there)" : "");
  }

  [[nodiscard]] const LedgerEntry* visible(const std::string& name) const {
    const auto found = visible_.find(name);
    return found == visible_.end() ? nullptr : found->second;
  }

  SameBytes policy_;
  uint64_t version_ = 0;
  std::map<std::string_view, const LedgerEntry*> visible_;
  std::set<std::string, std::less<>> announced_;
  std::unordered_map<std::string, std::string> holders_;  ///< content hash -> first name with it
};

}  // namespace

const char* input_action_name(InputAction action) {
  switch (action) {
    case InputAction::kTake:
      return "take";
    case InputAction::kReplace:
      return "replace";
    case InputAction::kSkip:
      return "skip";
    case InputAction::kGone:
      return "gone";
    case InputAction::kRefuse:
      return "refuse";
  }
  return "skip";
}

Result<std::vector<InputDecision>> decide_inputs(const std::optional<Manifest>& newest,
                                                 const std::vector<Announcement>& announced,
                                                 const ContentHash& hash, SameBytes policy) {
  return Decider(newest, policy).decide(announced, hash);
}

Status refused_inputs(const std::vector<InputDecision>& decisions, const Place& place) {
  constexpr size_t kShown = 5;
  std::string lines;
  size_t refused = 0;
  for (const InputDecision& decision : decisions) {
    if (decision.action != InputAction::kRefuse) continue;
    if (++refused <= kShown) {
      lines += fmt::format("\n    {}: {}", printable(decision.announcement.name), decision.reason);
    }
  }
  if (refused == 0) return {};
  if (refused > kShown) lines += fmt::format("\n    and {} more", human_count(refused - kShown));
  return Error{
      Code::kSameBytes,
      fmt::format("{} refused, because the same bytes would count twice:{}",
                  refused == 1 ? "1 input is" : human_count(refused) + " inputs are", lines),
      "remove the copies, or set `same_bytes: take` (count them) or `skip` (count one of them)",
      place};
}

}  // namespace rhumb
