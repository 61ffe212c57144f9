// What SQL means, how errors come back, and what SQL cannot reach.

#include <fstream>

#include "base/text.h"
#include "engine/duckdb/engine_fixture.h"
#include "engine/functions/catalogue.h"

namespace rhumb {
namespace {

using SqlTest = EngineTest;

std::string shape(const Schema& schema) {
  std::string out;
  for (const Column& column : schema) {
    if (!out.empty()) out += ", ";
    out += column.name + " " + type_name(column.type);
    if (column.type.srid != 0) out += ":" + std::to_string(column.type.srid);
  }
  return out;
}

TEST_F(SqlTest, EveryExampleOfTheCatalogueGivesItsResult) {
  for (const FunctionDoc& function : function_catalogue()) {
    if (function.form == FunctionForm::kRefused) continue;
    EXPECT_EQ(ask("SELECT " + std::string(function.example)), function.result) << function.name;
  }
}

TEST_F(SqlTest, TypesOfResults) {
  const auto of = [&](const std::string& expression) {
    const auto schema = engine().describe("SELECT " + expression + " AS x FROM range(3) AS t(i)");
    return schema.ok() ? shape(*schema) : schema.error().text();
  };
  EXPECT_EQ(of("sum(i)"), "x integer");
  EXPECT_EQ(of("count(*)"), "x integer");
  EXPECT_EQ(of("CAST(i AS UTINYINT)"), "x integer");
  EXPECT_EQ(of("CAST(i AS UBIGINT)"), "x decimal(20,0)");
  EXPECT_EQ(of("avg(i)"), "x double");
  EXPECT_EQ(of("CAST(i AS FLOAT)"), "x double");
  EXPECT_EQ(of("1.5"), "x decimal(2,1)");
  EXPECT_EQ(of("sum(1.5)"), "x decimal(38,1)");
  EXPECT_EQ(of("i / 2"), "x double");
  EXPECT_EQ(of("'a'"), "x text");
  EXPECT_EQ(of("CAST('a' AS ENUM('a', 'b'))"), "x text");
  EXPECT_EQ(of("CAST('a' AS BLOB)"), "x bytes");
  EXPECT_EQ(of("CAST('{}' AS JSON)"), "x json");
  EXPECT_EQ(of("uuid()"), "x uuid");
  EXPECT_EQ(of("i = 1"), "x boolean");
  EXPECT_EQ(of("DATE '2024-01-01'"), "x date");
  EXPECT_EQ(of("TIME '10:00'"), "x time");
  EXPECT_EQ(of("CAST('2024-01-01' AS TIMESTAMP_NS)"), "x timestamp");
  EXPECT_EQ(of("date_trunc('week', TIMESTAMP '2024-01-01')"), "x timestamp");
  EXPECT_EQ(of("now()"), "x timestamptz");
  EXPECT_EQ(of("ST_Point(1, 2)"), "x geometry");
  EXPECT_EQ(of("ST_SetSRID(ST_Point(1, 2), 2263)"), "x geometry:2263");
  EXPECT_EQ(of("ST_Transform(ST_Point(1, 2, 4326), 3857)"), "x geometry:3857");
  EXPECT_EQ(of("ST_Centroid(ST_Buffer(ST_Point(1, 2, 4326), 1))"), "x geometry:4326");
  EXPECT_EQ(of("ST_SnapToGrid(ST_Point(1, 2, 4326), 1)"), "x geometry:4326");
  EXPECT_EQ(of("ST_Union(ST_Point(1, 2, 4326))"), "x geometry:4326");
}

TEST_F(SqlTest, TypesThatAreNotStoredAreRefusedByColumn) {
  for (const char* value :
       {"[1]", "{'a': 1}", "MAP {'a': 1}", "INTERVAL 1 DAY", "CAST('10:00+02' AS TIMETZ)"}) {
    const Error error = error_of(std::string("SELECT 1 AS ok, ") + value + " AS strange");
    EXPECT_EQ(error.code, Code::kNotSupported);
    EXPECT_NE(error.message.find("`strange`"), std::string::npos) << error.message;
    EXPECT_NE(error.hint.find("CAST(\"strange\" AS VARCHAR)"), std::string::npos);
  }
  EXPECT_EQ(ask("SELECT [1, 2], {'a': 1}"), "[1, 2] | {'a': 1}") << "but people may look at them";
}

TEST_F(SqlTest, ErrorsHaveThePlaceInTheStatement) {
  ASSERT_TRUE(engine().bind_query("trips", "SELECT 1 AS fare, 2 AS zone").ok());
  Error error = error_of("SELECT\n  'ü', fear\nFROM trips");
  EXPECT_EQ(error.code, Code::kBadSql);
  EXPECT_EQ(error.place, (Place{.file = "", .line = 2, .column = 8}));
  EXPECT_NE(error.hint.find("\"fare\""), std::string::npos) << error.hint;
  error = error_of("SELECT fare\nFROM tripz");
  EXPECT_EQ(error.place, (Place{.file = "", .line = 2, .column = 6}));
  EXPECT_NE(error.hint.find("trips"), std::string::npos) << error.hint;
  EXPECT_EQ(error_of("SELECT * FROM pg_tablespaces").hint.find("pg_"), std::string::npos)
      << "the engine's inside is no advice";
  error = error_of("SELECT fare FORM trips WHERE");
  EXPECT_EQ(error.code, Code::kBadSql);
  EXPECT_EQ(error.place.line, 1);
  error = error_of("SELECT ST_Transform(ST_Point(1, 2), 3857)");
  EXPECT_NE(error.hint.find("ST_SetSRID"), std::string::npos) << error.text();
  error = error_of("SELECT ST_Intersects(ST_Point(1, 2, 4326), ST_Point(1, 2, 2263))");
  EXPECT_NE(error.hint.find("ST_Transform"), std::string::npos) << error.text();
}

TEST_F(SqlTest, PlacesInsideMacrosAreNotTold) {
  const Error error = error_of("SELECT 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ST_SRID(5)");
  EXPECT_EQ(error.code, Code::kBadSql);
  EXPECT_EQ(error.place.line, 0) << error.text();
}

TEST_F(SqlTest, ErrorsInWrappedStatementsKeepTheirPlace) {
  ASSERT_TRUE(
      engine()
          .bind_query("words", "SELECT 'x' || CAST(i AS VARCHAR) AS w FROM range(5000) AS t(i)")
          .ok());
  const auto table = engine().query("SELECT\n CAST(w AS INTEGER) FROM words -- note");
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, Code::kEngine) << "the data is at fault";
  EXPECT_EQ(table.error().place.line, 2) << table.error().text();
  const auto files = engine().write("SELECT\n\n CAST(w AS INTEGER) FROM words;", request("w"));
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().place.line, 3) << files.error().text();
}

