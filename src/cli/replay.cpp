#include "run/replay.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/leases.h"
#include "cli/progress.h"
#include "cli/quarantine_view.h"
#include "cli/selection.h"
#include "cli/workspace.h"

namespace rhumb {
namespace {

int print_replay(const ReplayReport& report, const std::string& source, Console& console) {
  if (console.json()) {
    console.print(nlohmann::ordered_json{{"source", source},
                                         {"taken", report.taken},
                                         {"rejected", report.rejected},
                                         {"version", report.version}}
                      .dump());
  } else {
    console.print(fmt::format(
        "{} records of {} taken in (version {}), {} still in quarantine.  Next: rhumb run",
        human_count(report.taken), source, report.version, human_count(report.rejected)));
  }
  return 0;
}

int run_replay(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const std::string source = invocation.arguments.front();
  if (const auto error = unknown_source(workspace->project(), source, Sources::kOfFiles))
    return workspace->fail(*error);
  if (workspace->engine() == nullptr || workspace->state() == nullptr) return workspace->status();
  const auto observer = make_progress(console);
  RunContext context = workspace->context(*observer);
  if (invocation.has("export")) {
    const auto files = export_quarantine(context, source, invocation.value("export"));
    if (!files.ok()) return workspace->fail(files.error());
    console.say(exported_text(*files, source));
    return 0;
  }
  const auto wait = time_to_wait(invocation, *workspace);
  if (!wait || !take_leases(*wait, *workspace, console, {source}, "rhumb replay"))
    return workspace->status();
  const auto report = invocation.has("from")
                          ? replay_file(context, source, invocation.value("from"))
                          : replay_quarantine(context, source);
  return report.ok() ? print_replay(*report, source, console) : workspace->fail(report.error());
}

}  // namespace

CommandSpec replay_command() {
  return {.name = "replay",
          .summary = "take quarantined records in again",
          .doc =
              "Without options the records are read again as they are. Look at them with: rhumb "
              "quarantine",
          .arguments = {{"source", "the source's name", true, false}},
          .options = {{"export", 0, "FILE", "write the records to a file to mend them", false, {}},
                      {"from", 0, "FILE", "take mended records from this file", false, {}},
                      wait_option()},
          .examples = {{"rhumb replay trips_csv --export bad.csv", ""},
                       {"rhumb replay trips_csv --from bad.csv", "after mending it"}},
          .run = run_replay};
}

}  // namespace rhumb
