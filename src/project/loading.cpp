#include "project/loading.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

constexpr size_t kMaxName = 48;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void refuse_other_spelling(Loading& loading, const ProjectFile& file) {
  loading.refuse(Code::kBadValue,
                 "files of a project end in .yaml, and this one would be overlooked",
                 fmt::format("rename it to {}.yaml", file.stem), {file.shown});
}

}  // namespace

Language::Language(const Catalogue& catalogue)
    : project(project_file(catalogue)),
      source(source_file(catalogue)),
      // Which target a `publish:` means is known once its connection is looked up.
      model(model_file(Field{.type = FieldType::kAny})),
      function(function_file()),
      tests(test_file()) {
  for (const Declaration& target : catalogue.targets) publish[target.name] = publish_block(target);
  for (const Declaration& kind : catalogue.connections) connections[kind.name] = kind;
}

Loading::Loading(std::filesystem::path folder, const Catalogue& components)
    : root(std::move(folder)), catalogue(components), language(components) {
  project.root = root;
}

void Loading::refuse(Code code, std::string message, std::string hint, Place place) {
  errors.push_back({code, std::move(message), std::move(hint), std::move(place)});
}

bool Loading::claim_table(const std::string& name, const Place& place) {
  const std::string lower = to_lower(name);
  if (!is_identifier(name) || name.size() > kMaxName) {
    refuse(
        Code::kBadValue, fmt::format("`{}` cannot be the name of a table", printable(name, 60)),
        fmt::format("name the file with up to {} letters, digits and _, not beginning with a digit",
                    kMaxName),
        place);
    return false;
  }
  if (lower.starts_with("rhumb_")) {
    refuse(Code::kBadValue, fmt::format("`{}`: names that begin with rhumb_ are taken", name),
           "rename the file", place);
    return false;
  }
  const auto same = std::find_if(tables.begin(), tables.end(), [&](const auto& known) {
    return equals_ignoring_case(known.first, name);
  });
  if (same != tables.end()) {
    refuse(Code::kDuplicate,
           fmt::format("sources and models share one namespace, and `{}` is already {}", name,
                       same->second.file),
           "rename one of the two files", place);
    return false;
  }
  tables.emplace(name, place);
  return true;
}

bool Loading::expect_connection(const std::string& name, const Place& place) {
  if (!connections_known || project.connections.contains(name)) return true;
  std::vector<std::string> names;
  for (const auto& [known, ignored] : project.connections) names.push_back(known);
  refuse(Code::kUnknownName, fmt::format("there is no connection `{}`", printable(name, 60)),
         suggest(name, names, "connections in rhumb.yaml"), place);
  return false;
}

void Loading::expect_table(const std::string& name, const Place& place) {
  if (tables.contains(name)) return;
  refuse(Code::kUnknownName, fmt::format("there is no source or model `{}`", printable(name, 60)),
         suggest(name, table_names(), "sources and models"), place);
}

std::vector<std::string> Loading::table_names() const {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : tables) names.push_back(name);
  return names;
}

std::vector<ProjectFile> files_in(Loading& loading, const std::string& folder,
                                  const std::string& extension) {
  namespace fs = std::filesystem;
  std::vector<ProjectFile> files;
  std::error_code failed;
  if (!fs::is_directory(loading.root / folder, failed)) return files;
  fs::recursive_directory_iterator at(loading.root / folder, failed), end;
  for (; !failed && at != end; at.increment(failed)) {
    const fs::path& path = at->path();
    const bool hidden = path.filename().native().starts_with('.');
    const bool is_folder = at->is_directory(failed);
    if (hidden && is_folder) at.disable_recursion_pending();
    if (hidden || is_folder) continue;
    const ProjectFile file{path, path.lexically_relative(loading.root).generic_string(),
                           path.stem().string()};
    if (path.extension() == ".yml") refuse_other_spelling(loading, file);
    if (path.extension() == extension) files.push_back(file);
  }
  if (failed) {
    loading.refuse(Code::kIo, fmt::format("the folder cannot be read: {}", failed.message()), "",
                   {folder});
  }
  std::sort(files.begin(), files.end(),
            [](const ProjectFile& a, const ProjectFile& b) { return a.shown < b.shown; });
  return files;
}

bool is_identifier(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

std::optional<int> parse_crs(std::string_view text) {
  if (equals_ignoring_case(text.substr(0, 5), "EPSG:")) text.remove_prefix(5);
  int code = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), code);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  if (!whole || code < 1 || code > 998999) return std::nullopt;  // the range PostGIS takes
  return code;
}

std::optional<int> take_crs(Loading& loading, const Config& block, const std::string& key) {
  if (!block.has(key)) return std::nullopt;
  const std::string text = block[key].as_text();
  const std::optional<int> code = parse_crs(text);
  if (!code) {
    loading.refuse(Code::kBadValue,
                   fmt::format("`{}` must be an EPSG code, found `{}`", key, printable(text, 60)),
                   fmt::format("for example `{0}: 4326` or `{0}: EPSG:4326`", key),
                   block[key].place());
  }
  return code;
}

TimeLimit take_timeout(const Loading& loading, const Config& block) {
  if (!block.has("timeout")) return loading.project.timeout;
  const Config& value = block["timeout"];
  return {.length = parse_duration(value.text()).value_or(0), .place = value.place()};
}

std::optional<Box> take_extent(Loading& loading, const Config& block) {
  if (!block.has("extent")) return std::nullopt;
  const Config& extent = block["extent"];
  Box box{};
  const std::vector<Config>& corners = extent.items();
  for (size_t i = 0; i < corners.size() && i < box.size(); ++i) box.at(i) = corners[i].as_number();
  const bool refused = std::any_of(corners.begin(), corners.end(),
                                   [](const Config& each) { return each.is_null(); });
  if (refused) return std::nullopt;  // said already
  if (corners.size() == box.size() && box[0] < box[2] && box[1] < box[3]) return box;
  loading.refuse(Code::kBadValue,
                 "`extent` must be [xmin, ymin, xmax, ymax] with xmin < xmax and ymin < ymax",
                 "for example `extent: [7.6, 44.9, 10.1, 53.7]`", extent.place());
  return std::nullopt;
}

}  // namespace rhumb
