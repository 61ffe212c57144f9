#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "component/stream.h"

namespace rhumb {

/// A version on its way into a target.
struct PublishRequest {
  std::string dataset;  ///< the model's name
  std::string run;      ///< run id, for the commit record
  uint64_t version = 0;
  Schema schema;
  std::vector<std::string> key;      ///< columns that are unique together; empty = none declared
  bool consent_to_breaking = false;  ///< the user agreed to a change readers may notice
  const CancelFlag* cancel = nullptr;
};

/// What `inspect` found before any work.
struct TargetState {
  std::optional<uint64_t> visible_version;  ///< from the target's own commit record
  std::string change;                       ///< for the plan: `v41 -> v42, replaced in place`
  std::vector<std::string> notes;           ///< grants carried, dependants unaffected, ...
  std::vector<std::string> breaking;        ///< changes that need consent, in words
};

struct SwitchReport {
  uint64_t version = 0;
  double visible_after_s = 0;  ///< from the first try to the commit
  double lock_wait_s = 0;      ///< of the try that won
  int tries = 0;
};

/// Where readers read. All targets of a run are staged and checked before the first one switches.
/// MUST show readers the old whole version or the new whole version at any moment. Every step can
/// be repeated after a crash. Not thread-safe: one publication per object.
class Target {
 public:
  virtual ~Target() = default;
  [[nodiscard]] virtual std::string describe()
      const = 0;  ///< `analytics.vw_processed_data in warehouse`
  /// Rights, names, dependants, disk: everything that can be refused before any work.
  virtual Result<TargetState> inspect(const PublishRequest& request) = 0;
  /// Loads the rows and readies indexes, statistics and grants; nothing is visible yet.
  virtual Result<uint64_t> stage(const PublishRequest& request, BatchStream& rows) = 0;
  /// Rows in the staged table, counted by the target itself.
  virtual Result<uint64_t> count_staged(const PublishRequest& request) = 0;
  virtual Result<SwitchReport> switch_over(const PublishRequest& request) = 0;
  /// Removes what is no longer wanted; what a reader holds stays and is named.
  virtual Result<std::vector<std::string>> retire(const PublishRequest& request) = 0;
  /// Removes a staged version that will not be switched to.
  virtual Status abandon(const PublishRequest& request) = 0;
  /// Makes an older version that the target still holds visible again; false when it holds it no
  /// more.
  virtual Result<bool> switch_back(const PublishRequest& request) = 0;
  /// SQL that gives a role the least rights this target needs.
  [[nodiscard]] virtual std::string grants(const std::string& role) const = 0;
};

}  // namespace rhumb
