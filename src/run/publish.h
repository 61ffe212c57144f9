#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/target.h"
#include "plan/plan.h"
#include "run/run_context.h"
#include "state/store.h"

namespace rhumb {

/// Brings one version of a model into its targets. The caller stages and checks all targets of all
/// models of a run before the first one switches.
class ModelPublisher {
 public:
  ModelPublisher(RunContext& context, const ModelDef& model, const Manifest& version, bool consent);

  [[nodiscard]] const std::string& dataset() const { return model_.name; }
  [[nodiscard]] uint64_t version() const { return request_.version; }
  [[nodiscard]] bool has_targets() const { return !model_.publish.empty(); }

  /// Everything that can be refused is refused here, before any work.
  Status inspect();
  /// Loads each target and compares its rows with the version's. The engine has the version bound
  /// under the model's name.
  Status stage();
  /// Removes what was staged, after a failure elsewhere.
  void abandon();
  /// Makes the version visible, one target after the other, each within moments.
  Status switch_over();
  /// Makes the version visible where the target still holds it; stages and switches it elsewhere.
  Status switch_back();
  /// Drops tables nobody wants any more. Never fails a run: what stays is noted.
  void retire();

 private:
  struct Destination {
    std::unique_ptr<Target> target;
    bool staged = false;
  };

  Status open();
  Status stage(Destination& destination);
  Status switch_over(Destination& destination);
  Status record(const Destination& destination);

  RunContext& context_;
  const ModelDef& model_;
  Manifest version_;
  PublishRequest request_;
  std::vector<Destination> destinations_;
};

}  // namespace rhumb
