#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/console.h"

namespace rhumb {

/// What the user typed, after parsing. Absent options are absent from `values`.
struct Invocation {
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>> values;  ///< by long name without dashes

  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  [[nodiscard]] std::string value(const std::string& name, const std::string& fallback = "") const {
    const auto found = values.find(name);
    return found == values.end() || found->second.empty() ? fallback : found->second.front();
  }
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::vector<std::string>{} : found->second;
  }
};

struct OptionSpec {
  std::string name;   ///< long name without dashes
  char letter = 0;    ///< short name, 0 = none
  std::string value;  ///< what stands for its value in help, "" = a switch
  std::string doc;
  bool repeats = false;
  std::vector<std::string> choices;
};

struct ArgumentSpec {
  std::string name;
  std::string doc;
  bool required = false;
  bool repeats = false;
};

/// One command: its parser, help, completion and reference page come from here.
struct CommandSpec {
  std::string name;
  std::string summary;  ///< one line
  std::string doc;      ///< a paragraph
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::vector<std::pair<std::string, std::string>> examples;  ///< command line, what it does
  std::function<int(const Invocation&, Console&)> run;
};

/// Every command, in the order of the help.
[[nodiscard]] const std::vector<CommandSpec>& all_commands();

/// Options every command takes.
[[nodiscard]] const std::vector<OptionSpec>& shared_options();

CommandSpec init_command();
CommandSpec inspect_command();
CommandSpec check_command();
CommandSpec plan_command();
CommandSpec run_command();
CommandSpec status_command();
CommandSpec lineage_command();
CommandSpec query_command();
CommandSpec rollback_command();
CommandSpec quarantine_command();
CommandSpec replay_command();
CommandSpec erase_command();
CommandSpec test_command();
CommandSpec backup_command();
CommandSpec restore_command();
CommandSpec doctor_command();
CommandSpec completion_command();
CommandSpec docs_command();

/// Parses and runs; the exit status. Never throws.
int run_command_line(int argc, char** argv);

/// A shell script that completes commands, options and names; `shell` is bash, zsh or fish.
[[nodiscard]] std::string completion_script(const std::string& shell);
/// The manual page, as roff for man(1).
[[nodiscard]] std::string manual_page();
/// The page docs/reference/cli.md.
[[nodiscard]] std::string cli_reference();

}  // namespace rhumb
