#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/caught.h"
#include "base/text.h"
#include "cli/command.h"
#include "rhumb_version.h"

namespace rhumb {
namespace {

/// CLI11 fills these; they must stay where they are until parsing is over.
struct Slots {
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> switches;
};

void add_option(CLI::App& app, const OptionSpec& spec, Slots& slots) {
  const std::string flags =
      (spec.letter == 0 ? "" : fmt::format("-{},", spec.letter)) + "--" + spec.name;
  if (spec.value.empty()) {
    app.add_flag(flags, slots.switches[spec.name], spec.doc);
    return;
  }
  CLI::Option* option = app.add_option(flags, slots.values[spec.name], spec.doc);
  option->type_name(spec.value);
  option->expected(1);
  option->allow_extra_args(false);  // what follows is an argument
  option->multi_option_policy(spec.repeats ? CLI::MultiOptionPolicy::TakeAll
                                           : CLI::MultiOptionPolicy::Throw);
  if (!spec.choices.empty()) option->check(CLI::IsMember(spec.choices));
}

std::string footer(const CommandSpec& command) {
  if (command.examples.empty()) return "";
  size_t width = 0;
  for (const auto& [line, meaning] : command.examples) width = std::max(width, line.size());
  std::string out = "Examples:\n";
  for (const auto& [line, meaning] : command.examples) {
    out += meaning.empty() ? fmt::format("  {}\n", line)
                           : fmt::format("  {:<{}}  {}\n", line, width, meaning);
  }
  return out;
}

CLI::App* add_command(CLI::App& app, const CommandSpec& command, Slots& slots) {
  CLI::App* sub = app.add_subcommand(command.name, command.summary);
  sub->footer(footer(command));
  if (!command.doc.empty()) sub->description(command.summary + "\n" + command.doc);
  for (const ArgumentSpec& argument : command.arguments) {
    CLI::Option* option = sub->add_option(argument.name, slots.arguments, argument.doc);
    option->type_name("");
    if (argument.repeats) {
      option->expected(argument.required ? 1 : 0, CLI::detail::expected_max_vector_size);
    } else {
      option->expected(argument.required ? 1 : 0, 1);
    }
    if (argument.required) option->required();
  }
  for (const OptionSpec& option : command.options) add_option(*sub, option, slots);
  for (const OptionSpec& option : shared_options()) add_option(*sub, option, slots);
  return sub;
}

Invocation take(const Slots& slots) {
  Invocation out{.arguments = slots.arguments, .values = {}};
  for (const auto& [name, values] : slots.values) {
    if (!values.empty()) out.values[name] = values;
  }
  for (const auto& [name, on] : slots.switches) {
    if (on) out.values[name] = {};
  }
  return out;
}

/// CLI11 says what is wrong; we add the nearest command and keep our own exit status.
int report_usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);
  std::vector<std::string> names;
  for (const CommandSpec& command : all_commands()) names.push_back(command.name);
  const std::string first = argc > 1 ? argv[1] : "";
  const bool known = std::find(names.begin(), names.end(), first) != names.end();
  std::string hint = known ? fmt::format("see: rhumb {} --help", first) : "see: rhumb --help";
  std::string message = error.what();
  if (!known && !first.empty() && first.front() != '-') {
    message = fmt::format("there is no command `{}`", printable(first, 60));
    if (const std::string near = nearest_name(first, names); !near.empty())
      hint = fmt::format("did you mean `rhumb {}`?", near);
  }
  const bool json = std::any_of(
      argv, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
  Console(stdout, stderr, json).report({Error{Code::kUsage, message, hint, {}}});
  return exit_status(Code::kUsage);
}

}  // namespace

const std::vector<OptionSpec>& shared_options() {
  static const std::vector<OptionSpec> options = {
      {"project", 'C', "FOLDER", "the project's folder (default: here or above)", false, {}},
      {"env", 'e', "NAME", "the environment (default: prod)", false, {}},
      {"json", 0, "", "print JSON for programs", false, {}},
  };
  return options;
}

const std::vector<CommandSpec>& all_commands() {
  static const std::vector<CommandSpec> commands = {
      init_command(),       inspect_command(),    check_command(),   plan_command(),
      run_command(),        status_command(),     lineage_command(), query_command(),
      rollback_command(),   quarantine_command(), replay_command(),  erase_command(),
      test_command(),       backup_command(),     restore_command(), doctor_command(),
      completion_command(), docs_command()};
  return commands;
}

int run_command_line(int argc, char** argv) {
  CLI::App app(
      "Rhumb keeps geospatial tables and files complete and fresh, from one folder of YAML and "
      "SQL.",
      "rhumb");
  app.set_version_flag("--version", std::string("rhumb ") + RHUMB_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  std::map<std::string, Slots> slots;
  std::map<std::string, CLI::App*> parsers;
  for (const CommandSpec& command : all_commands())
    parsers[command.name] = add_command(app, command, slots[command.name]);
  if (argc == 1) {
    fmt::print("{}", app.help());
    return 0;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error, argc, argv);
  }
  for (const CommandSpec& command : all_commands()) {
    if (!parsers[command.name]->parsed()) continue;
    const Invocation invocation = take(slots[command.name]);
    Console console(stdout, stderr, invocation.has("json"));
    int status = 0;
    const Status ended = caught([&]() -> Status {
      status = command.run(invocation, console);
      return {};
    });
    if (ended.ok()) return status;
    console.report({ended.error()});
    return exit_status(ended.error().code);
  }
  return exit_status(Code::kUsage);
}

}  // namespace rhumb
