#include "project/yaml_problem.h"

#include <algorithm>
#include <array>

namespace rhumb {
namespace {

struct Explanation {
  std::string_view problem;  ///< part of the library's sentence
  std::string_view context;  ///< part of what it was doing, "" = anything
  std::string_view message;
  std::string_view hint;
  bool at_context = false;
};

constexpr std::string_view kQuoteIt =
    "put the value in double quotes when the characters are meant";
constexpr std::string_view kIndent = "entries of one block begin in the same column";

// The first that fits counts.
constexpr auto kExplanations = std::to_array<Explanation>({
    {"mapping values are not allowed", "", "a `:` cannot stand here",
     "indent the entry like its neighbours, or put a text with `: ` in double quotes"},
    {"could not find expected ':'", "", "this entry has no `:` after its key",
     "write `key: value`, or indent the line as part of the value above"},
    {"cannot start any token", "", "a value cannot begin with this character", kQuoteIt},
    {"unexpected end of stream", "quoted scalar", "the quote that opens here is never closed",
     "close it, or double a quote that belongs to the text", true},
    {"document indicator", "quoted scalar", "the quote that opens here is never closed",
     "close it, or double a quote that belongs to the text", true},
    {"',' or ']'", "", "the `[` that opens here is not closed",
     "separate the items with `,` and close the list with `]`", true},
    {"',' or '}'", "", "the `{` that opens here is not closed",
     "separate the entries with `,` and close the map with `}`", true},
    {"expected node content", "", "a value or a closing bracket was expected here",
     "every `[` needs its `]` and every `{` its `}`"},
    {"expected '-' indicator", "", "a list item was expected here, beginning with `-`", kIndent},
    {"expected key", "", "a key was expected here", kIndent},
    {"block sequence entries are not allowed", "", "a list item cannot begin here",
     "put the first `-` on a line of its own"},
    {"mapping keys are not allowed", "", "a key cannot begin here", kIndent},
    {"unknown escape character", "", "this escape is not known in double quotes",
     "write `\\\\` for a backslash, or use single quotes"},
    {"hexdecimal number", "", "this escape needs hexadecimal digits",
     "write `\\\\` for a backslash, or use single quotes"},
    {"Unicode character escape", "", "this escape names no Unicode character", ""},
    {"found a tab character", "", "a tab cannot stand here", "indent with spaces"},
    {"indentation indicator", "", "the digit after `|` or `>` must be from 1 to 9", ""},
    {"comment or line break", "", "nothing but a comment may follow here",
     "begin the text on the next line"},
    {"expected <document start>", "", "the file goes on after its end", kIndent},
    {"unexpected ':'", "", "a `:` cannot stand here", kQuoteIt},
    {"leading blank", "", "the first lines of this text are indented deeper than the rest",
     kIndent},
    {"directive", "", "directives (`%`) are not taken", kQuoteIt},
    {"tag", "", "tags (`!`) are not taken", kQuoteIt},
    {"expected alphabetic or numeric character", "", "`&` and `*` begin a YAML anchor or alias",
     kQuoteIt},
});

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

YamlProblem explain_yaml_problem(std::string_view problem, std::string_view context) {
  const auto found =
      std::find_if(kExplanations.begin(), kExplanations.end(), [&](const Explanation& known) {
        return holds(problem, known.problem) && holds(context, known.context);
      });
  if (found == kExplanations.end()) return {"this is not well-formed YAML", "", false};
  return {std::string(found->message), std::string(found->hint), found->at_context};
}

}  // namespace rhumb
