#include "plan/plan.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

/// trips -> groups (partitioned) -> weeks (full); zones joined by `joined` (append over trips).
class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    for (const char* name : {"trips", "zones"}) {
      project.sources[name] = SourceDef{.name = name, .decoder = "csv"};
      looks.sources[name] = {};
      looks.source_definitions[name] = "s";
    }
    add("groups", ModelKind::kPartitioned, {"trips"}, "trips");
    add("joined", ModelKind::kAppend, {"trips", "zones"}, "trips");
    add("weeks", ModelKind::kFull, {"groups"}, "");
    options.selected = {"trips", "zones", "groups", "joined", "weeks"};
  }

  void add(const std::string& name, ModelKind kind, std::vector<std::string> upstream,
           const std::string& driver) {
    project.models[name] = ModelDef{.name = name, .kind = kind, .partition_by = "week"};
    looks.models[name] = ModelLook{
        .definition = "d", .upstream = std::move(upstream), .append_source = driver, .targets = {}};
  }

  /// Everything at version 1, built from version 1.
  void everything_made() {
    for (const char* name : {"trips", "zones"}) {
      looks.versions[name] = {
          .version = 1, .content_version = 1, .definition = "s", .upstream = {}, .inputs = {}};
      looks.sources[name].known_inputs = 3;
    }
    for (const auto& [name, look] : looks.models) {
      VersionLook version{
          .version = 1, .content_version = 1, .definition = "d", .upstream = {}, .inputs = {}};
      for (const std::string& upstream : look.upstream) version.upstream[upstream] = 1;
      looks.versions[name] = version;
    }
  }

  void file_arrives(const std::string& source, const std::string& replaces = "") {
    looks.sources[source].take.push_back({.announcement = {.name = "new.csv", .version = "1"},
                                          .content_hash = "h",
                                          .replaces = replaces});
  }

  Step step(const std::string& name) {
    for (const Step& found :
         make_plan(project, {"trips", "zones", "groups", "joined", "weeks"}, looks, options)
             .steps) {
      if (found.dataset == name) return found;
    }
    ADD_FAILURE() << "no step for " << name;
    return {};
  }

  Project project;
  Looks looks;
  PlanOptions options;
};

TEST_F(PlanTest, FirstRunReadsAndBuildsEverything) {
  file_arrives("trips");
  file_arrives("zones");
  EXPECT_EQ(step("trips").action, Action::kRead);
  EXPECT_EQ(step("trips").reason, "1 file new");
  EXPECT_EQ(step("groups").action, Action::kRebuild);
  EXPECT_EQ(step("groups").reason, "first version");
  EXPECT_EQ(step("weeks").action, Action::kRebuild);
}

TEST_F(PlanTest, ReadingAnewSaysWhichRowsLeave) {
  everything_made();
  file_arrives("trips");
  looks.sources["trips"].gone = {"2023.csv"};
  looks.sources["trips"].gone_rows = 1200;
  EXPECT_TRUE(step("trips").notes.empty()) << "a missing file keeps its rows";
  looks.source_definitions["trips"] = "another";
  EXPECT_EQ(step("trips").reason, "the source's definition changed: 1 file read anew");
  ASSERT_EQ(step("trips").notes.size(), 1U);
  EXPECT_EQ(step("trips").notes[0],
            "1,200 rows leave: 1 file read before is no longer there (2023.csv). To keep them, put "
            "the files back before the run, or leave the source as it was");
  looks.sources["trips"].gone = {"a", "b", "c", "d"};
  EXPECT_NE(step("trips").notes[0].find("4 files read before are no longer there (a, b, c, ...)"),
            std::string::npos);
}

TEST_F(PlanTest, ReadingAnewWithoutAnyFileKeepsTheRows) {
  everything_made();
  looks.source_definitions["trips"] = "another";
  EXPECT_EQ(step("trips").action, Action::kSkip);
  EXPECT_EQ(step("trips").reason,
            "the source's definition changed, but none of its files is there: its rows stay as "
            "read");
}

TEST_F(PlanTest, NothingChangedMeansNothingToDoAndSaysWhy) {
  everything_made();
  EXPECT_EQ(step("trips").action, Action::kSkip);
  EXPECT_EQ(step("trips").reason, "no new inputs; 3 already read");
  EXPECT_EQ(step("joined").action, Action::kSkip);
  EXPECT_EQ(step("joined").reason, "built from trips v1, zones v1");
  EXPECT_FALSE(make_plan(project, {"trips", "zones", "groups", "joined", "weeks"}, looks, options)
                   .changes_something());
}

