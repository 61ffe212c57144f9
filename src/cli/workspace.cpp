#include "cli/workspace.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "cli/adapters.h"
#include "run/functions.h"

namespace rhumb {
namespace {

CancelFlag g_interrupt;
// Written once before the handlers are installed; Engine::cancel is thread-safe and is called from
// a watcher thread, never from the handler itself.
std::unique_ptr<std::jthread> g_watcher;

extern "C" void on_interrupt(int) {
  if (g_interrupt.requested()) std::_Exit(exit_status(Code::kCancelled));
  g_interrupt.request();
}

std::optional<Environment> find_environment(const Project& project, const std::string& name,
                                            Errors& errors) {
  const auto found = project.environments.find(name);
  if (found != project.environments.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, environment] : project.environments) names.push_back(known);
  errors.push_back(Error{Code::kUnknownName,
                         fmt::format("there is no environment `{}`", printable(name, 60)),
                         did_you_mean(name, names, "known: " + join(names, ", ")),
                         {"rhumb.yaml", 0, 0}});
  return std::nullopt;
}

}  // namespace

const CancelFlag& interrupt_flag() {
  return g_interrupt;
}

void listen_to_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void cancel_on_interrupt(Engine& engine) {
  listen_to_interrupts();
  g_watcher = std::make_unique<std::jthread>([&engine](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (g_interrupt.requested()) engine.cancel();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
}

void stop_watching_interrupts() {
  g_watcher.reset();
}

Workspace::Workspace(Console& console) : console_(&console), adapters_(real_adapters()) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace::~Workspace() {
  stop_watching_interrupts();
}

std::optional<Workspace> Workspace::open(const Invocation& invocation, Console& console,
                                         int& status) {
  Workspace workspace(console);
  auto root = find_project(invocation.value("project", "."));
  if (!root.ok()) {
    status = workspace.fail(root.error());
    return std::nullopt;
  }
  auto loaded = load_project(*root, catalogue());
  if (auto* errors = std::get_if<Errors>(&loaded)) {
    status = workspace.fail(*errors);
    return std::nullopt;
  }
  workspace.project_ = std::make_unique<Project>(std::get<Project>(std::move(loaded)));
  Errors errors;
  auto environment = find_environment(*workspace.project_, invocation.value("env", "prod"), errors);
  if (!environment) {
    status = workspace.fail(errors);
    return std::nullopt;
  }
  workspace.environment_ = std::move(*environment);
  return workspace;
}

int Workspace::fail(const Error& error) {
  return fail(Errors{error});
}

int Workspace::fail(const Errors& errors) {
  console_->report(errors);
  status_ = errors.empty() ? 0 : exit_status(errors.front().code);
  return status_;
}

std::filesystem::path Workspace::store_folder() const {
  return project_->store / environment_.name;
}

void Workspace::build_on_spark() {
  use_spark(adapters_, *project_);
}

Engine* Workspace::engine() {
  if (engine_ == nullptr && !engine_failed_) {
    auto made = open_engine();
    engine_failed_ = !made.ok();
    if (made.ok()) engine_ = std::move(made).value();
  }
  return engine_.get();
}

Result<std::unique_ptr<Engine>> Workspace::open_engine() {
  auto made = adapters_.engine(*project_, store_folder());
  if (!made.ok()) {
    fail(made.error());
    return made;
  }
  if (const Errors errors = inline_functions(*project_, **made); !errors.empty()) {
    fail(errors);
    return errors.front();
  }
  return made;
}

Result<std::optional<StateHome>> Workspace::state_home() const {
  const std::optional<StateDef>& def = project_->state;
  if (!def) return std::optional<StateHome>();
  const Config& url = project_->connections.at(def->connection).config["url"];
  RHUMB_ASSIGN(Secret secret, resolve_secret(url, project_->root));
  return std::optional<StateHome>(StateHome{.url = std::move(secret),
                                            .schema = def->schema_of(environment_),
                                            .project = project_->name,
                                            .cancel = &g_interrupt});
}

Result<std::unique_ptr<State>> Workspace::open_state() {
  RHUMB_ASSIGN(const std::optional<StateHome> home, state_home());
  if (!home) return State::open(store_folder(), *files_);
  return State::open_postgres(store_folder(), *files_, *home);
}

State* Workspace::state() {
  if (state_ != nullptr) return state_.get();
  auto files = open_local_store(store_folder());
  if (!files.ok()) {
    fail(files.error());
    return nullptr;
  }
  files_ = std::move(files).value();
  auto opened = open_state();
  if (!opened.ok()) {
    fail(opened.error());
    return nullptr;
  }
  state_ = std::move(opened).value();
  return state_.get();
}

const Analysis* Workspace::analysis() {
  if (analysis_) return &*analysis_;
  Engine* parser = engine();
  if (parser == nullptr) return nullptr;
  auto analysed = analyse(*project_, *parser);
  if (auto* errors = std::get_if<Errors>(&analysed)) {
    fail(*errors);
    return nullptr;
  }
  analysis_ = std::get<Analysis>(std::move(analysed));
  return &*analysis_;
}

RunContext Workspace::context(RunObserver& observer) {
  return RunContext{.project = *project_,
                    .environment = environment_,
                    .files = *files_,
                    .state = *state_,
                    .engine = *engine_,
                    .adapters = adapters_,
                    .observer = observer,
                    .cancel = interrupt_flag(),
                    .run_id = new_id(),
                    .store = store_folder()};
}

}  // namespace rhumb
