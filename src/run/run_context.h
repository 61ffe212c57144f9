#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "component/decoder.h"
#include "component/engine.h"
#include "component/source.h"
#include "component/target.h"
#include "project/project.h"
#include "run/events.h"
#include "state/store.h"

namespace rhumb {

/// How run/ gets at the outside world. Filled by cli/, the only place that knows real adapters.
struct Adapters {
  std::function<Result<std::unique_ptr<FileSource>>(const Project&, const SourceDef&)> file_source;
  std::function<Result<std::unique_ptr<TableSource>>(const Project&, const SourceDef&)>
      table_source;
  std::function<Result<std::unique_ptr<Decoder>>(const Project&, const SourceDef&)> decoder;
  std::function<Result<std::unique_ptr<Target>>(const Project&, const ModelDef&, const PublishDef&,
                                                const Environment&)>
      target;
  /// `store` is the only folder that SQL may read, and where the engine may spill.
  std::function<Result<std::unique_ptr<Engine>>(const Project&, const std::filesystem::path& store)>
      engine;
};

class StepClock;

/// What every step of a run works with. Not thread-safe.
struct RunContext {
  const Project& project;
  const Environment& environment;
  FileStore& files;
  State& state;
  Engine& engine;
  const Adapters& adapters;
  RunObserver& observer;
  const CancelFlag& cancel;
  std::string run_id;
  std::filesystem::path store;  ///< where this environment's files lie, for further engines
  StepClock* clock = nullptr;   ///< holds steps to their time limits; nothing outside of a run

  /// The same run for who works with another engine, or reports to somebody else.
  [[nodiscard]] RunContext with(Engine& other_engine, RunObserver& other_observer,
                                const CancelFlag& other_cancel, StepClock* other_clock) const {
    return {.project = project,
            .environment = environment,
            .files = files,
            .state = state,
            .engine = other_engine,
            .adapters = adapters,
            .observer = other_observer,
            .cancel = other_cancel,
            .run_id = run_id,
            .store = store,
            .clock = other_clock};
  }
};

}  // namespace rhumb
