#include <gtest/gtest.h>

#include "project/project_on_disk.h"

namespace rhumb {
namespace {

// The four kinds of file in one project: zones from a database, trips from files, two models,
// tests.
ProjectOnDisk& write_views(ProjectOnDisk& disk) {
  disk.write("rhumb.yaml", R"(
rhumb: 1
name: views
timezone: America/New_York
memory_limit: 4 GiB
threads: 2
connections:
  warehouse: { postgres: "${WAREHOUSE_URL}" }
  other:
    postgres: { url: "file:secrets/other" }
environments:
  dev: { suffix: _dev, sample: 1% }
  test: {}
vars: { first_day: 2024-01-01, limit: 5 }
)");
  disk.write("sources/zones.yaml", R"(
read: { postgres: { connection: warehouse, table: public.zones } }
changed_when: max(updated_at)
)");
  disk.write("sources/trips.yaml", R"(
description: One trip.
read: { directory: { path: landing, files: "*.csv" } }
decode: { csv: {} }
columns:
  region: text
  origin:      { type: point, crs: 4326, from: origin_coord, extent: [7.6, 44.9, 10.1, 53.7] }
  destination: { type: point, crs: "EPSG:3857", lon: d_lon, lat: d_lat, allow_null_island: true }
  started_at:  { type: timestamp, from: [datetime, start], format: "%d/%m/%Y" }
  fare:        { type: double, min: 0, max: 1e3, unit: EUR, nullable: false }
bad_rows: { quarantine: true, stop_above: 2.5% }
same_bytes: skip
tags: [nightly, raw]
)");
  disk.write("models/weekly.sql", R"(-- ---
-- description: Trips per zone and week.
-- kind: partitioned
-- partition_by: week
-- key: [zone_id, week]
-- when: [changed, every: 15 minutes]
-- crs: EPSG:25832
-- assert:
--   - min_rows: 1000
--   - conserves: { source: trips, lost: 1%, doubled: 0 }
--   - geometry: { column: geom, crs: EPSG:25832 }
--   - sql: "SELECT * FROM weekly WHERE trips < 0;"
-- publish:
--   to: warehouse
--   view: analytics.vw_weekly
--   table: analytics.weekly_v{version}
--   indexes: [[week], [zone_id, week]]
--   keep: 0
-- ---
SELECT z.zone_id, date_trunc('week', t.started_at) AS week, count(*) AS trips
FROM trips AS t
JOIN zones AS z ON ST_Contains(z.geom, t.origin)
GROUP BY 1, 2;
)");
  disk.write("models/nested/folder/busy.sql", "SELECT * FROM weekly WHERE trips > 100");
  disk.write("models/nested/folder/busy.yaml", "kind: view\ntags: nightly\nwhen: changed\n");
  disk.write("functions/speed.sql", "-- km/h\nspeed(m, s) AS m / s * 3.6;\n");
  disk.write("tests/weekly.yaml", R"(
one trip in one zone:
  given:
    zones: |
      zone_id | geom
      1       | POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))
    trips: |
      started_at       | fare | origin
      2024-01-02 08:30 | 12.5 | POINT(0.5 0.5)
                       | ""   |
  expect: |
    zone_id | week       | trips
    1       | 2024-01-01 | 1
nothing at all:
  model: busy
  expect: zone_id | trips
)");
  disk.write("endpoints/weekly_average.sql", "-- ---\n-- anything: goes\n-- ---\nSELECT $region\n");
  return disk.write("models/README.md", "not a model")
      .write("models/.hidden.sql", "not one either");
}

Project load(const ProjectOnDisk& disk) {
  auto loaded = disk.load();
  EXPECT_TRUE(std::holds_alternative<Project>(loaded)) << disk.errors();
  return std::holds_alternative<Project>(loaded) ? std::get<Project>(std::move(loaded)) : Project{};
}

class Views : public testing::Test {
 protected:
  ProjectOnDisk disk;
  Project project = load(write_views(disk));
};

