#include "source/postgres/postgres_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/time.h"
#include "source/postgres/numeric_decode.h"
#include "source/postgres/snapshot.h"
#include "source/postgres/source_test_base.h"

namespace rhumb {
namespace {

class PostgresSourceTest : public SourceTest {
 protected:
  /// Two rows of one column: the SQL value, and a null.
  Rows column(const std::string& type, const std::string& value_sql) {
    run("DROP TABLE IF EXISTS t; CREATE TABLE t (c " + type + "); INSERT INTO t VALUES (" +
        value_sql + "), (NULL)");
    Rows rows = rows_of(*table("t"));
    EXPECT_EQ(rows.count, 2U);
    EXPECT_TRUE(rows.batches.at(0).columns[0].is_null(1));
    EXPECT_TRUE(rows.schema.at(0).nullable);
    return rows;
  }
  template <typename T>
  T fixed(const std::string& type, const std::string& value_sql, TypeId expected) {
    const Rows rows = column(type, value_sql);
    EXPECT_EQ(rows.schema[0].type.id, expected) << type;
    return rows.batches[0].columns[0].value<T>(0);
  }
  std::string bytes(const std::string& type, const std::string& value_sql, TypeId expected) {
    const Rows rows = column(type, value_sql);
    EXPECT_EQ(rows.schema[0].type.id, expected) << type;
    return std::string(rows.batches[0].columns[0].bytes(0));
  }
};

TEST_F(PostgresSourceTest, NumbersOfEveryWidth) {
  EXPECT_EQ(fixed<int8_t>("boolean", "true", TypeId::kBoolean), 1);
  EXPECT_EQ(fixed<int64_t>("smallint", "-32768", TypeId::kInteger), -32768);
  EXPECT_EQ(fixed<int64_t>("integer", "-2147483648", TypeId::kInteger), INT32_MIN);
  EXPECT_EQ(fixed<int64_t>("bigint", "-9223372036854775808", TypeId::kInteger), INT64_MIN);
  EXPECT_EQ(fixed<int64_t>("oid", "4294967295", TypeId::kInteger), 4294967295);
  EXPECT_EQ(fixed<double>("real", "1.5", TypeId::kDouble), 1.5);
  EXPECT_EQ(fixed<double>("float8", "-0.1", TypeId::kDouble), -0.1);
  EXPECT_TRUE(std::isnan(fixed<double>("float8", "'NaN'", TypeId::kDouble)));
  EXPECT_EQ(fixed<double>("numeric", "0.1", TypeId::kDouble), 0.1);
  EXPECT_EQ(fixed<double>("numeric(50,2)", "12.5", TypeId::kDouble), 12.5);
  EXPECT_EQ(fixed<double>("numeric(5,-2)", "1200", TypeId::kDouble), 1200);
}

TEST_F(PostgresSourceTest, DecimalsAreExact) {
  Int128 largest = 0;
  for (int i = 0; i < 38; ++i) largest = largest * 10 + 9;
  const auto decimal = [&](const std::string& type, const std::string& value) {
    return fixed<Int128>(type, value, TypeId::kDecimal);
  };
  EXPECT_TRUE(decimal("numeric(38,0)", std::string(38, '9')) == largest);
  EXPECT_TRUE(decimal("numeric(38,38)", "-0." + std::string(38, '9')) == -largest);
  EXPECT_TRUE(decimal("numeric(38,10)", "-1e-10") == -1);
  EXPECT_TRUE(decimal("numeric(10,2)", "123.45") == 12345);
  EXPECT_TRUE(decimal("numeric(10,3)", "100000.5") == 100000500);
  EXPECT_TRUE(decimal("numeric(10,2)", "0") == 0);
  EXPECT_TRUE(decimal("numeric(12,5)", "0.00010") == 10);
  const Rows rows = column("numeric(12,5)", "1");
  EXPECT_EQ(rows.schema[0].type, (Type{.id = TypeId::kDecimal, .precision = 12, .scale = 5}));
}

TEST_F(PostgresSourceTest, TextAndItsRelatives) {
  EXPECT_EQ(bytes("text", "E'tab\\tgröße 🌍'", TypeId::kText), "tab\tgröße 🌍");
  EXPECT_EQ(bytes("varchar(5)", "''", TypeId::kText), "");
  EXPECT_EQ(bytes("char(5)", "'ab'", TypeId::kText), "ab");
  EXPECT_EQ(bytes("bytea", "'\\x00ff'", TypeId::kBytes), std::string("\0\xff", 2));
  EXPECT_EQ(bytes("json", "'{\"a\":  1}'", TypeId::kJson), "{\"a\":  1}");
  EXPECT_EQ(bytes("jsonb", "'{\"a\":  1}'", TypeId::kJson), "{\"a\": 1}");
  run("CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN short AS varchar(3)");
  EXPECT_EQ(bytes("mood", "'glad'", TypeId::kText), "glad");
  EXPECT_EQ(bytes("short", "'abc'", TypeId::kText), "abc");
}

TEST_F(PostgresSourceTest, WhatHasNoCounterpartIsText) {
  EXPECT_EQ(bytes("int[]", "'{1,NULL,3}'", TypeId::kText), "{1,NULL,3}");
  EXPECT_EQ(bytes("interval", "'1 day 2 hours'", TypeId::kText), "1 day 02:00:00");
  EXPECT_EQ(bytes("inet", "'10.0.0.1'", TypeId::kText), "10.0.0.1/32");
  EXPECT_EQ(bytes("int4range", "'[1,5)'", TypeId::kText), "[1,5)");
  EXPECT_EQ(bytes("timetz", "'08:30+02'", TypeId::kText), "08:30:00+02");
  EXPECT_EQ(bytes("name", "'x'", TypeId::kText), "x");
  EXPECT_EQ(bytes("box2d", "'BOX(0 0,1 1)'", TypeId::kText), "BOX(0 0,1 1)");
}

TEST_F(PostgresSourceTest, TimesFromTheirEpochs) {
  EXPECT_EQ(fixed<int32_t>("date", "'2024-02-29'", TypeId::kDate), days_from_civil(2024, 2, 29));
  EXPECT_EQ(fixed<int32_t>("date", "'4714-11-24 BC'", TypeId::kDate), -2'440'588);
  EXPECT_EQ(fixed<int32_t>("date", "'5874897-12-31'", TypeId::kDate), 2'145'042'905);
  EXPECT_EQ(fixed<int64_t>("time", "'23:59:59.999999'", TypeId::kTime), 86'399'999'999);
  EXPECT_EQ(fixed<int64_t>("timestamp", "'1970-01-01 00:00:00.000001'", TypeId::kTimestamp), 1);
  EXPECT_EQ(fixed<int64_t>("timestamptz", "'1970-01-01 01:00+01'", TypeId::kTimestampTz), 0);
  EXPECT_EQ(fixed<int64_t>("timestamp", "'4714-11-24 BC'", TypeId::kTimestamp),
            -210'866'803'200'000'000);
}

TEST_F(PostgresSourceTest, UuidAsWritten) {
  const auto uuid =
      fixed<std::array<char, 16>>("uuid", "'00112233-4455-6677-8899-aabbccddeeff'", TypeId::kUuid);
  for (size_t i = 0; i < 16; ++i) EXPECT_EQ(static_cast<unsigned char>(uuid.at(i)), 0x11 * i);
}

TEST_F(PostgresSourceTest, ValuesWithoutCounterpartNameTheirColumn) {
  for (const auto& [type, value, words] : std::vector<std::array<std::string, 3>>{
           {"timestamp", "'infinity'", "infinite"},
           {"timestamptz", "'-infinity'", "infinite"},
           {"date", "'infinity'", "infinite"},
           {"date", "'-infinity'", "infinite"},
           {"numeric(5,2)", "'NaN'", "NaN"},
           {"geometry", "'CIRCULARSTRING(0 0,1 1,2 0)'", "curve"}}) {
    run(fmt::format("DROP TABLE IF EXISTS t; CREATE TABLE t (odd {}); INSERT INTO t VALUES ({})",
                    type, value));
    const Error error = error_of(*table("t"));
    EXPECT_EQ(error.code, Code::kBadValue) << type;
    EXPECT_NE(error.message.find("column odd"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
    EXPECT_FALSE(error.hint.empty());
  }
}

TEST_F(PostgresSourceTest, GeometryKindAndSridComeFromTheCatalogue) {
  run("CREATE TABLE g (p geometry(Point,4326) NOT NULL, z geometry(MultiPolygonZ,25832), a "
      "geometry,"
      " s geometry(Geometry,3857), w geography(LineString,4326), e geometry);"
      "INSERT INTO g VALUES ('SRID=4326;POINT(1 2)', NULL, 'SRID=2154;POINT(5 6)', NULL, NULL, "
      "NULL)");
  const Rows rows = rows_of(*table("g"));
  const auto geometry = [](GeometryKind kind, int srid) {
    return Type{.id = TypeId::kGeometry, .geometry = kind, .srid = srid};
  };
  EXPECT_EQ(rows.schema, (Schema{{"p", geometry(GeometryKind::kPoint, 4326), false},
                                 {"z", geometry(GeometryKind::kMultiPolygon, 25832), true},
                                 {"a", geometry(GeometryKind::kAny, 2154), true},
                                 {"s", geometry(GeometryKind::kAny, 3857), true},
                                 {"w", geometry(GeometryKind::kLineString, 4326), true},
                                 {"e", geometry(GeometryKind::kAny, 0), true}}));
  const std::string_view wkb = rows.batches.at(0).columns[0].bytes(0);
  EXPECT_EQ(wkb, std::string_view("\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 21));
}

TEST_F(PostgresSourceTest, MixedSridsAreRefused) {
  run("CREATE TABLE g (a geometry); INSERT INTO g VALUES ('SRID=4326;POINT(1 2)'), ('POINT(5 6)')");
  const Error error = error_of(*table("g"));
  EXPECT_EQ(error.code, Code::kBadValue);
  EXPECT_NE(error.message.find("SRID 0, the column has 4326"), std::string::npos) << error.message;
}

TEST_F(PostgresSourceTest, QueriesAreDescribedToo) {
  run("CREATE TABLE a (id int NOT NULL, g geometry(Point,4326)); INSERT INTO a VALUES (1,"
      " 'SRID=4326;POINT(0 0)'), (2, NULL)");
  const auto from =
      source({{"query", scalar("SELECT a.id, b.id AS other, ST_Buffer(a.g, 1) AS area,"
                               " 1.5::numeric(3,1) AS n, a.g FROM a LEFT JOIN a b ON"
                               " b.id = a.id + 1 ORDER BY 1 -- all of it")}});
  const Rows rows = rows_of(*from);
  ASSERT_EQ(rows.schema.size(), 5U);
  EXPECT_TRUE(rows.schema[0].nullable);
  EXPECT_EQ(rows.schema[2].type.srid, 4326);
  EXPECT_EQ(rows.schema[3].type.id, TypeId::kDecimal);
  EXPECT_EQ(rows.schema[4].type.geometry, GeometryKind::kPoint);
  EXPECT_EQ(rows.count, 2U);
  EXPECT_TRUE(rows.batches[0].columns[1].is_null(1));
}

TEST_F(PostgresSourceTest, EveryKindOfRelation) {
  run("CREATE TABLE base (a int, b text); INSERT INTO base SELECT i, 'x' FROM generate_series(1, "
      "10) i;"
      "CREATE VIEW v AS SELECT * FROM base; CREATE MATERIALIZED VIEW m AS SELECT * FROM base;"
      "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES "
      "FROM (0)"
      " TO (5); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (50); INSERT INTO p SELECT a "
      "FROM"
      " base; CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent); INSERT INTO "
      "child"
      " SELECT a FROM base; CREATE TABLE \"Odd \"\"Näme\" (\"Co l\" int); INSERT INTO \"Odd "
      "\"\"Näme\""
      " SELECT a FROM base; CREATE TABLE gone (a int, dropped int, c int);"
      " ALTER TABLE gone DROP COLUMN dropped; INSERT INTO gone SELECT a, a FROM base; ANALYZE");
  for (const char* name : {"base", "v", "m", "p", "parent", "\"Odd \"\"Näme\"", "public.gone"}) {
    EXPECT_EQ(rows_of(*table(name)).count, 10U) << name;
  }
  EXPECT_EQ(error_of(*table("nothing")).code, Code::kNotFound);
  EXPECT_EQ(error_of(*table("Nothing.\"A\"")).code, Code::kNotFound);
}

TEST_F(PostgresSourceTest, SamplesAreTheSameRowsEachTime) {
  run("CREATE TABLE t (id int, g geometry(Point,4326)); INSERT INTO t SELECT i,"
      " ST_SetSRID(ST_MakePoint(i % 180, i % 90), 4326) FROM generate_series(1, 20000) i; ANALYZE");
  const auto ids = [&](const std::string& name, double sample) {
    std::set<int64_t> out;
    for (const Batch& batch : rows_of(*table(name), sample).batches) {
      for (size_t row = 0; row < batch.rows(); ++row)
        out.insert(batch.columns[0].value<int64_t>(row));
    }
    return out;
  };
  const std::set<int64_t> tenth = ids("t", 0.1);
  EXPECT_NEAR(static_cast<double>(tenth.size()), 2000, 200);
  const std::set<int64_t> half = ids("t", 0.5);
  EXPECT_TRUE(std::includes(half.begin(), half.end(), tenth.begin(), tenth.end()));
  // Neither where a row lies nor how it is asked for matters.
  run("CREATE TABLE u AS SELECT * FROM t ORDER BY id DESC; ALTER TABLE u ALTER COLUMN g TYPE"
      " geometry(Point,4326); CREATE VIEW v AS SELECT * FROM t");
  EXPECT_EQ(ids("u", 0.1), tenth);
  EXPECT_EQ(ids("v", 0.1), tenth);
  EXPECT_EQ(ids("t", 1).size(), 20000U);
  EXPECT_TRUE(ids("t", 0).empty());
}

TEST_F(PostgresSourceTest, TypesCanBePinned) {
  run("CREATE TABLE t (n numeric, s text, g geometry); INSERT INTO t VALUES (12.345, '7', NULL)");
  const auto from =
      source({{"table", scalar("t")},
              {"types", map({{"n", scalar("decimal(20,4)")}, {"s", scalar("integer")}})}});
  const Rows rows = rows_of(*from);
  EXPECT_TRUE(rows.batches.at(0).columns[0].value<Int128>(0) == 123450);
  EXPECT_EQ(rows.batches.at(0).columns[1].value<int64_t>(0), 7);
  const auto wrong = source({{"table", scalar("t")}, {"types", map({{"m", scalar("text")}})}});
  EXPECT_EQ(error_of(*wrong).code, Code::kUnknownName);
  const auto geometry = source({{"table", scalar("t")}, {"types", map({{"g", scalar("point")}})}});
  EXPECT_EQ(error_of(*geometry).code, Code::kBadValue);
}

TEST_F(PostgresSourceTest, BlocksThatCannotBeMeant) {
  for (const auto& read : std::vector<std::vector<Config::Entry>>{
           {},
           {{"table", scalar("t")}, {"query", scalar("SELECT 1")}},
           {{"table", scalar("a b")}},
           {{"query", scalar(" ; ")}},
           {{"table", scalar("t")}, {"types", map({{"a", scalar("strange")}})}},
           {{"table", scalar("t")}, {"readers", scalar("0")}}}) {
    const auto made = make_postgres_source(map(read), url(), "");
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, Code::kBadValue);
  }
  for (const char* sql :
       {"SELECT 1 AS a, 2 AS a", "SELEC 1", "SELECT nothing", "SELECT 1; SELECT 2"}) {
    EXPECT_EQ(error_of(*source({{"query", scalar(sql)}})).code, Code::kBadSql) << sql;
  }
}

TEST_F(PostgresSourceTest, ReadingChangesNothing) {
  run("CREATE TABLE t (a int); CREATE SEQUENCE s");
  const auto from = source({{"query", scalar("SELECT nextval('s') AS n")}});
  const Error error = error_of(*from);
  EXPECT_NE(error.message.find("read-only"), std::string::npos) << error.message;
}

TEST_F(PostgresSourceTest, RowPoliciesMustBeWanted) {
  run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); ALTER TABLE t ENABLE ROW LEVEL "
      "SECURITY;"
      "DROP ROLE IF EXISTS unit_source_reader; CREATE ROLE unit_source_reader LOGIN PASSWORD "
      "'unit_pw';"
      "GRANT SELECT ON t TO unit_source_reader; CREATE POLICY one ON t USING (a = 1)");
  const Secret poor = url_for("unit_source_reader", "unit_pw");
  const auto strict = make_postgres_source(map({{"table", scalar("t")}}), poor, "");
  EXPECT_NE(error_of(**strict).message.find("row-level security"), std::string::npos);
  const auto content = make_postgres_source(
      map({{"table", scalar("t")}, {"row_security", scalar("true")}}), poor, "");
  EXPECT_EQ(rows_of(**content).count, 1U);
  run("DROP OWNED BY unit_source_reader; DROP ROLE unit_source_reader");
}

TEST(BlockRangesTest, CoverEveryBlockOnce) {
  EXPECT_EQ(block_ranges(0, 4), (std::vector<std::string>{""}));
  EXPECT_EQ(block_ranges(1024, 4), (std::vector<std::string>{""}));
  EXPECT_EQ(block_ranges(2500, 4),
            (std::vector<std::string>{"ctid < '(1024,0)'::tid",
                                      "ctid >= '(1024,0)'::tid AND ctid < '(2048,0)'::tid",
                                      "ctid >= '(2048,0)'::tid"}));
  EXPECT_EQ(block_ranges(1'000'000, 4).size(), 32U);
}

/// Reads with as many threads as the stream can use; sums up the first column.
struct Totals {
  std::atomic<uint64_t> rows{0};
  std::atomic<int64_t> sum{0};
  std::atomic<int> failures{0};
};
void read_in_parallel(BatchStream& stream, Totals& totals) {
  std::vector<std::thread> workers;
  for (size_t i = 0; i < stream.max_readers() + 1; ++i) {
    workers.emplace_back([&] {
      auto reader = stream.open_reader();
      if (!reader.ok()) {
        ++totals.failures;
        return;
      }
      Batch batch(stream.schema());
      while (true) {
        const auto more = (*reader)->next(batch);
        if (!more.ok()) ++totals.failures;
        if (!more.ok() || !*more) return;
        totals.rows += batch.rows();
        for (size_t row = 0; row < batch.rows(); ++row)
          totals.sum += batch.columns[0].value<int64_t>(row);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}

// Writers move amounts between rows; every snapshot has the same sum.
TEST_F(PostgresSourceTest, AParallelSnapshotIsOneMoment) {
  run("CREATE TABLE accounts (amount bigint NOT NULL, id int PRIMARY KEY, filler text);"
      "INSERT INTO accounts SELECT 100, i, repeat('x', 400) FROM generate_series(1, 60000) i; "
      "ANALYZE");
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    PgConnection connection = connect();
    for (int i = 0; !stop; ++i) {
      run(connection, fmt::format("BEGIN; UPDATE accounts SET amount = amount - 5 WHERE id = {};"
                                  "UPDATE accounts SET amount = amount + 5 WHERE id = {}; COMMIT",
                                  i % 60000 + 1, (int64_t{i} * 7919) % 60000 + 1));
    }
  });
  const auto from = table("accounts");
  const CancelFlag never;
  for (int round = 0; round < 3; ++round) {
    auto stream = from->snapshot(1, never);
    ASSERT_TRUE(stream.ok()) << stream.error().text();
    EXPECT_GT((*stream)->max_readers(), 1U);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    Totals totals;
    read_in_parallel(**stream, totals);
    EXPECT_EQ(totals.failures, 0);
    EXPECT_EQ(totals.rows, 60'000U);
    EXPECT_EQ(totals.sum, 6'000'000);
    EXPECT_EQ((*stream)->progress().rows, 60'000U);
  }
  stop = true;
  writer.join();
}

TEST_F(PostgresSourceTest, ASnapshotIsNotEmptiedUnderItsReaders) {
  run("CREATE TABLE t (a bigint, filler text); INSERT INTO t SELECT i, repeat('x', 900) FROM"
      " generate_series(1, 20000) i");
  const CancelFlag never;
  std::thread truncate;
  {
    auto stream = table("t")->snapshot(1, never);
    ASSERT_TRUE(stream.ok());
    EXPECT_GT((*stream)->max_readers(), 1U);
    truncate = std::thread([&] { run("TRUNCATE t"); });
    // Whoever asked for a lock of the table now would queue behind TRUNCATE, for ever.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    Totals totals;
    read_in_parallel(**stream, totals);
    EXPECT_EQ(totals.failures, 0);
    EXPECT_EQ(totals.rows, 20'000U);
  }
  truncate.join();
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
}

TEST_F(PostgresSourceTest, OneReaderIsEnoughWhenNoOtherGetsIn) {
  run("CREATE TABLE t (a bigint, filler text); INSERT INTO t SELECT i, repeat('x', 900) FROM"
      " generate_series(1, 20000) i; CREATE ROLE unit_single LOGIN PASSWORD 'unit_pw' CONNECTION "
      "LIMIT 1;"
      "GRANT SELECT ON t TO unit_single");
  const auto from =
      make_postgres_source(map({{"table", scalar("t")}}), url_for("unit_single", "unit_pw"), "");
  const Rows rows = rows_of(**from);
  EXPECT_EQ(rows.readers, 1U);
  EXPECT_EQ(rows.count, 20'000U);
  run("DROP OWNED BY unit_single; DROP ROLE unit_single");
}

TEST_F(PostgresSourceTest, CancelStopsReading) {
  CancelFlag flag;
  const auto from =
      source({{"query", scalar("SELECT i, repeat('x', 100) AS s FROM"
                               " generate_series(1, 100000000) i WHERE pg_sleep(0.0001)"
                               " IS NOT NULL")}});
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    flag.request();
  });
  const auto rows = read_all(*from, flag);
  later.join();
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, Code::kCancelled);
}

TEST_F(PostgresSourceTest, AServerProcessThatDiesIsAnErrorNotAnEnd) {
  run("CREATE TABLE t AS SELECT i::bigint AS a, repeat('x', 900) AS s FROM generate_series(1, "
      "100000) i");
  const CancelFlag never;
  auto stream = table("t")->snapshot(1, never);
  ASSERT_TRUE(stream.ok());
  auto reader = (*stream)->open_reader();
  Batch batch((*stream)->schema());
  ASSERT_TRUE(*(*reader)->next(batch));
  run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname "
      "= current_database()");
  while (true) {
    const auto more = (*reader)->next(batch);
    if (more.ok() && *more) continue;
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.error().code, Code::kConnect);
    break;
  }
}

}  // namespace
}  // namespace rhumb
