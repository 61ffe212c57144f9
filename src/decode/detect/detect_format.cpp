#include "decode/detect/detect_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/detect/binary_signs.h"
#include "decode/detect/text_signs.h"
#include "decode/text/encoding.h"
#include "io/fs/byte_input.h"

namespace rhumb {
namespace {

constexpr size_t kTextPerControl = 50;  // one control character in so many bytes is not text

bool is_text(std::string_view text) {
  const auto controls = std::count_if(text.begin(), text.end(), [](char c) {
    return c >= '\0' && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1E';
  });
  return static_cast<size_t>(controls) * kTextPerControl <= text.size();
}

/// The index files of a shapefile begin with the same bytes as the shapes.
bool is_index_of_shapes(const DetectedFormat& found, std::string_view file_name) {
  const std::string name = to_lower(file_name);
  return found.format == "shapefile" &&
         (name.ends_with(".shx") || name.ends_with(".sbn") || name.ends_with(".sbx"));
}

std::string as_utf8(std::string_view head) {
  const EncodingGuess guess =
      guess_encoding(head, head.size() < kDetectBytes, EncodingOption::kAuto);
  head.remove_prefix(guess.mark);
  if (guess.encoding == Encoding::kUtf8) return std::string(head);
  std::string out;
  Transcoder(guess.encoding).convert(head, out);
  return out;
}

Error empty_file() {
  return {.code = Code::kBadFile,
          .message = "the file is empty",
          .hint = "Leave it out with the source's `files:` pattern."};
}

Error unknown(std::string_view head) {
  std::string shown;
  for (const char c : head.substr(0, 8)) {
    shown += fmt::format("{}{:02X}", shown.empty() ? "" : " ", static_cast<unsigned char>(c));
  }
  return {.code = Code::kBadFile,
          .message = fmt::format("the file is neither text nor of a known format; it begins with "
                                 "the bytes {}",
                                 shown),
          .hint =
              "Say what it is with `decode:`, or leave it out with the source's `files:` "
              "pattern."};
}

Result<std::string> read_head(ByteInput& input) {
  std::string head(kDetectBytes, '\0');
  size_t filled = 0;
  while (filled < head.size()) {
    RHUMB_ASSIGN(const size_t got, input.read(head.data() + filled, head.size() - filled));
    if (got == 0) break;
    filled += got;
  }
  head.resize(filled);
  return head;
}

}  // namespace

Result<DetectedFormat> detect_format(std::string_view first_bytes, std::string_view file_name) {
  first_bytes = first_bytes.substr(0, kDetectBytes);
  if (auto binary = binary_format(first_bytes)) {
    if (is_index_of_shapes(*binary, file_name)) {
      binary->format = "shapefile-index";
      binary->detail = "an index of a shapefile, whose .shp is the file to read";
    }
    return std::move(*binary);
  }
  const std::string text = as_utf8(first_bytes);
  if (trim(text).empty()) return empty_file();
  if (!is_text(text)) return unknown(first_bytes);
  return text_format(text, file_name);
}

Result<DetectedFormat> detect_file(const std::filesystem::path& path, std::string_view file_name) {
  RHUMB_ASSIGN(const auto input, open_byte_input(path));
  RHUMB_ASSIGN(const std::string head, read_head(*input));
  auto out = detect_format(head, file_name);
  if (out.ok() && !input->compression().empty()) {
    out->detail += fmt::format(", compressed with {}", input->compression());
  }
  return out;
}

}  // namespace rhumb
