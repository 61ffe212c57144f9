#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"

namespace rhumb {
namespace {

std::vector<std::string> flags_of(const CommandSpec& command) {
  std::vector<std::string> flags = {"--help"};
  for (const auto* options : {&command.options, &shared_options()}) {
    for (const OptionSpec& option : *options) flags.push_back("--" + option.name);
  }
  return flags;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : all_commands()) names.push_back(command.name);
  return names;
}

std::string bash_script() {
  std::string cases;
  for (const CommandSpec& command : all_commands()) {
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command.name, join(flags_of(command), " "));
  }
  return fmt::format(R"sh(# rhumb completion for bash: eval "$(rhumb completion bash)"
_rhumb() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words="{}"
  case "${{COMP_WORDS[1]}}" in
{}  esac
  if [[ $COMP_CWORD -gt 1 && $current != -* ]]; then
    words="$(rhumb status --names 2>/dev/null)"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _rhumb rhumb)sh",
                     join(command_names(), " "), cases);
}

/// `text` between single quotes, in which shells differ: how a quote and a backslash are written.
std::string in_quotes(std::string_view text, std::string_view quote, std::string_view backslash) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
    } else if (c == '\\') {
      out += backslash;
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string zsh_quoted(std::string_view text) {
  return in_quotes(text, "'\\''", "\\");
}

std::string fish_quoted(std::string_view text) {
  return in_quotes(text, "\\'", "\\\\");
}

/// Colons and brackets mean something in a specification of _arguments.
std::string zsh_option(const OptionSpec& option) {
  std::string doc;
  for (const char c : option.doc) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') doc += '\\';
    doc += c;
  }
  const std::string value = option.value.empty() ? "" : ": :_files";
  return zsh_quoted(fmt::format("--{}[{}]{}", option.name, doc, value));
}

/// Works both ways: found by zsh in a folder of completions, and evaluated by hand.
std::string zsh_script() {
  std::string names, cases;
  for (const CommandSpec& command : all_commands()) {
    names += " " + zsh_quoted(command.name + ":" + command.summary);
    cases += fmt::format("    {}) options=(", command.name);
    for (const auto* options : {&command.options, &shared_options()}) {
      for (const OptionSpec& option : *options) cases += zsh_option(option) + " ";
    }
    cases += "'--help[what it does]') ;;\n";
  }
  return fmt::format(R"sh(#compdef rhumb
# rhumb completion for zsh: eval "$(rhumb completion zsh)"
_rhumb() {{
  local -a commands options
  if (( CURRENT == 2 )); then
    commands=({})
    _describe command commands
    return
  fi
  case $words[2] in
{}  esac
  _arguments "$options[@]" '*: :{{ compadd -- $(rhumb status --names 2>/dev/null); _files }}'
}}
if [[ $funcstack[1] == _rhumb ]]; then _rhumb "$@"; else compdef _rhumb rhumb; fi)sh",
                     names, cases);
}

std::string fish_script() {
  std::string out =
      "# rhumb completion for fish: rhumb completion fish | source\ncomplete -c rhumb -f\n";
  for (const CommandSpec& command : all_commands()) {
    out += fmt::format("complete -c rhumb -n __fish_use_subcommand -a {} -d {}\n", command.name,
                       fish_quoted(command.summary));
    for (const auto* options : {&command.options, &shared_options()}) {
      for (const OptionSpec& option : *options) {
        out += fmt::format("complete -c rhumb -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n",
                           command.name, option.name, option.value.empty() ? "" : " -r",
                           fish_quoted(option.doc));
      }
    }
  }
  out.pop_back();
  return out;
}

int run_completion(const Invocation& invocation, Console& console) {
  const std::string shell = invocation.arguments.empty() ? "bash" : invocation.arguments.front();
  const std::string script = completion_script(shell);
  if (script.empty()) {
    console.report({Error{Code::kUsage,
                          "no completion for the shell " + printable(shell, 40),
                          "one of: bash, zsh, fish",
                          {}}});
    return exit_status(Code::kUsage);
  }
  console.print(script);
  return 0;
}

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return "";
}

CommandSpec completion_command() {
  return {.name = "completion",
          .summary = "print a script that completes commands in your shell",
          .arguments = {{"shell", "bash, zsh or fish", true, false}},
          .examples = {{"eval \"$(rhumb completion bash)\"", "for this shell"}},
          .run = run_completion};
}

}  // namespace rhumb
