#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "rhumb_version.h"

namespace rhumb {
namespace {

/// Text as roff shows it unchanged: no escapes, no hyphens that a terminal could not copy, and no
/// line that begins as a request does.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string option_entries(const std::vector<OptionSpec>& options) {
  std::string out;
  for (const OptionSpec& option : options) {
    const std::string letter = option.letter == 0 ? "" : fmt::format("\\-{}, ", option.letter);
    const std::string value =
        option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.value));
    out += fmt::format(".TP\n\\fB{}\\-\\-{}\\fR{}\n{}\n", letter, roff(option.name), value,
                       roff(option.doc));
  }
  return out;
}

std::string command_section(const CommandSpec& command) {
  std::string out = fmt::format(".SS \"rhumb {}", command.name);
  for (const ArgumentSpec& argument : command.arguments) {
    const std::string name = argument.name + (argument.repeats ? "..." : "");
    out += argument.required ? " " + name : fmt::format(" [{}]", name);
  }
  out += fmt::format("\"\n{}.\n", roff(command.summary));
  if (!command.doc.empty()) out += ".PP\n" + roff(command.doc) + "\n";
  for (const ArgumentSpec& argument : command.arguments)
    out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", roff(argument.name), roff(argument.doc));
  out += option_entries(command.options);
  if (command.examples.empty()) return out;
  out += ".PP\n.nf\n";
  for (const auto& [line, meaning] : command.examples)
    out += roff(meaning.empty() ? "  " + line : fmt::format("  {}   # {}", line, meaning)) + "\n";
  return out + ".fi\n";
}

}  // namespace

std::string manual_page() {
  std::string out = fmt::format(
      ".\\\" Written by `rhumb docs` from the declarations of the commands.\n"
      ".TH RHUMB 1 \"\" \"rhumb {}\" \"User commands\"\n"
      ".SH NAME\nrhumb \\- keeps geospatial tables and files complete and fresh\n"
      ".SH SYNOPSIS\n\\fBrhumb\\fR \\fIcommand\\fR [\\fIoptions\\fR]\n"
      ".SH DESCRIPTION\n"
      "Reads files and PostgreSQL tables not yet seen, transforms them with spatial SQL, checks "
      "the "
      "result and publishes it as a version: readers see the old whole one or the new whole one.\n"
      ".SH OPTIONS OF EVERY COMMAND\n",
      RHUMB_VERSION);
  out += option_entries(shared_options());
  out += ".SH COMMANDS\n";
  for (const CommandSpec& command : all_commands()) out += command_section(command);
  out +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nall went well\n"
      ".TP\n1\nthe work failed, or what was looked at is not in order\n"
      ".TP\n2\nthe project or the command line is wrong\n"
      ".TP\n70\na defect of rhumb itself\n"
      ".TP\n130\ninterrupted\n";
  return out;
}

}  // namespace rhumb
