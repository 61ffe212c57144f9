#include "run/build.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "run/file_merger.h"
#include "run/partitions.h"
#include "run/step_scope.h"

namespace rhumb {
namespace {

class ModelBuild {
 public:
  ModelBuild(RunContext& context, Bindings& bindings, const ModelAnalysis& analysis,
             const Step& step, const PlanOptions& options, StepScope& scope)
      : context_(context),
        bindings_(bindings),
        analysis_(analysis),
        step_(step),
        options_(options),
        scope_(scope),
        model_(context.project.models.at(step.dataset)) {}

  Result<BuiltVersion> run() {
    RHUMB_ASSIGN(before_, context_.state.newest_manifest(model_.name));
    RHUMB_TRY(bindings_.bind_for(model_.name));
    RHUMB_TRY(start_manifest());
    follow();
    RHUMB_ASSIGN(const std::vector<DataFile> kept, build());
    RHUMB_TRY(fault_point(FaultPoint::kBuildWritten));
    RHUMB_ASSIGN(auto adopted,
                 context_.files.adopt(model_.name, manifest_.version, std::move(written_)));
    RHUMB_TRY(fault_point(FaultPoint::kBuildAdopted));
    manifest_.files = kept;
    manifest_.files.insert(manifest_.files.end(), adopted.begin(), adopted.end());
    for (const DataFile& file : adopted) {
      rows_ += file.rows;
      bytes_ += file.bytes;
    }
    RHUMB_TRY(bindings_.bind_built(manifest_));
    scope_.finish(rows_, bytes_, detail_);
    return BuiltVersion{.manifest = std::move(manifest_),
                        .before = std::move(before_),
                        .new_rows = std::move(new_rows_)};
  }

 private:
  Status start_manifest() {
    manifest_ = Manifest{.dataset = model_.name,
                         .run = context_.run_id,
                         .created_at = now_micros(),
                         .reason = step_.reason,
                         .definition = analysis_.definition};
    manifest_.previous = before_ ? before_->version : 0;
    manifest_.version = manifest_.previous + 1;
    for (const std::string& name : analysis_.stored)
      manifest_.upstream[name] = bindings_.manifest(name).version;
    auto schema = context_.engine.describe(model_.sql);
    if (!schema.ok()) return placed_in_file(std::move(schema).error(), model_);
    manifest_.schema = std::move(schema).value();
    for (Column& column : manifest_.schema) {
      const bool unknown = column.type.id == TypeId::kGeometry && column.type.srid == 0;
      if (unknown) column.type.srid = model_.srid.value_or(context_.project.srid);
    }
    return {};
  }

  void follow() {
    scope_.follow([&engine = context_.engine](StepEvent& event) {
      const EngineProgress progress = engine.progress();
      event.fraction = progress.fraction;
      event.rows = progress.rows;
    });
  }

  /// Writes new files; returns the old ones that stay.
  Result<std::vector<DataFile>> build() {
    if (step_.action == Action::kAppend) return append();
    if (step_.action == Action::kPartitions) return rebuild_partitions();
    return rebuild();
  }

  Result<std::vector<DataFile>> rebuild() {
    RHUMB_TRY(write(model_.sql));
    return std::vector<DataFile>{};
  }

  Result<std::vector<DataFile>> append() {
    const Manifest now = bindings_.manifest(analysis_.append_source);
    RHUMB_ASSIGN(const FileChange change, source_change(now));
    if (!change.removed.empty()) {
      context_.observer.note(model_.name, fmt::format("rows have left {}: everything is built anew",
                                                      analysis_.append_source));
      return rebuild();
    }
    new_rows_ = change.added;
    RHUMB_TRY(bindings_.narrow(now, change.added));
    if (!change.added.empty()) RHUMB_TRY(write(model_.sql));
    RHUMB_TRY(bindings_.narrow(now, now.files));
    FileMerger merger(context_, model_.name, layout());
    return merger.merge_small(before_->files, written_);
  }

  Result<std::vector<DataFile>> rebuild_partitions() {
    const Manifest now = bindings_.manifest(analysis_.append_source);
    RHUMB_ASSIGN(auto partitions, PartitionRebuild::plan(context_, bindings_, model_, analysis_));
    if (options_.from.empty() && options_.to.empty()) {
      RHUMB_ASSIGN(const FileChange change, source_change(now));
      new_rows_ = change.added;
      std::vector<DataFile> changed = change.added;
      changed.insert(changed.end(), change.removed.begin(), change.removed.end());
      RHUMB_TRY(partitions.find_touched(now, changed));
    } else {
      RHUMB_TRY(partitions.find_range(options_.from, options_.to));
    }
    detail_ = fmt::format("{} of {} rebuilt", human_count(partitions.count()), model_.partition_by);
    if (partitions.count() > 0) {
      RHUMB_TRY(partitions.narrow_source(now));
      RHUMB_TRY(write(partitions.restricted_sql()));
      RHUMB_TRY(bindings_.narrow(now, now.files));
    }
    std::vector<DataFile> kept;
    std::copy_if(before_->files.begin(), before_->files.end(), std::back_inserter(kept),
                 [&](const DataFile& file) { return !partitions.touches(file); });
    return kept;
  }

  /// Files that came to and left the driving source since the model was last built.
  Result<FileChange> source_change(const Manifest& now) {
    const auto built_from = before_->upstream.find(analysis_.append_source);
    if (built_from == before_->upstream.end())
      return Error{Code::kInternal, "no upstream recorded", "", {}};
    RHUMB_ASSIGN(const Manifest then,
                 context_.state.manifest(analysis_.append_source, built_from->second));
    return file_change(then, now);
  }

  Status write(const std::string& sql) {
    RHUMB_ASSIGN(const auto folder, context_.files.staging(context_.run_id, model_.name));
    WriteRequest request = layout();
    request.directory = folder.string();
    request.stem = fmt::format("v{}", manifest_.version);
    request.partition_by = model_.partition_by;
    auto files = context_.engine.write(sql, request);
    if (!files.ok()) return placed_in_file(std::move(files).error(), model_);
    written_ = std::move(files).value();
    return {};
  }

  /// Columns and order of the rows in each file.
  [[nodiscard]] WriteRequest layout() const {
    const bool spatial =
        std::any_of(manifest_.schema.begin(), manifest_.schema.end(),
                    [](const Column& column) { return column.type.id == TypeId::kGeometry; });
    return {.schema = manifest_.schema,
            .hilbert_order = spatial && model_.order_by.empty(),
            .order_by = model_.order_by};
  }

  RunContext& context_;
  Bindings& bindings_;
  const ModelAnalysis& analysis_;
  const Step& step_;
  const PlanOptions& options_;
  StepScope& scope_;
  const ModelDef& model_;
  std::optional<Manifest> before_;
  Manifest manifest_;
  std::vector<DataFile> written_;
  std::optional<std::vector<DataFile>> new_rows_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  std::string detail_;
};

}  // namespace

Result<BuiltVersion> build_model(RunContext& context, Bindings& bindings,
                                 const ModelAnalysis& analysis, const Step& step,
                                 const PlanOptions& options) {
  StepScope scope(context, step.dataset, "build", step.reason);
  auto built = ModelBuild(context, bindings, analysis, step, options, scope).run();
  if (!built.ok()) return scope.fail(std::move(built).error());
  return built;
}

}  // namespace rhumb
