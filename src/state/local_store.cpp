#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "base/caught.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/file.h"
#include "io/fs/hash.h"
#include "io/fs/process.h"
#include "state/file_store.h"
#include "state/manifest.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

// Between a staging folder's name and the process it belongs to. No other part of the name has it.
constexpr char kOwnedBy = '@';

/// A staging folder whose owner cannot be seen from here counts as abandoned after this long.
constexpr Micros kForeignOwner = Micros{24} * 3600 * 1'000'000;

bool is_store_name(const std::string& name) {
  const auto parts = split(name, '/');
  return std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos;
  });
}

Error bad_name(const std::string& name) {
  return {Code::kInternal, "not a name in the store: " + printable(name), "", {}};
}

Micros changed_at(const struct stat& info) {
  const auto micros = [](const timespec& at) {
    return Micros{at.tv_sec} * 1'000'000 + at.tv_nsec / 1000;
  };
  return std::max(micros(info.st_mtim), micros(info.st_ctim));
}

/// For what nobody needs after a crash.
Status make_unsynced(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return file_error("make the folder", folder, error.value());
  return {};
}

class LocalStore : public FileStore {
 public:
  explicit LocalStore(fs::path root) : root_(std::move(root)) {}
  ~LocalStore() override;
  LocalStore(const LocalStore&) = delete;
  LocalStore& operator=(const LocalStore&) = delete;

  Result<fs::path> staging(const std::string& run, const std::string& dataset) override;
  Result<std::vector<DataFile>> adopt(const std::string& dataset, uint64_t version,
                                      std::vector<DataFile> files) override;
  Status put(const std::string& name, const std::string& content) override;
  Result<std::string> get(const std::string& name) override;
  Result<bool> exists(const std::string& name) override;
  Result<std::vector<StoredFile>> list(const std::string& folder) override;
  Status remove(const std::string& name) override;
  Result<std::vector<std::string>> remove_abandoned_staging() override;
  [[nodiscard]] std::string absolute(const std::string& name) const override {
    return (root_ / name).string();
  }

 private:
  Status list_below(const std::string& folder, std::vector<StoredFile>& out);
  [[nodiscard]] bool is_abandoned(const fs::path& folder) const;

  const fs::path root_;
  std::mutex mutex_;
  std::map<std::string, fs::path> staged_;  ///< by run; guarded by mutex_
};

LocalStore::~LocalStore() {
  std::error_code ignored;
  for (const auto& [run, folder] : staged_) {
    if (!folder.empty()) fs::remove_all(folder, ignored);
  }
}

Result<fs::path> LocalStore::staging(const std::string& run, const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  fs::path& folder = staged_[run];
  if (folder.empty()) {
    // The owner stands in the name: killed at any moment, a process leaves no folder of nobody.
    folder = root_ / "staging" /
             fmt::format("{}-{}{}{}", folder_name(run), unique_name(), kOwnedBy,
                         folder_name(process_identity()));
    RHUMB_TRY(make_unsynced(folder));
  }
  // A name of its own for each call: leftovers of an earlier try must not be taken for new files.
  const fs::path inner = folder / fmt::format("{}-{}", folder_name(dataset), unique_name());
  RHUMB_TRY(make_unsynced(inner));
  return inner;
}

/// What each file is from now on: its size and content.
Status describe_files(const std::vector<fs::path>& paths, std::vector<DataFile>& files) {
  for (size_t i = 0; i < files.size(); ++i) {
    std::error_code failed;
    files[i].bytes = fs::file_size(paths[i], failed);
    if (failed) return file_error("adopt", paths[i], failed.value());
    RHUMB_ASSIGN(files[i].sha256, sha256_file(paths[i]));
  }
  return {};
}

/// The hashes are made while the disk writes: one needs the processor, the other does not.
Status sync_and_describe(const std::vector<fs::path>& paths, std::vector<DataFile>& files) {
  Status described;
  Status synced;
  {
    const std::jthread describing(
        [&] { described = caught([&] { return describe_files(paths, files); }); });
    synced = sync_files(paths);
  }
  RHUMB_TRY(std::move(synced));
  return described;
}

