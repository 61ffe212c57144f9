#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "component/source.h"
#include "project/project.h"

namespace rhumb {

/// What happens to one announced input of a source.
struct InputStep {
  Announcement announcement;
  std::string content_hash;
  std::string replaces;  ///< ledger id of the input whose rows leave; "" = none
  std::string reason;
};

/// What a look at a source found; gathered by run/ before planning.
struct SourceLook {
  std::vector<InputStep> take;       ///< files to read
  std::vector<std::string> notes;    ///< inputs left alone that deserve a word
  uint64_t known_inputs = 0;         ///< inputs already taken in
  std::vector<std::string> gone;     ///< of those, the names that are no longer there
  uint64_t gone_rows = 0;            ///< rows of theirs in the newest version
  std::optional<Observation> table;  ///< tables
};

/// What is known about a dataset's newest version; gathered by run/ before planning.
struct VersionLook {
  uint64_t version = 0;
  uint64_t content_version = 0;  ///< what targets show: differs from `version` after a rollback
  uint64_t rows = 0;
  std::string definition;
  std::map<std::string, uint64_t> upstream;
  std::set<std::string> inputs;  ///< ledger ids
};

/// A target as it is now. `lag` is set when it shows another version than the store.
struct TargetLook {
  std::string description;
  std::optional<uint64_t> visible;
  std::vector<std::string> notes;
  std::vector<std::string> breaking;
  std::string move = "";  ///< why it is published to even when it shows the right version
};

/// A model with what its SQL says.
struct ModelLook {
  std::string definition;             ///< hash of its SQL and its front matter
  std::vector<std::string> upstream;  ///< stored datasets it reads, views resolved
  std::string append_source;          ///< append, partitioned: the dataset whose new rows drive it
  std::vector<TargetLook> targets;    ///< in the order of ModelDef::publish
};

/// Everything the planner looks at. Plain data: no sockets, no engine, no clock.
struct Looks {
  std::map<std::string, SourceLook> sources;
  std::map<std::string, VersionLook> versions;  ///< by dataset; absent = never made
  std::map<std::string, ModelLook> models;
  std::map<std::string, std::string> source_definitions;
};

enum class Action : uint8_t {
  kSkip,
  kRead,        ///< source: take in new inputs, or a new snapshot
  kRebuild,     ///< model: everything
  kAppend,      ///< model: only the rows of new inputs
  kPartitions,  ///< model: only touched partitions
  kPublish,     ///< model: nothing to build, but a target shows another version
  kView,        ///< model: not stored
};
[[nodiscard]] const char* action_name(Action action);

/// One line of the plan. `reason` says why, in the place where it was decided.
struct Step {
  std::string dataset;
  bool is_source = false;
  Action action = Action::kSkip;
  std::string reason;
  std::vector<InputStep> inputs;    ///< kRead of files
  bool fresh = false;               ///< kRead: forget what was read, start anew
  std::string fingerprint;          ///< kRead of a table: kept for the next look
  uint64_t base_version = 0;        ///< newest version now, 0 = none
  std::vector<TargetLook> targets;  ///< to be published to
  std::vector<std::string> notes;
};

struct Plan {
  std::string environment;
  std::vector<Step> steps;  ///< sources first, then models, each after what it reads
  [[nodiscard]] bool changes_something() const;
};

struct PlanOptions {
  std::string environment = "prod";
  std::set<std::string> selected;  ///< datasets to consider
  std::set<std::string> rebuild;   ///< datasets whose models are rebuilt whatever is known
  std::string from, to;            ///< backfill of partitioned models: range of partition values
};

/// Decides what to do and why. Pure: the same looks give the same plan. `order` lists all datasets,
/// each after what it reads. O(datasets + edges).
[[nodiscard]] Plan make_plan(const Project& project, const std::vector<std::string>& order,
                             const Looks& looks, const PlanOptions& options);

}  // namespace rhumb
