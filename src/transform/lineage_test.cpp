#include "transform/lineage.h"

#include <map>

#include <gtest/gtest.h>

#include "base/text.h"
#include "transform/test_trees.h"

namespace rhumb {
namespace {

using Lines = std::vector<std::string>;

const Schemas& schemas() {
  const auto column = [](const char* name, TypeId id) { return Column{name, Type{.id = id}}; };
  static const Schemas kSchemas{
      {"trips",
       {column("id", TypeId::kInteger), column("fare", TypeId::kDouble),
        column("started_at", TypeId::kTimestamp), column("zone", TypeId::kInteger),
        column("note", TypeId::kText)}},
      {"zones",
       {column("zone_id", TypeId::kInteger), column("name", TypeId::kText),
        column("geom", TypeId::kGeometry)}},
      {"riders", {column("id", TypeId::kInteger), column("name", TypeId::kText)}}};
  return kSchemas;
}

ModelLineage trace(const std::string& sql, const Schema* output = nullptr) {
  return trace_columns(parsed(sql), schemas(), FunctionFacts(), output);
}

/// `name = dataset.column kind, ...`, or `name ? reason`.
Lines columns(const ModelLineage& lineage) {
  Lines out;
  for (const ColumnLineage& column : lineage.columns) {
    if (!column.unknown.empty()) {
      out.push_back(column.name + " ? " + column.unknown);
      continue;
    }
    Lines from;
    for (const ColumnSource& source : column.from) {
      from.push_back(source.dataset + "." + source.column + " " + lineage_kind_name(source.kind));
    }
    if (from.empty()) from.emplace_back(lineage_kind_name(column.kind));
    out.push_back(column.name + " = " + join(from, ", "));
  }
  return out;
}

Lines columns(const std::string& sql) {
  return columns(trace(sql));
}

Lines rows(const std::string& sql) {
  Lines out;
  const ModelLineage lineage = trace(sql);
  EXPECT_EQ(lineage.rows_unknown, "");
  for (const DecidingColumn& row : lineage.rows) {
    out.push_back(row.dataset + "." + row.column + " " + row_role_name(row.role));
  }
  return out;
}

TEST(Lineage, Kinds) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT id, fare AS f, fare + 1 AS g, CAST(fare AS INTEGER) AS h, sum(fare) AS s, count(*) AS n,
  lag(fare) OVER (PARTITION BY zone ORDER BY id) AS l, 7 AS k, max(fare + zone) - 1 AS m, current_date AS d FROM Trips AS t)sql"),
      (Lines{"id = trips.id copied", "f = trips.fare copied", "g = trips.fare computed",
             "h = trips.fare computed", "s = trips.fare aggregated", "n = aggregated",
             "l = trips.fare aggregated, trips.id aggregated, trips.zone aggregated",
             "k = computed", "m = trips.fare aggregated, trips.zone aggregated", "d = computed"}));
}

TEST(Lineage, TheFirstSystem) {
  const std::string sql = R"sql(SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone,
       date_trunc('week', t.started_at) AS week, count(*) AS trips, avg(t.fare) AS avg_fare
FROM trips AS t JOIN zones AS p ON ST_Contains(p.geom, t.note) JOIN zones AS d ON ST_Contains(d.geom, t.zone)
GROUP BY 1, 2, 3)sql";
  EXPECT_EQ(columns(sql),
            (Lines{"pickup_zone = zones.zone_id copied", "dropoff_zone = zones.zone_id copied",
                   "week = trips.started_at computed", "trips = aggregated",
                   "avg_fare = trips.fare aggregated"}));
  EXPECT_EQ(rows(sql), (Lines{"trips.note join", "trips.started_at group", "trips.zone join",
                              "zones.geom join", "zones.zone_id group"}));
}

TEST(Lineage, Stars) {
  EXPECT_EQ(
      columns(R"sql(SELECT * EXCLUDE (note, started_at) REPLACE (fare * 2 AS fare) FROM trips)sql"),
      (Lines{"id = trips.id copied", "fare = trips.fare computed", "zone = trips.zone copied"}));
  EXPECT_EQ(
      columns(
          R"sql(SELECT r.* RENAME (name AS rider), z.* EXCLUDE (geom) FROM riders r, zones z)sql"),
      (Lines{"id = riders.id copied", "rider = riders.name copied",
             "zone_id = zones.zone_id copied", "name = zones.name copied"}));
  EXPECT_EQ(columns(R"sql(FROM riders)sql"),
            (Lines{"id = riders.id copied", "name = riders.name copied"}));
  EXPECT_EQ(columns(R"sql(SELECT * EXCLUDE (z.name) FROM riders r, zones z)sql"),
            (Lines{"id = riders.id copied", "name = riders.name copied",
                   "zone_id = zones.zone_id copied", "geom = zones.geom copied"}));
}