Result<std::vector<DataFile>> LocalStore::adopt(const std::string& dataset, uint64_t version,
                                                std::vector<DataFile> files) {
  if (files.empty()) return files;
  // Two runs may prepare the same version at once, and only one of them will commit it.
  const std::string folder =
      fmt::format("data/{}/{:06}-{}", folder_name(dataset), version, unique_name());
  RHUMB_TRY(make_folders(root_ / folder));
  std::vector<fs::path> sources;
  for (const DataFile& file : files) sources.push_back(root_ / file.path);
  RHUMB_TRY(sync_and_describe(sources, files));
  RHUMB_TRY(fault_point(FaultPoint::kAdoptSynced));
  for (size_t i = 0; i < files.size(); ++i) {
    const fs::path& from = sources[i];
    std::string name = from.filename().string();
    std::error_code ignored;
    if (fs::exists(root_ / folder / name, ignored)) name = fmt::format("{}-{}", i, name);
    files[i].path = folder + "/" + name;
    RHUMB_TRY(move_file(from, root_ / files[i].path));
    RHUMB_TRY(fault_point(FaultPoint::kAdoptMoved));
  }
  RHUMB_TRY(sync_folder(root_ / folder));
  return files;
}

Status LocalStore::put(const std::string& name, const std::string& content) {
  if (!is_store_name(name)) return bad_name(name);
  const fs::path path = root_ / name;
  RHUMB_TRY(make_folders(path.parent_path()));
  return atomic_write(path, content);
}

Result<std::string> LocalStore::get(const std::string& name) {
  if (!is_store_name(name)) return bad_name(name);
  return read_whole_file(root_ / name);
}

Result<bool> LocalStore::exists(const std::string& name) {
  if (!is_store_name(name)) return bad_name(name);
  struct stat info {};
  const fs::path path = root_ / name;
  if (::stat(path.c_str(), &info) == 0) return S_ISREG(info.st_mode);
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return file_error("look at", path, errno);
}

Result<std::vector<StoredFile>> LocalStore::list(const std::string& folder) {
  if (!is_store_name(folder)) return bad_name(folder);
  std::vector<StoredFile> out;
  RHUMB_TRY(list_below(folder, out));
  std::sort(out.begin(), out.end(),
            [](const StoredFile& a, const StoredFile& b) { return a.name < b.name; });
  return out;
}

Status LocalStore::list_below(const std::string& folder, std::vector<StoredFile>& out) {
  const fs::path path = root_ / folder;
  std::error_code error;
  fs::directory_iterator entries(path, error);
  if (error.value() == ENOENT) return {};
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = folder + "/" + entries->path().filename().string();
    struct stat info {};
    if (::lstat(entries->path().c_str(), &info) != 0) {
      if (errno == ENOENT) continue;  // removed by somebody else since
      return file_error("look at", entries->path(), errno);
    }
    if (S_ISDIR(info.st_mode)) {
      RHUMB_TRY(list_below(name, out));
    } else if (S_ISREG(info.st_mode)) {
      out.push_back({name, static_cast<uint64_t>(info.st_size), changed_at(info)});
    }
  }
  if (error) return file_error("list", path, error.value());
  return {};
}

Status LocalStore::remove(const std::string& name) {
  if (!is_store_name(name)) return bad_name(name);
  const fs::path path = root_ / name;
  std::error_code error;
  if (!fs::remove(path, error) && error && error.value() != ENOTDIR) {
    return file_error("remove", path, error.value());
  }
  // The folder of an adopt() goes with its last file; those above it are shared and stay.
  if (std::count(name.begin(), name.end(), '/') > 2) fs::remove(path.parent_path(), error);
  return {};
}

bool LocalStore::is_abandoned(const fs::path& folder) const {
  const std::string name = folder.filename().string();
  const size_t at = name.find(kOwnedBy);
  const ProcessState state = at == std::string::npos
                                 ? ProcessState::kUnknown
                                 : process_state(name_in_folder(name.substr(at + 1)));
  if (state != ProcessState::kUnknown) return state == ProcessState::kGone;
  struct stat info {};
  return ::stat(folder.c_str(), &info) == 0 && changed_at(info) + kForeignOwner < now_micros();
}

Result<std::vector<std::string>> LocalStore::remove_abandoned_staging() {
  const fs::path staging = root_ / "staging";
  std::vector<std::string> removed;
  std::error_code error;
  for (fs::directory_iterator entries(staging, error);
       !error && entries != fs::directory_iterator(); entries.increment(error)) {
    if (!is_abandoned(entries->path())) continue;
    std::error_code failure;
    fs::remove_all(entries->path(), failure);
    if (!failure) removed.push_back("staging/" + entries->path().filename().string());
  }
  if (error && error.value() != ENOENT) return file_error("list", staging, error.value());
  std::sort(removed.begin(), removed.end());
  return removed;
}

}  // namespace

Result<std::unique_ptr<FileStore>> open_local_store(const fs::path& root) {
  std::error_code error;
  const fs::path absolute = fs::absolute(root, error);
  if (error) return file_error("find", root, error.value());
  RHUMB_TRY(make_folders(absolute));
  return std::unique_ptr<FileStore>(std::make_unique<LocalStore>(absolute.lexically_normal()));
}

}  // namespace rhumb