TEST_F(Views, Settings) {
  EXPECT_EQ(project.name, "views");
  EXPECT_EQ(project.timezone, "America/New_York");
  EXPECT_EQ(project.srid, 4326);
  EXPECT_EQ(project.memory_limit, 4294967296U);
  EXPECT_EQ(project.threads, 2);
  EXPECT_EQ(project.root, disk.root());
  EXPECT_EQ(project.store, disk.root() / ".rhumb");
  EXPECT_EQ(project.vars,
            (std::map<std::string, std::string>{{"first_day", "2024-01-01"}, {"limit", "5"}}));
}

TEST_F(Views, ConnectionsAndEnvironments) {
  ASSERT_EQ(project.connections.size(), 2U);
  const Connection& warehouse = project.connections.at("warehouse");
  EXPECT_EQ(warehouse.kind, "postgres");
  EXPECT_EQ(warehouse.config["url"].text(), "${WAREHOUSE_URL}") << "the short form is the url";
  EXPECT_EQ(warehouse.config["url"].place(), (Place{"rhumb.yaml", 8, 26}));
  EXPECT_EQ(warehouse.place, (Place{"rhumb.yaml", 8, 3}));
  EXPECT_EQ(project.connections.at("other").config["url"].text(), "file:secrets/other");
  ASSERT_EQ(project.environments.size(), 3U);
  EXPECT_EQ(project.environments.at("prod").suffix, "");
  EXPECT_EQ(project.environments.at("prod").sample, 1);
  EXPECT_EQ(project.environments.at("dev").suffix, "_dev");
  EXPECT_EQ(project.environments.at("dev").sample, 0.01);
  EXPECT_EQ(project.environments.at("test").suffix, "_test");
  EXPECT_EQ(project.environments.at("test").sample, 1);
}

TEST_F(Views, Sources) {
  ASSERT_EQ(project.sources.size(), 2U);
  const SourceDef& zones = project.sources.at("zones");
  EXPECT_TRUE(zones.is_table());
  EXPECT_EQ(zones.kind, "postgres");
  EXPECT_EQ(zones.changed_when, "max(updated_at)");
  EXPECT_EQ(zones.read["table"].text(), "public.zones");
  const SourceDef& trips = project.sources.at("trips");
  EXPECT_FALSE(trips.is_table());
  EXPECT_EQ(trips.decoder, "csv");
  EXPECT_EQ(trips.decode["delimiter"].text(), "auto");
  EXPECT_EQ(trips.bad_rows.stop_above, 0.025);
  EXPECT_EQ(trips.same_bytes, SameBytes::kSkip);
  EXPECT_EQ(trips.tags, (std::vector<std::string>{"nightly", "raw"}));
  EXPECT_EQ(trips.changed_when, "");
  EXPECT_EQ(trips.place, (Place{"sources/trips.yaml", 1, 1}));
}

TEST_F(Views, Columns) {
  const auto& columns = project.sources.at("trips").columns;
  ASSERT_EQ(columns.size(), 5U);
  EXPECT_EQ(columns[0].column, (Column{"region", {TypeId::kText}, true}));
  EXPECT_EQ(columns[1].from, std::vector<std::string>{"origin_coord"});
  EXPECT_EQ(columns[1].extent, (Box{7.6, 44.9, 10.1, 53.7}));
  EXPECT_EQ(columns[1].column.type.srid, 4326);
  EXPECT_EQ(columns[2].column.type.srid, 3857);
  EXPECT_EQ(columns[2].lon + columns[2].lat, "d_lond_lat");
  EXPECT_TRUE(columns[2].allow_null_island);
  EXPECT_EQ(columns[3].from, (std::vector<std::string>{"datetime", "start"}));
  EXPECT_EQ(columns[3].time_format, "%d/%m/%Y");
  EXPECT_EQ(columns[4].min, 0);
  EXPECT_EQ(columns[4].max, 1000);
  EXPECT_EQ(columns[4].unit, "EUR");
  EXPECT_FALSE(columns[4].column.nullable);
}

