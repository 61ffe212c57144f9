#include <algorithm>
#include <cstdlib>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/command.h"
#include "cli/inspect_page.h"
#include "cli/inspect_view.h"
#include "decode/detect/detect_format.h"
#include "decode/detect/file_layers.h"
#include "io/fs/file.h"
#include "profile/proposal.h"
#include "project/project.h"
#include "source/directory/file_name.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRowsRead = "1000000";

/// The files of a folder, or the file itself; in the order of their names.
Result<std::vector<fs::path>> find_files(const fs::path& path) {
  std::error_code failed;
  if (fs::is_regular_file(path, failed)) return std::vector<fs::path>{path};
  std::vector<fs::path> out;
  for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->is_regular_file() && !is_private_name(at->path().filename().string()))
      out.push_back(at->path());
  }
  std::sort(out.begin(), out.end());
  if (!out.empty()) return out;
  return Error{Code::kNotFound,
               failed ? fmt::format("{} is no file and no folder", printable(path.string(), 200))
                      : fmt::format("{} holds no files", printable(path.string(), 200)),
               "name a file, or a folder that has files in it",
               {}};
}

/// A pattern for the file's own name alone, or nearly.
std::string pattern_for(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::string_view("*?[]{}\\").find(c) != std::string_view::npos; }, '?');
  return name;
}

/// Relative to the project around the working folder, where the file lies in it.
std::string folder_text(const fs::path& file) {
  std::error_code failed;
  const fs::path folder = fs::weakly_canonical(file, failed).parent_path();
  const auto root = find_project(".");
  if (!root.ok()) return folder.string();
  const fs::path near = folder.lexically_relative(fs::weakly_canonical(*root, failed));
  const bool inside = !near.empty() && *near.begin() != "..";
  return inside ? near.string() : folder.string();
}

/// The decoder to name, and to read with.
std::string decoder_for(const DetectedFormat& found) {
  const auto& known = catalogue().decoders;
  const bool named = std::any_of(known.begin(), known.end(), [&](const Declaration& each) {
    return each.name == found.format;
  });
  return named ? found.format : "auto";
}

/// A file that is looked at, and how its layers are chosen.
struct Subject {
  fs::path path;
  std::vector<std::string> others;
  DetectedFormat found;
  std::string format;
  FileLayers layers;
};

Result<Subject> find_subject(const std::string& named) {
  RHUMB_ASSIGN(const auto files, find_files(named));
  Subject out{.path = files.front()};
  for (size_t i = 1; i < files.size(); ++i) out.others.push_back(files[i].filename().string());
  RHUMB_ASSIGN(out.found, detect_file(out.path, out.path.filename().string()));
  out.format = decoder_for(out.found);
  out.layers = find_layers(out.path, out.format);
  return out;
}

/// `layer`: "" = the file is one.
Result<InspectedFile> inspect(const Subject& subject, const std::string& layer, uint64_t limit) {
  InspectedFile out{.name = subject.path.filename().string(),
                    .format = subject.format,
                    .detail = subject.found.detail,
                    .layer = layer,
                    .others = subject.others};
  std::error_code failed;
  out.bytes = fs::file_size(subject.path, failed);
  SourceDef source{.decoder = out.format};
  std::string options;
  if (!layer.empty()) {
    source.decode = Config::map({{subject.layers.field, Config::scalar(layer, {})}}, {});
    options = fmt::format(" {}: {} ", subject.layers.field, yaml_text(layer));
  }
  RHUMB_ASSIGN(const auto decoder, real_adapters().decoder(Project{}, source));
  RHUMB_ASSIGN(out.found, inspect_file(*decoder, subject.path, limit));
  out.source = source_text(
      {.description = "From " + out.name + (layer.empty() ? "" : ", " + layer),
       .read = fmt::format("{{ directory: {{ path: {}, files: {} }} }}",
                           yaml_text(folder_text(subject.path)), yaml_text(pattern_for(out.name))),
       .decode = fmt::format("{{ {}: {{{}}} }}", out.format, options),
       .columns = out.found.columns,
       .rejected = out.found.rejected_share()});
  return out;
}

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
Result<Inspection> inspect_all(const Subject& subject, const std::string& wanted, uint64_t limit) {
  RHUMB_ASSIGN(const auto layers, choose_layers(subject.layers, wanted));
  Inspection out;
  std::optional<Error> first;
  for (const std::string& layer : layers) {
    auto part = inspect(subject, layer, limit);
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
    const fs::path page = invocation.value("html");
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

int run_inspect(const Invocation& invocation, Console& console) {
  const auto fail = [&](const Error& error) {
    console.report({error});
    return exit_status(error.code);
  };
  const std::string rows = invocation.value("rows", kRowsRead);
  const bool number = !rows.empty() && rows.size() < 19 &&
                      rows.find_first_not_of("0123456789") == std::string::npos;
  if (!number)
    return fail(Error{
        Code::kUsage, fmt::format("--rows takes a number, found '{}'", rows), "0 reads all", {}});
  const auto subject = find_subject(invocation.arguments.front());
  if (!subject.ok()) return fail(subject.error());
  const auto found = inspect_all(*subject, invocation.value("layer"), std::stoull(rows));
  if (!found.ok()) return fail(found.error());
  const Status shown = show(*found, invocation, console);
  return shown.ok() ? 0 : fail(shown.error());
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
          "Of a folder the first file is looked at. Needs no project and changes nothing.",
      .arguments = {{"path", "a file, or a folder of files", true, false}},
      .options = {{"rows",
                   'n',
                   "ROWS",
                   "read that many rows at most, 0 = all (default 1000000)",
                   false,
                   {}},
                  {"layer", 0, "NAME", "only this layer or sheet", false, {}},
                  {"source", 0, "", "print the source file alone", false, {}},
                  {"html",
                   0,
                   "FILE",
                   "write a page with maps and histograms that stands alone",
                   false,
                   {}}},
      .examples = {{"rhumb inspect landing/trips.csv", ""},
                   {"rhumb inspect landing/trips.csv --source > sources/trips.yaml", ""},
                   {"rhumb inspect city.gpkg --html city.html", "a section for each layer"}},
      .run = run_inspect};
}

}  // namespace rhumb