TEST_F(SqlTest, OnlyOneSelect) {
  for (const char* sql :
       {"", " -- nothing", ";", "SELECT 1; SELECT 2", "SELECT 1; DROP SCHEMA rhumb_raw",
        "CREATE TABLE t(a INT)", "SET threads = 1", "CALL pragma_version()",
        "COPY (SELECT 1) TO '/tmp/x'", "ATTACH 'x.db'", "LOAD json", "EXPLAIN SELECT 1",
        "PRAGMA version", "INSERT INTO t VALUES (1)"}) {
    EXPECT_EQ(error_of(sql).code, Code::kBadSql) << sql;
    EXPECT_FALSE(engine().query(sql).ok()) << sql;
    EXPECT_FALSE(engine().write(sql, request("x")).ok()) << sql;
    EXPECT_FALSE(engine().bind_query("v", sql).ok()) << sql;
  }
  EXPECT_EQ(error_of("PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)").code, Code::kNotSupported);
  EXPECT_EQ(error_of("SELECT 1) AS t(a); DROP SCHEMA rhumb_raw; SELECT * FROM (SELECT 2").code,
            Code::kBadSql);
  EXPECT_EQ(error_of(std::string("SELECT 1\0, 2", 12)).code, Code::kBadSql);
  for (const char* sql : {"SELECT 1;", "SELECT 1 ; -- end", "WITH a AS (SELECT 1) SELECT * FROM a;",
                          "FROM (SELECT 1)", "VALUES (1)", "(SELECT 1)"}) {
    EXPECT_EQ(ask(sql), "1") << sql;
  }
}

