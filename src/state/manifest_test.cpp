#include "state/manifest.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "state/testing.h"

namespace rhumb {
namespace {

Manifest full_manifest() {
  return {
      .dataset = "trips",
      .version = 12,
      .previous = 11,
      .run = "01HV",
      .created_at = 1'700'000'000'123'456,
      .reason = "new files: \"quoted\", Ü and \n a line",
      .definition = "abc",
      .fingerprint = "2024-01-02",
      .rolled_back_to = 7,
      .schema = {{"id", Type{.id = TypeId::kInteger}, false},
                 {"price", Type{.id = TypeId::kDecimal, .precision = 10, .scale = 2}, true},
                 {"geom",
                  Type{.id = TypeId::kGeometry, .geometry = GeometryKind::kPolygon, .srid = 4326},
                  true}},
      .files = {{.path = "data/trips/000012-X/a.parquet",
                 .rows = 5,
                 .bytes = std::numeric_limits<uint64_t>::max(),
                 .sha256 = "9f86d081",
                 .bbox = Box{-180, -90.25, 0.1, 1e-300},
                 .input = "a@1",
                 .partition = "2024",
                 .ranges = {{"id", {"1", "9"}}}},
                {.path = "data/trips/000012-X/merged.parquet",
                 .parts = {{"data/trips/000002-Y/c.parquet", "c@1"}, {"01HV/d.parquet", ""}}},
                {.path = "data/trips/000001-Y/b.parquet"}},
      .inputs = {make_input("a.csv"), make_input("b.csv", "2", "")},
      .upstream = {{"zones", 3}},
      .checks = {{"min_rows(1)", true, "5"}, {"unique(id)", false, "2 rows"}}};
}

TEST(ManifestJson, ReadsBackWhatItWrote) {
  const Manifest manifest = full_manifest();
  const auto read = manifest_from_json(to_json(manifest), "here");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*read, manifest);
  EXPECT_EQ(read->rows(), 5U);
  EXPECT_EQ(read->content_version(), 7U);
}

TEST(ManifestJson, ReadsBackTheSmallestManifest) {
  const Manifest manifest{.dataset = "x", .version = 1};
  const auto read = manifest_from_json(to_json(manifest), "here");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*read, manifest);
}

TEST(ManifestJson, KeepsEveryType) {
  Manifest manifest{.dataset = "x", .version = 1};
  for (const std::string& name : type_names()) {
    if (const auto type = parse_type(name)) manifest.schema.push_back({name, *type, true});
  }
  ASSERT_GT(manifest.schema.size(), 12U);
  EXPECT_EQ(manifest_from_json(to_json(manifest), "here")->schema, manifest.schema);
}

TEST(ManifestJson, HasOneLinePerFileAndInput) {
  const std::string json = to_json(full_manifest());
  EXPECT_NE(
      json.find("\n    {\"path\":\"data/trips/000001-Y/b.parquet\",\"rows\":0,\"bytes\":0}\n"),
      std::string::npos)
      << json;
}

TEST(ManifestJson, SurvivesTextThatIsNotUtf8AndBoxesThatAreNotFinite) {
  Manifest manifest = full_manifest();
  manifest.reason = "bad \xFF byte";
  manifest.files[0].bbox = Box{0, 0, std::numeric_limits<double>::infinity(), 0};
  const auto read = manifest_from_json(to_json(manifest), "here");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->reason, "bad \uFFFD byte");
  EXPECT_FALSE(read->files[0].bbox);
}

TEST(ManifestJson, RefusesANewerFormatByName) {
  std::string json = to_json(full_manifest());
  json.replace(json.find("\"format\": 1"), 11, "\"format\": 2");
  const auto read = manifest_from_json(json, "m.json");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kState);
  EXPECT_EQ(
      read.error().message,
      "m.json is not a manifest of this Rhumb: its format is 2, and this Rhumb reads format 1");
}

TEST(ManifestJson, IgnoresKeysItDoesNotKnow) {
  std::string json = to_json(full_manifest());
  json.insert(1, "\"later\": {\"x\": [1]},");
  EXPECT_EQ(*manifest_from_json(json, "here"), full_manifest());
}

