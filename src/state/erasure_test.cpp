#include "state/erasure.h"

#include "io/fs/file.h"
#include "state/backup.h"
#include "state/testing.h"

namespace rhumb {
namespace {

class ErasureTest : public StoreTest {
 protected:
  static Erasure made(const std::string& source = "trips", const std::string& id = "0a") {
    return {.id = id,
            .source = source,
            .begun_at = "2024-01-02T03:04:05Z",
            .finished_at = "",
            .keys = {{"rider", "salt", {"h1", "h2"}}},
            .values = {{"rider", "rider-4711"}},
            .passes = {{.run = "r1",
                        .at = "2024-01-02T03:04:06Z",
                        .version_before = 3,
                        .version = 4,
                        .rows = {{"a.csv", 2}, {"b.csv", 1}},
                        .files = {{{.path = "data/a", .rows = 5, .bytes = 9, .sha256 = "x"},
                                   {{.path = "data/b", .rows = 2, .bytes = 7, .sha256 = "y"}}}}}},
            .retired = {{"sums", 1}, {"trips", 3}},
            .quarantined = 6,
            .events = 1,
            .remains = {"a reader"},
            .inputs_still_there = {"a.csv"},
            .published_before = {"public.old in warehouse"}};
  }
  [[nodiscard]] std::string document(const std::string& name) const {
    const auto text = read_whole_file(folder_.path() / name);
    return text.ok() ? *text : text.error().text();
  }
};

TEST_F(ErasureTest, ComesBackAsItWasKept) {
  EXPECT_TRUE(erasures_of(*files_, "trips")->empty());
  ASSERT_TRUE(keep_erasure(*files_, made()).ok());
  ASSERT_TRUE(keep_erasure(*files_, made("zones/odd name", "ff")).ok());
  const auto kept = erasures_of(*files_, "trips");
  ASSERT_TRUE(kept.ok()) << kept.error().text();
  EXPECT_EQ(*kept, std::vector<Erasure>{made()});
  EXPECT_EQ(kept->front().rows(), 3U);
  EXPECT_EQ(all_erasures(*files_)->size(), 2U);
}

TEST_F(ErasureTest, KeysOfASourceAreThoseOfAllItsErasures) {
  Erasure other = made("trips", "0b");
  other.keys = {{"rider", "salt", {"h3", "h1"}}, {"id", "s", {"h"}}};
  ASSERT_TRUE(keep_erasure(*files_, made()).ok());
  ASSERT_TRUE(keep_erasure(*files_, other).ok());
  ASSERT_TRUE(keep_erasure(*files_, made("zones")).ok());
  const std::vector<ErasedKeys> expected{{"id", "s", {"h"}}, {"rider", "salt", {"h1", "h2", "h3"}}};
  EXPECT_EQ(*erased_keys(*files_, "trips"), expected);
  lose_index();
  reopen();
  EXPECT_EQ(*erased_keys(*files_, "trips"), expected) << "a lost index loses none";
}

TEST_F(ErasureTest, FinishedItHoldsNoValuesNorDoesWhatACrashLeft) {
  ASSERT_TRUE(keep_erasure(*files_, made()).ok());
  const std::string half = "erasures/trips/" + temporary_name();
  ASSERT_TRUE(atomic_write(folder_.path() / half, "rider-4711").ok());
  ASSERT_TRUE(erasures_of(*files_, "trips").ok());
  EXPECT_NE(document("erasures/trips/0a.json").find("rider-4711"), std::string::npos);
  Erasure finished = made();
  finished.values.clear();
  finished.finished_at = "2024-01-02T03:05:00Z";
  ASSERT_TRUE(keep_erasure(*files_, finished).ok());
  EXPECT_EQ(document("erasures/trips/0a.json").find("rider-4711"), std::string::npos);
  EXPECT_FALSE(on_disk(half));
}

TEST_F(ErasureTest, TheReceiptTellsNeitherHashesNorValues) {
  const std::string receipt = receipt_json(made(), {});
  for (const char* secret : {"rider-4711", "salt", "h1"})
    EXPECT_EQ(receipt.find(secret), std::string::npos) << secret;
  for (const char* said : {"\"rows\": 3", "why_retired", "not_reached", "\"complete\": false"})
    EXPECT_NE(receipt.find(said), std::string::npos) << said;
  EXPECT_NE(receipt_json(made(), made().values).find("rider-4711"), std::string::npos);
}

TEST_F(ErasureTest, ADocumentThatCannotBeReadIsNamed) {
  ASSERT_TRUE(keep_erasure(*files_, made()).ok());
  const std::string whole = document("erasures/trips/0a.json");
  for (const std::string& text :
       {whole.substr(0, whole.size() / 2), std::string("[]"), std::string("{\"format\": 2}"),
        std::string("{\"format\": 1}"), std::string()}) {
    ASSERT_TRUE(files_->put("erasures/trips/0a.json", text).ok());
    const auto read = erased_keys(*files_, "trips");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, Code::kState);
    EXPECT_NE(read.error().message.find("erasures/trips/0a.json"), std::string::npos);
  }
}

TEST_F(ErasureTest, ABackupTakesItAlong) {
  commit("trips");
  ASSERT_TRUE(keep_erasure(*files_, made()).ok());
  const TestFolder other;
  ASSERT_TRUE(back_up(*state_, folder_.path(), other.path() / "backup").ok());
  Erasure finished = made();
  finished.finished_at = "2024-01-02T03:05:00Z";
  ASSERT_TRUE(keep_erasure(*files_, finished).ok());
  ASSERT_TRUE(back_up(*state_, folder_.path(), other.path() / "backup").ok());
  ASSERT_TRUE(restore_backup(other.path() / "backup", other.path() / "store").ok());
  const auto files = open_local_store(other.path() / "store");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*erasures_of(**files, "trips"), std::vector<Erasure>{finished});
}

}  // namespace
}  // namespace rhumb
