#include "io/zip/archive.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <zip.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr uint64_t kAlwaysAllowed = uint64_t{1} << 30;
constexpr uint64_t kMostTimes = 100;
constexpr size_t kMostMembers = 100'000;

/// Nobody's packer writes such names by accident.
bool leads_out(std::string_view name) {
  if (name.starts_with('/') || name.find('\\') != std::string_view::npos) return true;
  if (name.size() > 1 && name[1] == ':') return true;
  for (const std::string_view part : split(name, '/')) {
    if (part == "..") return true;
  }
  return false;
}

Error bad_archive(const std::filesystem::path& path, std::string_view what) {
  return Error{Code::kBadFile,
               fmt::format("{} is no whole zip archive: {}", path.filename().string(), what),
               "get the file again",
               {}};
}

}  // namespace

struct ZipArchive::Handle {
  zip_t* archive = nullptr;
  std::filesystem::path path;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (archive != nullptr) zip_discard(archive);
  }
};

ZipArchive::ZipArchive(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
ZipArchive::~ZipArchive() = default;

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(const std::filesystem::path& path) {
  auto handle = std::make_unique<Handle>();
  handle->path = path;
  std::error_code failed;
  const uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) return bad_archive(path, failed.message());
  int code = 0;
  handle->archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (handle->archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string what = zip_error_strerror(&error);
    zip_error_fini(&error);
    return bad_archive(path, what);
  }
  std::unique_ptr<ZipArchive> out(new ZipArchive(std::move(handle)));
  out->left_ = std::max(kAlwaysAllowed, size * kMostTimes);
  RHUMB_TRY(out->list());
  return out;
}

Status ZipArchive::list() {
  const auto count = zip_get_num_entries(handle_->archive, 0);
  if (count < 0 || static_cast<uint64_t>(count) > kMostMembers)
    return bad_archive(handle_->path, fmt::format("{} members", count));
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t about;
    if (zip_stat_index(handle_->archive, i, ZIP_FL_ENC_GUESS, &about) != 0 ||
        (about.valid & ZIP_STAT_NAME) == 0) {
      return bad_archive(handle_->path, "a member cannot be listed");
    }
    const std::string name = about.name;
    if (leads_out(name)) {
      return bad_archive(handle_->path, fmt::format("the member '{}' leads out of the archive",
                                                    printable(name, 120)));
    }
    members_.push_back({.name = name,
                        .size = (about.valid & ZIP_STAT_SIZE) != 0 ? about.size : 0,
                        .encrypted = (about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
                                     about.encryption_method != ZIP_EM_NONE});
  }
  return {};
}

size_t ZipArchive::find(const std::string& name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const ZipMember& member) { return member.name == name; });
  return static_cast<size_t>(found - members_.begin());
}

Error ZipArchive::damaged(size_t member, const std::string& what) const {
  return Error{
      Code::kBadFile,
      fmt::format("'{}' in {} cannot be unpacked: {}", printable(members_[member].name, 120),
                  handle_->path.filename().string(), what),
      members_[member].encrypted ? "unpack it with its password and read what was in it"
                                 : "get the file again",
      {}};
}

template <typename Use>
Status ZipArchive::each_piece(size_t member, Use use) {
  if (members_[member].encrypted) return damaged(member, "it is encrypted");
  const auto close = [](zip_file_t* file) { zip_fclose(file); };
  const std::unique_ptr<zip_file_t, decltype(close)> file(
      zip_fopen_index(handle_->archive, member, 0), close);
  if (!file) return damaged(member, zip_strerror(handle_->archive));
  std::array<char, 65536> piece;
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) return damaged(member, zip_file_strerror(file.get()));
    if (got == 0) return {};
    const auto bytes = static_cast<uint64_t>(got);
    if (bytes > left_)
      return damaged(member, "the archive unpacks to more than it can honestly hold");
    left_ -= bytes;
    RHUMB_TRY(use(std::string_view(piece.data(), bytes)));
  }
}

Status ZipArchive::unpack(size_t member, const std::filesystem::path& to) {
  std::ofstream out(to, std::ios::binary);
  RHUMB_TRY(each_piece(member, [&](std::string_view bytes) -> Status {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (out) return {};
    return damaged(member, "it cannot be written to " + to.parent_path().string());
  }));
  out.close();
  if (!out) return damaged(member, "it cannot be written to " + to.parent_path().string());
  return {};
}

Result<std::string> ZipArchive::read(size_t member, uint64_t limit) {
  std::string content;
  RHUMB_TRY(each_piece(member, [&](std::string_view bytes) -> Status {
    content += bytes;
    if (content.size() <= limit) return {};
    return damaged(member, fmt::format("it has more than {}", human_bytes(limit)));
  }));
  return content;
}

}  // namespace rhumb
