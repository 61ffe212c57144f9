#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/time.h"
#include "component/stream.h"

namespace rhumb {

/// A version on its way into a target.
struct PublishRequest {
  std::string dataset;  ///< the model's name
  std::string run;      ///< run id, for the commit record
  std::string store;    ///< id of the store that counts the versions; "" = not known
  uint64_t version = 0;
  Schema schema;
  std::vector<std::string> key;      ///< columns that are unique together; empty = none declared
  bool consent_to_breaking = false;  ///< the user agreed to a change readers may notice
  bool keep_none = false;            ///< retire() keeps no older version, whatever was declared
  /// Set: the rows given to stage() are only those that this version lacks.
  std::optional<uint64_t> appends_to;
  /// How long to wait while another process publishes to the same place.
  Micros wait_for_others = 0;
  const CancelFlag* cancel = nullptr;
  /// Takes what people should know while a step goes on. May be empty.
  std::function<void(const std::string&)> say;
  /// The same for what somebody has to do something about.
  std::function<void(const std::string&)> alarm;
};

/// What `inspect` found before any work.
struct TargetState {
  std::optional<uint64_t> visible_version;  ///< from the target's own commit record
  std::string change;                       ///< for the plan: `v41 -> v42, replaced in place`
  std::vector<std::string> notes;           ///< grants carried, dependants unaffected, ...
  std::vector<std::string> breaking;        ///< changes that need consent, in words
  /// Why the target has to be published to even when it shows the right version: it is to show it
  /// in another way. "" = no reason.
  std::string move;
};

struct SwitchReport {
  uint64_t version = 0;
  double visible_after_s = 0;  ///< from the first try to the commit
  double lock_wait_s = 0;      ///< of the try that won
  int tries = 0;
};

class Target;

/// One of several targets that switch together.
struct SwitchMember {
  Target* target = nullptr;
  const PublishRequest* request = nullptr;
};

/// Something that a run which died has left in a target.
struct Litter {
  std::string name;    ///< `public.trips_v41`
  std::string reason;  ///< why nobody wants it
  std::string action;  ///< what repairing does: `drop the table`
};

/// Where readers read. All targets of a run are staged and checked before the first one switches.
/// MUST show readers the old whole version or the new whole version at any moment. Every step can
/// be repeated after a crash. Not thread-safe: one publication per object.
class Target {
 public:
  virtual ~Target() = default;
  [[nodiscard]] virtual std::string describe()
      const = 0;  ///< `analytics.vw_processed_data in warehouse`
  /// Says that this run will publish here, before any of its targets is staged: where runs wait for
  /// each other, each takes the places it publishes to in one order. Opens no connection.
  virtual void announce() {}
  /// Rights, names, dependants, disk: everything that can be refused before any work.
  virtual Result<TargetState> inspect(const PublishRequest& request) = 0;
  /// Loads the rows and readies indexes, statistics and grants; nothing is visible yet.
  virtual Result<uint64_t> stage(const PublishRequest& request, BatchStream& rows) = 0;
  /// Rows in the staged table, counted by the target itself.
  virtual Result<uint64_t> count_staged(const PublishRequest& request) = 0;
  virtual Result<SwitchReport> switch_over(const PublishRequest& request) = 0;
  /// Targets with the same group, when it is not "", switch in one transaction.
  [[nodiscard]] virtual std::string switch_group() const { return ""; }
  /// Switches all members, or on an error none of them; the reports are in the members' order.
  /// REQUIRES: all members have the group of this target, which is one of them.
  virtual Result<std::vector<SwitchReport>> switch_together(
      const std::vector<SwitchMember>& members) {
    std::vector<SwitchReport> reports;
    for (const SwitchMember& member : members) {
      RHUMB_ASSIGN(SwitchReport report, member.target->switch_over(*member.request));
      reports.push_back(report);
    }
    return reports;
  }
  /// Whether stage() may be given only the rows that version `request.appends_to` lacks.
  virtual Result<bool> takes_appends(const PublishRequest& request) {
    static_cast<void>(request);
    return false;
  }
  /// In how many seconds a step that failed so may be tried again, for the `tries`th time;
  /// nothing when it would fail again.
  [[nodiscard]] virtual std::optional<double> retry_after(const Error& error, int tries) const {
    static_cast<void>(error);
    static_cast<void>(tries);
    return std::nullopt;
  }
  /// Removes what is no longer wanted; what a reader holds stays and is named.
  virtual Result<std::vector<std::string>> retire(const PublishRequest& request) = 0;
  /// What holds versions besides the visible one, kept or not yet removed; names for people.
  virtual Result<std::vector<std::string>> find_older() { return std::vector<std::string>{}; }
  /// Removes a staged version that will not be switched to.
  virtual Status abandon(const PublishRequest& request) = 0;
  /// Makes an older version that the target still holds visible again; false when it holds it no
  /// more.
  virtual Result<bool> switch_back(const PublishRequest& request) = 0;
  /// What runs that died have left behind; empty while another run publishes. Changes nothing.
  virtual Result<std::vector<Litter>> find_litter() { return std::vector<Litter>{}; }
  /// Removes it; "" when that is done, otherwise why it stays.
  virtual Result<std::string> remove_litter(const Litter& litter) {
    return "nothing removes " + litter.name;
  }
  /// SQL that gives a role the least rights this target needs.
  [[nodiscard]] virtual std::string grants(const std::string& role) const = 0;
};

}  // namespace rhumb
