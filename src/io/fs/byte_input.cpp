#include "io/fs/byte_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <new>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "io/fs/file.h"

namespace rhumb {
namespace {

constexpr size_t kChunk = size_t{128} << 10;

class PlainInput final : public ByteInput {
 public:
  PlainInput(std::filesystem::path path, FileDescriptor file, uint64_t total)
      : path_(std::move(path)), file_(std::move(file)), total_(total) {
    posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }

  Result<size_t> read(char* out, size_t capacity) override {
    for (;;) {
      const ssize_t got = ::read(file_.get(), out, capacity);
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) return file_error("read", path_, errno);
    }
  }
  [[nodiscard]] uint64_t consumed() const override { return consumed_; }
  [[nodiscard]] uint64_t total() const override { return total_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  uint64_t total_;
  uint64_t consumed_ = 0;
};

// What gzip and zstd share: a window over the compressed bytes.
class CompressedInput : public ByteInput {
 public:
  explicit CompressedInput(std::unique_ptr<PlainInput> file)
      : file_(std::move(file)), window_(kChunk) {}

  [[nodiscard]] uint64_t consumed() const override { return file_->consumed() - (size_ - at_); }
  [[nodiscard]] uint64_t total() const override { return file_->total(); }

 protected:
  /// More compressed bytes when the window is used up; false at the end of the file.
  Result<bool> refill() {
    if (at_ < size_) return true;
    at_ = 0;
    RHUMB_ASSIGN(size_, file_->read(window_.data(), window_.size()));
    return size_ > 0;
  }
  [[nodiscard]] Error damaged(std::string_view what) const {
    return {.code = Code::kBadFile,
            .message = fmt::format("the compressed file is damaged: {}", what),
            .hint = "Fetch or compress the file again.",
            .place = {.file = file_->path().string()}};
  }

  std::unique_ptr<PlainInput> file_;
  std::vector<char> window_;
  size_t at_ = 0, size_ = 0;
};

class GzipInput final : public CompressedInput {
 public:
  explicit GzipInput(std::unique_ptr<PlainInput> file) : CompressedInput(std::move(file)) {
    if (inflateInit2(&state_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~GzipInput() override { inflateEnd(&state_); }
  GzipInput(const GzipInput&) = delete;
  GzipInput& operator=(const GzipInput&) = delete;

  Result<size_t> read(char* out, size_t capacity) override {
    const auto wanted = static_cast<uInt>(std::min<size_t>(capacity, 1U << 30));
    state_.next_out = reinterpret_cast<Bytef*>(out);
    state_.avail_out = wanted;
    while (state_.avail_out == wanted) {
      RHUMB_ASSIGN(const bool more, refill());
      if (!more && !inside_) return size_t{0};
      RHUMB_TRY(inflate_some());
      // At the end of the file the last bytes may still have been inside.
      if (!more && inside_ && state_.avail_out == wanted) return damaged("it is cut off");
    }
    return wanted - state_.avail_out;
  }
  [[nodiscard]] std::string_view compression() const override { return "gzip"; }

 private:
  Status inflate_some() {
    if (!inside_ && window_[at_] == 0) {
      while (at_ < size_ && window_[at_] == 0) ++at_;  // tapes and some tools pad with zeros
      padded_ = true;
      return {};
    }
    if (padded_) return damaged("other bytes follow its end");
    inside_ = true;
    state_.next_in = reinterpret_cast<Bytef*>(window_.data() + at_);
    state_.avail_in = static_cast<uInt>(size_ - at_);
    const int outcome = inflate(&state_, Z_NO_FLUSH);
    at_ = size_ - state_.avail_in;
    if (outcome == Z_STREAM_END) {
      inside_ = false;
      inflateReset(&state_);
    } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
      return damaged(state_.msg != nullptr ? state_.msg : "its data cannot be unpacked");
    }
    return {};
  }

  z_stream state_{};
  bool inside_ = false;  // a member
  bool padded_ = false;
};

class ZstdInput final : public CompressedInput {
 public:
  explicit ZstdInput(std::unique_ptr<PlainInput> file)
      : CompressedInput(std::move(file)), state_(ZSTD_createDStream()) {
    if (state_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdInput() override { ZSTD_freeDStream(state_); }
  ZstdInput(const ZstdInput&) = delete;
  ZstdInput& operator=(const ZstdInput&) = delete;

  Result<size_t> read(char* out, size_t capacity) override {
    ZSTD_outBuffer target{out, capacity, 0};
    while (target.pos == 0) {
      RHUMB_ASSIGN(const bool more, refill());
      // Decoded bytes may still be inside when the file is read to its end.
      if (!more && !inside_) return size_t{0};
      ZSTD_inBuffer source{window_.data(), size_, at_};
      const size_t left = ZSTD_decompressStream(state_, &target, &source);
      if (ZSTD_isError(left) != 0) return damaged(ZSTD_getErrorName(left));
      at_ = source.pos;
      inside_ = left != 0;
      if (!more && inside_ && target.pos == 0) return damaged("it is cut off");
    }
    return target.pos;
  }
  [[nodiscard]] std::string_view compression() const override { return "zstd"; }

 private:
  ZSTD_DStream* state_;
  bool inside_ = false;  // a frame
};

bool begins_with(const std::array<unsigned char, 4>& head, ssize_t size,
                 std::initializer_list<unsigned char> magic) {
  return size >= static_cast<ssize_t>(magic.size()) &&
         std::equal(magic.begin(), magic.end(), head.begin());
}

}  // namespace

Result<std::unique_ptr<ByteInput>> open_byte_input(const std::filesystem::path& path) {
  RHUMB_ASSIGN(FileDescriptor file, FileDescriptor::open(path, O_RDONLY));
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return file_error("read", path, errno);
  if (S_ISDIR(facts.st_mode)) return file_error("read", path, EISDIR);
  std::array<unsigned char, 4> head{};
  const ssize_t size = ::pread(file.get(), head.data(), head.size(), 0);
  auto plain =
      std::make_unique<PlainInput>(path, std::move(file), static_cast<uint64_t>(facts.st_size));
  if (begins_with(head, size, {0x1F, 0x8B})) {
    return std::unique_ptr<ByteInput>(std::make_unique<GzipInput>(std::move(plain)));
  }
  if (begins_with(head, size, {0x28, 0xB5, 0x2F, 0xFD})) {
    return std::unique_ptr<ByteInput>(std::make_unique<ZstdInput>(std::move(plain)));
  }
  return std::unique_ptr<ByteInput>(std::move(plain));
}

}  // namespace rhumb
