// Rows -> files -> rows.

#include <array>
#include <cstring>
#include <set>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/engine_fixture.h"
#include "geo/wkb.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

using WriteTest = EngineTest;

Column column(const std::string& name, TypeId id) {
  return Column{.name = name, .type = Type{.id = id}};
}
Column point_column(const std::string& name, int srid) {
  return Column{
      .name = name,
      .type = Type{.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = srid}};
}
std::string_view view(const WkbPoint& point) {
  return {point.data(), point.size()};
}

struct Wide {
  uint64_t lower;
  int64_t upper;
};

Schema every_type() {
  Schema schema = {column("b", TypeId::kBoolean),      column("i", TypeId::kInteger),
                   column("d", TypeId::kDouble),       column("t", TypeId::kText),
                   column("y", TypeId::kBytes),        column("dt", TypeId::kDate),
                   column("tm", TypeId::kTime),        column("ts", TypeId::kTimestamp),
                   column("tz", TypeId::kTimestampTz), column("u", TypeId::kUuid),
                   column("j", TypeId::kJson),         point_column("g", 4326)};
  for (const uint8_t precision : std::array<uint8_t, 4>{4, 9, 18, 38}) {
    schema.push_back(
        Column{.name = fmt::format("n{}", precision),
               .type = Type{.id = TypeId::kDecimal, .precision = precision, .scale = 2}});
  }
  return schema;
}

void add_row(Batch& out, bool high) {
  auto& c = out.columns;
  c[0].append<uint8_t>(high ? 1 : 0);
  c[1].append<int64_t>(high ? INT64_MAX : INT64_MIN);
  c[2].append<double>(high ? 0.1 : -1e300);
  c[3].append_bytes(high ? "it's \"ü\" 😀\n\t" : "");
  c[4].append_bytes(high ? std::string_view("\0\xFF\x80", 3) : std::string_view());
  c[5].append<int32_t>(high ? 19724 : -719162);
  c[6].append<int64_t>(high ? 86399999999 : 0);
  c[7].append<int64_t>(high ? 1704164645678901 : -62135596800000000);
  c[8].append<int64_t>(high ? 1704164645000000 : 0);
  std::array<char, 16> uuid{};
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<char>(high ? 0xF0 + i : i);
  c[9].append(uuid);
  c[10].append_bytes(high ? R"({"a": [1, "ü"]})" : "null");
  c[11].append_bytes(high ? view(make_wkb_point(7.5, 45.25)) : parse_wkt("POINT EMPTY").value());
  size_t at = 12;
  for (const int64_t n : {9999L, 123456789L, 123456789012345678L, 987654321098765432L}) {
    const int64_t value = high ? n : -n;
    c[at++].append(Wide{static_cast<uint64_t>(value), value < 0 ? -1 : 0});
  }
}

