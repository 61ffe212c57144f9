#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/text.h"
#include "cli/workspace.h"
#include "run/model_tests.h"
#include "run/static_check.h"

namespace rhumb {
namespace {

/// A folder for the given rows, removed when the tests are over.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& store)
      : path_(store / "staging" / ("test-" + new_id())) {
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void print_outcome(const TestOutcome& outcome, Console& console) {
  console.print(fmt::format(
      "{} {}: {}",
      outcome.passed ? console.paint(Tone::kGood, "ok  ") : console.paint(Tone::kBad, "FAIL"),
      outcome.model, outcome.name));
  if (!outcome.detail.empty())
    console.print(fmt::format("  {}\n{}", outcome.place.text(), outcome.detail));
}

int print_summary(const std::vector<TestOutcome>& outcomes, const Errors& errors,
                  Console& console) {
  const auto passed = std::count_if(outcomes.begin(), outcomes.end(),
                                    [](const TestOutcome& outcome) { return outcome.passed; });
  const auto failed =
      static_cast<int64_t>(outcomes.size()) - passed + static_cast<int64_t>(errors.size());
  if (console.json()) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const TestOutcome& outcome : outcomes) {
      list.push_back({{"test", outcome.name},
                      {"model", outcome.model},
                      {"passed", outcome.passed},
                      {"detail", outcome.detail}});
    }
    console.print(
        nlohmann::ordered_json{{"passed", passed}, {"failed", failed}, {"tests", list}}.dump());
  } else {
    console.print(fmt::format("{} passed, {} failed", passed, failed));
  }
  return failed == 0 ? 0 : exit_status(Code::kTestFailed);
}

int run_test(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  Engine* engine = workspace->engine();
  const Analysis* analysis = workspace->analysis();
  State* state = workspace->state();
  if (engine == nullptr || analysis == nullptr || state == nullptr) return workspace->status();
  const StaticCheck check = check_models(workspace->project(), *analysis, *engine, *state);
  if (!check.errors.empty()) return workspace->fail(check.errors);
  const ScratchFolder folder(workspace->store_folder());
  std::vector<TestOutcome> outcomes;
  Errors errors;
  for (const TestDef& test : workspace->project().tests) {
    const auto& wanted = invocation.arguments;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), test.model) == wanted.end())
      continue;
    auto outcome = run_model_test(workspace->project(), *analysis, check.schemas, *engine, test,
                                  folder.path());
    if (!outcome.ok()) {
      errors.push_back(outcome.error());
      continue;
    }
    if (!console.json()) print_outcome(*outcome, console);
    outcomes.push_back(std::move(outcome).value());
  }
  if (!errors.empty()) console.report(errors);
  return print_summary(outcomes, errors, console);
}

}  // namespace

CommandSpec test_command() {
  return {.name = "test",
          .summary = "run the project's tests: given rows, expected rows",
          .arguments = {{"models", "only the tests of these models", false, true}},
          .examples = {{"rhumb test", "all"}, {"rhumb test processed_data", "those of one model"}},
          .run = run_test};
}

}  // namespace rhumb
