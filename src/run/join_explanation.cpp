#include "run/join_explanation.h"

#include <optional>

#include "run/compiling_engine.h"
#include "transform/graph.h"

namespace rhumb {
namespace {

// Rules of thumb, not measurements: an index keeps its geometries and something for each row, and
// GeoParquet holds WKB compressed.
constexpr uint64_t kBytesPerRow = 48;
constexpr uint64_t kBytesPerFileByte = 4;

uint64_t bytes_of(const Manifest& manifest) {
  uint64_t bytes = 0;
  for (const DataFile& file : manifest.files) bytes += file.bytes;
  return bytes;
}

class Explainer {
 public:
  Explainer(Engine& engine, State& state) : engine_(engine), state_(state) {}

  Result<ExplainedModel> explain(const std::string& sql) {
    RHUMB_ASSIGN(CompiledSql compiled,
                 explain_spatial_joins(engine_, sql, [this](const std::string& name) {
                   const Manifest* manifest = newest(name);
                   return manifest ? std::optional(manifest->rows()) : std::nullopt;
                 }));
    ExplainedModel out{.compiled = std::move(compiled), .memory = {}};
    for (const LookupPlan& plan : out.compiled.lookups) {
      if (const auto bytes = memory(plan)) out.memory[plan.name] = *bytes;
    }
    return out;
  }

 private:
  const Manifest* newest(const std::string& name) {
    const auto [at, fresh] = manifests_.try_emplace(name);
    if (fresh) {
      auto manifest = state_.newest_manifest(name);
      if (manifest.ok()) at->second = std::move(manifest).value();
    }
    return at->second ? &*at->second : nullptr;
  }

  std::optional<uint64_t> memory(const LookupPlan& plan) {
    if (!plan.estimated_rows) return std::nullopt;
    uint64_t bytes = *plan.estimated_rows * kBytesPerRow;
    for (const std::string& table : plan.tables) {
      if (const Manifest* manifest = newest(table))
        bytes += bytes_of(*manifest) * kBytesPerFileByte;
    }
    return bytes;
  }

  Engine& engine_;
  State& state_;
  std::map<std::string, std::optional<Manifest>> manifests_;
};

}  // namespace

Result<std::map<std::string, ExplainedModel>> explain_models(const Project& project,
                                                             const Plan& plan, Engine& engine,
                                                             State& state) {
  Explainer explainer(engine, state);
  std::map<std::string, ExplainedModel> out;
  for (const Step& step : plan.steps) {
    const auto model = project.models.find(step.dataset);
    const bool builds = step.action == Action::kRebuild || step.action == Action::kAppend ||
                        step.action == Action::kPartitions || step.action == Action::kView;
    if (!builds || model == project.models.end()) continue;
    auto explained = explainer.explain(model->second.sql);
    if (!explained.ok()) return placed_in_file(std::move(explained).error(), model->second);
    if (!explained->compiled.joins.empty()) out.emplace(step.dataset, *std::move(explained));
  }
  return out;
}

}  // namespace rhumb
