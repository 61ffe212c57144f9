#include "io/fs/spill_memory.h"

#include <cerrno>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/fs/file.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

// Smaller ones are not worth a file, whatever the budget.
constexpr size_t kLeastMapped = size_t{256} << 10;

Error cannot(std::string_view action, const fs::path& folder, size_t bytes, int reason) {
  Error error = file_error(action, folder, reason, bytes);
  if (error.code != Code::kDiskFull) error.code = Code::kIo;
  error.hint = error.code == Code::kDiskFull
                   ? "make room there, or raise `memory_limit` in rhumb.yaml"
                   : "raise `memory_limit` in rhumb.yaml: what does not fit into it goes there";
  return error;
}

}  // namespace

void SpillMemory::set_budget(size_t bytes) {
  const std::scoped_lock lock(mutex_);
  budget_ = bytes;
}

size_t SpillMemory::heap_bytes() const {
  const std::scoped_lock lock(mutex_);
  return heap_bytes_;
}

size_t SpillMemory::mapped_bytes() const {
  const std::scoped_lock lock(mutex_);
  return mapped_bytes_;
}

std::optional<Error> SpillMemory::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

void* SpillMemory::do_allocate(size_t bytes, size_t alignment) {
  const std::scoped_lock lock(mutex_);
  const bool fits = heap_bytes_ + bytes <= budget_;
  if (fits || bytes < kLeastMapped) {
    void* const block = ::operator new(bytes, std::align_val_t(alignment));
    heap_bytes_ += bytes;
    return block;
  }
  auto block = map(bytes);
  if (!block.ok()) {
    failure_ = std::move(block).error();
    throw std::bad_alloc();
  }
  mapped_.insert(*block);
  mapped_bytes_ += bytes;
  return *block;
}

void SpillMemory::do_deallocate(void* block, size_t bytes, size_t alignment) {
  const std::scoped_lock lock(mutex_);
  if (mapped_.erase(block) > 0) {
    ::munmap(block, bytes);
    mapped_bytes_ -= bytes;
    return;
  }
  ::operator delete(block, std::align_val_t(alignment));
  heap_bytes_ -= bytes;
}

// Room is taken before the pages are written: on a full disk that would be a signal.
Result<void*> SpillMemory::map(size_t bytes) const {
  std::error_code unmade;
  const fs::path folder = folder_.empty() ? fs::temp_directory_path(unmade) : folder_;
  fs::create_directories(folder, unmade);
  if (unmade) return cannot("make", folder, bytes, unmade.value());
  std::string name = (folder / "rhumb-spill-XXXXXX").string();
  const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open()) return cannot("make a file in", folder, bytes, errno);
  ::unlink(name.c_str());
  const int refused = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
  if (refused != 0) return cannot("make a file in", folder, bytes, refused);
  void* const block = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (block == MAP_FAILED) return cannot("map a file of", folder, bytes, errno);
  return block;
}

}  // namespace rhumb
