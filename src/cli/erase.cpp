#include "run/erase.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/erasing.h"
#include "cli/leases.h"
#include "cli/progress.h"
#include "cli/selection.h"
#include "cli/workspace.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

constexpr const char* kKeysHint = "for example --where rider=4711, or --file with a value per line";

/// The first line names the column, each other one is a value.
Result<std::vector<EraseKey>> keys_in_file(const std::string& path) {
  RHUMB_ASSIGN(const std::string text, read_whole_file(path));
  std::vector<EraseKey> keys;
  std::string column;
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty()) continue;
    if (line.find_first_of(",\"") != std::string_view::npos) {
      return Error{Code::kUsage,
                   "expected one value, found a comma or a quotation mark",
                   "the first line names the column, each other line is a value as it is",
                   {path, number, 1}};
    }
    if (column.empty()) {
      column = line;
    } else {
      keys.push_back({column, std::string(line)});
    }
  }
  return keys;
}

Result<std::vector<EraseKey>> requested_keys(const Invocation& invocation) {
  std::vector<EraseKey> keys;
  for (const std::string& condition : invocation.all("where")) {
    const size_t equals = condition.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == condition.size()) {
      return Error{
          Code::kUsage, "--where takes COLUMN=VALUE, neither of them empty", kKeysHint, {}};
    }
    keys.push_back({condition.substr(0, equals), condition.substr(equals + 1)});
  }
  if (invocation.has("file")) {
    RHUMB_ASSIGN(const auto more, keys_in_file(invocation.value("file")));
    keys.insert(keys.end(), more.begin(), more.end());
  }
  if (keys.empty())
    return Error{Code::kUsage, "whose rows are to be erased is not said", kKeysHint, {}};
  return keys;
}

void print_erasure(const Erasure& erasure, Workspace& workspace, Console& console) {
  const std::string document =
      fmt::format("{}/{}/{}.json", kErasures, folder_name(erasure.source), erasure.id);
  console.print(fmt::format(
      "{} rows of {} erased; {} older versions given up. Receipt: {}", human_count(erasure.rows()),
      erasure.source, human_count(erasure.retired.size()), workspace.files().absolute(document)));
  for (const std::string& name : erasure.inputs_still_there)
    console.print("  still there, and its rows are not taken in again: " + name);
  for (const std::string& target : erasure.published_before)
    console.print("  published to once, and not by this project any more: " + target);
}

int report(const Invocation& invocation, const Erasure& erasure,
           const std::vector<EraseKey>& values, Workspace& workspace, Console& console) {
  const std::string receipt =
      receipt_json(erasure, invocation.has("show-values") ? values : std::vector<EraseKey>{});
  if (invocation.has("receipt")) {
    const Status written =
        atomic_write(std::filesystem::absolute(invocation.value("receipt")), receipt);
    if (!written.ok()) return workspace.fail(written.error());
  }
  if (console.json()) {
    console.print(receipt);
  } else {
    print_erasure(erasure, workspace, console);
  }
  return 0;
}

int run_erase(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const std::string source = invocation.arguments.front();
  if (const auto error = unknown_source(workspace->project(), source, Sources::kAll))
    return workspace->fail(*error);
  const auto keys = requested_keys(invocation);
  if (!keys.ok()) return workspace->fail(keys.error());
  const auto wait = time_to_wait(invocation, *workspace);
  if (!wait || workspace->engine() == nullptr || workspace->state() == nullptr ||
      workspace->analysis() == nullptr)
    return workspace->status();
  auto reach =
      erase_reach(*workspace->state(), workspace->project(), *workspace->analysis(), source);
  if (!reach.ok()) return workspace->fail(reach.error());
  if (!take_leases(*wait, *workspace, console, reach->datasets(), "rhumb erase"))
    return workspace->status();
  const auto observer = make_progress(console);
  cancel_on_interrupt(*workspace->engine());
  RunContext context = workspace->context(*observer);
  auto erasure = begin_erasure(context, source, *keys);
  if (!erasure.ok()) return workspace->fail(erasure.error());
  Eraser eraser(context, *std::move(reach), *std::move(erasure));
  const bool finished = carry_out(eraser, *wait, *workspace, context);
  const int reported = report(invocation, eraser.erasure(), *keys, *workspace, console);
  return finished ? reported : workspace->status();
}

}  // namespace

CommandSpec erase_command() {
  return {.name = "erase",
          .summary = "erase rows of a source by key, from all that was made of them",
          .doc =
              "A version of the source without the rows is made, every model made from it is built "
              "and published anew, and all older versions of these are given up with their files "
              "and tables; quarantined records that name a value go too. Later runs leave such "
              "rows out. Input files and backups are not changed: the receipt names the inputs "
              "that still hold rows. What is interrupted is finished by the same command, or by "
              "the next rhumb run.",
          .arguments = {{"source", "the source's name", true, false}},
          .options = {{"where",
                       0,
                       "COLUMN=VALUE",
                       "whose rows: those with this value (may be given more than once)",
                       true,
                       {}},
                      {"file",
                       0,
                       "FILE",
                       "values, one in each line; the first line names the column",
                       false,
                       {}},
                      {"receipt", 0, "FILE", "write the receipt there as well", false, {}},
                      {"show-values", 0, "", "with the values in it", false, {}},
                      wait_option()},
          .examples = {{"rhumb erase trips --where rider=4711", ""},
                       {"rhumb erase trips --file riders.txt --receipt erased.json", ""}},
          .run = run_erase};
}

}  // namespace rhumb
