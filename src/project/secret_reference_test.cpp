#include "project/secret_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "project/project_on_disk.h"

namespace rhumb {
namespace {

const Place kHere{"rhumb.yaml", 4, 20};

Config scalar(std::string text) {
  return Config::scalar(std::move(text), kHere, true);
}

class Secrets : public testing::Test {
 protected:
  void SetUp() override {
    setenv("RHUMB_TEST_USER", "ann", 1);
    setenv("RHUMB_TEST_PASSWORD", "s3cret}${x", 1);
    setenv("RHUMB_TEST_EMPTY", "", 1);
    unsetenv("RHUMB_TEST_MISSING");
  }
  std::string resolve(const std::string& text) {
    const auto found = resolve_secret(scalar(text), disk_.root());
    return found.ok() ? found->reveal() : found.error().text();
  }
  ProjectOnDisk disk_;
};

TEST_F(Secrets, VariablesStandAnywhere) {
  EXPECT_EQ(resolve("postgres://${RHUMB_TEST_USER}:${RHUMB_TEST_PASSWORD}@db/x"),
            "postgres://ann:s3cret}${x@db/x");
  EXPECT_EQ(resolve("plain"), "plain");
  EXPECT_EQ(resolve("$${HOME} $5 $"), "${HOME} $5 $");
  EXPECT_EQ(resolve("<${RHUMB_TEST_EMPTY}>"), "<>");
}

TEST_F(Secrets, AMissingVariableIsNamedAndNothingElse) {
  EXPECT_EQ(resolve("${RHUMB_TEST_PASSWORD}${RHUMB_TEST_MISSING}"),
            "rhumb.yaml:4:20: error[missing-variable]: the environment variable RHUMB_TEST_MISSING "
            "is not "
            "set\n  hint: set it before the start: export RHUMB_TEST_MISSING=...");
}

TEST_F(Secrets, FilesLoseTheirLastLineEnd) {
  disk_.write("secrets/url", "postgres://x\r\n");
  disk_.write("ann", "hers");
  EXPECT_EQ(resolve("file:secrets/url"), "postgres://x");
  EXPECT_EQ(resolve("file: ${RHUMB_TEST_USER}"), "hers");
  EXPECT_EQ(resolve("file:" + (disk_.root() / "ann").string()), "hers");
  EXPECT_NE(resolve("file:none").find("error[not-found]: the secret's file does not exist: none"),
            std::string::npos);
  EXPECT_NE(resolve("file:secrets").find("error[io]"), std::string::npos);
}

TEST(SecretShape, PasswordsWrittenOutAreRefusedWithoutShowingThem) {
  for (const char* text : {"postgres://ann:hunter2@db/x", "postgresql://ann:hunter2@db",
                           "postgres://${USER}:hunter2@db/x", "host=db password=hunter2",
                           "host=db password = hunter2 user=a", "postgres://db/x?password=hunter2",
                           "postgres://db/x?sslmode=require&PASSWORD=hunter2"}) {
    const auto refused = refuse_secret(scalar(text), "url");
    ASSERT_TRUE(refused) << text;
    EXPECT_EQ(refused->code, Code::kBadValue);
    EXPECT_EQ(refused->place, kHere);
    EXPECT_EQ(refused->text().find("hunter2"), std::string::npos);
  }
  EXPECT_TRUE(refuse_secret(scalar("hunter2"), "password"));
  EXPECT_TRUE(refuse_secret(scalar("hunter2"), "session_token"));
}

TEST(SecretShape, ReferencesAndAddressesAreFine) {
  for (const char* text : {"${URL}", "postgres://ann:${PASSWORD}@db/x", "postgres://ann@db:5432/x",
                           "postgres://db:5432/x", "postgres://ann@[::1]:5432/x",
                           "host=db password=${P}", "host=db passwordless=yes", "file:secret",
                           "postgres://ann:@db/x", "postgres://db/x?options=a:b@c", ""}) {
    EXPECT_FALSE(refuse_secret(scalar(text), "url")) << text;
  }
  EXPECT_FALSE(refuse_secret(scalar("${P}"), "password"));
  EXPECT_FALSE(refuse_secret(scalar("file:p"), "password"));
}

TEST(SecretShape, ReferencesMustBeWhole) {
  for (const char* text : {"${", "${}", "${A", "${A B}", "${1A}", "x${a-b}"}) {
    const auto refused = refuse_secret(scalar(text), "url");
    ASSERT_TRUE(refused) << text;
    EXPECT_EQ(refused->message, "`${` must be followed by a variable's name and `}`");
  }
}

}  // namespace
}  // namespace rhumb
