#include "source/directory/directory_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "io/fs/testing.h"
#include "source/directory/file_name.h"
#include "source/directory/path_glob.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const Place kPlace{"sources/trips.yaml", 2, 10};

Config text(const std::string& value) {
  return Config::scalar(value, kPlace);
}

Config config(const Names& files, const std::string& settle = "0 s",
              const std::string& path = "landing") {
  std::vector<Config> patterns;
  for (const std::string& pattern : files) patterns.push_back(text(pattern));
  return Config::map(
      {{"path", text(path)}, {"files", Config::list(patterns, kPlace)}, {"settle", text(settle)}},
      kPlace);
}

class DirectorySourceTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_ / "landing"); }
  fs::path put(const std::string& name, const std::string& content = "x") {
    return folder_.write("landing/" + name, content);
  }
  std::unique_ptr<FileSource> source(const Config& read) {
    auto made = make_directory_source(read, folder_.path());
    EXPECT_TRUE(made.ok()) << made.error().text();
    return std::move(made).value();
  }
  Names list(const Names& files, const std::string& settle = "0 s") {
    const auto listed = source(config(files, settle))->list();
    EXPECT_TRUE(listed.ok()) << listed.error().text();
    Names names;
    for (const Announcement& input : *listed) names.push_back(input.name);
    return names;
  }

  TestFolder folder_;
};

TEST_F(DirectorySourceTest, ListsMatchingFilesInOrder) {
  for (const char* name : {"b.csv", "a.csv", "c.txt", "sub/d.csv"}) put(name);
  EXPECT_EQ(list({"*.csv"}), (Names{"a.csv", "b.csv"}));
  EXPECT_EQ(list({"*"}), (Names{"a.csv", "b.csv", "c.txt"}));
  EXPECT_EQ(list({"*.txt", "a*", "*.csv"}), (Names{"a.csv", "b.csv", "c.txt"})) << "each file once";
  EXPECT_EQ(list({"none"}), Names{});
}

TEST_F(DirectorySourceTest, WithoutPatternsEveryFileOfTheFolderIsListed) {
  put("a.csv");
  const auto made = source(Config::map({{"path", text("landing")}}, kPlace));
  EXPECT_EQ(made->list()->size(), 1U);
}

TEST_F(DirectorySourceTest, DescendsWhereAPatternLeads) {
  for (const char* name : {"1.csv", "2024/2.csv", "2024/01/3.csv", "2025/4.csv"}) put(name);
  EXPECT_EQ(list({"**/*.csv"}), (Names{"1.csv", "2024/01/3.csv", "2024/2.csv", "2025/4.csv"}));
  EXPECT_EQ(list({"2024/**"}), (Names{"2024/01/3.csv", "2024/2.csv"}));
  EXPECT_EQ(list({"*/*.csv"}), (Names{"2024/2.csv", "2025/4.csv"}));
  EXPECT_EQ(list({"./2024/*.csv"}), (Names{"2024/2.csv"}));
}

TEST_F(DirectorySourceTest, DoesNotLookIntoFoldersNoPatternReaches) {
  put("a.csv");
  put("closed/b.csv");
  fs::permissions(folder_ / "landing/closed", fs::perms::none);
  EXPECT_EQ(list({"*.csv"}), Names{"a.csv"});
  fs::permissions(folder_ / "landing/closed", fs::perms::owner_all);
}

TEST_F(DirectorySourceTest, LeavesOutWhatIsNotMeantForReaders) {
  for (const char* name : {".hidden", "_temporary", "a.csv.tmp", "a.csv.part", "a.csv~", ".git/a",
                           "_delta_log/a", "x.tmp/a", "real"}) {
    put(name);
  }
  EXPECT_EQ(list({"**"}), Names{"real"});
}

TEST_F(DirectorySourceTest, LeavesOutLinksPipesAndFolders) {
  const fs::path secret = folder_.write("secret/passwords.csv", "x");
  put("real.csv");
  fs::create_symlink(secret, folder_ / "landing/link.csv");
  fs::create_symlink(folder_ / "secret", folder_ / "landing/folder");
  fs::create_directory(folder_ / "landing/dir.csv");
  ASSERT_EQ(::mkfifo((folder_ / "landing/pipe.csv").c_str(), 0600), 0);
  EXPECT_EQ(list({"**/*.csv"}), Names{"real.csv"});
}

TEST_F(DirectorySourceTest, TheFolderItselfMayBeALink) {
  put("a.csv");
  fs::create_symlink(folder_ / "landing", folder_ / "current");
  EXPECT_EQ(source(config({"*"}, "0 s", "current"))->list()->size(), 1U);
  EXPECT_EQ(source(config({"*"}, "0 s", (folder_ / "landing").string()))->list()->size(), 1U)
      << "absolute";
}

