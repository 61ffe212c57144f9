#include "io/fs/hash.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <new>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

/// Half of this is already as fast as the processor hashes.
constexpr size_t kPiece = size_t{1} << 20;

const EVP_MD* algorithm() {
  // Looked up once: EVP_sha256() would be looked up again in every EVP_DigestInit_ex.
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

}  // namespace

struct Sha256::Context {
  Context() : evp(EVP_MD_CTX_new()) {
    // Only memory can be missing here.
    if (evp == nullptr || EVP_DigestInit_ex(evp, algorithm(), nullptr) != 1) throw std::bad_alloc();
  }
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* evp;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

Result<std::string> sha256_file(const std::filesystem::path& path, const CancelFlag* cancel) {
  RHUMB_ASSIGN(const FileDescriptor file, FileDescriptor::open(path, O_RDONLY));
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  Sha256 hash;
  std::vector<char> piece(kPiece);
  while (true) {
    if (cancel != nullptr && cancel->requested()) {
      return Error{Code::kCancelled,
                   fmt::format("cancelled while hashing {}", printable(path.native(), 1000)),
                   "",
                   {}};
    }
    const ssize_t n = ::read(file.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return file_error("read", path, errno);
    if (n == 0) return hash.hex();
    hash.update({piece.data(), static_cast<size_t>(n)});
  }
}

}  // namespace rhumb