TEST_F(PlanTest, NewRowsRebuildOnlyWhatTheyTouch) {
  everything_made();
  file_arrives("trips");
  EXPECT_EQ(step("groups").action, Action::kPartitions);
  EXPECT_EQ(step("joined").action, Action::kAppend);
  EXPECT_EQ(step("joined").reason, "new rows in trips");
  EXPECT_EQ(step("weeks").action, Action::kRebuild);
  EXPECT_EQ(step("weeks").reason, "groups changed");
}

TEST_F(PlanTest, AChangedJoinPartnerRebuildsAnAppendedModel) {
  everything_made();
  file_arrives("zones");
  EXPECT_EQ(step("groups").action, Action::kSkip);
  EXPECT_EQ(step("joined").action, Action::kRebuild);
  EXPECT_EQ(step("joined").reason, "zones changed, and every row is joined with it");
}

TEST_F(PlanTest, ReplacedRowsLeaveAnAppendedModelOnlyByRebuildingIt) {
  everything_made();
  file_arrives("trips", "old-id");
  EXPECT_EQ(step("trips").reason, "1 file with new content; 3 already read");
  EXPECT_EQ(step("joined").action, Action::kRebuild);
  EXPECT_EQ(step("groups").action, Action::kPartitions);
}

TEST_F(PlanTest, ARunThatWasCutShortIsNoticedByVersions) {
  everything_made();
  looks.versions["trips"].version = 2;  // committed, but nothing was built from it
  EXPECT_EQ(step("groups").action, Action::kPartitions);
  EXPECT_EQ(step("weeks").reason, "groups changed");
}

TEST_F(PlanTest, AChangedDefinitionRebuilds) {
  everything_made();
  looks.models["groups"].definition = "other";
  EXPECT_EQ(step("groups").action, Action::kRebuild);
  EXPECT_EQ(step("groups").reason, "the model's definition changed");
  looks.source_definitions["trips"] = "other";
  file_arrives("trips");
  EXPECT_TRUE(step("trips").fresh);
  EXPECT_EQ(step("joined").reason, "trips is read anew");
}

TEST_F(PlanTest, ATargetThatLagsIsPublishedToWithoutBuilding) {
  everything_made();
  looks.models["weeks"].targets = {
      {.description = "v in w", .visible = std::nullopt, .notes = {}, .breaking = {}}};
  EXPECT_EQ(step("weeks").action, Action::kPublish);
  EXPECT_EQ(step("weeks").reason, "not yet in its target");
  looks.models["weeks"].targets[0].visible = 1;
  EXPECT_EQ(step("weeks").action, Action::kSkip);
}

TEST_F(PlanTest, ARollbackIsNotUndone) {
  everything_made();
  looks.versions["weeks"].version = 3;
  looks.versions["weeks"].content_version = 1;
  looks.models["weeks"].targets = {
      {.description = "v in w", .visible = 1, .notes = {}, .breaking = {}}};
  EXPECT_EQ(step("weeks").action, Action::kSkip);
}

TEST_F(PlanTest, NothingIsAddedToARollback) {
  everything_made();
  looks.versions["groups"].version = 4;
  file_arrives("trips");
  EXPECT_EQ(step("groups").action, Action::kRebuild);
  EXPECT_EQ(step("groups").reason,
            "trips changed, and the visible version is a rollback that lacks later rows");
}

TEST_F(PlanTest, BackfillNamesItsRange) {
  everything_made();
  options.from = "2024-01-01";
  EXPECT_EQ(step("groups").action, Action::kPartitions);
  EXPECT_EQ(step("groups").reason, "asked for: week from 2024-01-01 to the last");
}

TEST_F(PlanTest, TablesAreReadWhenTheyChanged) {
  everything_made();
  looks.sources["zones"].table =
      Observation{.changed = false, .fingerprint = "f", .reason = "unchanged: counters equal"};
  EXPECT_EQ(step("zones").action, Action::kSkip);
  EXPECT_EQ(step("zones").reason, "unchanged: counters equal");
  looks.sources["zones"].table->changed = true;
  EXPECT_EQ(step("zones").action, Action::kRead);
  EXPECT_EQ(step("zones").fingerprint, "f");
  options.rebuild = {"zones"};
  looks.sources["zones"].table->changed = false;
  EXPECT_EQ(step("zones").action, Action::kRead);
  EXPECT_EQ(step("zones").reason, "asked for");
}

TEST_F(PlanTest, OnlySelectedDatasetsAreInThePlan) {
  everything_made();
  options.selected = {"weeks"};
  looks.versions["groups"].version = 2;
  EXPECT_EQ(step("weeks").action, Action::kRebuild);
}

}  // namespace
}  // namespace rhumb