TEST_F(DirectorySourceTest, AMissingFolderIsNotFoundWithItsPlace) {
  const auto listed = source(config({"*"}, "0 s", "nowhere"))->list();
  ASSERT_FALSE(listed.ok());
  EXPECT_EQ(listed.error().code, Code::kNotFound);
  EXPECT_EQ(listed.error().place, kPlace);
  EXPECT_NE(listed.error().message.find("nowhere"), std::string::npos);
  folder_.write("file", "");
  EXPECT_FALSE(source(config({"*"}, "0 s", "file"))->list().ok());
}

/// Runs the check without root's right to read everything.
TEST_F(DirectorySourceTest, WhatCannotBeReadIsAnErrorAndNotLeftOut) {
  put("open/a.csv");
  put("closed/b.csv");
  put("closed.csv");
  fs::permissions(folder_ / "landing/closed", fs::perms::none);
  fs::permissions(folder_ / "landing/closed.csv", fs::perms::none);
  fs::permissions(folder_.path(), fs::perms::all);
  const pid_t child = fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) _exit(1);
    const auto all = source(config({"**/*.csv"}))->list();
    if (all.ok() || all.error().code != Code::kIo || all.error().hint.empty()) _exit(2);
    const auto top = source(config({"*.csv"}));
    const auto listed = top->list();
    if (!listed.ok() || listed->size() != 1) _exit(3);
    const auto fetched = top->fetch((*listed)[0]);
    if (fetched.ok() || fetched.error().code != Code::kIo) _exit(4);
    _exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  fs::permissions(folder_ / "landing/closed", fs::perms::owner_all);
}

TEST_F(DirectorySourceTest, UnsettledFilesAreLeftForLater) {
  put("a.csv");
  EXPECT_EQ(list({"*"}, "1 hour"), Names{});
  // Winding the modification time back does not help.
  fs::last_write_time(folder_ / "landing/a.csv",
                      fs::file_time_type::clock::now() - std::chrono::hours(5));
  EXPECT_EQ(list({"*"}, "1 hour"), Names{});
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(list({"*"}, "20 ms"), Names{"a.csv"});
}

TEST_F(DirectorySourceTest, TheSameFileIsAnnouncedTheSameAndAChangedOneIsNot) {
  const fs::path path = put("a.csv", "one");
  const auto from = source(config({"*"}));
  const auto first = (*from->list())[0];
  EXPECT_EQ(first.size, 3U);
  EXPECT_EQ((*from->list())[0], first);
  const auto time = fs::last_write_time(path);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  put("a.csv", "two");
  fs::last_write_time(path, time);
  EXPECT_NE((*from->list())[0], first) << "same size, same modification time, other content";
}

TEST_F(DirectorySourceTest, FetchGivesTheFileItself) {
  put("sub/a.csv", "content");
  const auto from = source(config({"**"}));
  const auto listed = *from->list();
  const auto path = from->fetch(listed[0]);
  ASSERT_TRUE(path.ok()) << path.error().text();
  EXPECT_EQ(**path, folder_ / "landing/sub/a.csv");
}

TEST_F(DirectorySourceTest, FetchRefusesWhatIsNoLongerWhatWasAnnounced) {
  put("a.csv", "one");
  const auto from = source(config({"*"}));
  const Announcement announced = (*from->list())[0];
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  put("a.csv", "two");
  EXPECT_EQ(from->fetch(announced).error().code, Code::kConflict);
  fs::remove(folder_ / "landing/a.csv");
  EXPECT_EQ(from->fetch(announced).error().code, Code::kNotFound);
  ASSERT_EQ(::mkfifo((folder_ / "landing/a.csv").c_str(), 0600), 0);
  EXPECT_EQ(from->fetch(announced).error().code, Code::kConflict)
      << "and does not wait for a writer";
}

TEST_F(DirectorySourceTest, FetchNeverLeavesTheFolder) {
  folder_.write("secret", "x");
  fs::create_symlink(folder_.path(), folder_ / "landing/up");
  const auto from = source(config({"*"}));
  for (const char* name :
       {"../secret", "up/secret", "/etc/passwd", "", "a/../../secret", "\\x2e./secret"}) {
    EXPECT_FALSE(from->fetch({name, "1", 1}).ok()) << name;
  }
}

TEST_F(DirectorySourceTest, NamesOfAnyBytesAreListedAndFetched) {
  const Names names = {"plain.csv",   "sp ace.csv", "new\nline",           "Ü.csv", "bad\xFF\xC3",
                       "back\\slash", "\\xff",      std::string(255, 'n'), "*",     "[a]"};
  for (const std::string& name : names) put(name, name);
  const auto from = source(config({"*"}));
  const auto listed = from->list();
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), names.size());
  for (const Announcement& input : *listed) {
    const auto path = from->fetch(input);
    ASSERT_TRUE(path.ok()) << path.error().text();
    EXPECT_EQ((*path)->filename().string().size(), input.size) << "its own content is its name";
  }
}