TEST_F(SqlTest, SyntaxTreesAndTheirErrors) {
  const auto tree = engine().syntax_tree("SELECT a FROM t -- it's");
  ASSERT_TRUE(tree.ok()) << tree.error().text();
  EXPECT_NE(tree->find("\"table_name\":\"t\""), std::string::npos);
  const auto broken = engine().syntax_tree("SELECT a,\n FROM FROM t");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, Code::kBadSql);
  EXPECT_EQ(broken.error().place, (Place{.file = "", .line = 2, .column = 7}))
      << broken.error().text();
  for (const char* sql : {"", "SELECT 1; SELECT 2", "DELETE FROM t", "SELECT 'abc"}) {
    const auto refused = engine().syntax_tree(sql);
    ASSERT_FALSE(refused.ok()) << sql;
    EXPECT_EQ(refused.error().code, Code::kBadSql) << sql;
  }
}

TEST_F(SqlTest, MisleadingNamesAreRefusedWhereTheyStand) {
  const Error error = error_of("SELECT 1,\n  st_distance_sphere(ST_Point(0, 0), ST_Point(1, 0))");
  EXPECT_EQ(error.code, Code::kNotSupported);
  EXPECT_EQ(error.place, (Place{.file = "", .line = 2, .column = 3}));
  EXPECT_NE(error.hint.find("ST_DistanceSphere"), std::string::npos) << error.text();
  EXPECT_TRUE(engine().describe("SELECT 'ST_Distance_Sphere(' AS x").ok());
}

TEST_F(SqlTest, NothingOutsideTheStoreCanBeReached) {
  const std::string outside = folder() + "/secret.csv";
  std::ofstream(outside) << "a\n1\n";
  std::ofstream(folder() + "/secret.geojson")
      << R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}})";
  std::filesystem::create_symlink(outside, store() + "/link.csv");
  for (const std::string& from :
       {"read_csv('" + outside + "')", "'" + outside + "'", "read_text('" + outside + "')",
        "glob('" + folder() + "/*')", "ST_Read('" + folder() + "/secret.geojson')",
        std::string("ST_Read('/vsicurl/http://localhost:1/x')"),
        std::string("read_parquet('http://localhost:1/x.parquet')"),
        "read_csv('" + store() + "/../secret.csv')"}) {
    const auto answer = engine().query("SELECT * FROM " + from);
    ASSERT_FALSE(answer.ok()) << from;
  }
  const Error error = error_of("SELECT * FROM read_csv('" + outside + "')");
  EXPECT_EQ(error.code, Code::kBadSql);
  EXPECT_NE(error.hint.find("declare a source"), std::string::npos);
}

TEST_F(SqlTest, ParametersAreTextThatTheStatementCasts) {
  EXPECT_EQ(ask("SELECT CAST($1 AS INTEGER) + 1, $2", {"41", "it's; -- \"x\""}),
            "42 | it's; -- \"x\"");
  EXPECT_NE(ask("SELECT $1, $2", {"1"}).find("2 parameters"), std::string::npos);
  EXPECT_EQ(error_of("SELECT $1 + 1").code, Code::kBadSql);
}

TEST_F(SqlTest, ValuesAsPeopleReadThem) {
  start({.timezone = "America/New_York"});
  EXPECT_EQ(ask("SELECT TIMESTAMP '2024-01-02 03:04:05.678', TIMESTAMPTZ '2024-01-02 12:00:00Z', "
                "DATE '2024-01-02', TIME '03:04:05'"),
            "2024-01-02 03:04:05.678 | 2024-01-02 07:00:00-05 | 2024-01-02 | 03:04:05");
  EXPECT_EQ(ask("SELECT 0.1::DOUBLE, 1e20::DOUBLE, 0.1::FLOAT, 1.50, 'nan'::DOUBLE, true, NULL"),
            "0.1 | 1e+20 | 0.1 | 1.50 | nan | true | NULL");
  EXPECT_EQ(ask("SELECT '\\xDE\\xAD'::BLOB, ST_Point(1, 2.5), ST_Point2D(1, 2)"),
            "\\xdead | POINT (1 2.5) | POINT (1 2)");
  EXPECT_EQ(ask("SELECT 1 AS a, 2 AS a ORDER BY 1"), "1 | 2")
      << "names may repeat where nothing is stored";
}