TEST(Lineage, ColumnsExpressions) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT min(COLUMNS('are|note$')), COLUMNS(['ID']) + 1, coalesce(*COLUMNS('zone|id')) AS c FROM trips)sql"),
      (Lines{"fare = trips.fare aggregated", "note = trips.note aggregated",
             "id = trips.id computed", "c = trips.id computed, trips.zone computed"}));
  const ModelLineage open =
      trace(R"sql(SELECT id, COLUMNS(c -> c LIKE 'f%'), * LIKE 'n%' FROM trips)sql");
  EXPECT_EQ(columns(open), Lines{"id = trips.id copied"});
  EXPECT_NE(open.columns_unknown, "");
  // Groups in the pattern are more than we follow.
  EXPECT_NE(trace(R"sql(SELECT COLUMNS('^(f|z)') FROM trips)sql").columns_unknown, "");
}

TEST(Lineage, UsingAndNatural) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT id, trips.id AS a, riders.id AS b FROM trips LEFT JOIN riders USING (id))sql"),
      (Lines{"id = trips.id copied", "a = trips.id copied", "b = riders.id copied"}));
  EXPECT_EQ(columns(R"sql(SELECT id FROM trips RIGHT JOIN riders USING (id))sql"),
            Lines{"id = riders.id copied"});
  EXPECT_EQ(columns(R"sql(SELECT id FROM trips FULL JOIN riders USING (id))sql"),
            Lines{"id = riders.id computed, trips.id computed"});
  EXPECT_EQ(
      columns(R"sql(SELECT * EXCLUDE (note, fare, started_at) FROM trips NATURAL JOIN riders)sql"),
      (Lines{"id = trips.id copied", "zone = trips.zone copied", "name = riders.name copied"}));
  EXPECT_EQ(rows(R"sql(SELECT 1 FROM trips NATURAL JOIN riders)sql"),
            (Lines{"riders.id join", "trips.id join"}));
  EXPECT_EQ(rows(R"sql(SELECT fare FROM trips SEMI JOIN riders USING (id))sql"),
            (Lines{"riders.id join", "trips.id join"}));
}

TEST(Lineage, AmbiguousAndMissingNamesAreUnknown) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT name, nope, riders.nope AS a, x.id AS b, lower(name) AS c FROM zones, riders)sql"),
      (Lines{"name ? 'name' is a column of zones and of riders",
             "nope ? no column 'nope' is in reach", "a ? no column 'riders.nope' is in reach",
             "b ? no column 'x.id' is in reach", "c ? 'name' is a column of zones and of riders"}));
}

TEST(Lineage, UnknownSchemas) {
  // Behind its own table's name a column is known even when the schema is not.
  EXPECT_EQ(columns(R"sql(SELECT m.a, b, fare, t.id FROM missing AS m, trips AS t)sql"),
            (Lines{"a = missing.a copied", "b ? the columns of missing are not known",
                   "fare = trips.fare copied", "id = trips.id copied"}));
  const ModelLineage star = trace(R"sql(SELECT * FROM missing)sql");
  EXPECT_TRUE(star.columns.empty());
  EXPECT_EQ(star.columns_unknown, "the columns of missing are not known");
  // NATURAL may merge any column.
  EXPECT_EQ(columns(R"sql(SELECT id FROM trips NATURAL JOIN missing)sql"),
            Lines{"id ? the columns of missing are not known"});
}

TEST(Lineage, CommonTables) {
  EXPECT_EQ(
      columns(
          R"sql(WITH a(x) AS MATERIALIZED (SELECT fare FROM trips WHERE id > 3), b AS (SELECT x + 1 AS y FROM a)
SELECT x, y FROM a, b)sql"),
      (Lines{"x = trips.fare copied", "y = trips.fare computed"}));
  EXPECT_EQ(
      rows(
          R"sql(WITH a AS (SELECT fare FROM trips WHERE id > 3), unused AS (SELECT 1 FROM zones WHERE zone_id = 1) SELECT * FROM a)sql"),
      Lines{"trips.id filter"});
  // A CTE named as a dataset hides it, but not from itself.
  EXPECT_EQ(columns(R"sql(WITH trips AS (SELECT id AS only FROM trips) SELECT * FROM trips)sql"),
            Lines{"only = trips.id copied"});
  EXPECT_EQ(columns(R"sql(WITH RECURSIVE r AS (SELECT id, 1 AS depth FROM trips UNION ALL
SELECT riders.id, depth + 1 FROM r JOIN riders ON riders.id = r.id) SELECT * FROM r)sql"),
            (Lines{"id = riders.id copied, trips.id copied", "depth = computed"}));
}

