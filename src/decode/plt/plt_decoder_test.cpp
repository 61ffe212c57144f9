#include "decode/plt/plt_decoder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "decode/csv/decoded_text.h"
#include "decode/plt/plt_point.h"
#include "decode/plt/transport_labels.h"
#include "decode/record/damage.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;
using Texts = std::vector<std::string>;

constexpr const char* kHeader =
    "Geolife trajectory\r\nWGS 84\r\nAltitude is in Feet\r\nReserved 3\r\n"
    "0,2,255,My Track,0,0,2,8421376\r\n0\r\n";
// 2008-10-24 02:09:59 is day 39745.0902662037 since 1899-12-30.
constexpr const char* kPoint = "40.5,-116.25,0,100,39745.0902662037,2008-10-24,02:09:59\r\n";

/// A folder as GeoLife has them: USER/Trajectory/NAME.plt and USER/labels.txt.
class UserFolder {
 public:
  fs::path write(const std::string& name, std::string_view text) const {
    return root_.write("010/" + name, text);
  }
  [[nodiscard]] DecodedText decode(std::string_view text, const DecodeSettings& settings = {},
                                   const PltOptions& options = {}) const {
    DecodedText out =
        decode_file(*make_plt_decoder(options), write("Trajectory/20081024.plt", text),
                    "010/Trajectory/20081024.plt", settings);
    if (!out.error) check_outcome(out);
    return out;
  }

 private:
  TestFolder root_;
};

std::string line_fault(std::string_view line) {
  PltPoint point;
  PltFault fault;
  if (read_plt_point(line, point, fault)) return "";
  return std::string(reason_name(fault.reason)) + " " + fault.field + " " +
         std::to_string(fault.column) + ": " + fault.message;
}

TEST(PltPoint, ReadsPositionMetresAndTime) {
  PltPoint point;
  PltFault fault;
  ASSERT_TRUE(
      read_plt_point("40.5,-116.25,0,100,39745.0902662037,2008-10-24,02:09:59", point, fault));
  EXPECT_EQ(point.at, (Position{-116.25, 40.5}));
  EXPECT_DOUBLE_EQ(*point.altitude, 30.48);
  EXPECT_EQ(format_utc(point.time), "2008-10-24T02:09:59.000Z");
  ASSERT_TRUE(
      read_plt_point("40.5,-116.25,0,-777,39745.0902662037,2008-10-24,02:09:59", point, fault));
  EXPECT_FALSE(point.altitude);
}

TEST(PltPoint, NamesWhatIsWrong) {
  EXPECT_EQ(line_fault("1,2,3"), "too-few-fields  0: expected 7 fields, found 3");
  EXPECT_EQ(line_fault("1,2,3,4,5,6,7,8"), "too-many-fields  0: expected 7 fields, found 8");
  EXPECT_EQ(line_fault("x,2,0,0,39745,2008-10-24,00:00:00"),
            "bad-number latitude 1: expected a number such as 39.97, found 'x'");
  EXPECT_EQ(line_fault("400.17,2,0,0,39745,2008-10-24,00:00:00"),
            "out-of-range latitude 1: expected a latitude from -90 to 90, found 400.17");
  EXPECT_EQ(line_fault("4,200,0,0,39745,2008-10-24,00:00:00"),
            "out-of-range longitude 3: expected a longitude from -180 to 180, found 200");
  EXPECT_EQ(line_fault("4,2,0,0,39745,2008-02-30,00:00:00"),
            "bad-date date 15: expected a date such as 2008-10-24, found '2008-02-30'");
  EXPECT_EQ(line_fault("4,2,0,0,39745,2008-10-24,24:00:00"),
            "bad-date time 26: expected a time such as 02:09:59, found '24:00:00'");
}

TEST(PltPoint, DaysAgreeWithDateAndTimeToTheSecond) {
  EXPECT_EQ(line_fault("4,2,0,0,39745,2008-10-24,00:00:00"), "");
  EXPECT_EQ(line_fault("4,2,0,0,39745.00001,2008-10-24,00:00:00"), "");
  EXPECT_EQ(line_fault("4,2,0,0,39745.0001,2008-10-24,00:00:00"),
            "bad-date days 9: expected days that mean 2008-10-24T00:00:00, found 39745.0001");
}

