#include "io/fs/file.h"
#include "state/any_home.h"

namespace rhumb {
namespace {

class EraseTextsTest : public AnyHomeTest {
 protected:
  void put_aside(const std::string& raw, const std::string& message = "") {
    ASSERT_TRUE(
        state_->quarantine("trips", "r", "a@1", {Reject{.message = message, .raw = raw}}).ok());
  }
  [[nodiscard]] bool file_holds(const std::string& text) const {
    for (const char* name : {"state.db", "state.db-wal"}) {
      const auto content = read_whole_file(folder_.path() / name);
      if (content.ok() && content->find(text) != std::string::npos) return true;
    }
    return false;
  }
  std::vector<uint64_t> kept(const std::string& dataset) {
    std::vector<uint64_t> numbers;
    const auto versions = state_->versions(dataset);
    for (const Manifest& manifest : *versions) numbers.push_back(manifest.version);
    return numbers;
  }
};

TEST_P(EraseTextsTest, OnlyWholeWordsAreMeant) {
  for (const char* raw : {"1,47,x", "47", "\"47\";y", "a 47.", "47-b"}) put_aside(raw);
  put_aside("1,x", "`47` is no date");
  for (const char* raw : {"1,147,x", "470", "47a", "é47", "4 7", ""}) put_aside(raw);
  ASSERT_TRUE(state_->quarantine("zones", "r", "z@1", {Reject{.raw = "47"}}).ok());
  ASSERT_TRUE(state_
                  ->record_events(
                      {{"r", 1, "note", "", R"({"text":"row 47"})"}, {"r", 1, "note", "", "{}"}})
                  .ok());
  const auto texts = state_->erase_texts("trips", {"47"});
  ASSERT_TRUE(texts.ok()) << texts.error().text();
  EXPECT_EQ(texts->quarantined, 6U);
  EXPECT_EQ(texts->events, 1U);
  EXPECT_EQ(state_->quarantined("trips", "")->size(), 6U);
  EXPECT_EQ(state_->quarantined("zones", "")->size(), 1U);
  EXPECT_EQ(state_->events("r")->size(), 1U);
}

TEST_P(EraseTextsTest, WhatIsLeftIsAsItWasAndGrows) {
  put_aside("gone");
  put_aside(std::string("\0\xFF kept", 7));
  ASSERT_TRUE(state_->erase_texts("trips", {"gone", "neither"}).ok());
  put_aside("later");
  reopen();
  const auto rows = state_->quarantined("trips", "open");
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->front().reject.raw, std::string("\0\xFF kept", 7));
  EXPECT_EQ(rows->back().reject.raw, "later");
  EXPECT_GT(rows->back().id, rows->front().id);
  EXPECT_EQ(rows->back().run, "r");
}

TEST_P(EraseTextsTest, NothingOfItStaysInTheFileEvenOfWhatWasRemovedBefore) {
  if (in_postgres()) GTEST_SKIP() << "its files are the server's";
  const std::string value = "rider-4711-of-the-north";
  const auto fill = [&] {
    for (int i = 0; i < 200; ++i)
      put_aside(std::to_string(i) + "," + value + "," + std::string(300, 'x'));
  };
  fill();
  ASSERT_TRUE(state_->clear_quarantine("trips", "a@1").ok());
  fill();
  ASSERT_TRUE(file_holds(value));
  const auto erased = state_->erase_texts("trips", {value});
  ASSERT_TRUE(erased.ok()) << erased.error().text();
  EXPECT_EQ(erased->quarantined, 200U);
  EXPECT_FALSE(file_holds(value));
}

TEST_P(EraseTextsTest, TheServerKeepsNoDeadRowsForThoseWhoBeganBefore) {
  if (!in_postgres()) GTEST_SKIP() << "of a server";
  for (int i = 0; i < 200; ++i) put_aside("rider-4711," + std::string(300, 'x'));
  auto older = PgConnection::open(schema_.home().url);
  ASSERT_TRUE(older.ok());
  ASSERT_TRUE(older->execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").ok());
  ASSERT_TRUE(state_->erase_texts("trips", {"rider-4711"}).ok());
  EXPECT_EQ(schema_.value("SELECT pg_relation_size('quarantine')"), "0");
}

TEST_P(EraseTextsTest, ADatasetThatNothingMakesAnyMoreGoesAltogether) {
  const Manifest made = commit("trips");
  commit("trips");
  commit("zones");
  ASSERT_TRUE(state_->record_publication({"trips", "public.trips in warehouse", 2, 1}).ok());
  ASSERT_TRUE(state_->lease({"trips"}, "rhumb erase").ok());
  ASSERT_TRUE(state_->forget_dataset("trips").ok());
  EXPECT_TRUE(kept("trips").empty());
  EXPECT_EQ(kept("zones").size(), 1U);
  EXPECT_FALSE(on_disk(made.files[0].path));
  EXPECT_EQ(state_->publications()->front().version, 0U);
  EXPECT_EQ(*state_->newest("trips"), 0U);
  reopen();
  EXPECT_EQ(commit("trips").version, 1U);
}

TEST_P(EraseTextsTest, WhatIsReadOrBuiltUponStays) {
  commit("trips");
  commit("trips");
  Manifest built = next("sums", 0, adopted("sums", 1));
  built.upstream = {{"trips", 1}};
  ASSERT_TRUE(state_->commit(built, {}).ok());
  const auto pin = state_->pin("trips", 2);
  ASSERT_TRUE(pin.ok());
  ASSERT_TRUE(state_->forget_dataset("trips").ok());
  EXPECT_EQ(kept("trips"), (std::vector<uint64_t>{2, 1}));
  ASSERT_TRUE(state_->unpin(*pin).ok());
  ASSERT_TRUE(state_->forget_dataset("sums").ok());
  ASSERT_TRUE(state_->forget_dataset("trips").ok());
  EXPECT_TRUE(kept("trips").empty());
}

RHUMB_FOR_ANY_HOME(EraseTextsTest);

}  // namespace
}  // namespace rhumb
