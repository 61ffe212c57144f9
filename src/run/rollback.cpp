#include "run/rollback.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "run/bindings.h"
#include "run/publish.h"
#include "state/erasure.h"

namespace rhumb {
namespace {

Error nothing_older(const std::string& model, const std::vector<Manifest>& versions) {
  std::vector<std::string> kept;
  for (const Manifest& version : versions) kept.push_back(fmt::format("v{}", version.version));
  return Error{Code::kNotFound,
               fmt::format("there is no such older version of {}", model),
               kept.empty() ? "it has never been built" : "kept versions: " + join(kept, ", "),
               {}};
}

/// The same where an erasure has given the version up; nothing when none has.
std::optional<Error> given_up(FileStore& files, const RetiredVersion& wanted) {
  const auto erasures = all_erasures(files);
  if (!erasures.ok()) return erasures.error();
  for (const Erasure& erasure : *erasures) {
    const auto& retired = erasure.retired;
    if (std::find(retired.begin(), retired.end(), wanted) == retired.end()) continue;
    return Error{
        Code::kNotFound,
        fmt::format("version {} of {} was given up when rows of {} were erased ({}, {})",
                    wanted.version, wanted.dataset, erasure.source, erasure.id, erasure.begun_at),
        "it may have held the erased rows; see `rhumb status` for what is kept",
        {}};
  }
  return std::nullopt;
}

/// The manifest of the wanted version; its rows are what `newest` shall show again.
Result<Manifest> find_version(FileStore& files, const std::vector<Manifest>& versions,
                              const std::string& model, std::optional<uint64_t> to) {
  if (versions.empty()) return nothing_older(model, versions);
  const uint64_t visible = versions.front().content_version();
  for (const Manifest& version : versions) {
    if (version.content_version() != version.version) continue;
    if (to ? version.version == *to : version.version < visible) return version;
  }
  if (to) {
    if (auto why = given_up(files, {model, *to})) return *std::move(why);
  }
  return nothing_older(model, versions);
}

}  // namespace

Result<RollbackReport> roll_back(RunContext& context, const Analysis& analysis,
                                 const std::string& model, std::optional<uint64_t> to,
                                 Micros wait) {
  const ModelDef& definition = context.project.models.at(model);
  RHUMB_ASSIGN(const auto versions, context.state.versions(model));
  RHUMB_ASSIGN(Manifest manifest, find_version(context.files, versions, model, to));
  const Manifest& newest = versions.front();
  const uint64_t target = manifest.version;
  if (target == newest.content_version()) {
    return Error{Code::kNotFound,
                 fmt::format("version {} of {} is the one visible now", target, model),
                 "name another with --to",
                 {}};
  }
  // What it was built from counts as today's, so that the next run does not undo the rollback.
  manifest.previous = newest.version;
  manifest.version = newest.version + 1;
  manifest.rolled_back_to = target;
  manifest.run = context.run_id;
  manifest.created_at = now_micros();
  manifest.reason = fmt::format("rolled back from v{} to v{}", newest.content_version(), target);
  manifest.definition = analysis.models.at(model).definition;
  for (const std::string& name : analysis.models.at(model).stored) {
    RHUMB_ASSIGN(manifest.upstream[name], context.state.newest(name));
  }
  Bindings bindings(context, analysis);
  RHUMB_TRY(bindings.bind_built(manifest));
  RHUMB_TRY(context.state.commit(manifest, {}));
  ModelPublisher publisher(context, definition, manifest,
                           {.consent_to_breaking = true, .wait_for_others = wait});
  RHUMB_TRY(publisher.switch_back(bindings));
  return RollbackReport{
      .from = newest.content_version(), .to = target, .version = manifest.version};
}

}  // namespace rhumb
