#pragma once

#include <string>
#include <string_view>

namespace rhumb {

/// What a YAML library's complaint means, in words for the person who wrote the file.
struct YamlProblem {
  std::string message;
  std::string hint;
  bool at_context = false;  ///< the place to show is where the unfinished thing began
};

/// `problem` and `context` as libyaml 0.2 words them; an unknown problem gets a general answer.
[[nodiscard]] YamlProblem explain_yaml_problem(std::string_view problem, std::string_view context);

}  // namespace rhumb
