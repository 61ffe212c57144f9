#include "base/error.h"

#include <array>

#include <fmt/format.h>

namespace rhumb {
namespace {

struct CodeInfo {
  std::string_view name;
  int exit_status;
};

constexpr auto kCodes = std::to_array<CodeInfo>({
#define X(identifier, name, exit_status) {name, exit_status},
#include "base/codes.def"
#undef X
});

}  // namespace

std::string_view code_name(Code code) {
  return kCodes.at(static_cast<size_t>(code)).name;
}

int exit_status(Code code) {
  return kCodes.at(static_cast<size_t>(code)).exit_status;
}

std::string Place::text() const {
  if (line == 0) return file;
  if (column == 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

std::string Error::text() const {
  std::string out;
  if (place.known()) out += place.text() + ": ";
  out += fmt::format("error[{}]: {}", code_name(code), message);
  if (!hint.empty()) out += "\n  hint: " + hint;
  return out;
}

}  // namespace rhumb
