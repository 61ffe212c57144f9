#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace rhumb {

struct ZipMember {
  std::string name;   ///< as stored, in UTF-8, `/` between parts
  uint64_t size = 0;  ///< unpacked, as the archive claims
  bool encrypted = false;
  [[nodiscard]] bool is_folder() const { return name.empty() || name.back() == '/'; }
};

class ZipArchive;

/// A way through one member's content. Not thread-safe, neither beside others of its archive.
class ZipContent {
 public:
  ~ZipContent();
  ZipContent(const ZipContent&) = delete;
  ZipContent& operator=(const ZipContent&) = delete;
  /// Puts up to `capacity` bytes at `out`; 0 only at the end. kBadFile when the member is damaged
  /// or the archive's limit is reached.
  Result<size_t> read(char* out, size_t capacity);

 private:
  friend class ZipArchive;
  struct Handle;
  ZipContent(ZipArchive& archive, size_t member, std::unique_ptr<Handle> handle);
  ZipArchive& archive_;
  size_t member_;
  std::unique_ptr<Handle> handle_;
};

/// A zip archive, ZIP64 too. What is unpacked in all stays below the larger of 1 GiB and 100 times
/// the archive's size, whatever it claims; member names are never used as paths. Not thread-safe.
class ZipArchive {
 public:
  /// kBadFile when it is damaged or a member's name leads out of the archive (`../`, `/etc`).
  static Result<std::unique_ptr<ZipArchive>> open(const std::filesystem::path& path);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }
  /// Position of the member of exactly that name, or members().size().
  [[nodiscard]] size_t find(const std::string& name) const;

  /// Writes the member's content to `to`. kBadFile when it is damaged, encrypted, or too much.
  Status unpack(size_t member, const std::filesystem::path& to);
  /// The member's content, unpacked as it is read. kBadFile when it is encrypted. The archive must
  /// outlive it.
  Result<std::unique_ptr<ZipContent>> content(size_t member);
  /// The member's content; kBadFile when it has more than `limit` bytes.
  Result<std::string> read(size_t member, uint64_t limit);

 private:
  friend class ZipContent;
  struct Handle;
  explicit ZipArchive(std::unique_ptr<Handle> handle);
  Status list();
  [[nodiscard]] Error damaged(size_t member, const std::string& what) const;

  std::unique_ptr<Handle> handle_;
  std::vector<ZipMember> members_;
  uint64_t left_ = 0;  // bytes that may still be unpacked
};

}  // namespace rhumb
