#include "source/directory/directory_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "io/fs/file.h"
#include "source/directory/file_name.h"
#include "source/directory/path_glob.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;
using PathParts = std::vector<std::string>;

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

std::string digits(const timespec& at) {
  return fmt::format("{}{:09}", at.tv_sec, at.tv_nsec);
}

std::string version_of(const struct stat& info) {
  return digits(info.st_mtim) + "." + digits(info.st_ctim);
}

/// It went away, or something else took its place, since its name was read.
bool is_gone(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
}

struct Options {
  fs::path root;
  std::vector<PathGlob> patterns;
  Micros settle = 0;
  Place place;
};

/// One walk over the folder. Works with open folders instead of paths, so that no renamed folder or
/// symbolic link can lead it elsewhere half-way.
class Listing {
 public:
  explicit Listing(const Options& options) : options_(options), now_(now_micros()) {}

  Result<std::vector<Announcement>> run() {
    const int top = ::open(options_.root.c_str(), kOpenFolder);
    if (top < 0) return placed(file_error("list", options_.root, errno));
    RHUMB_TRY(walk(FileDescriptor(top)));
    std::sort(found_.begin(), found_.end(),
              [](const Announcement& a, const Announcement& b) { return a.name < b.name; });
    return std::move(found_);
  }

 private:
  Status walk(FileDescriptor descriptor) {
    const Folder folder(::fdopendir(descriptor.get()));
    if (folder == nullptr) return failed("list", "");
    const int here = descriptor.release();  // closed with the folder
    while (true) {
      errno = 0;
      const dirent* const entry = ::readdir(folder.get());
      if (entry == nullptr) break;
      RHUMB_TRY(visit(here, *entry));
    }
    return errno == 0 ? Status() : failed("list", "");
  }

  Status visit(int here, const dirent& entry) {
    const std::string name = entry.d_name;
    if (is_private_name(name)) return {};
    parts_.push_back(name);
    const Status done = visit_named(here, entry.d_type);
    parts_.pop_back();
    return done;
  }

  Status visit_named(int here, unsigned char type) {
    const bool may_be_folder = type == DT_DIR || type == DT_UNKNOWN;
    const bool may_be_file = type == DT_REG || type == DT_UNKNOWN;
    const bool wanted = may_be_file && wants_file();
    if (!wanted && !(may_be_folder && wants_folder())) return {};
    struct stat info {};
    if (::fstatat(here, parts_.back().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return is_gone(errno) ? Status() : failed("look at", joined());
    }
    if (S_ISDIR(info.st_mode) && wants_folder()) return enter(here);
    if (S_ISREG(info.st_mode) && wanted) add(info);
    return {};
  }

  Status enter(int here) {
    const int below = ::openat(here, parts_.back().c_str(), kOpenFolder | O_NOFOLLOW);
    if (below < 0) return is_gone(errno) ? Status() : failed("list", joined());
    return walk(FileDescriptor(below));
  }

  void add(const struct stat& info) {
    // The status-change time: unlike the modification time, no writer can set it.
    const Micros changed = Micros{info.st_ctim.tv_sec} * 1'000'000 + info.st_ctim.tv_nsec / 1000;
    if (options_.settle > 0 && now_ - changed < options_.settle) return;
    found_.push_back({input_name(joined()), version_of(info), static_cast<uint64_t>(info.st_size)});
  }

  [[nodiscard]] bool wants_file() const {
    return std::any_of(options_.patterns.begin(), options_.patterns.end(),
                       [&](const PathGlob& glob) { return glob.matches(parts_); });
  }
  [[nodiscard]] bool wants_folder() const {
    return std::any_of(options_.patterns.begin(), options_.patterns.end(),
                       [&](const PathGlob& glob) { return glob.reaches_below(parts_); });
  }

  [[nodiscard]] std::string joined() const { return join(parts_, "/"); }
  Error failed(std::string_view action, const std::string& path) const {
    const int error_number = errno;
    const fs::path below = path.empty() ? fs::path(joined()) : fs::path(path);
    return placed(file_error(action, options_.root / below, error_number));
  }
  [[nodiscard]] Error placed(Error error) const {
    error.place = options_.place;
    return error;
  }

  const Options& options_;
  const Micros now_;
  PathParts parts_;
  std::vector<Announcement> found_;
};

class DirectorySource : public FileSource {
 public:
  explicit DirectorySource(Options options) : options_(std::move(options)) {}

