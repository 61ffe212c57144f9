#include "decode/json/json_decoder.h"

#include <gtest/gtest.h>

#include <set>

#include "decode/csv/decoded_text.h"
#include "decode/record/damage.h"

namespace rhumb {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Texts = std::vector<std::string>;

DecodedText decode_json(std::string_view bytes, const JsonOptions& options,
                        const DecodeSettings& settings = {}) {
  DecodedText out = decode_bytes(*make_json_decoder(options), bytes, "in.json", settings);
  if (!out.error) check_outcome(out);
  return out;
}

const JsonOptions kFeatures{.geojson = true, .records = {"features"}};

DecodedText geojson(std::string_view bytes, std::vector<DeclaredColumn> columns = {},
                    const JsonOptions& options = kFeatures) {
  return decode_json(bytes, options, {.columns = std::move(columns)});
}
DecodedText json(std::string_view bytes, std::vector<DeclaredColumn> columns = {},
                 const JsonOptions& options = {}) {
  return decode_json(bytes, options, {.columns = std::move(columns)});
}

// `line:column field reason: message`
Texts faults(const DecodedText& decoded) {
  Texts out;
  for (const Reject& r : decoded.rejects) {
    out.push_back(std::to_string(r.line) + ":" + std::to_string(r.column) + " " + r.field + " " +
                  reason_name(r.reason) + ": " + r.message);
  }
  return out;
}

std::string error_of(const DecodedText& decoded) {
  return decoded.error ? decoded.error->message : "";
}

std::string feature(std::string_view properties, std::string_view geometry = "null") {
  return R"({"type":"Feature","properties":)" + std::string(properties) + R"(,"geometry":)" +
         std::string(geometry) + "}";
}
std::string collection(const Texts& features, const std::string& members = "") {
  std::string out = R"({"type":"FeatureCollection",)" + members + R"("features":[)";
  for (size_t i = 0; i < features.size(); ++i) out += (i > 0 ? ",\n" : "") + features[i];
  return out + "]}";
}
std::string point(double x, double y) {
  return R"({"type":"Point","coordinates":[)" + std::to_string(x) + "," + std::to_string(y) + "]}";
}

TEST(GeoJsonDecoder, TakesAllMembersWithoutColumns) {
  const DecodedText out = geojson(collection(
      {R"({"type":"Feature","id":"a","properties":{"n":1,"x":1.5,"s":"Z\u00fcrich","b":true,"t":"2024-01-02T03:04:05Z","o":{"k":[1, 2]}},"geometry":)" +
           point(8, 47) + R"(,"extra":7})",
       R"({"type":"Feature","id":"b","properties":{"n":2,"late":"x"},"geometry":null})"}));
  EXPECT_EQ(error_of(out), "");
  EXPECT_EQ(out.columns,
            (Texts{"id text", "n integer", "x double", "s text", "b boolean", "t timestamptz",
                   "o json", "late text", "extra integer", "geometry geometry"}));
  EXPECT_EQ(out.rows,
            (Rows{{"a", "1", "1.500000", "Z\xC3\xBCrich", "true", "2024-01-02T03:04:05",
                   R"({"k":[1, 2]})", "null", "7", "POINT (8 47)"},
                  {"b", "2", "null", "null", "null", "null", "null", "x", "null", "null"}}));
  EXPECT_TRUE(out.rejects.empty());
}

TEST(GeoJsonDecoder, EveryLayoutGivesTheSameRows) {
  const std::string a = feature(R"({"n":1})", point(1, 2)), b = feature(R"({"n":2})", point(3, 4));
  const Rows rows = {{"1", "POINT (1 2)"}, {"2", "POINT (3 4)"}};
  for (const std::string& text :
       {collection({a, b}), a + "\n" + b + "\n", "\x1E" + a + "\n\x1E" + b + "\n",
        "[" + a + "," + b + "]", collection({a}) + "\n" + collection({b}),
        "\xEF\xBB\xBF" + collection({a, b})}) {
    EXPECT_EQ(geojson(text).rows, rows) << text;
  }
  EXPECT_EQ(geojson(a).rows, Rows{rows[0]});
}

TEST(GeoJsonDecoder, BareGeometriesAreFeaturesWithoutProperties) {
  EXPECT_EQ(geojson(R"({"coordinates":[1,2],"type":"Point"})").rows, (Rows{{"POINT (1 2)"}}));
  EXPECT_EQ(
      geojson(
          R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]})")
          .rows,
      (Rows{{"GEOMETRYCOLLECTION (POINT (1 2))"}}));
}

