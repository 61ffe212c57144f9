#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kShownRecords = 40;
constexpr size_t kShownText = 60;

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
  if (!project.sources.contains(name)) {
    return Error{Code::kUnknownName,
                 fmt::format("there is no source `{}`", printable(name, kShownText)),
                 did_you_mean(name, out.sources, "sources: " + join(out.sources, ", ")),
                 {}};
  }
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

/// `trips.csv:17:3`: what editors take.
std::string place_text(const Reject& reject) {
  std::string out = fmt::format("{}:{}", reject.input, reject.line);
  return reject.column > 0 ? fmt::format("{}:{}", out, reject.column) : out;
}

struct Group {
  uint64_t records = 0;
  std::set<std::string> inputs;
  std::string first;  ///< place of the first record
};
using Groups = std::map<std::tuple<std::string, std::string, std::string>, Group>;

Groups group_records(const std::vector<QuarantineRow>& rows) {
  Groups out;
  for (const QuarantineRow& row : rows) {
    Group& group = out[{row.source, reason_name(row.reject.reason), row.reject.field}];
    if (group.records++ == 0) group.first = place_text(row.reject);
    group.inputs.insert(row.reject.input);
  }
  return out;
}

std::string groups_text(const Groups& groups) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, group] : groups) {
    const auto& [source, reason, field] = key;
    rows.push_back({source, reason, printable(field, kShownText), human_count(group.records),
                    human_count(group.inputs.size()), printable(group.first, kShownText)});
  }
  return render_table({"source", "reason", "column", "records", "files", "first"}, rows,
                      {false, false, false, true, true, false});
}

std::string groups_json(const Groups& groups) {
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
    const Reject& reject = records[i].reject;
    rows.push_back({printable(place_text(reject), kShownText), printable(reject.field, kShownText),
                    reason_name(reject.reason), printable(reject.message, 2 * kShownText),
                    printable(reject.raw, kShownText)});
  }
  std::string out = render_table({"place", "column", "reason", "message", "record"}, rows,
                                 {false, false, false, false, false});
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

int run_quarantine(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto wanted = read_wanted(invocation, workspace->project());
  if (!wanted.ok()) return workspace->fail(wanted.error());
  if (workspace->state() == nullptr) return workspace->status();
  const auto records = find_records(*workspace->state(), *wanted);
  if (!records.ok()) return workspace->fail(records.error());
  if (invocation.has("raw")) {
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
                  {"raw", 0, "", "the records as they stand in their files", false, {}}},
      .examples = {{"rhumb quarantine", "what waits, counted"},
                   {"rhumb quarantine trips_csv --records", ""},
                   {"rhumb quarantine trips_csv --reason bad-number --raw", ""}},
      .run = run_quarantine};
}

}  // namespace rhumb
