#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/target.h"
#include "plan/plan.h"
#include "run/bindings.h"
#include "run/run_context.h"
#include "run/step_scope.h"
#include "state/store.h"

namespace rhumb {

struct PublishOptions {
  bool consent_to_breaking = false;
  Micros wait_for_others = 0;  ///< while another process publishes to the same place
  bool keep_none = false;      ///< targets keep no older version, whatever `keep:` says
};

/// Whether a target was published to before the store was restored from a backup, and not since: it
/// may show other rows under a number that the store has used again.
[[nodiscard]] Result<bool> published_before_restore(State& state, const std::string& dataset,
                                                    const Target& target);

/// Brings one version of a model into its targets. The caller stages and checks all targets of all
/// models of a run before the first one switches.
class ModelPublisher {
 public:
  ModelPublisher(RunContext& context, const ModelDef& model, const Manifest& version,
                 const PublishOptions& options);

  [[nodiscard]] const std::string& dataset() const { return model_.name; }
  [[nodiscard]] uint64_t version() const { return request_.version; }

  /// The version this one was built from: a target that shows it may take only the rows it lacks.
  void built_from(const Manifest& before);
  /// Everything that can be refused is refused here, before any work.
  Status inspect();
  /// Loads each target and compares its rows with the version's. `bindings` has the version bound
  /// under the model's name.
  Status stage(Bindings& bindings);
  /// Removes what was staged, after a failure elsewhere.
  void abandon();
  /// Makes the version visible where the target still holds it; stages and switches it elsewhere.
  Status switch_back(Bindings& bindings);
  /// Drops tables nobody wants any more. Never fails a run: what stays is noted.
  void retire();

  /// Makes versions of several models visible: targets of one group (Target::switch_group) in one
  /// transaction, the groups one after the other, each within moments. One status per publisher, in
  /// their order; a model whose target failed is left out of the groups that follow.
  static std::vector<Status> switch_over(const std::vector<ModelPublisher*>& publishers);

 private:
  struct Destination {
    std::unique_ptr<Target> target;
    PublishRequest request;
    TimeLimit timeout;  ///< of loading it
    bool staged = false;
  };
  struct Turn;

  Status open();
  Status stage(Destination& destination, Bindings& bindings);
  Status stage_patiently(Destination& destination, StepScope& scope, uint64_t expected);
  Result<uint64_t> stage_once(Destination& destination, StepScope& scope, uint64_t expected);
  Status record(const Destination& destination);
  static std::vector<std::vector<Turn>> groups(const std::vector<ModelPublisher*>& publishers);
  static void switch_group(const std::vector<Turn>& turns, std::vector<Status>& results);

  RunContext& context_;
  const ModelDef& model_;
  Manifest version_;
  std::optional<Manifest> before_;
  PublishRequest request_;
  std::vector<Destination> destinations_;
};

}  // namespace rhumb
