#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "cli/command.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

/// The project a command works on, and what it needs of the outside world, opened when first asked
/// for. Prints every error itself; the caller returns `status()`.
class Workspace {
 public:
  /// Loads the project named by the shared options; on failure `status` is what to return.
  static std::optional<Workspace> open(const Invocation& invocation, Console& console, int& status);
  Workspace(Workspace&&) noexcept;
  ~Workspace();

  [[nodiscard]] const Project& project() const { return *project_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }

  /// Null after a failure, which has then been printed; `status()` is what to return. The first
  /// call puts the project's functions into its models, which needs the engine's parser.
  Engine* engine();
  State* state();
  const Analysis* analysis();

  /// Builds models on Spark. REQUIRES: engine() was not called yet.
  void build_on_spark();

  /// REQUIRES: engine() and state() succeeded.
  RunContext context(RunObserver& observer);
  [[nodiscard]] FileStore& files() { return *files_; }
  /// Where this environment's versions and state lie.
  [[nodiscard]] std::filesystem::path store_folder() const;
  /// Where this environment's state lies; nothing when that is a file in the store.
  [[nodiscard]] Result<std::optional<StateHome>> state_home() const;
  [[nodiscard]] const Adapters& adapters() const { return adapters_; }
  [[nodiscard]] int status() const { return status_; }
  int fail(const Error& error);
  int fail(const Errors& errors);

 private:
  explicit Workspace(Console& console);
  /// Prints what goes wrong.
  Result<std::unique_ptr<Engine>> open_engine();
  Result<std::unique_ptr<State>> open_state();

  Console* console_;
  int status_ = 0;
  std::unique_ptr<Project> project_;
  Environment environment_;
  Adapters adapters_;
  std::unique_ptr<FileStore> files_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Engine> engine_;
  bool engine_failed_ = false;
  std::optional<Analysis> analysis_;
};

/// Set by Ctrl-C and SIGTERM once somebody listens; a second Ctrl-C ends the program at once.
[[nodiscard]] const CancelFlag& interrupt_flag();
/// Until then the signals end the program.
void listen_to_interrupts();
/// Starts listening to the signals; the engine's running statement is cancelled as well.
void cancel_on_interrupt(Engine& engine);

}  // namespace rhumb