TEST(GeoJsonDecoder, DeclaredColumnsAreFoundByNameAndPath) {
  const std::string text = collection(
      {R"({"type":"Feature","id":7,"properties":{"NAME":"x","address":{"city":"y","no":3},"a.b":"dot"},"geometry":)" +
       point(1, 2) + R"(,"meta":{"id":"m"}})"});
  const DecodedText out = geojson(
      text, {declare("name text"), declare("city text", {"address.city"}), declare("a.b text"),
             declare("id integer"), declare("m text", {"$.meta.id"}), declare("where point"),
             declare("all json", {"$.properties"}), declare("missing text", {"nam"})});
  EXPECT_EQ(error_of(out), "");
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.rows[0],
            (Texts{"x", "y", "dot", "7", "m", "POINT (1 2)",
                   R"({"NAME":"x","address":{"city":"y","no":3},"a.b":"dot"})", "null"}));
  EXPECT_EQ(out.notes, (Texts{"no record at the beginning has a member 'nam' (there is 'NAME')"}));
}

TEST(GeoJsonDecoder, TheOldCrsMemberIsObeyed) {
  const auto crs = [](std::string_view name) {
    return R"("crs":{"type":"name","properties":{"name":")" + std::string(name) + R"("}},)";
  };
  const Texts one = {feature("{}", R"({"type":"Point","coordinates":[2600000,1200000]})")};
  EXPECT_EQ(geojson(collection(one, crs("urn:ogc:def:crs:EPSG::2056"))).rows,
            (Rows{{"POINT (2600000 1200000)"}}));
  EXPECT_EQ(
      geojson(collection({feature("{}", point(1, 2))}, crs("urn:ogc:def:crs:OGC:1.3:CRS84"))).rows,
      (Rows{{"POINT (1 2)"}}));
  EXPECT_NE(error_of(geojson(collection(one, crs("local")))).find("not known"), std::string::npos);
  const DecodedText replay = geojson(collection({one[0], feature("{}", "7")}, crs("EPSG:2056")));
  ASSERT_EQ(replay.rejects.size(), 1U);
  EXPECT_EQ(geojson(replay.preamble + one[0] + "\n").rows, (Rows{{"POINT (2600000 1200000)"}}));
}

TEST(GeoJsonDecoder, CoordinatesAreReprojectedToTheDeclaredSystem) {
  const std::string bern =
      collection({feature("{}", R"({"type":"Point","coordinates":[2600000,1200000]})")},
                 R"("crs":{"type":"name","properties":{"name":"EPSG:2056"}},)");
  const DecodedText out = geojson(bern, {declare("geometry point")});
  EXPECT_EQ(error_of(out), "");
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.rows[0][0].substr(0, 13), "POINT (7.4386") << out.rows[0][0];
}

TEST(GeoJsonDecoder, RepairsAreRecordedWithTheFeatureAsItWas) {
  DeclaredColumn column = declare("geometry multipolygon");
  column.on_invalid = OnInvalid::kRepair;
  const std::string bow =
      feature("{}", R"({"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]})");
  const DecodedText out = geojson(collection({bow}), {column});
  EXPECT_EQ(out.rows.size(), 1U);
  ASSERT_EQ(out.repairs.size(), 1U);
  EXPECT_EQ(out.repairs[0].raw, bow);
  EXPECT_EQ(out.repairs[0].field, "geometry");
  EXPECT_EQ(out.repairs[0].line, 1U);
}

TEST(GeoJsonDecoder, CrsBehindTheFeaturesIsFoundOrRefused) {
  std::string text =
      R"({"features":[)" + feature("{}", R"({"type":"Point","coordinates":[2600000,1200000]})");
  JsonOptions small = kFeatures;
  small.block_size = 64;
  small.look_ahead = 64;
  for (int i = 0; i < 100; ++i) text += "," + feature("{}");
  text += R"(],"crs":{"type":"name","properties":{"name":"EPSG:2056"}}})";
  EXPECT_EQ(geojson(text).rows.size(), 101U);
  EXPECT_NE(error_of(geojson(text, {}, small)).find("another coordinate system"),
            std::string::npos);
}

