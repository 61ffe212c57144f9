#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rhumb {
namespace {

const char* escape(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kDim:
      return "\x1b[2m";
    case Tone::kStrong:
      return "\x1b[1m";
  }
  return "";
}

bool wants_colour(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(fileno(stream)) != 0 && !dumb && (refused == nullptr || *refused == '\0');
}

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
size_t display_width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Console::Console(std::FILE* out, std::FILE* err, bool json)
    : out_(out),
      err_(err),
      json_(json),
      live_(!json && wants_colour(err)),
      colour_(!json && wants_colour(out)) {}

size_t Console::width() const {
  winsize size{};
  return ioctl(fileno(err_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

void Console::print(std::string_view line) {
  fmt::print(out_, "{}\n", line);
}

void Console::say(std::string_view line) {
  if (!json_) fmt::print(out_, "{}\n", line);
}

void Console::raw(std::string_view text) {
  fmt::print(err_, "{}", text);
  std::fflush(err_);
}

void Console::report(const Errors& errors) {
  if (!json_) {
    std::fflush(out_);
    for (const Error& error : errors) fmt::print(err_, "{}\n", error.text());
    return;
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Error& error : errors) {
    list.push_back({{"code", code_name(error.code)},
                    {"message", error.message},
                    {"hint", error.hint},
                    {"file", error.place.file},
                    {"line", error.place.line},
                    {"column", error.place.column}});
  }
  print(nlohmann::ordered_json{{"errors", list}}.dump());
}

std::string Console::paint(Tone tone, std::string_view text) const {
  return colour_ && tone != Tone::kPlain ? fmt::format("{}{}\x1b[0m", escape(tone), text)
                                         : std::string(text);
}

std::string render_table(const std::vector<std::string>& header,
                         const std::vector<std::vector<std::string>>& rows,
                         const std::vector<bool>& right_aligned) {
  std::vector<size_t> widths;
  for (const std::string& name : header) widths.push_back(display_width(name));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      widths.at(i) = std::max(widths.at(i), display_width(row[i]));
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - display_width(cells[i]), ' ');
      line += i == 0 ? "" : "  ";
      line += right_aligned.at(i) ? padding + cells[i] : cells[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  add(header);
  for (const auto& row : rows) add(row);
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace rhumb
