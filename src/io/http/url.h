#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// True for what begins with a scheme and `://`, whatever the scheme: a URL and no path.
[[nodiscard]] bool is_url(std::string_view text);

/// A URL of a file, taken apart. Immutable, thread-safe.
class FileUrl {
 public:
  /// kBadValue for what is no URL, or is none of http, https and file; the message never holds a
  /// password or a query.
  static Result<FileUrl> parse(const std::string& text);

  [[nodiscard]] const std::string& text() const { return text_; }  ///< as given; may hold secrets
  [[nodiscard]] bool is_local() const { return !path_.empty(); }
  /// REQUIRES: is_local(). The file that it names.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool is_encrypted() const { return encrypted_; }
  /// For people and files: without user, password, query and fragment, which may be secrets.
  [[nodiscard]] const std::string& shown() const { return shown_; }
  /// The last part of its path as the name of a file: letters, digits, `.`, `-` and `_`, at most
  /// 100 of them, never hidden; `download` when nothing is left.
  [[nodiscard]] const std::string& file_name() const { return file_name_; }

 private:
  FileUrl() = default;
  std::string text_, shown_, file_name_;
  std::filesystem::path path_;
  bool encrypted_ = false;
};

}  // namespace rhumb