TEST(GeoJsonDecoder, BadRecordsAreQuarantinedWithTheirPlace) {
  const DecodedText out = geojson(
      collection(
          {feature(R"({"n":1})", point(1, 2)),
           feature(R"({"n":2})", R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,1]]]})"),
           feature(R"({"n":3})", point(200, 2)), R"({"type":"Car"})",
           R"({"type":"Feature","properties":[1],"geometry":null})", feature(R"({"n":4,"n":5})"),
           R"({"type":"Feature","properties":{"n":tru}})", feature(R"({"n":6})", point(3, 4))}),
      {declare("n integer"), declare("geometry geometry")});
  EXPECT_EQ(out.rows, (Rows{{"1", "POINT (1 2)"}, {"6", "POINT (3 4)"}}));
  ASSERT_EQ(out.rejects.size(), 6U);
  const Texts found = faults(out);
  EXPECT_NE(found[0].find("2:51 geometry bad-geometry: "), std::string::npos) << found[0];
  EXPECT_NE(found[0].find("coordinates[0]: the ring is not closed"), std::string::npos) << found[0];
  EXPECT_NE(found[1].find("3:51 geometry out-of-range: "), std::string::npos) << found[1];
  EXPECT_EQ(found[2],
            "4:9 type bad-value: expected a Feature or a geometry, found an object of type 'Car'");
  EXPECT_EQ(found[3], "5:32 properties bad-value: expected an object of properties, found [1]");
  EXPECT_EQ(found[4], "6:43 properties.n bad-value: the member stands there twice");
  EXPECT_EQ(found[5].find("7:"), 0U);
  EXPECT_NE(found[5].find("malformed: malformed JSON: "), std::string::npos) << found[5];
  EXPECT_NE(found[5].find("byte "), std::string::npos) << found[5];
}

TEST(GeoJsonDecoder, AMemberThatComesLaterIsNotLost) {
  JsonOptions options = kFeatures;
  options.block_size = 32;
  options.look_ahead = 32;
  const std::string text =
      collection({feature(R"({"n":1})"), feature(R"({"n":2})"), feature(R"({"n":3,"late":1})")});
  const DecodedText kept = geojson(text, {}, options);
  EXPECT_EQ(kept.rows.size(), 2U);
  ASSERT_EQ(kept.rejects.size(), 1U);
  EXPECT_NE(kept.rejects[0].message.find("'late' is new"), std::string::npos);
  options.drop_extra_members = true;
  EXPECT_EQ(geojson(text, {}, options).rows.size(), 3U);
}

TEST(GeoJsonDecoder, WhatIsNoGeoJsonIsRefusedAsAFile) {
  EXPECT_EQ(error_of(geojson("")), "the file holds no records");
  EXPECT_EQ(error_of(geojson(R"({"type":"FeatureCollection","features":[]})")), "");
  EXPECT_EQ(error_of(geojson("<!DOCTYPE html>")), "the file is not GeoJSON but an HTML page");
  EXPECT_NE(error_of(geojson("a,b\n1,2\n")).find("no record that can be read as GeoJSON"),
            std::string::npos);
  EXPECT_NE(error_of(geojson(R"({"type":"Topology","objects":{}})")).find("of type 'Topology'"),
            std::string::npos);
}

TEST(GeoJsonDecoder, AFileOfOneBadRecordIsQuarantinedWhereColumnsAreDeclared) {
  for (const char* bad : {R"({"type":"Feature",)", R"({"type":"Car"})"}) {
    EXPECT_TRUE(geojson(bad).error) << bad;
    EXPECT_EQ(geojson(bad, {declare("geometry geometry")}).rejects.size(), 1U) << bad;
  }
}

