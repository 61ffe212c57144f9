#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "base/time.h"
#include "publish/postgis/numeric.h"
#include "publish/postgis/target_test_base.h"

namespace rhumb {
namespace {

class PostgisTypesTest : public TargetTest {
 protected:
  using Fill = std::function<void(ColumnData&)>;

  /// Publishes one column with three rows: what `fill` appends twice, and a null; returns the first
  /// row as PostgreSQL's own text.
  std::string published(Type type, const Fill& fill, const std::string& pin = "",
                        const std::string& expression = "c::text") {
    const Schema columns{{"n", {.id = TypeId::kInteger}, false}, {"c", type, true}};
    MadeRows stream(columns, 3, [&](uint64_t row, Batch& batch) {
      batch.columns[0].append(static_cast<int64_t>(row));
      if (row == 2) {
        batch.columns[1].append_null();
      } else {
        fill(batch.columns[1]);
      }
    });
    const std::string view = "t" + std::to_string(++views_);
    std::vector<Config::Entry> config{{"view", text(view)}};
    if (!pin.empty()) config.emplace_back("columns", map({{"c", text(pin)}}));
    PublishRequest wanted = request(1);
    wanted.schema = columns;
    wanted.key = {"n"};
    const Status done = publish(*target(config), wanted, stream);
    if (!done.ok()) return done.error().text();
    EXPECT_EQ(value("SELECT count(*) FROM " + view + " WHERE c IS NULL"), "1");
    return value("SELECT " + expression + " FROM " + view + " WHERE n = 1");
  }

  static Fill bytes(const std::string& value) {
    return [value](ColumnData& to) { to.append_bytes(value); };
  }
  template <typename T>
  static Fill fixed(T value) {
    return [value](ColumnData& to) { to.append(value); };
  }

