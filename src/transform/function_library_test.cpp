#include "transform/function_library.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "transform/test_trees.h"

namespace rhumb {
namespace {

// As the library has the expressions below parsed; testdata/make.py finds them here.
[[maybe_unused]] constexpr const char* kParsed[] = {R"sql(SELECT (
x * 2
))sql",
                                                    R"sql(SELECT (
twice(twice(a)) - b
))sql",
                                                    R"sql(SELECT (
sum(n)
  / count(*)
))sql",
                                                    R"sql(SELECT (
list_transform(l, x -> x + y)
))sql",
                                                    R"sql(SELECT (
j -> '$.x'
))sql",
                                                    R"sql(SELECT (
(SELECT max(z.id) FROM zones AS z WHERE z.id < z)
))sql",
                                                    R"sql(SELECT (
p.fare + p
))sql",
                                                    R"sql(SELECT (
pong(x)
))sql",
                                                    R"sql(SELECT (
ping(x) + 1
))sql",
                                                    R"sql(SELECT (
1) FROM (SELECT 2
))sql",
                                                    R"sql(SELECT (
1), (2
))sql",
                                                    R"sql(SELECT (
d(d(d(d(d(d(d(x)))))))
))sql",
                                                    R"sql(SELECT (
x + x + x + x + x + x + x + x + x
))sql"};

FunctionDef function(std::string name, std::vector<std::string> parameters,
                     std::string expression) {
  const std::string file = "functions/" + name + ".sql";
  return {.name = std::move(name),
          .parameters = std::move(parameters),
          .expression = std::move(expression),
          .place = {file, 1, 1},
          .expression_place = {file, 1, 20}};
}

const FunctionDef kTwice = function("Twice", {"X"}, "x * 2");
const FunctionDef kQuad = function("quad", {"a", "b"}, "twice(twice(a)) - b");
const FunctionDef kShare = function("share", {"n"}, "sum(n)\n  / count(*)");

FunctionLibrary library(const std::vector<FunctionDef>& functions) {
  auto made = FunctionLibrary::build(functions, try_parsed);
  if (const auto* errors = std::get_if<Errors>(&made)) {
    ADD_FAILURE() << errors->front().text();
    return {};
  }
  return std::get<FunctionLibrary>(std::move(made));
}

std::string refusal(const std::vector<FunctionDef>& functions) {
  const auto made = FunctionLibrary::build(functions, try_parsed);
  std::string out;
  if (const auto* errors = std::get_if<Errors>(&made)) {
    for (const Error& error : *errors) out += error.text() + "\n";
  }
  return out;
}

const Place kBegin{"models/m.sql", 5, 3};

std::string inlined(const std::vector<FunctionDef>& functions, const std::string& sql) {
  const auto out = library(functions).inlined(parsed(sql), kBegin);
  return out.ok() ? out->text : out.error().text();
}

TEST(FunctionLibrary, PutsTheExpressionWhereItIsCalled) {
  EXPECT_EQ(
      inlined({kTwice}, R"sql(SELECT a, twice(a + 1) - 1 AS b, "TWICE"(x := 3) AS c FROM t)sql"),
      "SELECT a, ((a + 1) * 2) - 1 AS b, ((3) * 2) AS c FROM t");
  EXPECT_EQ(inlined({kQuad, kTwice}, R"sql(SELECT quad(b => (1, 2), a => 'x,y)') AS q)sql"),
            "SELECT (((((('x,y)')) * 2)) * 2) - ((1, 2))) AS q");
}

TEST(FunctionLibrary, AnUnnamedColumnIsCalledAfterItsFunction) {
  EXPECT_EQ(inlined({kTwice}, R"sql(SELECT twice(1), 1 + twice(2), twice(3) three)sql"),
            "SELECT ((1) * 2) AS \"Twice\", 1 + ((2) * 2), ((3) * 2) three");
}

TEST(FunctionLibrary, CallsStandAnywhereAndWithinEachOther) {
  EXPECT_EQ(
      inlined(
          {kTwice, kShare},
          R"sql(WITH c AS (SELECT twice(twice(a)) AS b FROM t) SELECT share(b) AS s FROM c WHERE twice(b) > (SELECT twice(1) AS x) HAVING share(b) > 1)sql"),
      "WITH c AS (SELECT ((((a) * 2)) * 2) AS b FROM t) SELECT (sum((b))\n  / count(*)) AS s FROM "
      "c "
      "WHERE ((b) * 2) > (SELECT ((1) * 2) AS x) HAVING (sum((b))\n  / count(*)) > 1");
  EXPECT_EQ(inlined({kTwice},
                    R"sql(SELECT CASE twice(a) WHEN 1 THEN 2 WHEN 3 THEN 4 END AS x FROM t)sql"),
            "SELECT CASE ((a) * 2) WHEN 1 THEN 2 WHEN 3 THEN 4 END AS x FROM t");
}