TEST(JsonDecoder, ArraysLinesAndInnerArrays) {
  const Rows rows = {{"1", "x"}, {"2", "null"}};
  EXPECT_EQ(json("[{\"a\":1,\"b\":\"x\"},{\"a\":2}]").rows, rows);
  EXPECT_EQ(json("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":null}\n").rows, rows);
  JsonOptions inner;
  inner.records = {"data", "items"};
  const DecodedText out =
      json(R"({"count":2,"data":{"items":[{"a":1,"b":"x"},{"a":2}]},"next":"url"})", {}, inner);
  EXPECT_EQ(out.rows, rows);
  EXPECT_EQ(out.notes, Texts{"not taken, because it stands beside the records: count, next"});
}

TEST(JsonDecoder, TypesThatKeepEveryValue) {
  const DecodedText out = json(
      "{\"code\":\"007\",\"mixed\":1,\"big\":123456789012345678901,\"huge\":1e400,\"d\":\"2024-01-"
      "02\"}\n"
      "{\"code\":\"12\",\"mixed\":\"one\",\"big\":1,\"huge\":1,\"d\":\"2024-01-03\"}\n");
  EXPECT_EQ(out.columns, (Texts{"code text", "mixed json", "big json", "huge json", "d date"}));
  EXPECT_EQ(out.rows, (Rows{{"007", "1", "123456789012345678901", "1e400", "2024-01-02"},
                            {"12", "\"one\"", "1", "1", "2024-01-03"}}));
}

TEST(JsonDecoder, GeometryFromMembersOfAnyKind) {
  DeclaredColumn pair = declare("pair point");
  pair.lon = "lon";
  pair.lat = "pos.lat";
  const DecodedText out = json(
      R"x({"wkt":"POINT (1 2)","obj":{"type":"Point","coordinates":[3,4]},"arr":[5,6],"lon":7,)x"
      R"x("pos":{"lat":"8"}}{"wkt":null,"obj":null,"arr":null,"lon":null,"pos":{}})x",
      {declare("wkt point"), declare("obj geometry"), declare("arr point"), pair});
  EXPECT_EQ(out.rows, (Rows{{"POINT (1 2)", "POINT (3 4)", "POINT (5 6)", "POINT (7 8)"},
                            {"null", "null", "null", "null"}}));
}

TEST(JsonDecoder, NullsAreJsonsOwnAndThoseTheUserNames) {
  JsonOptions options;
  options.nulls = {"", "-999"};
  EXPECT_EQ(json("{\"n\":-999,\"s\":\"\"}\n{\"n\":3,\"s\":\"a\"}",
                 {declare("n integer"), declare("s text")}, options)
                .rows,
            (Rows{{"null", "null"}, {"3", "a"}}));
  EXPECT_EQ(json("{\"s\":\"\"}", {declare("s text")}).rows, (Rows{{""}}));
}

TEST(JsonDecoder, EscapesAndWhatDatabasesCannotStore) {
  const DecodedText out = json(
      "{\"s\":\"a\\n\\u00fc\\ud83d\\ude00\"}\n{\"s\":\"a\\u0000b\"}\n{\"s\":\"\\ud800\"}\n{\"s\":"
      "\"\\x\"}\n",
      {declare("s text")});
  EXPECT_EQ(out.rows, (Rows{{"a\n\xC3\xBC\xF0\x9F\x98\x80"}}));
  ASSERT_EQ(out.rejects.size(), 3U);
  EXPECT_NE(out.rejects[0].message.find("NUL"), std::string::npos);
}

TEST(JsonDecoder, OtherEncodings) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("[{\"a\":\"x\"}]")) (utf16 += c) += '\0';
  EXPECT_EQ(json(utf16).rows, (Rows{{"x"}}));
  const DecodedText latin = json("{\"a\":\"Z\xFCrich\"}");
  EXPECT_EQ(latin.rows, (Rows{{"Z\xC3\xBCrich"}}));
  EXPECT_EQ(latin.notes.size(), 1U);
  JsonOptions options;
  options.encoding = EncodingOption::kUtf8;
  const DecodedText bad = json("{\"a\":\"x\"}\n{\"a\":\"Z\xFCrich\"}\n", {}, options);
  EXPECT_EQ(bad.rows.size(), 1U);
  ASSERT_EQ(bad.rejects.size(), 1U);
  EXPECT_EQ(bad.rejects[0].reason, RejectReason::kBadEncoding);
}

TEST(JsonDecoder, SamplesTheSameRecordsWhateverTheBlocks) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"n\":" + std::to_string(i) + "}\n";
  JsonOptions small;
  small.block_size = 1000;
  DecodeSettings settings{.sample = 0.1};
  std::set<std::vector<std::string>> whole, pieces;
  for (auto& row : decode_json(text, {}, settings).rows) whole.insert(row);
  settings.readers = 3;
  for (auto& row : decode_json(text, small, settings).rows) pieces.insert(row);
  EXPECT_EQ(whole, pieces);
  EXPECT_GT(whole.size(), 400U);
  EXPECT_LT(whole.size(), 600U);
}

TEST(JsonDecoder, DeepAndHostileInputEnds) {
  for (const std::string& text :
       {std::string(100'000, '['), std::string(100'000, '{'), "{\"a\":" + std::string(100'000, '['),
        std::string(100'000, '"'), std::string(100'000, '\\')}) {
    const DecodedText out = json(text, {declare("a text")});
    EXPECT_TRUE(out.error || !out.rejects.empty());
  }
  std::string nested;
  for (int i = 0; i < 20'000; ++i) nested += "{\"type\":\"Feature\",\"p\":";
  const DecodedText out = geojson(nested + feature("{}"));
  EXPECT_TRUE(out.error || out.rejects.size() < 20'001U);
}

TEST(JsonDecoder, SurvivesAnyDamage) {
  const std::string good =
      collection({feature(R"({"n":1,"s":"a\"b","o":{"k":[1,{"z":null}]}})", point(1, 2)),
                  feature(R"({"n":2,"t":"2024-01-02"})",
                          R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]})"),
                  feature(R"({"n":3})", "null")},
                 R"("crs":{"type":"name","properties":{"name":"EPSG:4326"}},)");
  JsonOptions small = kFeatures;
  small.block_size = 50;
  survives_damage(good, [&](std::string_view bytes) { return geojson(bytes, {}, small); });
  survives_damage(good, [&](std::string_view bytes) {
    return geojson(bytes, {declare("n integer"), declare("geometry geometry")});
  });
  survives_damage("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":[1,2]}\n{\"a\":null}\n",
                  [&](std::string_view bytes) { return json(bytes); });
}

}  // namespace
}  // namespace rhumb