TEST(ManifestJson, NamesWhatIsWrong) {
  const auto message = [](const std::string& from, const std::string& to) {
    std::string json = to_json(full_manifest());
    const size_t at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    json.replace(at, from.size(), to);
    const auto read = manifest_from_json(json, "m");
    return read.ok() ? "accepted"
                     : read.error().message.substr(
                           std::string("m is not a manifest of this Rhumb: ").size());
  };
  EXPECT_EQ(message("\"version\": 12", "\"version\": -1"), "`version` is not a number from 0 up");
  EXPECT_EQ(message("\"version\": 12", "\"version\": \"12\""),
            "`version` is not a number from 0 up");
  EXPECT_EQ(message("\"version\"", "\"vorsion\""), "`version` is missing");
  EXPECT_EQ(message("\"type\":\"integer\"", "\"type\":\"number9\""),
            "the type of a column is unknown: number9");
  EXPECT_EQ(message("data/trips/000012-X/a.parquet", "data/../../etc/passwd"),
            "a file lies outside the store: data/../../etc/passwd");
  EXPECT_EQ(message("data/trips/000012-X/a.parquet", "/etc/passwd"),
            "a file lies outside the store: /etc/passwd");
  EXPECT_EQ(message("[\"1\",\"9\"]", "[\"1\"]"), "a range is not a pair");
  EXPECT_EQ(message("\"upstream\": {\"zones\":3}", "\"upstream\": [3]"),
            "`upstream` is not an object");
}

TEST(ManifestJson, TakesAnyBytesWithoutHarm) {
  const std::string good = to_json(full_manifest());
  for (size_t length = 0; length < good.size() - 2; ++length) {
    ASSERT_FALSE(manifest_from_json(good.substr(0, length), "cut").ok()) << length;
  }
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string broken = good;
    for (int i = 0; i < 3; ++i)
      broken[random() % broken.size()] = static_cast<char>(random() % 256);
    const auto read = manifest_from_json(broken, "broken");
    ASSERT_TRUE(read.ok() || read.error().code == Code::kState);
  }
  EXPECT_FALSE(manifest_from_json(std::string(200'000, '['), "deep").ok());
  EXPECT_FALSE(manifest_from_json("[]", "list").ok());
  EXPECT_FALSE(manifest_from_json("null", "null").ok());
}

TEST(ManifestName, GoesBothWays) {
  EXPECT_EQ(manifest_name("trips", 12), "manifests/trips/000012.json");
  EXPECT_EQ(version_of_manifest_name("manifests/trips/000012.json"), 12U);
  EXPECT_EQ(version_of_manifest_name(manifest_name("t", 12'345'678)), 12'345'678U);
  for (const char* other :
       {"manifests/trips/12.json", "manifests/trips/000000.json",
        "manifests/trips/000012.json.damaged", "manifests/trips/.01.tmp", "data/trips/000012.json",
        "", "manifests/", "manifests/t/99999999999999999999999.json"}) {
    EXPECT_EQ(version_of_manifest_name(other), std::nullopt) << other;
  }
}

TEST(FolderName, IsOnePartOfAPathAndDifferentForDifferentDatasets) {
  EXPECT_EQ(folder_name("weekly_average-2.x"), "weekly_average-2.x");
  EXPECT_EQ(folder_name(".."), "%2E.");
  EXPECT_EQ(folder_name("a/b"), "a%2Fb");
  EXPECT_EQ(folder_name("a%2Fb"), "a%252Fb");
  EXPECT_EQ(folder_name("Ü"), "%C3%9C");
  for (const char* name : {"weekly_average-2.x", "..", "a/b", "a%2Fb", "Ü", "%", "b/pid:[40]/7"})
    EXPECT_EQ(name_in_folder(folder_name(name)), name);
  EXPECT_EQ(name_in_folder("a%2"), "a%2") << "made by somebody else";
}

std::vector<std::string> paths(const std::vector<DataFile>& files) {
  std::vector<std::string> out;
  for (const DataFile& file : files) out.push_back(file.path);
  return out;
}

TEST(FileChange, AMergedFileIsWhatItWasMadeOf) {
  using Paths = std::vector<std::string>;
  const DataFile merged{.path = "m", .parts = {{"a", "1"}, {"b", "2"}}};
  const Manifest apart{.files = {{.path = "a"}, {.path = "b"}}};
  const Manifest together{.files = {merged, {.path = "c"}}};
  EXPECT_EQ(paths(file_change(apart, together).added), Paths{"c"});
  EXPECT_EQ(paths(file_change(apart, together).removed), Paths{});
  const FileChange partly = file_change({.files = {{.path = "a"}}}, together);
  EXPECT_EQ(paths(partly.added), (Paths{"m", "c"}));
  EXPECT_EQ(paths(partly.removed), Paths{"m"}) << "some of its rows are not new";
  const FileChange dropped =
      file_change(together, {.files = {{.path = "n", .parts = {{"b", "2"}}}, {.path = "c"}}});
  EXPECT_EQ(paths(dropped.added), Paths{});
  EXPECT_EQ(paths(dropped.removed), Paths{"m"});
}

}  // namespace
}  // namespace rhumb
