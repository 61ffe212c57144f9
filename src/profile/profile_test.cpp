#include "profile/data_profile.h"

#include <gtest/gtest.h>

#include "geo/wkt.h"
#include "profile/charts.h"
#include "profile/proposal.h"

namespace rhumb {
namespace {

/// Rows of text under names and types, as a decoder would give them.
class GivenStream final : public BatchStream {
 public:
  explicit GivenStream(Schema schema) : schema_(std::move(schema)), batch_(schema_) {}
  Batch& batch() { return batch_; }
  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override { return 1; }
  [[nodiscard]] const StreamProgress& progress() const override { return progress_; }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<Reader>(batch_));
  }

 private:
  class Reader final : public BatchReader {
   public:
    explicit Reader(const Batch& batch) : batch_(batch) {}
    Result<bool> next(Batch& out) override {
      out = batch_;
      return !std::exchange(done_, true) && batch_.rows() > 0;
    }

   private:
    const Batch& batch_;
    bool done_ = false;
  };
  Schema schema_;
  Batch batch_;
  StreamProgress progress_;
};

Column column(const char* name, const char* type) {
  Column out{.name = name, .type = *parse_type(type)};
  if (out.type.id == TypeId::kGeometry) out.type.srid = 4326;
  return out;
}

DataProfile profile(GivenStream& stream) {
  auto out = profile_rows(stream, 0);
  EXPECT_TRUE(out.ok());
  return std::move(out).value();
}

TEST(Profile, CountsNullsRangesAndDuplicates) {
  GivenStream stream({column("n", "integer"), column("t", "text")});
  for (const int64_t value : {1, 2, 2, 9}) {
    stream.batch().columns[0].append(value);
    value == 9 ? stream.batch().columns[1].append_null()
               : stream.batch().columns[1].append_bytes("x");
  }
  const DataProfile found = profile(stream);
  EXPECT_EQ(found.rows, 4U);
  EXPECT_EQ(found.duplicates, 1U);
  EXPECT_EQ(found.columns[0].distinct(), 3U);
  EXPECT_EQ(found.columns[0].min(), 1);
  EXPECT_EQ(found.columns[0].max(), 9);
  EXPECT_EQ(found.columns[0].histogram(2), (std::vector<uint64_t>{3, 1}));
  EXPECT_EQ(found.columns[1].nulls(), 1U);
  EXPECT_EQ(suspects(found), std::vector<std::string>{"rows equal to one before them: 1"});
}

TEST(Profile, StopsAtTheLimit) {
  GivenStream stream({column("n", "integer")});
  for (int64_t i = 0; i < 10; ++i) stream.batch().columns[0].append(i);
  const auto found = profile_rows(stream, 4);
  EXPECT_EQ(found->rows, 4U);
  EXPECT_FALSE(found->complete);
}

TEST(Profile, SuspectsPositionsAndSpeeds) {
  GivenStream stream({column("at", "timestamp"), column("position", "point")});
  for (int64_t i = 0; i < 40; ++i) {
    stream.batch().columns[0].append(i * 1'000'000);
    const bool leaps = i == 20;
    const WkbPoint point = make_wkb_point(leaps ? 0 : 7, leaps ? 0 : 45);
    stream.batch().columns[1].append_bytes({point.data(), point.size()});
  }
  // There and back.
  const DataProfile found = profile(stream);
  EXPECT_EQ(found.impossible_steps, 2U);
  const auto said = suspects(found);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], "position: 2.5% are at (0, 0), which stands for a missing position");
}

TEST(Proposal, MakesPointsOfPairsAndGeometryOfText) {
  GivenStream stream({column("pickup_longitude", "double"), column("pickup_latitude", "double"),
                      column("shape", "text"), column("a b", "text")});
  for (int i = 0; i < 3; ++i) {
    stream.batch().columns[0].append(7.5);
    stream.batch().columns[1].append(45.0);
    stream.batch().columns[2].append_bytes(i == 0 ? "POLYGON ((0 0, 1 0, 1 1, 0 0))"
                                                  : "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))");
    stream.batch().columns[3].append_bytes("x");
  }
  SourceProposal proposal{.description = "It's: a test",
                          .read = "{ directory: { path: landing, files: \"*.csv\" } }",
                          .decode = "{ csv: {} }",
                          .columns = propose_columns(profile(stream)),
                          .rejected = 0.123};
  EXPECT_EQ(source_text(proposal),
            "description: \"It's: a test\"\n"
            "read: { directory: { path: landing, files: \"*.csv\" } }\n"
            "decode: { csv: {} }\n"
            "columns:\n"
            "  pickup_longitude: double\n"
            "  pickup_latitude: double\n"
            "  shape: { type: multipolygon, crs: 4326 }\n"
            "  \"a b\": text\n"
            "  pickup: { type: point, crs: 4326, lon: pickup_longitude, lat: pickup_latitude }\n"
            "bad_rows: { stop_above: 14% }\n");
}

TEST(Proposal, DeclaresNothingWhenNamesClash) {
  GivenStream stream({column("a", "text"), column("A", "text")});
  EXPECT_TRUE(propose_columns(profile(stream)).empty());
}

TEST(Charts, DrawNorthOnTop) {
  const std::vector<Position> places = {{0, 10}, {10, 0}};
  EXPECT_EQ(dot_map(places, {0, 0, 10, 10}, 2, 2, false), (std::vector<std::string>{"@ ", " @"}));
  EXPECT_EQ(dot_map(places, {0, 0, 10, 10}, 1, 1, true), std::vector<std::string>{"⢁"});
  EXPECT_EQ(bar_row({0, 1, 4, 8}, true), " ▁▄█");
  EXPECT_EQ(dot_map({{1, 1}}, {1, 1, 1, 1}, 1, 1, false), std::vector<std::string>{"@"});
}

}  // namespace
}  // namespace rhumb