TEST_F(WriteTest, EveryTypeComesBackAsItWas) {
  const Schema schema = every_type();
  FilledStream rows(schema, 1, [](Batch& out, size_t n) -> Result<bool> {
    if (n > 0) return false;
    add_row(out, true);
    add_row(out, false);
    for (ColumnData& data : out.columns) data.append_null();
    return true;
  });
  const auto files = engine().write(rows, request("all"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().path, store() + "/all-0.parquet");
  EXPECT_EQ(files->front().rows, 3U);
  EXPECT_EQ(files->front().bytes, std::filesystem::file_size(files->front().path));
  ASSERT_TRUE(
      engine().bind(Dataset{.name = "every", .schema = schema, .files = paths(*files)}).ok());
  EXPECT_EQ(ask("SELECT * FROM every"),
            "true | 9223372036854775807 | 0.1 | it's \"ü\" 😀\n\t | \\x00ff80 | 2024-01-02 | "
            "23:59:59.999999 | 2024-01-02 03:04:05.678901 | "
            "2024-01-02 03:04:05+00 | f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff | {\"a\": [1, \"ü\"]} | "
            "POINT (7.5 45.25) | 99.99 | 1234567.89 | 1234567890123456.78 | 9876543210987654.32\n"
            "false | -9223372036854775808 | -1e+300 |  | \\x | 0001-01-01 | 00:00:00 | 0001-01-01 "
            "00:00:00 | 1970-01-01 00:00:00+00 | "
            "00010203-0405-0607-0809-0a0b0c0d0e0f | null | POINT EMPTY | -99.99 | -1234567.89 | "
            "-1234567890123456.78 | -9876543210987654.32\n"
            "NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | "
            "NULL | NULL | NULL | NULL");
  Schema described = *engine().describe("SELECT * FROM every");
  described[11].type.geometry = GeometryKind::kPoint;  // SQL does not know kinds
  EXPECT_EQ(described, schema);
}

TEST_F(WriteTest, AStreamGivesTheBytesThatWereWritten) {
  const Schema schema = every_type();
  Batch wanted(schema);
  add_row(wanted, true);
  for (ColumnData& data : wanted.columns) data.append_null();
  add_row(wanted, false);
  FilledStream rows(schema, 1, [&](Batch& out, size_t n) -> Result<bool> {
    if (n == 0) out = wanted;
    return n == 0;
  });
  const auto files = engine().write(rows, request("bytes"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_TRUE(
      engine().bind(Dataset{.name = "every", .schema = schema, .files = paths(*files)}).ok());
  auto stream = engine().stream("SELECT * FROM every");
  ASSERT_TRUE(stream.ok()) << stream.error().text();
  auto reader = (*stream)->open_reader();
  ASSERT_TRUE(reader.ok());
  EXPECT_FALSE((*stream)->open_reader().ok()) << "one reader";
  EXPECT_EQ(engine().query("SELECT 1").error().code, Code::kInternal) << "busy";
  Batch got((*stream)->schema());
  ASSERT_TRUE((*reader)->next(got).value());
  ASSERT_EQ(got.rows(), 3U);
  for (size_t i = 0; i < schema.size(); ++i) {
    for (size_t row = 0; row < 3; ++row) {
      ASSERT_EQ(got.columns[i].is_null(row), wanted.columns[i].is_null(row)) << schema[i].name;
      const size_t width = fixed_width(schema[i].type.id);
      if (wanted.columns[i].is_null(row)) continue;
      if (width == 0) {
        EXPECT_EQ(got.columns[i].bytes(row), wanted.columns[i].bytes(row)) << schema[i].name;
      } else {
        EXPECT_EQ(std::memcmp(got.columns[i].values() + row * width,
                              wanted.columns[i].values() + row * width, width),
                  0)
            << schema[i].name;
      }
    }
  }
  EXPECT_FALSE((*reader)->next(got).value());
  EXPECT_EQ((*stream)->progress().rows, 3U);
  reader->reset();
  stream->reset();
  EXPECT_EQ(ask("SELECT 1"), "1");
}

TEST_F(WriteTest, StreamsKeepTheOrderOfTheQuery) {
  auto stream = engine().stream(
      "SELECT i, sum(1) AS one FROM range(10000) AS t(i) GROUP BY i ORDER BY i DESC");
  ASSERT_TRUE(stream.ok()) << stream.error().text();
  auto reader = (*stream)->open_reader();
  Batch batch((*stream)->schema());
  int64_t wanted = 10000;
  while ((*reader)->next(batch).value()) {
    for (size_t row = 0; row < batch.rows(); ++row)
      ASSERT_EQ(batch.columns[0].value<int64_t>(row), --wanted);
  }
  EXPECT_EQ(wanted, 0);
}

TEST_F(WriteTest, SystemsAndBoxesAreInTheFiles) {
  for (const int srid : {4326, 2263, 3857, 25832, 0, 999999}) {
    const auto files =
        engine().write(fmt::format("SELECT ST_Point(i, -i, {}) AS geom, ST_Point(1, 1, 4326) AS "
                                   "other FROM range(1, 11) AS t(i) UNION ALL SELECT NULL, NULL "
                                   "UNION ALL SELECT ST_GeomFromText('POINT EMPTY', {}), NULL",
                                   srid, srid),
                       request(fmt::format("crs{}", srid)));
    ASSERT_TRUE(files.ok()) << files.error().text();
    const Schema schema = {point_column("geom", srid), point_column("other", 4326)};
    ASSERT_TRUE(engine().bind(Dataset{.name = "t", .schema = schema, .files = paths(*files)}).ok());
    EXPECT_EQ(engine().describe("SELECT * FROM t")->at(0).type.srid, srid);
    EXPECT_EQ(engine().describe("SELECT * FROM t")->at(1).type.srid, 4326);
    EXPECT_EQ(ask("SELECT count(*), count(geom), max(ST_X(geom)) FROM t"), "12 | 11 | 10.0");
    ASSERT_TRUE(files->front().bbox.has_value());
    EXPECT_EQ(*files->front().bbox, (Box{1, -10, 10, -1}));
    EXPECT_EQ(ask(fmt::format("SELECT count(geom_bbox), count(geom_bbox.xmin), min(geom_bbox.xmin) "
                              "FROM read_parquet('{}')",
                              files->front().path)),
              "11 | 10 | 1.0");
  }
}

TEST_F(WriteTest, BoxesOfFloatsContainTheirGeometry) {
  for (const char* geometry : {"ST_Point(random() * 360 - 180, random() * 180 - 90)",
                               "ST_Buffer(ST_Point(random(), 0.1), 1e-9)"}) {
    const auto files = engine().write(
        fmt::format("SELECT i, {} AS g FROM range(20000) AS t(i)", geometry), request("float"));
    ASSERT_TRUE(files.ok()) << files.error().text();
    const Schema schema = {column("i", TypeId::kInteger), column("g", TypeId::kGeometry)};
    ASSERT_TRUE(engine().bind(Dataset{.name = "t", .schema = schema, .files = paths(*files)}).ok());
    EXPECT_EQ(
        ask(fmt::format(
            "SELECT count(*), count(*) FILTER (g_bbox.xmin::DOUBLE <= ST_XMin(g) AND "
            "g_bbox.ymin::DOUBLE <= ST_YMin(g) AND g_bbox.xmax::DOUBLE >= ST_XMax(g) AND "
            "g_bbox.ymax::DOUBLE >= ST_YMax(g)), max(g_bbox.xmax::DOUBLE - ST_XMax(g)) < 2e-5 "
            "FROM (SELECT g_bbox, ST_GeomFromWKB(ST_AsWKB(g)) AS g FROM read_parquet('{}'))",
            files->front().path)),
        "20000 | 20000 | true");
    const Box box = *files->front().bbox;
    EXPECT_EQ(
        ask(fmt::format("SELECT min(ST_XMin(g)) >= {:.17g} AND max(ST_YMax(g)) <= {:.17g} FROM t",
                        box[0], box[3])),
        "true");
  }
}

TEST_F(WriteTest, OnlyThePrimaryGeometryHasBoxes) {
  const auto files = engine().write("SELECT ST_Point(1, 2) AS a, ST_Point(3, 4) AS b, 5 AS b_bbox",
                                    request("primary"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  const std::string columns = fmt::format(
      "SELECT string_agg(name, ' ') FROM parquet_schema('{}') WHERE num_children IS "
      "NOT NULL OR type IS NOT NULL",
      files->front().path);
  EXPECT_EQ(ask(columns).find("b_bbox_"), std::string::npos) << ask(columns);
  EXPECT_NE(ask(columns).find("a_bbox"), std::string::npos) << ask(columns);
}

TEST_F(WriteTest, OddNamesAndHostileTexts) {
  const Schema schema = {
      column("select", TypeId::kText),      column("we\"ird; -- '", TypeId::kText),
      column("größe 😀", TypeId::kInteger),  point_column("a.b", 4326),
      column("a.b_bbox", TypeId::kInteger), column(" ", TypeId::kText)};
  const std::vector<std::string> texts = {"'; DROP TABLE x; --",    "\"",  "\\", "%s{}",
                                          std::string(100000, 'x'), "\r\n"};
  FilledStream rows(schema, 1, [&](Batch& out, size_t n) -> Result<bool> {
    if (n >= texts.size()) return false;
    for (const size_t i : {0U, 1U, 5U}) out.columns[i].append_bytes(texts[n]);
    out.columns[2].append<int64_t>(static_cast<int64_t>(n));
    out.columns[3].append_bytes(view(make_wkb_point(1, 2)));
    out.columns[4].append<int64_t>(5);
    return true;
  });
  const auto files =
      engine().write(rows, WriteRequest{.directory = store(), .stem = "it's", .input = "in'put"});
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_TRUE(
      engine().bind(Dataset{.name = "odd\"name", .schema = schema, .files = paths(*files)}).ok());
  const auto table = engine().query("SELECT * FROM \"odd\"\"name\"");
  ASSERT_TRUE(table.ok()) << table.error().text();
  ASSERT_EQ(table->rows.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(table->rows[i][0], texts[i]);
    EXPECT_EQ(table->rows[i][1], texts[i]);
  }
  EXPECT_EQ(ask(fmt::format("SELECT DISTINCT _input FROM read_parquet({})",
                            quote_literal(files->front().path))),
            "in'put");
}

TEST_F(WriteTest, TwoColumnsOfOneNameAndNoneAreRefused) {
  FilledStream nameless({column("", TypeId::kText)}, 1,
                        [](Batch&, size_t) -> Result<bool> { return false; });
  EXPECT_EQ(engine().write(nameless, request("x")).error().code, Code::kBadValue);
  EXPECT_EQ(engine().write("SELECT 1 AS a, 2 AS A", request("x")).error().code, Code::kBadSql);
  FilledStream rows({column("a", TypeId::kText), column("A", TypeId::kText)}, 1,
                    [](Batch&, size_t) -> Result<bool> { return false; });
  EXPECT_EQ(engine().write(rows, request("x")).error().code, Code::kDuplicate);
  WriteRequest with_input = request("x");
  with_input.input = "1";
  EXPECT_EQ(engine().write("SELECT 1 AS _INPUT", with_input).error().code, Code::kDuplicate);
}

TEST_F(WriteTest, NoRowsGiveNoFileAndNoFilesAnEmptyTable) {
  const auto files = engine().write("SELECT 1 AS a WHERE false", request("none"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  EXPECT_TRUE(files->empty());
  EXPECT_TRUE(std::filesystem::is_empty(store()));
  const Schema schema = every_type();
  ASSERT_TRUE(engine().bind(Dataset{.name = "empty", .schema = schema, .files = {}}).ok());
  EXPECT_EQ(ask("SELECT count(*), count(g) FROM empty"), "0 | 0");
  Schema described = *engine().describe("SELECT * FROM empty");
  described[11].type.geometry = GeometryKind::kPoint;
  EXPECT_EQ(described, schema);
}

TEST_F(WriteTest, RowsHaveAnIdentity) {
  for (const char* other : {"x", "filename", "file_row_number"}) {
    const Schema schema = {column("a", TypeId::kInteger), column(other, TypeId::kText)};
    Dataset dataset{.name = "t", .schema = schema, .files = {}};
    for (int i = 0; i < 3; ++i) {
      const auto files = engine().write(
          fmt::format("SELECT i AS a, 'v' AS \"{}\" FROM range(1000) AS t(i)", other),
          request(fmt::format("{}{}", other, i)));
      ASSERT_TRUE(files.ok()) << files.error().text();
      dataset.files.push_back(files->front().path);
    }
    ASSERT_TRUE(engine().bind(dataset).ok());
    EXPECT_EQ(ask("SELECT count(*), count(DISTINCT (_input, _row)), count(DISTINCT _input) "
                  "FROM rhumb_raw.t"),
              "3000 | 3000 | 3");
  }
  ASSERT_TRUE(
      engine()
          .bind(Dataset{.name = "t", .schema = {column("a", TypeId::kInteger)}, .files = {}})
          .ok());
  EXPECT_EQ(ask("SELECT count(a), count(_input), count(_row) FROM rhumb_raw.t"), "0 | 0 | 0");
}

TEST_F(WriteTest, FilesThatAreGoneOrLackAColumn) {
  const auto files = engine().write("SELECT 1 AS a", request("x"));
  const Status lacks = engine().bind(
      Dataset{.name = "x", .schema = {column("b", TypeId::kInteger)}, .files = paths(*files)});
  ASSERT_FALSE(lacks.ok());
  EXPECT_EQ(lacks.error().code, Code::kBadFile);
  const Status gone = engine().bind(Dataset{.name = "x",
                                            .schema = {column("a", TypeId::kInteger)},
                                            .files = {store() + "/gone.parquet"}});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, Code::kNotFound) << gone.error().text();
}

TEST_F(WriteTest, FolderNamesThatLookLikePatterns) {
  const std::string folder = store() + "/a[b]*c=d";
  std::filesystem::create_directory(folder);
  WriteRequest wanted = request("x");
  wanted.directory = folder;
  const auto files = engine().write("SELECT 1 AS a", wanted);
  ASSERT_TRUE(files.ok()) << files.error().text();
  ASSERT_TRUE(
      engine()
          .bind(Dataset{
              .name = "x", .schema = {column("a", TypeId::kInteger)}, .files = paths(*files)})
          .ok());
  EXPECT_EQ(ask("SELECT * FROM x"), "1");
}

TEST_F(WriteTest, TenThousandFiles) {
  const auto files = engine().write("SELECT 1 AS a, ST_Point(1, 2, 4326) AS g", request("one"));
  Dataset dataset{.name = "many",
                  .schema = {column("a", TypeId::kInteger), point_column("g", 4326)},
                  .files = {}};
  dataset.files.assign(10000, files->front().path);
  ASSERT_TRUE(engine().bind(dataset).ok());
  EXPECT_EQ(ask("SELECT count(g), sum(a) FROM many"), "10000 | 10000");
}

TEST_F(WriteTest, MergedFilesKeepRowsOrderAndInputs) {
  const Schema schema = {column("n", TypeId::kInteger), point_column("g", 4326)};
  Dataset rows{.name = "t", .schema = schema, .files = {}};
  for (const char* input : {"a", "b", "c"}) {
    WriteRequest one = request(input, schema);
    one.input = input;
    FilledStream stream(schema, 1, [&](Batch& out, size_t block) -> Result<bool> {
      if (block > 0) return false;
      for (int i = 0; i < 3; ++i) {
        out.columns[0].append<int64_t>(input[0] * 10 + i);
        if (i == 1) {
          out.columns[1].append_null();
        } else {
          const WkbPoint point = make_wkb_point(i, input[0] - 'a');
          out.columns[1].append_bytes(view(point));
        }
      }
      return true;
    });
    const auto files = engine().write(stream, one);
    ASSERT_TRUE(files.ok()) << files.error().text();
    rows.files.push_back(files->front().path);
  }
  const auto merged = engine().merge(rows, {"b"}, request("merged", schema));
  ASSERT_TRUE(merged.ok()) << merged.error().text();
  ASSERT_EQ(merged->size(), 1U);
  EXPECT_EQ(merged->front().rows, 6U);
  EXPECT_EQ(merged->front().input, "");
  EXPECT_EQ(merged->front().bbox, (Box{0, 0, 2, 2}));
  rows.files = {merged->front().path};
  ASSERT_TRUE(engine().bind(rows).ok());
  EXPECT_EQ(ask("SELECT string_agg(n, ','), string_agg(ST_AsText(g), ',') FROM t"),
            "970,971,972,990,991,992 | POINT (0 0),POINT (2 0),POINT (0 2),POINT (2 2)");
  EXPECT_EQ(ask("SELECT string_agg(DISTINCT _input, ',' ORDER BY _input) FROM read_parquet('" +
                rows.files[0] + "')"),
            "a,c");
}

TEST_F(WriteTest, ErasedRowsAreLeftOutWhereverTheyComeFrom) {
  const auto hash = [&](const std::string& text) { return ask("SELECT sha256('" + text + "')"); };
  const std::vector<ErasedKeys> erased = {{"N", "s", {hash("s7"), hash("s9")}},
                                          {"t", "other", {hash("otherx")}},
                                          {"absent", "s", {hash("s1")}}};
  WriteRequest wanted = request("erased", {});
  wanted.erased = erased;
  const std::string rows =
      "SELECT * FROM (VALUES (7, 'a'), (17, 'b'), (NULL, NULL), (8, 'x'), (9, NULL)) AS v(n, t)";
  const auto queried = engine().write(rows, wanted);
  ASSERT_TRUE(queried.ok()) << queried.error().text();
  ASSERT_EQ(queried->size(), 1U);
  EXPECT_EQ(queried->front().rows, 2U) << "17 and the row without values";

  const auto whole = engine().write(rows, request("whole", {}));
  ASSERT_TRUE(whole.ok());
  const Schema schema = {column("n", TypeId::kInteger), column("t", TypeId::kText)};
  wanted = request("merged", schema);
  wanted.erased = erased;
  const auto merged =
      engine().merge({.name = "t", .schema = schema, .files = paths(*whole)}, {}, wanted);
  ASSERT_TRUE(merged.ok()) << merged.error().text();
  EXPECT_EQ(merged->front().rows, 2U);

  FilledStream stream(schema, 1, [&](Batch& out, size_t block) -> Result<bool> {
    if (block > 0) return false;
    for (int i = 0; i < 10; ++i) {
      out.columns[0].append<int64_t>(i);
      out.columns[1].append_null();
    }
    return true;
  });
  wanted.stem = "streamed";
  const auto streamed = engine().write(stream, wanted);
  ASSERT_TRUE(streamed.ok()) << streamed.error().text();
  EXPECT_EQ(streamed->front().rows, 8U);
}

TEST_F(WriteTest, FilesOfUnknownInputsCannotBeLeftOut) {
  const Schema schema = {column("n", TypeId::kInteger)};
  const auto files = engine().write("SELECT 1 AS n", request("t", schema));
  ASSERT_TRUE(files.ok()) << files.error().text();
  const Dataset rows{.name = "t", .schema = schema, .files = paths(*files)};
  EXPECT_EQ(engine().merge(rows, {"a"}, request("m", schema)).error().code, Code::kInternal);
  EXPECT_TRUE(engine().merge(rows, {}, request("m", schema)).ok());
}

}  // namespace
}  // namespace rhumb