 private:
  int views_ = 0;
};

TEST_F(PostgisTypesTest, NumbersAndBooleans) {
  EXPECT_EQ(published({.id = TypeId::kBoolean}, fixed(int8_t{1})), "true");
  EXPECT_EQ(published({.id = TypeId::kInteger}, fixed(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(published({.id = TypeId::kInteger}, fixed(int64_t{-32768}), "smallint"), "-32768");
  EXPECT_EQ(published({.id = TypeId::kInteger}, fixed(INT64_MAX), "numeric"),
            "9223372036854775807");
  EXPECT_EQ(published({.id = TypeId::kDouble}, fixed(0.1)), "0.1");
  EXPECT_EQ(published({.id = TypeId::kDouble}, fixed(std::numeric_limits<double>::infinity())),
            "Infinity");
  EXPECT_EQ(published({.id = TypeId::kDouble}, fixed(std::numeric_limits<double>::quiet_NaN())),
            "NaN");
  EXPECT_EQ(published({.id = TypeId::kDouble}, fixed(-0.5), "real"), "-0.5");
  const Type decimal{.id = TypeId::kDecimal, .precision = 38, .scale = 10};
  Int128 largest = 0;
  for (int i = 0; i < 38; ++i) largest = largest * 10 + 9;
  EXPECT_EQ(published(decimal, fixed(largest)), "9999999999999999999999999999.9999999999");
  EXPECT_EQ(published(decimal, fixed(-largest)), "-9999999999999999999999999999.9999999999");
  EXPECT_EQ(published(decimal, fixed(Int128{-1})), "-0.0000000001");
  EXPECT_EQ(published(decimal, fixed(Int128{0})), "0.0000000000");
  EXPECT_EQ(published({.id = TypeId::kDecimal, .precision = 5, .scale = 2}, fixed(Int128{12345})),
            "123.45");
}

TEST_F(PostgisTypesTest, TextBytesAndJson) {
  EXPECT_EQ(published({.id = TypeId::kText}, bytes("")), "");
  EXPECT_EQ(published({.id = TypeId::kText}, bytes("tab\tnewline\nquote'\\ größe 🌍")),
            "tab\tnewline\nquote'\\ größe 🌍");
  EXPECT_EQ(published({.id = TypeId::kText}, bytes("abc"), "varchar(3)"), "abc");
  EXPECT_NE(published({.id = TypeId::kText}, bytes("abcd"), "varchar(3)").find("too long"),
            std::string::npos);
  EXPECT_EQ(published({.id = TypeId::kBytes}, bytes(std::string("\0\xff\n", 3))), "\\x00ff0a");
  EXPECT_EQ(published({.id = TypeId::kJson}, bytes(R"({"b": 1,"a":[]})")), R"({"a": [], "b": 1})");
  EXPECT_EQ(published({.id = TypeId::kJson}, bytes(R"({"b": 1,"a":[]})"), "json"),
            R"({"b": 1,"a":[]})");
  EXPECT_NE(published({.id = TypeId::kJson}, bytes("{")).find("invalid input syntax"),
            std::string::npos);
  EXPECT_NE(published({.id = TypeId::kText}, bytes("\xff")).find("invalid byte sequence"),
            std::string::npos);
  EXPECT_EQ(published({.id = TypeId::kText}, bytes(std::string(1'000'000, 'x')), "", "length(c)"),
            "1000000");
}

TEST_F(PostgisTypesTest, EnumsAndDomainsByPin) {
  run("CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN small AS smallint CHECK (VALUE < "
      "9)");
  EXPECT_EQ(
      published({.id = TypeId::kText}, bytes("glad"), "mood", "pg_typeof(c)::text || c::text"),
      "moodglad");
  EXPECT_EQ(
      published({.id = TypeId::kInteger}, fixed(int64_t{8}), "small", "pg_typeof(c)::text || c"),
      "small8");
  EXPECT_NE(published({.id = TypeId::kInteger}, fixed(int64_t{9}), "small").find("violates check"),
            std::string::npos);
  EXPECT_NE(published({.id = TypeId::kText}, bytes("x"), "nothing_of_this_name").find("cannot get"),
            std::string::npos);
}

TEST_F(PostgisTypesTest, TimesToTheirLimits) {
  const int64_t day = 86'400'000'000;
  EXPECT_EQ(published({.id = TypeId::kDate}, fixed(days_from_civil(2024, 2, 29))), "2024-02-29");
  EXPECT_EQ(published({.id = TypeId::kDate}, fixed(int32_t{-2'440'588})), "4714-11-24 BC");
  EXPECT_EQ(published({.id = TypeId::kDate}, fixed(int32_t{2'145'042'905})), "5874897-12-31");
  EXPECT_EQ(published({.id = TypeId::kTime}, fixed(day - 1)), "23:59:59.999999");
  EXPECT_EQ(published({.id = TypeId::kTime}, fixed(day)), "24:00:00");
  EXPECT_EQ(published({.id = TypeId::kTimestamp}, fixed(int64_t{-1})),
            "1969-12-31 23:59:59.999999");
  EXPECT_EQ(published({.id = TypeId::kTimestamp}, fixed(int64_t{-210'866'803'200'000'000})),
            "4714-11-24 00:00:00 BC");
  EXPECT_EQ(published({.id = TypeId::kTimestampTz}, fixed(int64_t{1'704'164'645'678'000})),
            "2024-01-02 03:04:05.678+00");
  EXPECT_EQ(published({.id = TypeId::kTimestamp}, fixed(INT64_MAX - 1)),
            "294247-01-10 04:00:54.775806");
}

TEST_F(PostgisTypesTest, UuidAsWritten) {
  std::array<char, 16> uuid{};
  for (size_t i = 0; i < 16; ++i) uuid[i] = static_cast<char>(0x11 * i);
  EXPECT_EQ(published({.id = TypeId::kUuid}, fixed(uuid)), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST_F(PostgisTypesTest, GeometryKeepsKindAndSrid) {
  const auto typed = "pg_typeof(c)::text || ' ' || ST_AsEWKT(c)";
  const Type point{.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 4326};
  EXPECT_EQ(published(point, bytes(wkb_point(7.5, 45)), "", typed),
            "geometry SRID=4326;POINT(7.5 45)");
  EXPECT_EQ(value("SELECT type || srid FROM geometry_columns WHERE f_table_name = 't1'"),
            "POINT4326");
  EXPECT_EQ(published({.id = TypeId::kGeometry}, bytes(wkb_point(1, 2)), "", typed),
            "geometry POINT(1 2)");
  EXPECT_EQ(
      published(point, bytes(wkb_point(7.5, 45)), "geography(Point,4326)", "pg_typeof(c)::text"),
      "geography");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(published(point, bytes(wkb_point(nan, nan)), "", "ST_AsEWKT(c)"),
            "SRID=4326;POINT EMPTY");
  // ISO's code of a point with Z.
  std::string wkb = wkb_point(1, 2) + wkb_point(3, 0).substr(5, 8);
  wkb[1] = static_cast<char>(0xe9);
  wkb[2] = 3;
  EXPECT_EQ(published(point, bytes(wkb), "geometry(PointZ,4326)", "ST_AsEWKT(c)"),
            "SRID=4326;POINT(1 2 3)");
  const std::string refused = published(point, bytes(wkb));
  EXPECT_NE(refused.find("PointZ"), std::string::npos) << refused;
}

TEST_F(PostgisTypesTest, WrongKindsAreRefusedByTheServer) {
  const Type polygon{.id = TypeId::kGeometry, .geometry = GeometryKind::kPolygon, .srid = 3857};
  EXPECT_NE(published(polygon, bytes(wkb_point(1, 2))).find("does not match column type"),
            std::string::npos);
}

TEST_F(PostgisTypesTest, ManyRowsArriveExactly) {
  const Schema columns{{"id", {.id = TypeId::kInteger}, false},
                       {"d", {.id = TypeId::kDecimal, .precision = 20, .scale = 4}, true},
                       {"t", {.id = TypeId::kText}, true},
                       {"at", {.id = TypeId::kTimestampTz}, true}};
  MadeRows stream(columns, 200'000, [](uint64_t row, Batch& batch) {
    const auto number = static_cast<int64_t>(row);
    batch.columns[0].append(number);
    for (size_t i = 1; i < 4; ++i) {
      if (row % (i + 10) == 0) batch.columns[i].append_null();
    }
    if (row % 11 != 0) batch.columns[1].append(Int128{number} * number - 1'000'000);
    if (row % 12 != 0)
      batch.columns[2].append_bytes(std::string(row % 50, 'a') + std::to_string(row));
    if (row % 13 != 0) batch.columns[3].append(number * 1'000'003);
  });
  PublishRequest wanted = request(1);
  wanted.schema = columns;
  const Status done = publish(*target(), wanted, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(
      value("SELECT count(*) FROM numbers n FULL JOIN (SELECT i AS id,"
            " CASE WHEN i % 11 <> 0 THEN (i::numeric * i - 1000000) / 10000 END AS d,"
            " CASE WHEN i % 12 <> 0 THEN repeat('a', (i % 50)::int) || i END AS t,"
            " CASE WHEN i % 13 <> 0 THEN timestamptz 'epoch' + i * 1000003 * interval '1 us' END"
            " AS at FROM generate_series(0::bigint, 199999) i) e USING (id)"
            " WHERE (n.d, n.t, n.at) IS DISTINCT FROM (e.d, e.t, e.at)"),
      "0");
  EXPECT_EQ(value("SELECT count(*) FROM numbers"), "200000");
}

}  // namespace
}  // namespace rhumb