TEST(TransportLabels, GiveTheModeOfAMoment) {
  const TransportLabels labels = TransportLabels::parse(
      "Start Time\tEnd Time\tTransportation Mode\n"
      "2008/10/24 02:00:00\t2008/10/24 03:00:00\twalk\r\n"
      "2008/10/24 02:30:00\t2008/10/24 02:40:00\tbus\n"
      "nonsense\n\n2008/10/25 02:00:00\t2008/10/24 03:00:00\tbackwards\n");
  const Micros two = days_from_civil(2008, 10, 24) * Micros{86'400'000'000} + Micros{7'200'000'000};
  const Micros minute = 60'000'000;
  EXPECT_EQ(labels.size(), 2U);
  EXPECT_EQ(labels.mode_at(two - 1), "");
  EXPECT_EQ(labels.mode_at(two), "walk");
  EXPECT_EQ(labels.mode_at(two + 30 * minute), "bus");
  EXPECT_EQ(labels.mode_at(two + 40 * minute), "bus");
  EXPECT_EQ(labels.mode_at(two + 41 * minute), "walk");
  EXPECT_EQ(labels.mode_at(two + 61 * minute), "");
  ASSERT_EQ(labels.notes().size(), 2U);
  EXPECT_EQ(labels.notes()[0],
            "labels.txt:4: expected start, end and mode with tabs between, found 'nonsense'; it is "
            "passed over");
}

TEST(PltDecoder, UserTrajectoryAndModeComeFromTheFolder) {
  const UserFolder folder;
  folder.write("labels.txt",
               "Start Time\tEnd Time\tTransportation Mode\n"
               "2008/10/24 02:00:00\t2008/10/24 03:00:00\ttrain\n");
  const DecodedText out = folder.decode(std::string(kHeader) + kPoint);
  EXPECT_EQ(out.columns, (Texts{"user_id text", "trajectory_id text", "position point",
                                "altitude_m double", "recorded_at timestamptz", "mode text"}));
  EXPECT_EQ(out.rows, (Rows{{"010", "20081024", "POINT (-116.25 40.5)", "30.480000",
                             "2008-10-24T02:09:59", "train"}}));
  EXPECT_EQ(folder.decode(std::string(kHeader) + kPoint, {}, {.labels = false}).rows[0][5], "null");
}

TEST(PltDecoder, BadPointsAreQuarantinedAndCanBeReplayed) {
  const UserFolder folder;
  const DecodedText out =
      folder.decode(std::string(kHeader) + kPoint + "400.17,2,0,0,39745,2008-10-24,00:00:00\r\n" +
                    "0,0,0,0,39745,2008-10-24,00:00:00\r\n\r\n" + kPoint);
  EXPECT_EQ(out.rows.size(), 2U);
  ASSERT_EQ(out.rejects.size(), 2U);
  EXPECT_EQ(out.rejects[0].line, 8U);
  EXPECT_EQ(out.rejects[0].reason, RejectReason::kOutOfRange);
  EXPECT_EQ(out.rejects[0].raw, "400.17,2,0,0,39745,2008-10-24,00:00:00");
  EXPECT_EQ(out.rejects[1].line, 9U);
  EXPECT_EQ(out.rejects[1].reason, RejectReason::kNullIsland);
  const DecodedText replayed =
      decode_bytes(*make_plt_decoder(PltOptions{}),
                   out.preamble + "40,2,0,0,39745,2008-10-24,00:00:00\n", "replay/x");
  EXPECT_EQ(replayed.rows,
            (Rows{{"010", "20081024", "POINT (2 40)", "0.000000", "2008-10-24T00:00:00", "null"}}));
}

