#include "io/fs/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include "io/fs/file.h"

namespace rhumb {

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code failed;
  const std::filesystem::path base = std::filesystem::temp_directory_path(failed);
  if (failed) return file_error("use", "the temporary folder", failed.value());
  std::string pattern = (base / "rhumb-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return file_error("make", pattern, errno);
  return TemporaryFolder(std::filesystem::path(pattern));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;  // the system's own clean-up has the rest
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace rhumb
