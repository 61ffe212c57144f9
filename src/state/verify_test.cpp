#include "state/verify.h"

#include <gtest/gtest.h>

#include "io/fs/file.h"
#include "io/fs/hash.h"
#include "state/any_home.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

class VerifyTest : public AnyHomeTest {
 protected:
  VerifyReport verified() {
    const auto report = verify_store(*state_, *files_, never_, {});
    EXPECT_TRUE(report.ok()) << report.error().text();
    return *report;
  }
  void expect_damage(const std::string& words) {
    const VerifyReport report = verified();
    ASSERT_EQ(report.damaged.size(), 1U);
    EXPECT_EQ(report.damaged[0].code, Code::kState);
    EXPECT_NE(report.damaged[0].message.find(words), std::string::npos) << report.damaged[0].text();
  }

  CancelFlag never_;
};

TEST_P(VerifyTest, FilesKnowWhatTheyHold) {
  const std::vector<DataFile> files = adopted("trips", 1, 3);
  for (const DataFile& file : files) {
    const std::string content = *files_->get(file.path);
    EXPECT_EQ(file.bytes, content.size());
    EXPECT_EQ(file.sha256, sha256_hex(content));
  }
  EXPECT_NE(files[0].sha256, files[1].sha256);
}

TEST_P(VerifyTest, EachFileIsReadOnceHoweverManyVersionsNameIt) {
  const Manifest first = commit("trips");
  Manifest second = next("trips", 1, adopted("trips", 2));
  second.files.push_back(first.files[0]);
  ASSERT_TRUE(state_->commit(second, {}).ok());
  commit("zones");
  const VerifyReport report = verified();
  EXPECT_EQ(report.versions, 3U);
  EXPECT_EQ(report.files, 3U);
  EXPECT_EQ(report.without_hash, 0U);
  EXPECT_TRUE(report.damaged.empty());
}

TEST_P(VerifyTest, EveryKindOfDamageIsNamed) {
  const Manifest version = commit("trips");
  const fs::path path = files_->absolute(version.files[0].path);
  const std::string whole = *read_whole_file(path);
  std::string flipped = whole;
  flipped[3] ^= 1;
  ASSERT_TRUE(atomic_write(path, flipped).ok());
  expect_damage("SHA-256 differs");
  ASSERT_TRUE(atomic_write(path, whole + "!").ok());
  expect_damage("its manifest says");
  fs::remove(path);
  expect_damage("is missing");
  ASSERT_TRUE(atomic_write(path, whole).ok());
  EXPECT_TRUE(verified().damaged.empty());
  ASSERT_TRUE(files_->put(manifest_name("trips", 1), "{}").ok());
  EXPECT_EQ(verified().damaged.size(), 1U);
}

TEST_P(VerifyTest, VersionsOfAnOlderRhumbAreComparedByLength) {
  Manifest old = next("trips", 0, adopted("trips", 1));
  old.files[0].sha256.clear();
  ASSERT_TRUE(state_->commit(old, {}).ok());
  EXPECT_EQ(to_json(old).find("sha256"), std::string::npos);
  EXPECT_EQ(verified().without_hash, 1U);
  const fs::path path = files_->absolute(old.files[0].path);
  ASSERT_TRUE(atomic_write(path, "short").ok());
  expect_damage("its manifest says");
}

TEST_P(VerifyTest, CanBeCancelled) {
  commit("trips");
  CancelFlag now;
  now.request();
  const auto report = verify_store(*state_, *files_, now, {});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::kCancelled);
}

RHUMB_FOR_ANY_HOME(VerifyTest);

}  // namespace
}  // namespace rhumb
