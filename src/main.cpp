#include "cli/command.h"

int main(int argc, char** argv) {
  return rhumb::run_command_line(argc, argv);
}
