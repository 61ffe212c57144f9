#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/inspect_page.h"
#include "cli/inspect_subject.h"
#include "cli/inspect_table.h"
#include "cli/inspect_view.h"
#include "cli/workspace.h"
#include "component/config.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

constexpr const char* kRowsRead = "1000000";
constexpr const char* kLargestFetched = "1 GiB";

struct Inspection {
  std::vector<InspectedFile> parts;
  std::vector<std::string> unread;  ///< layers, and why
};

/// The layers to look at: the one that is wanted, or all; [""] when the file is one.
Result<std::vector<std::string>> choose_layers(const FileLayers& layers,
                                               const std::string& wanted) {
  const auto& names = layers.names;
  if (wanted.empty()) return names.size() > 1 ? names : std::vector<std::string>{""};
  if (std::find(names.begin(), names.end(), wanted) != names.end())
    return std::vector<std::string>{wanted};
  return Error{Code::kUsage,
               fmt::format("there is no layer '{}'", printable(wanted, 80)),
               names.empty() ? "its format has no layers; leave --layer out"
                             : did_you_mean(wanted, names, "layers: " + join(names, ", ")),
               {}};
}

/// One layer that cannot be read does not keep the others from being shown.
Result<Inspection> inspect_all(const InspectSubject& subject, const std::string& wanted,
                               uint64_t limit) {
  RHUMB_ASSIGN(const auto layers, choose_layers(subject.layers, wanted));
  Inspection out;
  std::optional<Error> first;
  for (const std::string& layer : layers) {
    auto part = inspect_subject(subject, layer, limit);
    if (part.ok()) {
      out.parts.push_back(*std::move(part));
    } else {
      out.unread.push_back(fmt::format("{}: {}", printable(layer, 80), part.error().message));
      if (!first) first = part.error();
    }
  }
  if (out.parts.empty()) return *first;
  return out;
}

bool shows_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string lower = to_lower(value);
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return false;
}

void print_lines(const Inspection& found, Console& console) {
  for (const InspectedFile& part : found.parts) {
    for (const std::string& line : inspection_lines(part, console.width(), shows_unicode()))
      console.print(line);
  }
  for (const std::string& why : found.unread) console.say("Could not be read: " + why);
}

/// In the way that was asked for.
Status show(const Inspection& found, const Invocation& invocation, Console& console) {
  if (invocation.has("html")) {
    const std::filesystem::path page = invocation.value("html");
    RHUMB_TRY(atomic_write(page, inspection_page(found.parts, found.unread)));
    console.say(fmt::format("Written to {}", page.string()));
  } else if (console.json()) {
    console.print(inspection_json(found.parts, found.unread));
  } else if (!invocation.has("source")) {
    print_lines(found, console);
  } else if (found.parts.size() == 1) {
    console.print(trim(found.parts.front().source));
  } else {
    std::vector<std::string> names;
    for (const InspectedFile& part : found.parts) names.push_back(part.layer);
    return Error{Code::kUsage,
                 "each layer needs a source file of its own",
                 "choose one with --layer: " + printable(join(names, ", "), 300),
                 {}};
  }
  return {};
}

Error misused(const std::string& option, const std::string& fits) {
  return Error{Code::kUsage, fmt::format("{} is for {}", option, fits), "leave it out", {}};
}

Result<uint64_t> read_rows(const Invocation& invocation) {
  const std::string text = invocation.value("rows", kRowsRead);
  const auto rows = parse_integer(text);
  if (rows && *rows >= 0) return static_cast<uint64_t>(*rows);
  return Error{Code::kUsage,
               fmt::format("--rows takes a number, found '{}'", printable(text, 40)),
               "0 reads all",
               {}};
}

Result<InspectSubject> fetch(const FileUrl& url, const Invocation& invocation, Console& console) {
  const std::string text = invocation.value("most", kLargestFetched);
  const auto most = parse_size(text);
  if (!most) {
    return Error{Code::kUsage,
                 fmt::format("--most takes a size, found '{}'", printable(text, 40)),
                 "such as 500 MB or 4 GiB",
                 {}};
  }
  return fetch_subject(url, invocation.value("save"), *most, console);
}

