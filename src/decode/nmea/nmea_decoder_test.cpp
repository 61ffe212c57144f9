#include "decode/nmea/nmea_decoder.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "decode/csv/decoded_text.h"
#include "decode/nmea/nmea_sentence.h"
#include "decode/record/damage.h"

namespace rhumb {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Texts = std::vector<std::string>;

std::string sentence(const std::string& text) {
  unsigned sum = 0;
  for (const char c : text) sum ^= static_cast<unsigned char>(c);
  return fmt::format("${}*{:02X}\r\n", text, sum);
}
std::string gga(const std::string& time) {
  return sentence("GPGGA," + time + ",4807.038,N,01131.000,W,1,08,0.9,545.4,M,46.9,M,,");
}
std::string rmc(const std::string& time, const std::string& date) {
  return sentence("GNRMC," + time + ",A,4807.038,N,01131.000,W,036.0,084.4," + date + ",003.1,W");
}

DecodedText decode_nmea(std::string_view bytes, const std::string& date = "",
                        const DecodeSettings& settings = {}) {
  std::vector<Config::Entry> entries;
  if (!date.empty()) entries.emplace_back("date", Config::scalar(date, {}));
  const auto decoder = make_nmea_decoder(Config::map(std::move(entries), {}));
  DecodedText out = decode_bytes(**decoder, bytes, "in.nmea", settings);
  if (!out.error) check_outcome(out);
  return out;
}

std::string fault_of(std::string_view line) {
  NmeaFacts facts;
  std::string fault;
  return read_nmea_sentence(line, facts, fault) ? "" : fault;
}

TEST(NmeaSentence, ChecksumsAndFields) {
  EXPECT_EQ(fault_of("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"), "");
  EXPECT_EQ(fault_of("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"), "");
  EXPECT_EQ(fault_of("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.5,M,46.9,M,,*47"),
            "the checksum is 47, and the text's is 46: the sentence was damaged");
  EXPECT_EQ(fault_of("$GPGGA,1*4"), "expected a checksum of two digits, found '4'");
  EXPECT_EQ(fault_of("hello, world"), "expected a sentence such as $GPGGA,...*47");
  EXPECT_EQ(fault_of("$GPGGA,250000,4807.0,N,01131.0,E,1,08,0.9,545.4"),
            "expected a time such as 123519.00, found '250000'");
  EXPECT_EQ(fault_of("$GPGGA,120000,4860.0,N,01131.0,E,1,08,0.9,545.4"),
            "expected an angle of up to 90 degrees with minutes below 60, found '4860.0'");
  EXPECT_EQ(fault_of("$GPGGA,120000,4800.0,X,01131.0,E,1,08,0.9,545.4"),
            "expected N or S, found 'X'");
  EXPECT_EQ(fault_of("$GPRMC,120000,A,4800.0,N,01131.0,E,0,0,320124"),
            "expected a date such as 230394, found '320124'");
  EXPECT_EQ(fault_of("$GPGGA,1"), "expected 15 fields, found 2");
}

TEST(NmeaDecoder, SentencesOfOneTimeAreOneRow) {
  const DecodedText out = decode_nmea(gga("123519") + rmc("123519", "230394"));
  EXPECT_EQ(out.columns, (Texts{"position point", "altitude_m double", "recorded_at timestamptz",
                                "speed_mps double", "course_deg double", "satellites integer",
                                "hdop double", "fix_quality integer", "valid boolean"}));
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.rows[0], (Texts{out.rows[0][0], "545.400000", "1994-03-23T12:35:19", "18.520000",
                                "84.400000", "8", "0.900000", "1", "true"}));
  EXPECT_EQ(out.rows[0][0].substr(0, 17), "POINT (-11.516666");
}

TEST(NmeaDecoder, TheDateIsThatOfTheFixBeforeAndTurnsAtMidnight) {
  const DecodedText out = decode_nmea(gga("235957") + rmc("235958", "311223") + gga("235959") +
                                      gga("000001") + rmc("000002", "010124"));
  ASSERT_EQ(out.rows.size(), 5U);
  EXPECT_EQ(out.rows[0][2], "null");  // no date was said yet
  EXPECT_EQ(out.rows[1][2], "2023-12-31T23:59:58");
  EXPECT_EQ(out.rows[2][2], "2023-12-31T23:59:59");
  EXPECT_EQ(out.rows[3][2], "2024-01-01T00:00:01");
  EXPECT_EQ(out.rows[4][2], "2024-01-01T00:00:02");
  EXPECT_EQ(decode_nmea(gga("235957"), "2024-02-29").rows[0][2], "2024-02-29T23:59:57");
}

TEST(NmeaDecoder, FixesWithoutAPositionAreRowsToo) {
  const DecodedText out = decode_nmea(sentence("GPGGA,120000,,,,,0,00,,,M,,M,,") +
                                      sentence("GPRMC,120000,V,,,,,,,010124,,"));
  EXPECT_EQ(
      out.rows,
      (Rows{{"null", "null", "2024-01-01T12:00:00", "null", "null", "0", "null", "0", "false"}}));
}

TEST(NmeaDecoder, DamagedLinesAreQuarantinedAndOthersCounted) {
  const DecodedText out =
      decode_nmea(sentence("GPGSV,1,1,00") + gga("120000") + "$GPGGA,1,2*00\r\nnoise\r\n\r\n" +
                  sentence("GPGSA,A,1") + sentence("GPGSV,2") + rmc("120000", "010124"));
  EXPECT_EQ(out.rows.size(), 1U);
  ASSERT_EQ(out.rejects.size(), 2U);
  EXPECT_EQ(out.rejects[0].line, 3U);
  EXPECT_EQ(out.rejects[0].raw, "$GPGGA,1,2*00");
  EXPECT_EQ(out.rejects[1].reason, RejectReason::kMalformed);
  EXPECT_EQ(out.notes, Texts{"sentences that give no position, passed over: 1 GSA, 2 GSV"});
}

TEST(NmeaDecoder, QuarantinedSentencesAreReadAgainAsTheyAre) {
  const DecodedText out =
      decode_nmea(gga("120000") + rmc("120000", "010124"), "",
                  {.columns = {declare("position point"), declare("satellites date")}});
  ASSERT_EQ(out.rejects.size(), 1U);
  EXPECT_EQ(decode_nmea(out.preamble + out.rejects[0].raw + "\n").rows.size(), 1U);
}

TEST(NmeaDecoder, OtherFilesAreRefused) {
  EXPECT_EQ(decode_nmea("").error->message, "the file is empty");
  EXPECT_NE(decode_nmea("a,b\n1,2\n").error->message.find("no NMEA sentence"), std::string::npos);
  const auto bad = make_nmea_decoder(Config::map({{"date", Config::scalar("soon", {})}}, {}));
  EXPECT_EQ(bad.error().message, "date must be a date such as 2024-01-02, found 'soon'");
}

TEST(NmeaDecoder, LongLinesAreCut) {
  const DecodedText out = decode_nmea("$" + std::string(100'000, 'x') + "\r\n" + gga("120000"));
  EXPECT_EQ(out.rows.size(), 1U);
  ASSERT_EQ(out.rejects.size(), 1U);
  EXPECT_EQ(out.rejects[0].reason, RejectReason::kTooLong);
}

}  // namespace
}  // namespace rhumb
