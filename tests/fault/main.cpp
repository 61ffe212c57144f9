#include <cstdio>
#include <string_view>

#include "cli/command.h"
#include "faults.h"

/// As `rhumb`, and `rhumb_faulty faults` lists the points.
int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "faults") {
    for (const auto& point : rhumb::faults::known_points()) std::puts(point.c_str());
    return 0;
  }
  const int status = rhumb::run_command_line(argc, argv);
  rhumb::faults::write_counts();
  return status;
}
