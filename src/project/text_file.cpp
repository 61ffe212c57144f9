#include "project/text_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

// Length of the longest prefix that is well-formed; a whole line is tried first, then its bytes.
size_t well_formed_prefix(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    if (!is_utf8(text.substr(begin, end - begin))) break;
    begin = end;
  }
  for (size_t length = 1; begin < text.size();) {
    if (is_utf8(text.substr(begin, length))) {
      begin += length;
      length = 1;
    } else if (++length > 4 || begin + length > text.size()) {
      break;
    }
  }
  return begin;
}

Error refused(std::string_view text, size_t offset, const std::string& shown, Code code,
              std::string message, std::string hint) {
  const auto [line, column] = position_of(text, offset);
  return Error{code, std::move(message), std::move(hint), Origin{shown, {}}.place(line, column)};
}

Status check_characters(std::string_view text, const std::string& shown, Code code) {
  if (!is_utf8(text)) {
    return refused(text, well_formed_prefix(text), shown, code,
                   "the file must be UTF-8, and this byte is not", "save the file as UTF-8");
  }
  const auto control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end()) {
    return refused(text, static_cast<size_t>(control - text.begin()), shown, code,
                   fmt::format("the file holds the control character {}",
                               printable(std::string_view(&*control, 1))),
                   "take it out; is this a text file?");
  }
  return {};
}

}  // namespace

Place Origin::place(size_t line, size_t column) const {
  if (lines.empty()) return {file, static_cast<int>(line) + 1, static_cast<int>(column) + 1};
  // What ends after the last line is reported there.
  const Line& at = lines[std::min(line, lines.size() - 1)];
  return {file, at.line, static_cast<int>(column) + 1 + at.columns_before};
}

Result<std::string> read_text_file(const std::filesystem::path& path, const std::string& shown,
                                   Code code) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return Error{Code::kIo, "this is not a regular file", "", {shown}};
  }
  const uintmax_t size = std::filesystem::file_size(path, failed);
  if (!failed && size > kMaxProjectFile) {
    return Error{code,
                 fmt::format("files of a project may hold up to {}, this one holds {}",
                             human_bytes(kMaxProjectFile), human_bytes(size)),
                 "data belongs behind a source, not into the project",
                 {shown}};
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(failed ? 0 : size, '\0');
  if (!failed) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (failed || !in) {
    return Error{
        Code::kIo, fmt::format("the file cannot be read: {}", std::strerror(errno)), "", {shown}};
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  RHUMB_TRY(check_characters(text, shown, code));
  return text;
}

std::pair<size_t, size_t> position_of(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t last = before.rfind('\n');
  const std::string_view row = last == std::string_view::npos ? before : before.substr(last + 1);
  const auto follow = std::count_if(row.begin(), row.end(), continues_character);
  return {line, row.size() - static_cast<size_t>(follow)};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return lines;
}

}  // namespace rhumb
