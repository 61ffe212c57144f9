#include "run/project_lineage.h"

namespace rhumb {

ProjectLineage trace_lineage(const Project& project, const Analysis& analysis,
                             const std::map<std::string, Schema>& schemas,
                             const std::set<std::string>& chosen) {
  ProjectLineage out;
  const FunctionFacts facts;
  for (const std::string& name : analysis.graph.order()) {
    if (!chosen.contains(name)) continue;
    DatasetLineage dataset{
        .name = name, .is_source = project.sources.contains(name), .reads = {}, .lineage = {}};
    const auto schema = schemas.find(name);
    const Schema* output = schema == schemas.end() ? nullptr : &schema->second;
    if (dataset.is_source) {
      for (const Column& column : output == nullptr ? Schema{} : *output)
        dataset.lineage.columns.push_back({.name = column.name});
    } else {
      dataset.reads = analysis.models.at(name).reads;
      dataset.lineage = trace_columns(analysis.models.at(name).tree, schemas, facts, output);
    }
    out.datasets.push_back(std::move(dataset));
  }
  return out;
}

}  // namespace rhumb
