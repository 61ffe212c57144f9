#include "io/fs/hash.h"

#include <gtest/gtest.h>

#include "io/fs/testing.h"

namespace rhumb {
namespace {

// Source: FIPS 180-2, appendix B.
constexpr std::string_view kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex(""), kEmpty);
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), kMillionA);
}

TEST(Sha256, DoesNotDependOnThePieces) {
  Sha256 hash;
  for (int i = 0; i < 1000; ++i)
    hash.update(std::string(static_cast<size_t>(i % 3) * 500 + 500, 'a'));
  Sha256 rest = std::move(hash);
  rest.update(std::string(1'000'000 - 999'500, 'a'));
  EXPECT_EQ(rest.hex(), kMillionA);
}

TEST(Sha256, OfFilesIsTheHashOfTheirBytes) {
  const TestFolder folder;
  EXPECT_EQ(*sha256_file(folder.write("empty", "")), kEmpty);
  const std::string large(3 * (1 << 20) + 17, 'z');
  EXPECT_EQ(*sha256_file(folder.write("large", large)), sha256_hex(large));
}

TEST(Sha256, OfAMissingFileOrAFolderIsAnError) {
  const TestFolder folder;
  EXPECT_EQ(sha256_file(folder / "none").error().code, Code::kNotFound);
  EXPECT_EQ(sha256_file(folder.path()).error().code, Code::kIo);
}

TEST(Sha256, StopsWhenAsked) {
  const TestFolder folder;
  CancelFlag cancel;
  cancel.request();
  EXPECT_EQ(sha256_file(folder.write("f", "x"), &cancel).error().code, Code::kCancelled);
}

}  // namespace
}  // namespace rhumb