/// What is named: a file, a folder, an address.
Result<InspectSubject> find(const Invocation& invocation, Console& console) {
  const std::string& named = invocation.arguments.front();
  if (is_url(named)) {
    RHUMB_ASSIGN(const FileUrl url, FileUrl::parse(named));
    if (!url.is_local()) return fetch(url, invocation, console);
    return find_subject(url.path().string());
  }
  for (const char* option : {"save", "most"}) {
    if (invocation.has(option))
      return misused("--" + std::string(option), "addresses that begin with http");
  }
  return find_subject(named);
}

Result<Inspection> inspect_named(const Invocation& invocation, Console& console) {
  RHUMB_ASSIGN(const uint64_t rows, read_rows(invocation));
  RHUMB_ASSIGN(const InspectSubject subject, find(invocation, console));
  return inspect_all(subject, invocation.value("layer"), rows);
}

Result<Inspection> inspect_named_table(const Invocation& invocation, const Project& project) {
  for (const char* option : {"layer", "save", "most"}) {
    if (invocation.has(option)) return misused("--" + std::string(option), "files");
  }
  RHUMB_ASSIGN(const uint64_t rows, read_rows(invocation));
  RHUMB_ASSIGN(InspectedFile table, inspect_table(project, invocation.value("connection"),
                                                  invocation.arguments.front(), rows));
  Inspection out;
  out.parts.push_back(std::move(table));
  return out;
}

int run_inspect(const Invocation& invocation, Console& console) {
  const auto finish = [&](const Result<Inspection>& found) {
    const Status shown = found.ok() ? show(*found, invocation, console) : Status(found.error());
    if (shown.ok()) return 0;
    console.report({shown.error()});
    return exit_status(shown.error().code);
  };
  if (!invocation.has("connection")) return finish(inspect_named(invocation, console));
  int status = 0;
  const auto workspace = Workspace::open(invocation, console, status);
  return workspace ? finish(inspect_named_table(invocation, workspace->project())) : status;
}

}  // namespace

CommandSpec inspect_command() {
  return {
      .name = "inspect",
      .summary = "look at unknown data and write the source file for it",
      .doc =
          "Says what a file is by its bytes, reads it, and shows its columns with their types, "
          "nulls and values, coordinate system and extent, what would go to the quarantine and "
          "what looks wrong; then the source file to put under sources/. Each layer of a "
          "GeoPackage and each sheet of a workbook is a section, with a source file of its own. "
          "Of a folder the first file is looked at. Needs no project and changes nothing. "
          "A file behind an http or https address is fetched first, no more of it than --most, and "
          "thrown away unless --save says where to keep it. With --connection a table of that "
          "connection of the project is looked at.",
      .arguments = {{"path", "a file, a folder of files, an address, or a table", true, false}},
      .options = {{"rows",
                   'n',
                   "ROWS",
                   "read that many rows at most, 0 = all (default 1000000)",
                   false,
                   {}},
                  {"layer", 0, "NAME", "only this layer or sheet", false, {}},
                  {"connection", 0, "NAME", "look at a table of this connection", false, {}},
                  {"save", 0, "FOLDER", "keep what is fetched in this folder", false, {}},
                  {"most", 0, "SIZE", "fetch no more than that (default 1 GiB)", false, {}},
                  {"source", 0, "", "print the source file alone", false, {}},
                  {"html",
                   0,
                   "FILE",
                   "write a page with maps and histograms that stands alone",
                   false,
                   {}}},
      .examples = {{"rhumb inspect landing/trips.csv", ""},
                   {"rhumb inspect landing/trips.csv --source > sources/trips.yaml", ""},
                   {"rhumb inspect city.gpkg --html city.html", "a section for each layer"},
                   {"rhumb inspect https://example.org/trips.csv --save landing", ""},
                   {"rhumb inspect public.trips --connection warehouse", ""}},
      .run = run_inspect};
}

}  // namespace rhumb
