#include "run/erase_reach.h"

#include <algorithm>
#include <map>

#include "state/erasure.h"

namespace rhumb {
namespace {

using Reads = std::map<std::string, std::set<std::string>>;

/// What each dataset's kept versions were made from, and what its model reads today.
Result<Reads> all_reads(State& state, const Project& project, const Analysis& analysis) {
  Reads reads;
  RHUMB_ASSIGN(const std::vector<std::string> datasets, state.datasets());
  for (const std::string& dataset : datasets) {
    std::set<std::string>& read = reads[dataset];
    RHUMB_ASSIGN(const std::vector<Manifest> versions, state.versions(dataset));
    for (const Manifest& version : versions) {
      for (const auto& [upstream, number] : version.upstream) read.insert(upstream);
    }
    if (!project.models.contains(dataset)) continue;
    const std::vector<std::string>& stored = analysis.models.at(dataset).stored;
    read.insert(stored.begin(), stored.end());
  }
  return reads;
}

std::set<std::string> reached_from(const std::string& source, const Reads& reads) {
  std::set<std::string> reached{source};
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& [dataset, read] : reads) {
      const bool reads_some = std::any_of(read.begin(), read.end(), [&](const std::string& each) {
        return reached.contains(each);
      });
      if (reads_some) grows = reached.insert(dataset).second || grows;
    }
  }
  return reached;
}

bool is_stored_model(const Project& project, const std::string& name) {
  const auto model = project.models.find(name);
  return model != project.models.end() && model->second.kind != ModelKind::kView;
}

}  // namespace

std::set<std::string> EraseReach::datasets() const {
  std::set<std::string> all = others;
  all.insert(models.begin(), models.end());
  all.insert(gone.begin(), gone.end());
  all.insert(source);
  return all;
}

Result<EraseReach> erase_reach(State& state, const Project& project, const Analysis& analysis,
                               const std::string& source) {
  RHUMB_ASSIGN(const Reads reads, all_reads(state, project, analysis));
  std::set<std::string> reached = reached_from(source, reads);
  reached.erase(source);
  EraseReach reach{.source = source, .models = {}, .gone = {}, .others = {}};
  for (const std::string& name : analysis.graph.order()) {
    if (is_stored_model(project, name) && reached.erase(name) > 0) reach.models.push_back(name);
  }
  for (const std::string& name : reached) {
    if (project.sources.contains(name)) {
      reach.others.insert(name);
    } else {
      reach.gone.push_back(name);
    }
  }
  return reach;
}

Result<bool> holds_unknown_rows(State& state, const EraseReach& reach) {
  const std::set<std::string> datasets = reach.datasets();
  std::map<std::string, std::vector<Manifest>> kept;
  std::set<RetiredVersion> there;
  for (const std::string& dataset : datasets) {
    RHUMB_ASSIGN(kept[dataset], state.versions(dataset));
    for (const Manifest& version : kept[dataset]) there.insert({dataset, version.version});
  }
  for (const auto& [dataset, versions] : kept) {
    for (const Manifest& version : versions) {
      if (version.rolled_back_to) return true;
      for (const auto& [upstream, number] : version.upstream) {
        if (datasets.contains(upstream) && !there.contains({upstream, number})) return true;
      }
    }
  }
  return false;
}

}  // namespace rhumb
