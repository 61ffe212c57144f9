#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/command.h"
#include "cli/portability_page.h"
#include "engine/functions/catalogue.h"
#include "io/fs/file.h"
#include "project/project.h"
#include "run/run_report.h"

namespace rhumb {
namespace {

std::string options_table(const std::vector<OptionSpec>& options) {
  std::string out = "| option | meaning |\n|---|---|\n";
  for (const OptionSpec& option : options) {
    const std::string letter = option.letter == 0 ? "" : fmt::format("`-{}`, ", option.letter);
    const std::string value = option.value.empty() ? "" : " " + option.value;
    out += fmt::format("| {}`--{}{}` | {} |\n", letter, option.name, value, option.doc);
  }
  return out;
}

std::string command_page(const CommandSpec& command) {
  std::string usage = "rhumb " + command.name;
  for (const ArgumentSpec& argument : command.arguments) {
    const std::string name = argument.name + (argument.repeats ? "..." : "");
    usage += argument.required ? " " + name : fmt::format(" [{}]", name);
  }
  std::string out =
      fmt::format("## {}\n\n{}.\n\n```\n{}\n```\n", command.name, command.summary, usage);
  if (!command.doc.empty()) out += "\n" + command.doc + "\n";
  for (const ArgumentSpec& argument : command.arguments)
    out += fmt::format("\n- `{}`: {}\n", argument.name, argument.doc);
  if (!command.options.empty()) out += "\n" + options_table(command.options);
  if (!command.examples.empty()) {
    out += "\n```\n";
    for (const auto& [line, meaning] : command.examples)
      out += meaning.empty() ? line + "\n" : fmt::format("{}   # {}\n", line, meaning);
    out += "```\n";
  }
  return out;
}

std::string error_page() {
  std::string out =
      "# Error codes\n\nStable names: scripts may match on them.\n\n| code | exit status "
      "|\n|---|---|\n";
#define X(identifier, name, exit_status) out += fmt::format("| `{}` | {} |\n", name, exit_status);
#include "base/codes.def"
#undef X
  return out;
}

std::string function_page() {
  std::string out =
      "# SQL functions\n\nCoordinates are always (longitude, latitude) or (x, y). Everything else "
      "of DuckDB's own functions works too.\n";
  for (const FunctionDoc& function : function_catalogue()) {
    out += fmt::format("\n## {}\n\n```\n{}{}\n```\n\n{}\n", function.name, function.name,
                       function.signature, function.doc);
    if (!function.example.empty())
      out += fmt::format("\n    {} = {}\n", function.example, function.result);
    if (!function.postgis.empty()) out += fmt::format("\nPostGIS: `{}`.", function.postgis);
    if (!function.sedona.empty()) out += fmt::format(" Sedona: `{}`.", function.sedona);
    out += "\n";
  }
  return out;
}

std::map<std::string, std::string> reference_files() {
  std::map<std::string, std::string> pages = reference_pages(catalogue());
  pages["cli.md"] = cli_reference();
  pages["errors.md"] = error_page();
  pages["functions.md"] = function_page();
  pages["portability.md"] = portability_page();
  for (const auto& [name, text] : json_schemas(catalogue())) pages["schema/" + name] = text;
  pages["schema/run-report.schema.json"] = run_report_schema();
  return pages;
}

/// Where Debian's man, bash, zsh and fish look below /usr/share.
std::map<std::string, std::string> share_files() {
  return {{"man/man1/rhumb.1", manual_page()},
          {"bash-completion/completions/rhumb", completion_script("bash") + "\n"},
          {"zsh/vendor-completions/_rhumb", completion_script("zsh") + "\n"},
          {"fish/vendor_completions.d/rhumb.fish", completion_script("fish") + "\n"}};
}

int run_docs(const Invocation& invocation, Console& console) {
  const std::filesystem::path folder = invocation.arguments.front();
  const std::map<std::string, std::string> pages =
      invocation.has("share") ? share_files() : reference_files();
  for (const auto& [name, text] : pages) {
    Status written = make_folders((folder / name).parent_path());
    if (written.ok()) written = atomic_write(folder / name, text);
    if (!written.ok()) {
      console.report({written.error()});
      return exit_status(written.error().code);
    }
  }
  console.say(fmt::format("{} pages written to {}", pages.size(), folder.string()));
  return 0;
}

}  // namespace

std::string cli_reference() {
  std::string out = "# Commands\n\nEvery command also takes:\n\n" + options_table(shared_options());
  for (const CommandSpec& command : all_commands()) out += "\n" + command_page(command);
  return out;
}

CommandSpec docs_command() {
  return {.name = "docs",
          .summary = "write the reference pages and the editor schemas",
          .arguments = {{"folder", "where", true, false}},
          .options = {{"share",
                       0,
                       "",
                       "write the manual page and the shells' completions instead, laid out as "
                       "below /usr/share",
                       false,
                       {}}},
          .run = run_docs};
}

}  // namespace rhumb