TEST_F(Views, ModelsWithFrontMatter) {
  const ModelDef& weekly = project.models.at("weekly");
  EXPECT_EQ(weekly.kind, ModelKind::kPartitioned);
  EXPECT_EQ(weekly.partition_by, "week");
  EXPECT_EQ(weekly.key, (std::vector<std::string>{"zone_id", "week"}));
  EXPECT_EQ(weekly.triggers, (std::vector<std::string>{"changed", "every 15 minutes"}));
  EXPECT_EQ(weekly.srid, 25832);
  EXPECT_TRUE(weekly.sql.starts_with("SELECT z.zone_id"));
  EXPECT_TRUE(weekly.sql.ends_with("GROUP BY 1, 2"));
  EXPECT_EQ(weekly.sql_place, (Place{"models/weekly.sql", 20, 1}));
  EXPECT_EQ(weekly.place_in_sql(3, 9), (Place{"models/weekly.sql", 22, 9}));
  ASSERT_EQ(weekly.publish.size(), 1U);
  EXPECT_EQ(weekly.publish[0].to, "warehouse");
  EXPECT_EQ(weekly.publish[0].config["keep"].as_integer(), 0);
  EXPECT_EQ(weekly.publish[0].config["view"].place(), (Place{"models/weekly.sql", 15, 12}));
}

TEST_F(Views, AssertsAndTheGuardsOfAPublishedModel) {
  const auto& asserts = project.models.at("weekly").asserts;
  ASSERT_EQ(asserts.size(), 5U);
  EXPECT_EQ(asserts[0].kind, "min_rows");
  EXPECT_EQ(asserts[0].config.as_integer(), 1000);
  EXPECT_EQ(asserts[0].place, (Place{"models/weekly.sql", 9, 8}));
  EXPECT_EQ(asserts[1].config["lost"].as_fraction(), 0.01);
  EXPECT_EQ(asserts[2].config["crs"].as_integer(), 25832) << "EPSG: is taken off";
  EXPECT_TRUE(asserts[2].config["valid"].as_bool());
  EXPECT_EQ(asserts[3].config.text(), "SELECT * FROM weekly WHERE trips < 0");
  EXPECT_EQ(asserts[4].kind, "max_shrink") << "min_rows was given, so only this one is added";
  EXPECT_EQ(asserts[4].config.as_fraction(), 0.5);
  EXPECT_TRUE(project.models.at("busy").asserts.empty()) << "not published";
}

TEST_F(Views, KeysBesideTheFile) {
  const ModelDef& busy = project.models.at("busy");
  EXPECT_EQ(busy.kind, ModelKind::kView);
  EXPECT_EQ(busy.tags, std::vector<std::string>{"nightly"});
  EXPECT_EQ(busy.triggers, std::vector<std::string>{"changed"});
  EXPECT_EQ(busy.place, (Place{"models/nested/folder/busy.sql", 1, 1}));
  EXPECT_EQ(busy.sql_place, (Place{"models/nested/folder/busy.sql", 1, 1}));
  EXPECT_EQ(project.models.size(), 2U);
}

TEST_F(Views, FunctionsAndTests) {
  ASSERT_EQ(project.functions.size(), 1U);
  EXPECT_EQ(project.functions[0].name, "speed");
  EXPECT_EQ(project.functions[0].parameters, (std::vector<std::string>{"m", "s"}));
  EXPECT_EQ(project.functions[0].expression, "m / s * 3.6");
  EXPECT_EQ(project.functions[0].place, (Place{"functions/speed.sql", 2, 1}));
  EXPECT_EQ(project.functions[0].expression_place, (Place{"functions/speed.sql", 2, 16}));
  ASSERT_EQ(project.tests.size(), 2U);
  const TestDef& test = project.tests[0];
  EXPECT_EQ(test.name, "one trip in one zone");
  EXPECT_EQ(test.model, "weekly");
  EXPECT_EQ(test.place, (Place{"tests/weekly.yaml", 2, 1}));
  ASSERT_EQ(test.given.size(), 2U);
  const GivenTable& trips = test.given[1];
  EXPECT_EQ(trips.name, "trips");
  EXPECT_EQ(trips.place, (Place{"tests/weekly.yaml", 7, 5}));
  EXPECT_TRUE(trips.is_null(1, 0));
  EXPECT_FALSE(trips.is_null(1, 1));
  EXPECT_TRUE(trips.is_null(1, 2));
  EXPECT_EQ(test.expect.columns, (std::vector<std::string>{"zone_id", "week", "trips"}));
  EXPECT_EQ(project.tests[1].model, "busy");
  EXPECT_TRUE(project.tests[1].expect.rows.empty());
}

