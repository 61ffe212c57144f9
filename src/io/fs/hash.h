#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"

namespace rhumb {

/// SHA-256 of what is fed to it piece by piece. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// 64 lower-case hex digits. Ends the hash: call it once.
  [[nodiscard]] std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// SHA-256 of a file's content, read in pieces; kCancelled when asked to stop.
Result<std::string> sha256_file(const std::filesystem::path& path,
                                const CancelFlag* cancel = nullptr);

}  // namespace rhumb
