#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/command.h"
#include "cli/examples.h"
#include "io/fs/file.h"
#include "project/project.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

std::vector<ExampleFile> starter(const std::string& name) {
  return {
      {"rhumb.yaml",
       fmt::format(
           "# yaml-language-server: $schema=.rhumb/schema/rhumb.schema.json\nrhumb: 1\nname: "
           "{}\ntimezone: UTC\n",
           name)},
      {"landing/places.csv",
       "name,lon,lat\nLisbon,-9.1393,38.7223\nNairobi,36.8219,-1.2921\nQuito,-78.4678,-0.1807\n"},
      {"sources/places.yaml",
       "# yaml-language-server: $schema=../.rhumb/schema/source.schema.json\n"
       "description: Places as they land, one CSV file after the other.\n"
       "read: { directory: { path: landing, files: \"*.csv\" } }\n"
       "decode: { csv: {} }\n"
       "columns:\n  name: text\n  location: { type: point, crs: 4326, lon: lon, lat: lat }\n"},
      {"models/southern_places.sql",
       "-- ---\n-- description: Places south of the equator.\n-- assert:\n--   - not_null: "
       "[name]\n-- ---\n"
       "SELECT name, location FROM places WHERE ST_Y(location) < 0\n"},
      {"tests/southern_places.yaml",
       "only the south counts:\n  given:\n    places: |\n      name  | location\n      North | "
       "POINT(0 1)\n      South | POINT(0 -1)\n"
       "  expect: |\n    name\n    South\n"},
      {".gitignore", ".rhumb/\n"},
  };
}

std::vector<std::string> example_names() {
  std::set<std::string> names;
  for (const ExampleFile& file : example_files())
    names.insert(file.name.substr(0, file.name.find('/')));
  return {names.begin(), names.end()};
}

Result<std::vector<ExampleFile>> files_of(const std::string& example) {
  std::vector<ExampleFile> out;
  for (const ExampleFile& file : example_files()) {
    if (file.name.starts_with(example + "/"))
      out.push_back({file.name.substr(example.size() + 1), file.content});
  }
  if (!out.empty()) return out;
  return Error{Code::kUnknownName,
               fmt::format("there is no example `{}`", printable(example, 60)),
               did_you_mean(example, example_names(), "examples: " + join(example_names(), ", ")),
               {}};
}

Status write_project(const fs::path& folder, const std::vector<ExampleFile>& files) {
  for (const ExampleFile& file : files) {
    if (fs::exists(folder / file.name)) {
      return Error{Code::kUsage,
                   fmt::format("{} exists already", (folder / file.name).string()),
                   "name an empty folder; nothing is overwritten",
                   {}};
    }
  }
  for (const ExampleFile& file : files) {
    RHUMB_TRY(make_folders((folder / file.name).parent_path()));
    RHUMB_TRY(atomic_write(folder / file.name, file.content));
  }
  const fs::path schemas = folder / ".rhumb" / "schema";
  RHUMB_TRY(make_folders(schemas));
  for (const auto& [name, text] : json_schemas(catalogue()))
    RHUMB_TRY(atomic_write(schemas / name, text));
  return {};
}

int run_init(const Invocation& invocation, Console& console) {
  const fs::path folder =
      fs::absolute(invocation.arguments.empty() ? "." : invocation.arguments.front())
          .lexically_normal();
  std::vector<ExampleFile> files =
      starter((folder.has_filename() ? folder : folder.parent_path()).filename().string());
  if (invocation.has("example")) {
    auto example = files_of(invocation.value("example"));
    if (!example.ok()) {
      console.report({example.error()});
      return exit_status(example.error().code);
    }
    files = std::move(example).value();
  }
  if (const Status written = write_project(folder, files); !written.ok()) {
    console.report({written.error()});
    return exit_status(written.error().code);
  }
  if (console.json()) {
    console.print(
        nlohmann::ordered_json{{"folder", folder.string()}, {"files", files.size()}}.dump());
  } else {
    console.print(
        fmt::format("Made {} files in {}.\nNext: cd there, then rhumb check, rhumb plan, rhumb run",
                    files.size(), folder.string()));
  }
  return 0;
}

}  // namespace

CommandSpec init_command() {
  return {.name = "init",
          .summary = "start a project, empty or from an example",
          .arguments = {{"folder", "where (default: here)", false, false}},
          .options = {{"example",
                       0,
                       "NAME",
                       "start from an example: " + join(example_names(), ", "),
                       false,
                       {}}},
          .examples = {{"rhumb init shop", "a small project that runs"},
                       {"rhumb init trips --example trips", ""}},
          .run = run_init};
}

}  // namespace rhumb