TEST(LoadProject, TheSmallestProject) {
  ProjectOnDisk disk;
  const Project project = load(disk.write("rhumb.yaml", "rhumb: 1\n"));
  EXPECT_EQ(project.name, disk.root().filename().string());
  EXPECT_EQ(project.timezone, "UTC");
  EXPECT_TRUE(project.models.empty());
  EXPECT_EQ(project.environments.size(), 1U);
}

TEST(LoadProject, APublishedModelIsGuardedByDefault) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\nconnections: { w: { postgres: \"${U}\" } }\n");
  disk.write("models/m.sql",
             "-- ---\n-- publish: [{ to: w, view: a }, { to: w, view: b }]\n-- ---\nSELECT 1\n");
  const ModelDef model = load(disk).models.at("m");
  EXPECT_EQ(model.publish.size(), 2U);
  ASSERT_EQ(model.asserts.size(), 2U);
  EXPECT_EQ(model.asserts[0].kind, "min_rows");
  EXPECT_EQ(model.asserts[0].config.as_integer(), 1);
  EXPECT_EQ(model.asserts[1].kind, "max_shrink");
  EXPECT_EQ(model.asserts[0].place, (Place{"models/m.sql", 2, 4}));
}

TEST(LoadProject, FrontMatterAndFileMayShareTheKeys) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n");
  disk.write("models/m.sql", "-- ---\n-- kind: append\n-- ---\nSELECT 1\n")
      .write("models/m.yaml", "tags: [a]\n");
  const ModelDef model = load(disk).models.at("m");
  EXPECT_EQ(model.kind, ModelKind::kAppend);
  EXPECT_EQ(model.tags, std::vector<std::string>{"a"});
}

TEST(LoadProject, ByteOrderMarksAndWindowsLineEndsChangeNothing) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "\xEF\xBB\xBFrhumb: 1\r\nname: views\r\n");
  disk.write("models/m.sql", "\xEF\xBB\xBF-- ---\r\n-- kind: append\r\n-- ---\r\nSELECT 1\r\n");
  const Project project = load(disk);
  EXPECT_EQ(project.name, "views");
  EXPECT_EQ(project.models.at("m").kind, ModelKind::kAppend);
  EXPECT_EQ(project.models.at("m").sql, "SELECT 1");
}

TEST(LoadProject, AnAbsoluteStoreIsTakenAsItIs) {
  ProjectOnDisk disk;
  EXPECT_EQ(load(disk.write("rhumb.yaml", "rhumb: 1\nstore: /var/lib/x\n")).store, "/var/lib/x");
  EXPECT_EQ(load(disk.write("rhumb.yaml", "rhumb: 1\nstore: ../x\n")).store,
            disk.root().parent_path() / "x");
}

TEST(FindProject, LooksUpwards) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n").write("models/deep/m.sql", "SELECT 1");
  for (const char* from : {"", "models", "models/deep", "models/deep/m.sql", "models/../models"}) {
    const auto found = find_project(disk.root() / from);
    ASSERT_TRUE(found.ok()) << from;
    EXPECT_EQ(std::filesystem::weakly_canonical(*found),
              std::filesystem::weakly_canonical(disk.root()));
  }
  ProjectOnDisk empty;
  const auto missing = find_project(empty.root());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kNoProject);
}

TEST(PlaceInSql, OnlyTheFirstLineIsMovedSideways) {
  ModelDef model;
  model.sql_place = {"m.sql", 7, 5};
  EXPECT_EQ(model.place_in_sql(1, 1), (Place{"m.sql", 7, 5}));
  EXPECT_EQ(model.place_in_sql(1, 4), (Place{"m.sql", 7, 8}));
  EXPECT_EQ(model.place_in_sql(3, 4), (Place{"m.sql", 9, 4}));
}

}  // namespace
}  // namespace rhumb
