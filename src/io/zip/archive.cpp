#include "io/zip/archive.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <zip.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr uint64_t kAlwaysAllowed = uint64_t{1} << 30;
constexpr uint64_t kMostTimes = 100;
constexpr size_t kMostMembers = 100'000;
constexpr size_t kPiece = size_t{64} << 10;

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
               fmt::format("the file is no whole zip archive: {}", what),
               "get the file again",
               {.file = path.string()}};
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

struct ZipContent::Handle {
  explicit Handle(zip_file_t* opened) : file(opened) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { zip_fclose(file); }
  zip_file_t* file;
};

ZipContent::ZipContent(ZipArchive& archive, size_t member, std::unique_ptr<Handle> handle)
    : archive_(archive), member_(member), handle_(std::move(handle)) {}
ZipContent::~ZipContent() = default;

Result<size_t> ZipContent::read(char* out, size_t capacity) {
  const zip_int64_t got = zip_fread(handle_->file, out, capacity);
  if (got < 0) return archive_.damaged(member_, zip_file_strerror(handle_->file));
  const auto bytes = static_cast<uint64_t>(got);
  if (bytes > archive_.left_)
    return archive_.damaged(member_, "the archive unpacks to more than it can honestly hold");
  archive_.left_ -= bytes;
  return static_cast<size_t>(bytes);
}

Result<std::unique_ptr<ZipContent>> ZipArchive::content(size_t member) {
  if (members_[member].encrypted) return damaged(member, "it is encrypted");
  zip_file_t* const file = zip_fopen_index(handle_->archive, member, 0);
  if (file == nullptr) return damaged(member, zip_strerror(handle_->archive));
  return std::unique_ptr<ZipContent>(
      new ZipContent(*this, member, std::make_unique<ZipContent::Handle>(file)));
}

Status ZipArchive::unpack(size_t member, const std::filesystem::path& to) {
  RHUMB_ASSIGN(const auto content, this->content(member));
  const auto cannot_write = [&] {
    return damaged(member, "it cannot be written to " + to.parent_path().string());
  };
  std::ofstream out(to, std::ios::binary);
  std::vector<char> piece(kPiece);
  while (true) {
    RHUMB_ASSIGN(const size_t got, content->read(piece.data(), piece.size()));
    if (got == 0) break;
    out.write(piece.data(), static_cast<std::streamsize>(got));
    if (!out) return cannot_write();
  }
  out.close();
  if (!out) return cannot_write();
  return {};
}

Result<std::string> ZipArchive::read(size_t member, uint64_t limit) {
  RHUMB_ASSIGN(const auto content, this->content(member));
  std::string text;
  std::vector<char> piece(kPiece);
  while (true) {
    RHUMB_ASSIGN(const size_t got, content->read(piece.data(), piece.size()));
    if (got == 0) return text;
    text.append(piece.data(), got);
    if (text.size() > limit)
      return damaged(member, fmt::format("it has more than {}", human_bytes(limit)));
  }
}

}  // namespace rhumb
