#include "decode/text/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"
#include "base/text.h"

namespace rhumb {
namespace {

unsigned char byte(char c) {
  return static_cast<unsigned char>(c);
}

void put_code_point(unsigned code, std::string& out) {
  const auto push = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0 | code >> 6);
    push(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    push(0xE0 | code >> 12);
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  } else {
    push(0xF0 | code >> 18);
    push(0x80 | (code >> 12 & 0x3F));
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  }
}

// The code points of bytes 0x80 to 0x9F; 0 marks the five that have none and stand for themselves.
constexpr std::array<unsigned, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

unsigned windows_1252(unsigned char c) {
  if (c < 0x80 || c > 0x9F || kWindows1252.at(c - 0x80U) == 0) return c;
  return kWindows1252.at(c - 0x80U);
}

// Bytes at the front that are ASCII.
size_t ascii_run(std::string_view text) {
  size_t at = 0;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (at < text.size() && byte(text[at]) < 0x80) ++at;
  return at;
}

// Length of the well-formed sequence of two bytes or more at `at`, or 0.
size_t sequence_length(std::string_view text, size_t at) {
  const unsigned char first = byte(text[at]);
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || at + length > text.size()) return 0;
  return is_utf8(text.substr(at, length)) ? length : 0;
}

struct Utf8Count {
  size_t sequences = 0;  // of two bytes or more
  size_t bad_bytes = 0;
};

Utf8Count count_utf8(std::string_view text, bool whole) {
  Utf8Count count;
  for (size_t i = 0; i < text.size();) {
    if (const size_t plain = ascii_prefix(text.substr(i)); plain > 0) {
      i += plain;
    } else if (const size_t length = sequence_length(text, i)) {
      ++count.sequences;
      i += length;
    } else if (!whole && text.size() - i < 4) {
      break;  // perhaps cut through
    } else {
      ++count.bad_bytes;
      ++i;
    }
  }
  return count;
}

// Latin letters, digits and delimiters have one zero byte each in UTF-16, always on the same side.
bool guess_utf16(std::string_view head, Encoding& out) {
  if (head.find('\0') == std::string_view::npos) return false;
  size_t even = 0, odd = 0;
  for (size_t i = 0; i + 1 < head.size(); i += 2) {
    even += head[i] == '\0' ? 1 : 0;
    odd += head[i + 1] == '\0' ? 1 : 0;
  }
  const size_t pairs = head.size() / 2;
  const size_t more = std::max(even, odd), less = std::min(even, odd);
  if (pairs < 2 || 5 * more < 2 * pairs || 10 * less > more) return false;
  out = odd > even ? Encoding::kUtf16Le : Encoding::kUtf16Be;
  return true;
}

EncodingGuess guess_by_bytes(std::string_view head, bool whole) {
  EncodingGuess guess;
  if (guess_utf16(head, guess.encoding)) {
    guess.note = guess.encoding == Encoding::kUtf16Le
                     ? "read as little-endian UTF-16, judging by its zero bytes"
                     : "read as big-endian UTF-16, judging by its zero bytes";
    return guess;
  }
  const Utf8Count count = count_utf8(head, whole);
  if (count.bad_bytes == 0) return guess;
  // Windows text hardly ever holds a sequence that happens to be UTF-8; damaged UTF-8 holds many.
  if (count.sequences > count.bad_bytes) {
    guess.note = "read as UTF-8 although some bytes are not; set encoding if that is wrong";
    return guess;
  }
  guess.encoding = Encoding::kWindows1252;
  guess.note = "read as windows-1252, as its bytes are not UTF-8; set encoding if that is wrong";
  return guess;
}

}  // namespace

EncodingGuess guess_encoding(std::string_view head, bool whole, EncodingOption option) {
  const bool utf16_wanted = option == EncodingOption::kAuto || option == EncodingOption::kUtf16;
  // Three such bytes begin no text of another encoding, whatever was declared.
  if (head.starts_with("\xEF\xBB\xBF")) return {Encoding::kUtf8, 3, ""};
  if (utf16_wanted && head.starts_with("\xFF\xFE")) return {Encoding::kUtf16Le, 2, ""};
  if (utf16_wanted && head.starts_with("\xFE\xFF")) return {Encoding::kUtf16Be, 2, ""};
  switch (option) {
    case EncodingOption::kUtf8:
      return {Encoding::kUtf8, 0, ""};
    case EncodingOption::kLatin1:
      return {Encoding::kLatin1, 0, ""};
    case EncodingOption::kWindows1252:
      return {Encoding::kWindows1252, 0, ""};
    case EncodingOption::kUtf16: {
      EncodingGuess guess{Encoding::kUtf16Le, 0, ""};
      guess_utf16(head, guess.encoding);
      return guess;
    }
    case EncodingOption::kAuto:
      break;
  }
  return guess_by_bytes(head, whole);
}

void Transcoder::convert(std::string_view bytes, std::string& out) {
  if (encoding_ == Encoding::kUtf16Le || encoding_ == Encoding::kUtf16Be) {
    convert_utf16(bytes, out);
    return;
  }
  while (!bytes.empty()) {
    const size_t plain = ascii_run(bytes);
    out.append(bytes, 0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) return;
    const unsigned char c = byte(bytes.front());
    put_code_point(encoding_ == Encoding::kLatin1 ? c : windows_1252(c), out);
    bytes.remove_prefix(1);
  }
}

void Transcoder::convert_utf16(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    if (!has_half_) {
      half_ = byte(c);
      has_half_ = true;
      continue;
    }
    has_half_ = false;
    const unsigned first = half_, second = byte(c);
    put_unit(encoding_ == Encoding::kUtf16Le ? second << 8 | first : first << 8 | second, out);
  }
}

// A half pair is put as the three bytes it would have, which UTF-8 does not allow.
void Transcoder::put_unit(unsigned unit, std::string& out) {
  const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (high_ != 0 && low) {
    put_code_point(0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00), out);
    high_ = 0;
    return;
  }
  if (high_ != 0) put_code_point(high_, out);
  high_ = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
  if (high_ == 0) put_code_point(unit, out);
}

void Transcoder::finish(std::string& out) {
  if (high_ != 0) put_code_point(high_, out);
  if (has_half_) out += '\xFF';
  high_ = 0;
  has_half_ = false;
}

std::string repair_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (byte(text[i]) < 0x80) {
      out += text[i++];
    } else if (const size_t length = sequence_length(text, i)) {
      out += text.substr(i, length);
      i += length;
    } else {
      put_code_point(windows_1252(byte(text[i++])), out);
    }
  }
  return out;
}

EncodingOption encoding_option(std::string_view name) {
  if (name == "utf-8") return EncodingOption::kUtf8;
  if (name == "utf-16") return EncodingOption::kUtf16;
  if (name == "latin-1") return EncodingOption::kLatin1;
  if (name == "windows-1252") return EncodingOption::kWindows1252;
  return EncodingOption::kAuto;
}

}  // namespace rhumb
