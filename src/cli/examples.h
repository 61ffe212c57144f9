#pragma once

#include <string>
#include <vector>

namespace rhumb {

/// One file of the examples that the program carries; `name` begins with the example's name.
struct ExampleFile {
  std::string name;
  std::string content;
};

/// Generated at build time from examples/.
[[nodiscard]] const std::vector<ExampleFile>& example_files();

}  // namespace rhumb
