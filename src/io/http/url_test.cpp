#include "io/http/url.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

std::string name_in(const std::string& url) {
  return FileUrl::parse(url).value().file_name();
}

TEST(FileUrl, IsToldFromAPath) {
  EXPECT_TRUE(is_url("https://example.org/a.csv"));
  EXPECT_TRUE(is_url("FILE:///a.csv"));
  EXPECT_TRUE(is_url("s3://bucket/a.csv"));
  for (const char* path : {"a.csv", "/a/b.csv", "://a", "c:/a", "a b://c", "landing/x://y", ""})
    EXPECT_FALSE(is_url(path)) << path;
}

TEST(FileUrl, ShowsNoSecrets) {
  const auto url = FileUrl::parse("https://ann:pass@example.org:8443/data/trips.csv?key=abc#part");
  ASSERT_TRUE(url.ok()) << url.error().text();
  EXPECT_EQ(url->shown(), "https://example.org:8443/data/trips.csv");
  EXPECT_EQ(url->file_name(), "trips.csv");
  EXPECT_TRUE(url->is_encrypted());
  EXPECT_FALSE(url->is_local());
  const auto broken = FileUrl::parse("https://ann:pass@exa mple.org/");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().text().find("pass"), std::string::npos);
}

TEST(FileUrl, NamesAFileWhateverThePathIs) {
  EXPECT_EQ(name_in("http://a.org"), "download");
  EXPECT_EQ(name_in("http://a.org/x/"), "download");
  EXPECT_EQ(name_in("http://a.org/..%2F..%2Fetc%2Fpasswd"), "passwd");
  EXPECT_EQ(name_in("http://a.org/.hidden"), "download.hidden");
  EXPECT_EQ(name_in("http://a.org/a%20b%00c%0A.csv"), "download");  // no character of a name
  EXPECT_EQ(name_in("http://a.org/stra%C3%9Fe.csv"), "stra__e.csv");
  EXPECT_EQ(name_in("http://a.org/" + std::string(300, 'x')).size(), 100U);
}

TEST(FileUrl, FilesArePaths) {
  const auto url = FileUrl::parse("file:///data/my%20trips.csv");
  ASSERT_TRUE(url.ok()) << url.error().text();
  EXPECT_TRUE(url->is_local());
  EXPECT_EQ(url->path(), "/data/my trips.csv");
  EXPECT_FALSE(FileUrl::parse("file://elsewhere/data/a.csv").ok());
}

TEST(FileUrl, OtherSchemesAreRefusedByName) {
  for (const char* text : {"s3://bucket/a.csv", "ftp://a.org/a.csv", "gopher://a.org/"}) {
    const auto url = FileUrl::parse(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_NE(url.error().message.find("are not read; http, https and file are"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace rhumb
