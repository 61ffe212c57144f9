#include "io/fs/byte_input.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>
#include <random>

namespace rhumb {
namespace {

class ByteInputTest : public testing::Test {
 protected:
  ByteInputTest()
      : path_(std::filesystem::temp_directory_path() /
              ("byte_input_" + std::to_string(::getpid()))) {}
  ~ByteInputTest() override { std::filesystem::remove(path_); }

  void put(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  // The whole content, read in pieces of `piece`; "!" and the message on an error.
  std::string take(size_t piece = 1000) const {
    auto input = open_byte_input(path_);
    if (!input.ok()) return "!" + input.error().message;
    std::string out, part(piece, '\0');
    for (;;) {
      const auto got = (*input)->read(part.data(), part.size());
      if (!got.ok()) return "!" + got.error().message;
      if (*got == 0) break;
      out.append(part, 0, *got);
    }
    EXPECT_EQ((*input)->consumed(), (*input)->total());
    return out;
  }

  std::filesystem::path path_;
};

std::string noise(size_t size) {
  std::mt19937 random(1);
  std::string out;
  while (out.size() < size) out += "line " + std::to_string(random() % 1000) + "\n";
  return out;
}

std::string gzip(const std::string& text) {
  z_stream state{};
  EXPECT_EQ(deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text, out(deflateBound(&state, text.size()) + 64, '\0');
  state.next_in = reinterpret_cast<Bytef*>(in.data());
  state.avail_in = static_cast<uInt>(in.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&state, Z_FINISH), Z_STREAM_END);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST_F(ByteInputTest, Plain) {
  const std::string text = noise(300'000);
  put(text);
  EXPECT_EQ(take(), text);
  put("");
  EXPECT_EQ(take(), "");
  put("x");
  EXPECT_EQ(take(), "x");
  put("\x1F");
  EXPECT_EQ(take(), "\x1F");
}

TEST_F(ByteInputTest, CompressedWhateverItIsCalled) {
  const std::string text = noise(700'000);
  for (const size_t piece : {1U, 7U, 100'000U, 1'000'000U}) {
    put(gzip(text));
    EXPECT_EQ(take(piece), text);
    put(zstd(text));
    EXPECT_EQ(take(piece), text);
  }
  put(gzip(""));
  EXPECT_EQ(take(), "");
  put(zstd(""));
  EXPECT_EQ(take(), "");
}

TEST_F(ByteInputTest, SeveralMembersAreOneStream) {
  const std::string a = noise(200'000), b = noise(10);
  put(gzip(a) + gzip("") + gzip(b) + std::string(700, '\0'));
  EXPECT_EQ(take(), a + b);
  put(zstd(a) + zstd(b));
  EXPECT_EQ(take(), a + b);
}

TEST_F(ByteInputTest, CutAnywhereIsAnError) {
  for (const bool zipped : {true, false}) {
    const std::string whole = zipped ? gzip(noise(2000)) : zstd(noise(2000));
    for (size_t size = 4; size < whole.size(); ++size) {
      put(whole.substr(0, size));
      ASSERT_EQ(take(), "!the compressed file is damaged: it is cut off") << zipped << " " << size;
    }
  }
}

TEST_F(ByteInputTest, DamageIsAnError) {
  for (const bool zipped : {true, false}) {
    std::string whole = zipped ? gzip(noise(20'000)) : zstd(noise(20'000));
    put(whole + "more");
    EXPECT_EQ(take().front(), '!');
    whole[whole.size() / 2] ^= 0x55;
    put(whole);
    const std::string taken = take();
    if (zipped) {
      EXPECT_EQ(taken.front(), '!');  // zstd without a checksum may not notice
    }
  }
  put(gzip("a") + std::string(5, '\0') + gzip("b"));
  EXPECT_EQ(take(), "!the compressed file is damaged: other bytes follow its end");
}

TEST_F(ByteInputTest, WhatIsNotThere) {
  const auto missing = open_byte_input("/nowhere/at/all");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  const auto folder = open_byte_input(std::filesystem::temp_directory_path());
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().code, Code::kIo);
}

}  // namespace
}  // namespace rhumb
