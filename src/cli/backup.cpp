#include "state/backup.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"

namespace rhumb {
namespace {

void print_report(const BackupReport& report, const std::string& words, Console& console) {
  if (console.json()) {
    console.print(nlohmann::ordered_json{{"datasets", report.datasets},
                                         {"versions", report.versions},
                                         {"files", report.files},
                                         {"bytes", report.bytes},
                                         {"copied_files", report.copied_files},
                                         {"copied_bytes", report.copied_bytes},
                                         {"removed_files", report.removed_files}}
                      .dump());
    return;
  }
  console.print(fmt::format(
      "{}: {} versions of {} datasets, {} files of {}; {} files of {} copied, "
      "{} removed.",
      words, human_count(report.versions), human_count(report.datasets), human_count(report.files),
      human_bytes(report.bytes), human_count(report.copied_files), human_bytes(report.copied_bytes),
      human_count(report.removed_files)));
}

int run_backup(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (workspace->state() == nullptr) return workspace->status();
  const std::string folder = invocation.arguments.front();
  const auto report = back_up(*workspace->state(), workspace->store_folder(), folder);
  if (!report.ok()) return workspace->fail(report.error());
  print_report(*report, printable(folder, 1000) + " is a backup", console);
  return 0;
}

int run_restore(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto report = restore_backup(invocation.arguments.front(), workspace->store_folder());
  if (!report.ok()) return workspace->fail(report.error());
  print_report(*report, "Restored", console);
  console.say("Targets are as they were; make them show the restored versions with: rhumb run");
  return 0;
}

}  // namespace

CommandSpec backup_command() {
  return {.name = "backup",
          .summary = "copy the store, as it is at one moment, into a folder",
          .doc =
              "Every version with its files, the ledger, the runs and the quarantine. Runs may go "
              "on meanwhile. A second backup into the same folder copies only what is new.",
          .arguments = {{"folder", "a new folder, or that of an earlier backup", true, false}},
          .options = {},
          .examples = {{"rhumb backup /mnt/backup/trips", ""}},
          .run = run_backup};
}

CommandSpec restore_command() {
  return {.name = "restore",
          .summary = "make a backup the store again",
          .doc =
              "The store's folder must be missing or empty. The whole backup is checked before "
              "anything of it is there.",
          .arguments = {{"folder", "what rhumb backup has written", true, false}},
          .options = {},
          .examples = {{"rhumb restore /mnt/backup/trips", ""}},
          .run = run_restore};
}

}  // namespace rhumb