TEST(Lineage, SetOperations) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT id, note FROM trips UNION ALL SELECT zone_id, upper(name) FROM zones)sql"),
      (Lines{"id = trips.id copied, zones.zone_id copied",
             "note = trips.note copied, zones.name computed"}));
  EXPECT_EQ(
      columns(
          R"sql(SELECT id, note FROM trips UNION ALL BY NAME SELECT name AS note, id FROM riders)sql"),
      (Lines{"id = riders.id copied, trips.id copied",
             "note = riders.name copied, trips.note copied"}));
  EXPECT_EQ(columns(R"sql(SELECT id FROM trips EXCEPT SELECT id FROM riders)sql"),
            Lines{"id = trips.id copied"});
  EXPECT_EQ(rows(R"sql(SELECT id FROM trips EXCEPT SELECT id FROM riders)sql"),
            (Lines{"riders.id filter", "trips.id filter"}));
  EXPECT_NE(
      trace(R"sql(SELECT id FROM trips UNION SELECT id, name FROM riders)sql").columns_unknown, "");
}

TEST(Lineage, SubqueriesInExpressions) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT (SELECT max(zone_id) FROM zones WHERE name = t.note) AS m, EXISTS (SELECT 1 FROM riders r WHERE r.id = t.id) AS e,
  fare IN (SELECT zone_id FROM zones) AS i FROM trips t)sql"),
      (Lines{"m = trips.note computed, zones.name computed, zones.zone_id aggregated",
             "e = riders.id computed, trips.id computed",
             "i = trips.fare computed, zones.zone_id computed"}));
  EXPECT_EQ(
      rows(
          R"sql(SELECT fare FROM trips t WHERE EXISTS (SELECT 1 FROM riders WHERE riders.id = t.id AND note = 'x'))sql"),
      (Lines{"riders.id filter", "trips.id filter", "trips.note filter"}));
}

TEST(Lineage, LateralsAndTableFunctions) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT l.a, u.v, w.unnest, g.i FROM trips t, LATERAL (SELECT name || t.note AS a FROM zones WHERE zone_id = t.zone) AS l,
  unnest([t.fare, t.id]) AS u(v), unnest([l.a]) AS w, range(t.zone) AS g(i))sql"),
      (Lines{"a = trips.note computed, zones.name computed",
             "v = trips.fare computed, trips.id computed",
             "unnest = trips.note computed, zones.name computed", "i = trips.zone computed"}));
  EXPECT_EQ(columns(R"sql(SELECT value, key FROM riders, json_each(name))sql"),
            (Lines{"value = riders.name computed", "key = riders.name computed"}));
  EXPECT_EQ(columns(R"sql(SELECT o.whatever FROM trips, other_function(fare) AS o)sql"),
            Lines{"whatever = trips.fare computed"});
}

TEST(Lineage, ValuesAndDerivedTables) {
  EXPECT_EQ(
      columns(R"sql(SELECT a, b, col0 FROM (VALUES (1, 2)) AS v(a, b), (VALUES (3)) AS w)sql"),
      (Lines{"a = computed", "b = computed", "col0 = computed"}));
  // The second column of a name gets a number.
  EXPECT_EQ(columns(R"sql(SELECT x, x_1 FROM (SELECT 1 AS x, id AS X FROM trips))sql"),
            (Lines{"x = computed", "x_1 = trips.id copied"}));
  EXPECT_EQ(columns(R"sql(SELECT q.n, q.fare FROM (SELECT id, fare FROM trips) AS q(n))sql"),
            (Lines{"n = trips.id copied", "fare = trips.fare copied"}));
}

TEST(Lineage, FieldsAndWholeRows) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT s.a.b, (s).c AS d, s['e'] AS f, r FROM (SELECT {'a': fare} AS s FROM trips), riders AS r)sql"),
      (Lines{"b = trips.fare computed", "d = trips.fare computed", "f = trips.fare computed",
             "r = riders.id computed, riders.name computed"}));
  EXPECT_EQ(columns(R"sql(SELECT main.riders.name FROM main.riders)sql"),
            Lines{"name = riders.name copied"});
}