  Result<std::vector<Announcement>> list() override { return Listing(options_).run(); }

  Result<std::shared_ptr<const fs::path>> fetch(const Announcement& input) override {
    const auto path = path_of_input(input.name);
    if (!path) {
      return Error{Code::kNotFound,
                   fmt::format("not a file below {}: {}", printable(options_.root.native(), 1000),
                               printable(input.name)),
                   "", options_.place};
    }
    RHUMB_ASSIGN(const FileDescriptor file, open_inside(*path));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return failed(*path, errno);
    const bool same = S_ISREG(info.st_mode) && version_of(info) == input.version &&
                      static_cast<uint64_t>(info.st_size) == input.size;
    if (!same) return changed(input);
    return std::make_shared<const fs::path>(options_.root / *path);
  }

 private:
  /// Follows no symbolic link below the root. Does not wait when the name is now a pipe.
  Result<FileDescriptor> open_inside(const std::string& path) const {
    FileDescriptor at(::open(options_.root.c_str(), kOpenFolder));
    if (!at.is_open()) return failed("", errno);
    const auto parts = split(path, '/');
    for (size_t i = 0; i < parts.size(); ++i) {
      const int flags = i + 1 < parts.size() ? kOpenFolder : O_RDONLY | O_NONBLOCK | O_CLOEXEC;
      FileDescriptor next(::openat(at.get(), std::string(parts[i]).c_str(), flags | O_NOFOLLOW));
      if (!next.is_open()) return failed(path, errno);
      at = std::move(next);
    }
    return at;
  }

  [[nodiscard]] Error failed(const std::string& path, int error_number) const {
    Error error = file_error("read", options_.root / path, error_number);
    error.place = options_.place;
    return error;
  }

  [[nodiscard]] Error changed(const Announcement& input) const {
    return {
        Code::kConflict, fmt::format("{} has changed since it was listed", printable(input.name)),
        "run again; when this happens often, let writers rename finished files into place, or set "
        "`settle: 30 s`",
        options_.place};
  }

  const Options options_;
};

Status check_pattern(const std::string& pattern, const Place& place) {
  const auto parts = split(pattern, '/');
  const bool leaves =
      pattern.starts_with('/') || std::find(parts.begin(), parts.end(), "..") != parts.end();
  if (!pattern.empty() && !leaves) return {};
  return Error{Code::kBadValue,
               pattern.empty() ? "an empty pattern matches nothing"
                               : "a pattern stays below `path`: " + printable(pattern),
               "write it relative to `path`, for example \"*.csv\" or \"**/*.csv\"", place};
}

}  // namespace

Result<std::unique_ptr<FileSource>> make_directory_source(const Config& read,
                                                          const fs::path& project_root) {
  Options options{.root = (project_root / read["path"].as_text()).lexically_normal(),
                  .place = read["path"].place()};
  std::vector<std::string> patterns = read["files"].as_texts();
  if (patterns.empty()) patterns.emplace_back("*");
  for (const std::string& pattern : patterns) {
    RHUMB_TRY(check_pattern(pattern, read["files"].place()));
    options.patterns.emplace_back(pattern);
  }
  const std::string settle = read["settle"].as_text("0 s");
  const auto duration = parse_duration(settle);
  if (!duration) {
    return Error{Code::kBadValue, "not a duration: " + printable(settle),
                 "write for example `30 s`", read["settle"].place()};
  }
  options.settle = *duration;
  return std::unique_ptr<FileSource>(std::make_unique<DirectorySource>(std::move(options)));
}

}  // namespace rhumb