TEST_F(SqlTest, UnknownTimeZonesAreRefused) {
  const auto engine = make_duckdb_engine(DuckdbOptions{
      .timezone = "Mars/Olympus",
      .spatial_extension = std::string(RHUMB_EXTENSION_DIR) + "/spatial.duckdb_extension"});
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, Code::kBadValue);
}

TEST_F(SqlTest, AMissingExtensionIsAnErrorThatSaysHowToGetIt) {
  const auto engine =
      make_duckdb_engine(DuckdbOptions{.spatial_extension = folder() + "/none.duckdb_extension"});
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, Code::kEngine);
  EXPECT_NE(engine.error().hint.find("rhumb doctor"), std::string::npos);
}

TEST_F(SqlTest, QueriesCanBeBoundReplacedAndTakenAway) {
  ASSERT_TRUE(engine().bind_query("select \"odd\"", "SELECT 1 AS \"weiß; --\"").ok());
  EXPECT_EQ(ask("SELECT \"weiß; --\" + 1 FROM \"select \"\"odd\"\"\""), "2");
  ASSERT_TRUE(engine().bind_query("b", "SELECT * FROM \"select \"\"odd\"\"\"").ok());
  ASSERT_TRUE(engine().bind_query("select \"odd\"", "SELECT 'x' AS \"weiß; --\", 5 AS more").ok());
  EXPECT_NE(ask("SELECT * FROM b").find('x'), std::string::npos);
  ASSERT_TRUE(engine().unbind("b").ok());
  ASSERT_TRUE(engine().unbind("b").ok()) << "twice is fine";
  EXPECT_EQ(error_of("SELECT * FROM b").code, Code::kBadSql);
  EXPECT_EQ(shape(*engine().describe("SELECT sum(i) AS s FROM range(3) AS t(i)")), "s integer");
}

// The engine's wrong answers come with tens of thousands of rows and not every time, so this asks
// whether the optimizer that makes them is off.
TEST_F(SqlTest, OuterSpatialJoinsRunWithoutTheSpatialJoin) {
  ASSERT_TRUE(
      engine().bind_query("lines", "SELECT i, ST_Point(i, 0) AS g FROM range(900) AS t(i)").ok());
  ASSERT_TRUE(
      engine()
          .bind_query(
              "boxes",
              "SELECT i AS j, ST_MakeEnvelope(i, -1, i, 1) AS b FROM range(0, 2700, 3) AS t(i)")
          .ok());
  const auto with = [](const std::string& join) {
    return "SELECT current_setting('disabled_optimizers'), count(i), count(j) FROM lines " + join +
           " boxes ON ST_Intersects(g, b)";
  };
  EXPECT_EQ(ask(with("LEFT JOIN")), "extension | 900 | 300");
  EXPECT_EQ(ask(with("RIGHT JOIN")), "extension | 300 | 900");
  EXPECT_EQ(ask(with("FULL JOIN")), "extension | 900 | 900");
  EXPECT_EQ(ask(with("JOIN")), " | 300 | 300") << "inner joins are right, and much faster with it";
  ASSERT_TRUE(engine().bind_query("joined", with("LEFT JOIN")).ok());
  EXPECT_EQ(ask("SELECT * FROM joined"), "extension | 900 | 300") << "behind a view";
  {
    auto stream = engine().stream(with("LEFT JOIN"));
    ASSERT_TRUE(stream.ok()) << stream.error().text();
    auto reader = (*stream)->open_reader();
    Batch batch((*stream)->schema());
    ASSERT_TRUE((*reader)->next(batch).value());
    EXPECT_EQ(batch.columns[0].bytes(0), "extension");
  }
  EXPECT_EQ(ask("SELECT current_setting('disabled_optimizers')"), "");
}

}  // namespace
}  // namespace rhumb
