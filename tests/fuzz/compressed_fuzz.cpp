// Any bytes as a compressed file, read in pieces of any size; and as what is in one, which must
// come back as it was.

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "io/fs/byte_input.h"
#include "tests/fuzz/any_decoder.h"

namespace {

using namespace rhumb;

constexpr size_t kMost = size_t{4} << 20;  // of what a few bytes unpack to

struct Unpacked {
  std::string content;
  bool whole = false;
};

Unpacked unpack(std::string_view bytes, size_t piece) {
  const MemoryFile file(bytes);
  Unpacked out;
  const auto input = open_byte_input(file.path());
  require(input.ok());
  std::string buffer(piece, '\0');
  while (out.content.size() < kMost) {
    const auto got = (*input)->read(buffer.data(), buffer.size());
    if (!got.ok()) {
      require_shown(got.error());
      return out;
    }
    require(*got <= piece);
    if (*got == 0) {
      out.whole = true;
      return out;
    }
    out.content.append(buffer, 0, *got);
    require((*input)->consumed() <= (*input)->total());
  }
  return out;
}

std::string gzip(std::string_view content) {
  z_stream state{};
  require(deflateInit2(&state, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&state, content.size()) + 64, '\0');
  // zlib reads from a pointer that is not const, and does not write to it.
  state.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(content.data()));
  state.avail_in = static_cast<uInt>(content.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  require(deflate(&state, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - state.avail_out);
  deflateEnd(&state);
  return out;
}

std::string zstd(std::string_view content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), content.data(), content.size(), 1));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  const size_t piece = size_t{1} + data[0];
  const Unpacked large = unpack(bytes, size_t{1} << 16), small = unpack(bytes, piece);
  if (std::max(large.content.size(), small.content.size()) < kMost) {
    require(large.whole == small.whole);
    if (large.whole) require(large.content == small.content);
  }
  for (const std::string& packed : {gzip(bytes), zstd(bytes)}) {
    const Unpacked back = unpack(packed, piece);
    require(back.whole && back.content == bytes);
  }
  return 0;
}
