#include "cli/inspect_subject.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/workspace.h"
#include "io/fs/file.h"
#include "io/http/download.h"
#include "profile/proposal.h"
#include "project/project.h"
#include "source/directory/file_name.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsualFolder = "landing";  // of a file that was fetched and is not kept

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

/// Says what the file is.
Status look(InspectSubject& subject) {
  RHUMB_ASSIGN(subject.found, detect_file(subject.path, subject.path.filename().string()));
  subject.format = decoder_for(subject.found);
  subject.layers = find_layers(subject.path, subject.format);
  return {};
}

/// Beside the result: with --source that is the source file alone.
void tell(Console& console, const std::string& line) {
  if (!console.json()) console.raw(line + "\n");
}

/// One moving line on a terminal.
DownloadProgress line_of_progress(Console& console) {
  return [&console](uint64_t done, uint64_t total) {
    if (!console.live()) return;
    const std::string all = total > 0 ? " of " + human_bytes(total) : "";
    console.raw(fmt::format("\r\x1b[2K  {}{}", human_bytes(done), all));
  };
}

Status fetch(const FileUrl& url, const fs::path& to, uint64_t most, Console& console) {
  listen_to_interrupts();
  const DownloadLimits limits{.bytes = most};
  Status fetched = download(url, to, limits, line_of_progress(console), interrupt_flag());
  if (console.live()) console.raw("\r\x1b[2K");
  return fetched;
}

/// Under a name that nobody reads until it is whole.
Status fetch_into(const fs::path& folder, const FileUrl& url, uint64_t most, Console& console) {
  RHUMB_TRY(make_folders(folder));
  const fs::path to = folder / url.file_name();
  if (std::error_code failed; fs::exists(to, failed)) {
    return Error{Code::kConflict,
                 fmt::format("{} is there already", to.string()),
                 "remove it, or choose another folder with --save",
                 {}};
  }
  const fs::path temporary = folder / temporary_name();
  RHUMB_TRY(fetch(url, temporary, most, console));
  return move_file(temporary, to);
}

}  // namespace

Result<InspectSubject> find_subject(const std::string& named) {
  RHUMB_ASSIGN(const auto files, find_files(named));
  InspectSubject out{.path = files.front()};
  out.origin = out.path.filename().string();
  out.folder = folder_text(out.path);
  for (size_t i = 1; i < files.size(); ++i) out.others.push_back(files[i].filename().string());
  RHUMB_TRY(look(out));
  return out;
}

Result<InspectSubject> fetch_subject(const FileUrl& url, const std::string& save, uint64_t most,
                                     Console& console) {
  InspectSubject out{.origin = url.shown(), .folder = kUsualFolder};
  if (save.empty()) {
    RHUMB_ASSIGN(TemporaryFolder folder, TemporaryFolder::make());
    out.keep = std::make_shared<TemporaryFolder>(std::move(folder));
    out.path = out.keep->path() / url.file_name();
    RHUMB_TRY(fetch(url, out.path, most, console));
    console.say(
        fmt::format("{} is not kept; with --save FOLDER it is, and the source file reads it "
                    "there",
                    url.shown()));
  } else {
    RHUMB_TRY(fetch_into(save, url, most, console));
    out.path = fs::path(save) / url.file_name();
    out.folder = folder_text(out.path);
    tell(console, "Written to " + out.path.string());
  }
  RHUMB_TRY(look(out));
  return out;
}

Result<InspectedFile> inspect_subject(const InspectSubject& subject, const std::string& layer,
                                      uint64_t limit) {
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
  RHUMB_ASSIGN(out.found, inspect_file(*decoder, subject.path, limit, interrupt_flag()));
  out.source =
      source_text({.description = "From " + subject.origin + (layer.empty() ? "" : ", " + layer),
                   .read = fmt::format("{{ directory: {{ path: {}, files: {} }} }}",
                                       yaml_text(subject.folder), yaml_text(pattern_for(out.name))),
                   .decode = fmt::format("{{ {}: {{{}}} }}", out.format, options),
                   .columns = out.found.columns,
                   .rejected = out.found.rejected_share()});
  return out;
}

}  // namespace rhumb
