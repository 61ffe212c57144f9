#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/progress.h"
#include "cli/quarantine_view.h"
#include "cli/selection.h"
#include "cli/workspace.h"
#include "run/replay.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kShownRecords = 40;

/// Which records the user asked for.
struct Wanted {
  std::vector<std::string> sources;
  std::string reason, input, status;  ///< "" = any; no status = what waits to be mended

  [[nodiscard]] bool takes(const QuarantineRow& row) const {
    const bool waits = row.status == "open" || row.status == "exported";
    return (status.empty() ? waits : row.status == status) &&
           (reason.empty() || reason == reason_name(row.reject.reason)) &&
           (input.empty() || input == row.reject.input);
  }
};

Result<Wanted> read_wanted(const Invocation& invocation, const Project& project) {
  Wanted out{.sources = {},
             .reason = invocation.value("reason"),
             .input = invocation.value("input"),
             .status = invocation.value("status")};
  for (const auto& [name, source] : project.sources) out.sources.push_back(name);
  if (invocation.arguments.empty()) return out;
  const std::string& name = invocation.arguments.front();
  if (auto error = unknown_source(project, name, Sources::kAll)) return *std::move(error);
  out.sources = {name};
  return out;
}

Result<std::vector<QuarantineRow>> find_records(State& state, const Wanted& wanted) {
  std::vector<QuarantineRow> out;
  for (const std::string& source : wanted.sources) {
    RHUMB_ASSIGN(auto rows, state.quarantined(source, wanted.status));
    for (QuarantineRow& row : rows) {
      if (wanted.takes(row)) out.push_back(std::move(row));
    }
  }
  return out;
}

std::string groups_text(const QuarantineGroups& groups) {
  return render_table(group_header(), group_cells(groups), group_numbers());
}

std::string groups_json(const QuarantineGroups& groups) {
  Json out = Json::array();
  for (const auto& [key, group] : groups) {
    const auto& [source, reason, field] = key;
    out.push_back({{"source", source},
                   {"reason", reason},
                   {"column", field},
                   {"records", group.records},
                   {"files", group.inputs.size()},
                   {"first", group.first}});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string records_text(const std::vector<QuarantineRow>& records) {
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < std::min(records.size(), kShownRecords); ++i) {
    rows.push_back(record_cells(records[i]));
  }
  std::string out = render_table(record_header(), rows, std::vector<bool>(record_header().size()));
  if (records.size() > kShownRecords) {
    out += fmt::format("\n({} records, {} shown; --json and --raw give all)",
                       human_count(records.size()), kShownRecords);
  }
  return out;
}

std::string records_json(const std::vector<QuarantineRow>& records) {
  Json out = Json::array();
  for (const QuarantineRow& row : records) {
    const Reject& reject = row.reject;
    out.push_back({{"source", row.source},
                   {"input", reject.input},
                   {"line", reject.line},
                   {"position", reject.column},
                   {"column", reject.field},
                   {"reason", reason_name(reject.reason)},
                   {"message", reject.message},
                   {"status", row.status},
                   {"record", reject.raw}});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Page and export need the engine, since they read the records again.
Status write_file(Workspace& workspace, const Invocation& invocation,
                  const std::vector<QuarantineRow>& records, Console& console) {
  const auto observer = make_progress(console);
  RunContext context = workspace.context(*observer);
  if (invocation.has("html")) {
    RHUMB_TRY(write_quarantine_page(context, records, invocation.value("html")));
    console.say(fmt::format("{} records written to {}", human_count(records.size()),
                            invocation.value("html")));
    return {};
  }
  std::set<std::string> sources;
  for (const QuarantineRow& row : records) sources.insert(row.source);
  const bool filtered =
      invocation.has("reason") || invocation.has("input") || invocation.has("status");
  if (sources.size() != 1 || filtered) {
    return Error{Code::kUsage,
                 "--export writes all that waits of one source",
                 sources.empty() ? "nothing waits in quarantine"
                                 : "name one source and no filter; there are: " +
                                       join({sources.begin(), sources.end()}, ", "),
                 {}};
  }
  const std::string& source = *sources.begin();
  const std::string file = invocation.value("export");
  RHUMB_ASSIGN(const auto files, export_quarantine(context, source, file));
  console.say(exported_text(files, source));
  return {};
}

int run_quarantine(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto wanted = read_wanted(invocation, workspace->project());
  if (!wanted.ok()) return workspace->fail(wanted.error());
  if (workspace->state() == nullptr) return workspace->status();
  const auto records = find_records(*workspace->state(), *wanted);
  if (!records.ok()) return workspace->fail(records.error());
  if (invocation.has("html") || invocation.has("export")) {
    if (workspace->engine() == nullptr) return workspace->status();
    const Status written = write_file(*workspace, invocation, *records, console);
    if (!written.ok()) return workspace->fail(written.error());
  } else if (invocation.has("raw")) {
    for (const QuarantineRow& row : *records) console.print(row.reject.raw);
  } else if (invocation.has("records")) {
    console.print(console.json() ? records_json(*records) : records_text(*records));
  } else if (console.json()) {
    console.print(groups_json(group_records(*records)));
  } else if (records->empty()) {
    console.say("Nothing waits in quarantine.");
  } else {
    console.print(groups_text(group_records(*records)));
    console.say("Next: rhumb quarantine SOURCE --records, or rhumb replay SOURCE --export FILE");
  }
  return 0;
}

}  // namespace

CommandSpec quarantine_command() {
  return {
      .name = "quarantine",
      .summary = "show the records that could not be taken in, by source, reason and place",
      .doc =
          "Counts what waits to be mended; --records shows each with its place and what is wrong "
          "with it. Mended records are taken in with: rhumb replay",
      .arguments = {{"source", "one source (default: all)", false, false}},
      .options = {{"reason", 0, "NAME", "only this reason, such as bad-number", false, {}},
                  {"input", 0, "FILE", "only this file", false, {}},
                  {"status",
                   0,
                   "NAME",
                   "only of this status (default: open and exported)",
                   false,
                   {"open", "exported", "replayed", "dismissed", "repaired"}},
                  {"records", 0, "", "each record, with its place and message", false, {}},
                  {"raw", 0, "", "the records as they stand in their files", false, {}},
                  {"export",
                   0,
                   "FILE",
                   "write all records of one source to a file to mend them, for replay --from; one "
                   "file for "
                   "each header where its files differ in that",
                   false,
                   {}},
                  {"html",
                   0,
                   "FILE",
                   "write a page with the records and a map of those that have a place",
                   false,
                   {}}},
      .examples = {{"rhumb quarantine", "what waits, counted"},
                   {"rhumb quarantine trips_csv --records", ""},
                   {"rhumb quarantine trips_csv --reason bad-number --raw", ""},
                   {"rhumb quarantine trips_csv --export bad.csv", "then rhumb replay --from"},
                   {"rhumb quarantine --html bad.html", ""}},
      .run = run_quarantine};
}

}  // namespace rhumb