TEST_F(DirectorySourceTest, AnEmptyFolderIsAnEmptyList) {
  EXPECT_EQ(list({"**"}), Names{});
}

TEST_F(DirectorySourceTest, TenThousandFilesAreListedCompletely) {
  for (int i = 0; i < 10'000; ++i) {
    const fs::path path = folder_ / ("landing/" + std::to_string(i) + ".csv");
    ::close(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
  }
  EXPECT_EQ(list({"*.csv"}).size(), 10'000U);
}

TEST_F(DirectorySourceTest, DeepFoldersAreWalkedOrRefusedButNeverCutOff) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "d/";
  put(deep + "bottom.csv");
  EXPECT_EQ(list({"**/*.csv"}), Names{deep + "bottom.csv"});
}

TEST_F(DirectorySourceTest, BadConfigurationIsRefusedAtItsPlace) {
  for (const char* pattern : {"", "/etc/*", "../*.csv", "a/../../b"}) {
    const auto made = make_directory_source(config({pattern}), folder_.path());
    ASSERT_FALSE(made.ok()) << pattern;
    EXPECT_EQ(made.error().code, Code::kBadValue);
    EXPECT_EQ(made.error().place, kPlace);
  }
  EXPECT_EQ(make_directory_source(config({"*"}, "soon"), folder_.path()).error().code,
            Code::kBadValue);
}

TEST(DirectoryDeclaration, NamesEveryFieldTheSourceReads) {
  const Declaration& declaration = directory_declaration();
  EXPECT_EQ(declaration.name, "directory");
  Names names;
  for (const Field& field : declaration.fields) {
    names.push_back(field.name);
    EXPECT_FALSE(field.doc.empty());
  }
  EXPECT_EQ(names, (Names{"path", "files", "settle"}));
}

TEST(PathGlob, MatchesWholePathsPartByPart) {
  const auto matches = [](std::string_view pattern, const Names& path) {
    return PathGlob(pattern).matches(path);
  };
  EXPECT_TRUE(matches("*.csv", {"a.csv"}));
  EXPECT_FALSE(matches("*.csv", {"a", "b.csv"})) << "a star stays within one name";
  EXPECT_TRUE(matches("**", {"a"}));
  EXPECT_TRUE(matches("**", {"a", "b", "c"}));
  EXPECT_FALSE(matches("a/**", {"a"})) << "below a, not a itself";
  EXPECT_TRUE(matches("**/b/**/*.csv", {"b", "x.csv"}));
  EXPECT_TRUE(matches("**/b/**/*.csv", {"a", "b", "c", "d", "x.csv"}));
  EXPECT_FALSE(matches("**/b/**/*.csv", {"a", "c", "x.csv"}));
  EXPECT_TRUE(matches("a//./b", {"a", "b"}));
  EXPECT_TRUE(matches("20[12]?/x", {"2024", "x"}));
  EXPECT_FALSE(matches("20[12]?/x", {"2034", "x"}));
}

TEST(PathGlob, KnowsWhereItCannotReach) {
  const PathGlob glob("a/*/c.csv");
  EXPECT_TRUE(glob.reaches_below({}));
  EXPECT_TRUE(glob.reaches_below({"a"}));
  EXPECT_TRUE(glob.reaches_below({"a", "b"}));
  EXPECT_FALSE(glob.reaches_below({"b"}));
  EXPECT_FALSE(glob.reaches_below({"a", "b", "c.csv"}));
  EXPECT_FALSE(PathGlob("*.csv").reaches_below({"x.csv"}));
  EXPECT_TRUE(PathGlob("**/x").reaches_below({"any", "where"}));
}

TEST(PathGlob, HostilePatternsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "**/a*b*/";
  const Names path(400, "aaaaaaaaaaaaaaaaaaaab");
  EXPECT_FALSE(PathGlob(pattern + "z").matches(path));
}

TEST(InputName, GoesBothWaysForAnyBytes) {
  for (const std::string& path :
       {std::string("a/b"), std::string("\xFF"), std::string("a\\xff"), std::string("\\"),
        std::string("Ü\xC3"), std::string("\xE2\x82")}) {
    EXPECT_EQ(path_of_input(input_name(path)), path) << path;
  }
  EXPECT_EQ(input_name("bad\xFF"), "bad\\xff");
  EXPECT_NE(input_name("bad\xFF"), input_name("bad\\xff"));
  for (const char* bad : {"", "/a", "a//b", ".", "..", "a/..", "\\", "\\y", "\\x4", "\\xZZ",
                          "a\\x00b", "\\x2e\\x2e/a"}) {
    EXPECT_EQ(path_of_input(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace rhumb