TEST(PltDecoder, DeclaredColumns) {
  const UserFolder folder;
  DeclaredColumn pair = declare("pair point");
  pair.lon = "longitude";
  pair.lat = "latitude";
  const DecodedText out = folder.decode(
      std::string(kHeader) + kPoint,
      {.columns = {declare("geom point"), declare("who text", {"user_id"}),
                   declare("altitude_m integer"), declare("recorded_at text"), pair}});
  EXPECT_EQ(out.rejects.size(), 1U);  // 30.48 is no integer
  const DecodedText good =
      folder.decode(std::string(kHeader) + kPoint,
                    {.columns = {declare("geom point"), declare("who text", {"user_id"}),
                                 declare("recorded_at text"), pair, declare("latitude double")}});
  EXPECT_EQ(good.rows, (Rows{{"POINT (-116.25 40.5)", "010", "2008-10-24T02:09:59.000Z",
                              "POINT (-116.25 40.5)", "40.500000"}}));
  EXPECT_NE(folder.decode(std::string(kHeader) + kPoint, {.columns = {declare("speed double")}})
                .error->message.find("no column 'speed'"),
            std::string::npos);
}

// The quick way takes nothing that the careful one does not, and reads the same of it.
TEST(PltPoint, PlainPointsAreThoseOfTheCarefulReader) {
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const std::string good = "40.5,-116.25,0,100,39745.0902662037,2008-10-24,02:09:59";
  size_t taken = 0;
  for (int round = 0; round < 50'000; ++round) {
    constexpr std::string_view kBytes = "0123456789,.-: eE+x";
    std::string line = good;
    for (size_t changes = random() % 3; changes > 0; --changes)
      line[random() % line.size()] = kBytes[random() % kBytes.size()];
    PltPoint quick, careful;
    PltFault fault;
    const char* const behind = read_plain_plt_point(line.data(), line.data() + line.size(), quick);
    if (behind == nullptr) continue;
    ++taken;
    ASSERT_EQ(behind, line.data() + line.size()) << line << ", seed " << seed;
    ASSERT_TRUE(read_plt_point(line, careful, fault)) << line << ", seed " << seed;
    ASSERT_TRUE(quick.at == careful.at && quick.altitude == careful.altitude &&
                quick.time == careful.time)
        << line << ", seed " << seed;
  }
  EXPECT_GT(taken, 15'000U);
}

TEST(PltDecoder, AnyLineEndsAndNoHeader) {
  const UserFolder folder;
  std::string lf = std::string(kHeader) + kPoint + kPoint, cr = lf;
  std::erase(lf, '\r');
  std::erase(cr, '\n');
  for (const std::string& text : {lf, cr, std::string(kPoint) + kPoint}) {
    const DecodedText out = folder.decode(text);
    EXPECT_EQ(out.rows.size(), 2U) << testing::PrintToString(text);
    EXPECT_TRUE(out.rejects.empty());
  }
  EXPECT_EQ(folder.decode(kHeader).rows.size(), 0U);
  EXPECT_FALSE(folder.decode(kHeader).error);
}

TEST(PltDecoder, OtherFilesAreRefused) {
  const UserFolder folder;
  EXPECT_EQ(folder.decode("").error->message, "the file is empty");
  EXPECT_NE(folder.decode("a,b\n1,2\n").error->message.find("no GeoLife trajectory"),
            std::string::npos);
  EXPECT_EQ(folder.decode("PAR1").error->message, "the file is not PLT but a Parquet file");
}

TEST(PltDecoder, ManyBlocksAndReadersGiveEveryPoint) {
  const UserFolder folder;
  std::string text = kHeader;
  for (int i = 0; i < 20'000; ++i) text += kPoint;
  const DecodedText out = folder.decode(text, {.readers = 3}, {.block_size = 1000});
  EXPECT_EQ(out.rows.size(), 20'000U);
}

TEST(PltDecoder, SurvivesAnyDamage) {
  const UserFolder folder;
  survives_damage(std::string(kHeader) + kPoint + kPoint + kPoint, [&](std::string_view bytes) {
    return folder.decode(bytes, {}, {.block_size = 64});
  });
}

}  // namespace
}  // namespace rhumb