TEST(FunctionLibrary, ParametersAreFoundWhereTheyAreMeant) {
  const auto transform = function("f", {"x", "l", "y"}, "list_transform(l, x -> x + y)");
  EXPECT_EQ(inlined({transform}, R"sql(SELECT f(1, m, n) AS r FROM t)sql"),
            "SELECT (list_transform((m), x -> x + (n))) AS r FROM t");
  EXPECT_EQ(inlined({function("f", {"j"}, "j -> '$.x'")}, R"sql(SELECT f(k) AS r FROM t)sql"),
            "SELECT ((k) -> '$.x') AS r FROM t");
  // A table's name comes before a parameter's.
  EXPECT_EQ(inlined({function("f", {"z"}, "(SELECT max(z.id) FROM zones AS z WHERE z.id < z)")},
                    R"sql(SELECT f(k) AS r FROM t)sql"),
            "SELECT ((SELECT max(z.id) FROM zones AS z WHERE z.id < (k))) AS r FROM t");
  EXPECT_EQ(inlined({function("f", {"p"}, "p.fare + p")}, R"sql(SELECT f(k) AS r FROM t)sql"),
            "SELECT ((k).fare + (k)) AS r FROM t");
}

TEST(FunctionLibrary, EveryCharacterKnowsItsFile) {
  const auto out = library({kTwice, kShare})
                       .inlined(parsed(R"sql(SELECT
  share(twice(fare)) AS s FROM t)sql"),
                                kBegin);
  ASSERT_TRUE(out.ok());
  const auto place = [&](std::string_view of) {
    const Place at = place_at(out->text, out->text.find(of));
    return place_in_pieces(out->text, out->pieces, kBegin, at.line, at.column);
  };
  EXPECT_EQ(place("SELECT"), kBegin);
  EXPECT_EQ(place("sum"), (Place{"functions/share.sql", 1, 20}));
  EXPECT_EQ(place("fare"), (Place{"models/m.sql", 6, 15}));
  EXPECT_EQ(place("* 2"), (Place{"functions/Twice.sql", 1, 22}));
  EXPECT_EQ(place("count"), (Place{"functions/share.sql", 2, 5}));
  EXPECT_EQ(place("FROM"), (Place{"models/m.sql", 6, 27}));
}

TEST(FunctionLibrary, MentionsAreWordsOnly) {
  const FunctionLibrary made = library({kTwice});
  EXPECT_TRUE(made.mentions("SELECT tWICE (1)"));
  EXPECT_TRUE(made.mentions("SELECT \"twice\"(1)"));
  EXPECT_FALSE(made.mentions("SELECT 'twice' -- twice\n, twices"));
  EXPECT_FALSE(FunctionLibrary().mentions("twice"));
}

TEST(FunctionLibrary, CallsThatDoNotFitAreRefusedWhereTheyStand) {
  const auto refused = [](const std::string& sql) { return inlined({kTwice, kQuad}, sql); };
  EXPECT_EQ(refused(R"sql(SELECT 1,
 twice() AS x)sql"),
            "models/m.sql:6:2: error[bad-sql]: `Twice` takes 1 argument\n  hint: it is Twice(X)");
  for (const char* sql : {R"sql(SELECT quad(1) AS x)sql", R"sql(SELECT quad(1, a := 2) AS x)sql",
                          R"sql(SELECT quad(1, c := 2) AS x)sql", R"sql(SELECT quad(*) AS x)sql"}) {
    EXPECT_NE(refused(sql).find("`quad` takes 2 arguments\n  hint: it is quad(a, b)"),
              std::string::npos)
        << refused(sql);
  }
  EXPECT_NE(refused(R"sql(SELECT * FROM twice(1))sql").find("not for a table"), std::string::npos);
  EXPECT_NE(refused(R"sql(SELECT a.twice() AS x FROM t)sql").find("by its plain name"),
            std::string::npos);
  for (const char* sql : {R"sql(SELECT twice(DISTINCT a) AS x FROM t)sql",
                          R"sql(SELECT twice(a) OVER () AS x FROM t)sql",
                          R"sql(SELECT twice(a) FILTER (WHERE a > 1) AS x FROM t)sql",
                          R"sql(SELECT twice(a ORDER BY a) AS x FROM t)sql"}) {
    EXPECT_NE(refused(sql).find("DISTINCT, FILTER, ORDER BY and OVER"), std::string::npos) << sql;
  }
}

TEST(FunctionLibrary, CirclesAreRefused) {
  EXPECT_EQ(refusal({function("ping", {"x"}, "pong(x)"), function("pong", {"x"}, "ping(x) + 1")}),
            "functions/pong.sql:1:20: error[cycle]: a function cannot be made from itself: ping -> "
            "pong -> ping\n  hint: take one of these calls out\n");
}

TEST(FunctionLibrary, ABodyIsOneExpression) {
  for (const char* body : {"1) FROM (SELECT 2", "1), (2"}) {
    EXPECT_EQ(refusal({function("f", {}, body)}),
              "functions/f.sql:1:20: error[bad-sql]: `f` is not one expression\n  hint: write one "
              "value after AS; a SELECT stands in parentheses\n");
  }
}

TEST(FunctionLibrary, GrowthIsBounded) {
  const std::string refused = refusal({function("d", {"x"}, "x + x + x + x + x + x + x + x + x"),
                                       function("e", {"x"}, "d(d(d(d(d(d(d(x)))))))")});
  EXPECT_NE(refused.find("the statement grows beyond 4.0 MiB"), std::string::npos) << refused;
}

}  // namespace
}  // namespace rhumb
