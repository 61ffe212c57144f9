#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/bindings.h"
#include "run/run_context.h"
#include "transform/incremental.h"

namespace rhumb {

/// Rebuilds only some partitions of a model: finds which ones rows touch, lets the model's SQL see
/// only rows that those need, and restricts its result to them.
class PartitionRebuild {
 public:
  /// `upstream` are the schemas of the datasets the model reads.
  static Result<PartitionRebuild> plan(RunContext& context, Bindings& bindings,
                                       const ModelDef& model, const ModelAnalysis& analysis);

  /// Partitions to which rows of `changed` (files that came or left) belong.
  Status find_touched(const Manifest& source, const std::vector<DataFile>& changed);
  /// Partitions of the source's rows from `from` to `to`, both included, "" = open.
  Status find_range(const std::string& from, const std::string& to);

  [[nodiscard]] size_t count() const { return values_.size(); }
  /// True when a file of the model holds rows of a touched partition.
  [[nodiscard]] bool touches(const DataFile& file) const { return names_.contains(file.partition); }

  /// Binds the driving source so that whole row groups that cannot matter are not read.
  Status narrow_source(const Manifest& source);
  /// The model's SQL for the touched partitions alone.
  [[nodiscard]] std::string restricted_sql() const;

 private:
  PartitionRebuild(RunContext& context, Bindings& bindings, const ModelDef& model,
                   PartitionPlan plan)
      : context_(&context), bindings_(&bindings), model_(&model), plan_(std::move(plan)) {}

  void take(const Table& table);

  RunContext* context_;
  Bindings* bindings_;
  const ModelDef* model_;
  PartitionPlan plan_;
  std::vector<std::optional<std::string>> values_;  ///< in order, NULL last
  std::set<std::string> names_;                     ///< as DataFile::partition has them
};

}  // namespace rhumb