TEST(Lineage, Lambdas) {
  EXPECT_EQ(
      columns(
          R"sql(SELECT list_transform([fare], fare -> fare + id) AS a, [x + zone for x in [id] if x > 3] AS b,
  list_reduce([id], (p, q) -> p + q) AS c, note -> '$.a' AS d, list_filter([id], lambda y : y > zone) AS e FROM trips)sql"),
      (Lines{"a = trips.fare computed, trips.id computed",
             "b = trips.id computed, trips.zone computed", "c = trips.id computed",
             "d = trips.note computed", "e = trips.id computed, trips.zone computed"}));
}

TEST(Lineage, AliasesOfTheSelectList) {
  EXPECT_EQ(columns(R"sql(SELECT fare AS a, a + 1 AS b, alias.b AS c FROM trips WHERE b > 2)sql"),
            (Lines{"a = trips.fare copied", "b = trips.fare computed", "c = trips.fare computed"}));
  EXPECT_EQ(rows(R"sql(SELECT fare AS a, a + 1 AS b FROM trips WHERE b > 2)sql"),
            Lines{"trips.fare filter"});
  // In WHERE and GROUP BY a column comes before an alias, in ORDER BY after it.
  EXPECT_EQ(
      rows(R"sql(SELECT fare AS id, id AS fare FROM trips WHERE id > 1 ORDER BY fare LIMIT 2)sql"),
      (Lines{"trips.id filter", "trips.id order"}));
}

TEST(Lineage, RolesOfRows) {
  EXPECT_EQ(
      rows(R"sql(SELECT zone, note, count(*) FROM trips GROUP BY ALL HAVING sum(fare) > 3)sql"),
      (Lines{"trips.fare filter", "trips.note group", "trips.zone group"}));
  EXPECT_EQ(rows(R"sql(SELECT zone, count(*) FROM trips GROUP BY 1 ORDER BY 2, id LIMIT 3)sql"),
            (Lines{"trips.id order", "trips.zone group"}));
  EXPECT_EQ(rows(R"sql(SELECT zone FROM trips ORDER BY id)sql"), Lines{});
  EXPECT_EQ(rows(R"sql(SELECT DISTINCT zone FROM trips)sql"), Lines{"trips.zone group"});
  EXPECT_EQ(rows(R"sql(SELECT DISTINCT ON (note) zone FROM trips ORDER BY id)sql"),
            (Lines{"trips.id order", "trips.note group"}));
  EXPECT_EQ(
      rows(
          R"sql(SELECT id FROM trips QUALIFY row_number() OVER (PARTITION BY zone ORDER BY fare) = 1)sql"),
      (Lines{"trips.fare filter", "trips.zone filter"}));
}

TEST(Lineage, PivotIsNotFollowed) {
  const ModelLineage lineage =
      trace(R"sql(SELECT * FROM (PIVOT trips ON zone IN (1, 2) USING sum(fare)))sql");
  EXPECT_EQ(lineage.columns_unknown, "PIVOT is not followed");
  EXPECT_EQ(lineage.rows_unknown, "PIVOT is not followed");
}

TEST(Lineage, TheEnginesNamesAreTaken) {
  const Schema output{{"id", {}}, {"(fare + 1)", {}}};
  EXPECT_EQ(columns(trace(R"sql(SELECT id, fare + 1 FROM trips)sql", &output)),
            (Lines{"id = trips.id copied", "(fare + 1) = trips.fare computed"}));
  const Schema other{{"zone", {}}, {"x", {}}};
  EXPECT_EQ(columns(trace(R"sql(SELECT id, fare + 1 FROM trips)sql", &other)),
            (Lines{"zone ? it was taken for id", "x = trips.fare computed"}));
  const Schema three{{"a", {}}, {"b", {}}, {"c", {}}};
  EXPECT_EQ(columns(trace(R"sql(SELECT id, fare + 1 FROM trips)sql", &three))[0],
            "a ? 2 columns were found, the result has 3");
  EXPECT_EQ(columns(trace(R"sql(SELECT * FROM missing)sql", &other))[1],
            "x ? the columns of missing are not known");
}

TEST(Lineage, DeepTreesAreFollowed) {
  const auto tree = SyntaxTree::parse(nested_tree(1000), "");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(columns(trace_columns(*tree, {{"trips", {{"a", {}}}}}, FunctionFacts())),
            Lines{" = trips.a computed"});
}

}  // namespace
}  // namespace rhumb
