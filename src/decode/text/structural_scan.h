#pragma once

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rhumb {

/// 64 bytes of text, asked as a whole: bit i of an answer is about byte i.
class TextWindow {
 public:
#ifdef __SSE2__
  explicit TextWindow(const char* at) {
    for (int i = 0; i < 4; ++i) {
      parts_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + i);
    }
  }
  [[nodiscard]] uint64_t equal(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    return gather([&](__m128i part) { return _mm_cmpeq_epi8(part, wanted); });
  }
  [[nodiscard]] uint64_t equal(char a, char b, char c, char d) const {
    const __m128i wa = _mm_set1_epi8(a), wb = _mm_set1_epi8(b);
    const __m128i wc = _mm_set1_epi8(c), wd = _mm_set1_epi8(d);
    return gather([&](__m128i part) {
      return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, wa), _mm_cmpeq_epi8(part, wb)),
                          _mm_or_si128(_mm_cmpeq_epi8(part, wc), _mm_cmpeq_epi8(part, wd)));
    });
  }
  [[nodiscard]] uint64_t above_ascii() const {
    return gather([](__m128i part) { return part; });
  }
  /// What gives JSON its structure, and LF. One bit apart, `[` and `{` are found as one.
  [[nodiscard]] uint64_t json_structure() const {
    const __m128i bit = _mm_set1_epi8(0x20), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
    const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\'), lf = _mm_set1_epi8('\n');
    return gather([&](__m128i part) {
      const __m128i folded = _mm_or_si128(part, bit);
      const __m128i brackets =
          _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
      const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(part, quote), _mm_cmpeq_epi8(part, back));
      return _mm_or_si128(_mm_or_si128(brackets, quotes), _mm_cmpeq_epi8(part, lf));
    });
  }

 private:
  template <typename Test>
  [[nodiscard]] uint64_t gather(Test test) const {
    uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      const auto mask = static_cast<uint16_t>(_mm_movemask_epi8(test(parts_[i])));
      bits |= static_cast<uint64_t>(mask) << (16 * i);
    }
    return bits;
  }
  __m128i parts_[4];
#else
  explicit TextWindow(const char* at) : at_(at) {}
  [[nodiscard]] uint64_t equal(char c) const {
    return gather([&](char found) { return found == c; });
  }
  [[nodiscard]] uint64_t equal(char a, char b, char c, char d) const {
    return gather([&](char f) { return f == a || f == b || f == c || f == d; });
  }
  [[nodiscard]] uint64_t above_ascii() const {
    return gather([](char found) { return static_cast<unsigned char>(found) >= 0x80; });
  }
  [[nodiscard]] uint64_t json_structure() const {
    return gather([](char f) {
      return (f | 0x20) == '{' || (f | 0x20) == '}' || f == '"' || f == '\\' || f == '\n';
    });
  }

 private:
  template <typename Test>
  [[nodiscard]] uint64_t gather(Test test) const {
    uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= static_cast<uint64_t>(test(at_[i])) << i;
    return bits;
  }
  const char* at_;
#endif
};

/// The bits of a window that lie before `end`.
[[nodiscard]] inline uint64_t bits_before(const char* at, const char* end) {
  return end - at >= 64 ? ~uint64_t{0} : (uint64_t{1} << (end - at)) - 1;
}

/// Gives the places of delimiters, quotes, CR and LF one after the other.
/// REQUIRES: 64 readable bytes behind the end of the text.
class StructuralScan {
 public:
  StructuralScan(char delimiter, char quote) : delimiter_(delimiter), quote_(quote) {}

  void reset(const char* begin, const char* end) {
    end_ = end;
    seek(begin);
  }
  /// Goes on with the first place at or behind `at`.
  void seek(const char* at) {
    window_ = at;
    bits_ = at < end_ ? load() : 0;
  }
  /// nullptr behind the last one.
  const char* next() {
    while (bits_ == 0) {
      window_ += 64;
      if (window_ >= end_) {
        window_ = end_;
        return nullptr;
      }
      bits_ = load();
    }
    const char* const found = window_ + __builtin_ctzll(bits_);
    bits_ &= bits_ - 1;
    return found;
  }

 private:
  [[nodiscard]] uint64_t load() const {
    return TextWindow(window_).equal(delimiter_, quote_, '\n', '\r') & bits_before(window_, end_);
  }

  char delimiter_, quote_;
  const char* end_ = nullptr;
  const char* window_ = nullptr;
  uint64_t bits_ = 0;
};

/// Line ends in the text: LF, CRLF and lone CR count one each. REQUIRES: 64 readable bytes behind.
[[nodiscard]] inline uint64_t count_lines(const char* begin, const char* end) {
  uint64_t lines = 0, cr_before = 0;
  for (const char* at = begin; at < end; at += 64) {
    const TextWindow window(at);
    const uint64_t inside = bits_before(at, end);
    const uint64_t lf = window.equal('\n') & inside;
    const uint64_t cr = window.equal('\r') & inside;
    lines += static_cast<uint64_t>(__builtin_popcountll(lf));
    if (cr != 0 || cr_before != 0) {
      lines += static_cast<uint64_t>(__builtin_popcountll(cr));
      lines -= static_cast<uint64_t>(__builtin_popcountll((cr << 1 | cr_before) & lf));
      cr_before = cr >> 63;
    }
  }
  return lines;
}

/// True when every byte is ASCII and none is NUL. REQUIRES: 64 readable bytes behind.
[[nodiscard]] inline bool is_plain_ascii(const char* begin, const char* end) {
  for (const char* at = begin; at < end; at += 64) {
    const TextWindow window(at);
    if (((window.above_ascii() | window.equal('\0')) & bits_before(at, end)) != 0) return false;
  }
  return true;
}

}  // namespace rhumb
