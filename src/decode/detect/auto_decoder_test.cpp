#include "decode/detect/auto_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/csv_decoder.h"
#include "decode/csv/decoding_checks.h"
#include "decode/json/json_decoder.h"
#include "decode/kml/kml_decoder.h"

namespace rhumb {
namespace {

Result<std::unique_ptr<Decoder>> make(const std::string& format) {
  if (format == "geojson") return make_geojson_decoder({});
  if (format == "kml") return make_kml_decoder();
  return make_csv_decoder(Config{});
}

DecodedText decode_any(std::string_view bytes, const char* name,
                       std::vector<DeclaredColumn> columns = {}) {
  const auto decoder = make_auto_decoder({"csv", "geojson", "kml"}, make);
  return decode_bytes(*decoder, bytes, name, {.columns = std::move(columns)});
}

TEST(AutoDecoder, TakesEachFileForWhatItIs) {
  const DecodedText table = decode_any("a,b\n1,x\n2,y\n", "data.geojson");
  EXPECT_EQ(table.columns, (Texts{"a integer", "b text"}));
  EXPECT_EQ(table.notes, Texts{"found CSV"});
  const DecodedText features = decode_any(
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},)"
      R"("geometry":{"type":"Point","coordinates":[1,2]}}]})",
      "data.csv");
  EXPECT_EQ(features.rows, (Rows{{"1", "POINT (1 2)"}}));
}

TEST(AutoDecoder, NamesWhatNothingReads) {
  EXPECT_NE(fault(decode_any("<html><body>404</body></html>", "data.csv")).find("an HTML page"),
            std::string::npos);
  EXPECT_NE(fault(decode_any("", "data.csv")).find("empty"), std::string::npos);
}

TEST(AutoDecoder, ReadsQuarantinedRecordsOfAnyFormatAgain) {
  const std::vector<DeclaredColumn> columns = {declare("name integer"), declare("geometry point")};
  const DecodedText out = decode_any(
      "<kml><Placemark><name>north</name><Point><coordinates>1,2</coordinates></Point>"
      "</Placemark></kml>",
      "places.kml", columns);
  ASSERT_EQ(out.rejects.size(), 1U);
  std::string mended = out.rejects[0].raw;
  mended.replace(mended.find("north"), 5, "7");
  EXPECT_EQ(decode_any(out.preamble + mended + "\n", "again", columns).rows,
            (Rows{{"7", "POINT (1 2)"}}));
}

}  // namespace
}  // namespace rhumb
