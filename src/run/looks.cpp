#include "run/looks.h"

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/hash.h"
#include "run/definition.h"
#include "run/publish.h"
#include "state/inputs.h"

namespace rhumb {
namespace {

class Looker {
 public:
  Looker(RunContext& context, const Analysis& analysis, const LookRequest& request)
      : context_(context), analysis_(analysis), request_(request) {}

  Result<Looks> run() {
    for (const std::string& name : request_.selected) {
      const auto source = context_.project.sources.find(name);
      if (source != context_.project.sources.end()) {
        RHUMB_TRY(look_at_source(source->second));
      } else {
        RHUMB_TRY(look_at_model(context_.project.models.at(name)));
      }
    }
    return std::move(looks_);
  }

 private:
  /// Upstream datasets that are not selected are looked at as well: their versions decide.
  Result<const VersionLook*> look_at_version(const std::string& dataset) {
    if (const auto known = looks_.versions.find(dataset); known != looks_.versions.end())
      return &known->second;
    RHUMB_ASSIGN(const auto newest, context_.state.newest_manifest(dataset));
    if (!newest) return nullptr;
    VersionLook look{.version = newest->version,
                     .content_version = newest->content_version(),
                     .rows = newest->rows(),
                     .definition = newest->definition,
                     .upstream = newest->upstream,
                     .inputs = {}};
    for (const LedgerEntry& input : newest->inputs) look.inputs.insert(input.id);
    return &looks_.versions.emplace(dataset, std::move(look)).first->second;
  }

  Status look_at_source(const SourceDef& source) {
    RHUMB_TRY(look_at_version(source.name));
    const std::string definition = source_definition(source, context_.environment);
    looks_.source_definitions[source.name] = definition;
    const auto known = looks_.versions.find(source.name);
    const bool anew = request_.rebuild.contains(source.name) ||
                      (known != looks_.versions.end() && known->second.definition != definition);
    return source.is_table() ? look_at_table(source, anew) : look_at_files(source, anew);
  }

  Status look_at_table(const SourceDef& source, bool anew) {
    RHUMB_ASSIGN(const auto table, context_.adapters.table_source(context_.project, source));
    RHUMB_ASSIGN(const auto newest, context_.state.newest_manifest(source.name));
    auto observed = table->observe(newest && !anew ? newest->fingerprint : "");
    if (!observed.ok()) return placed(std::move(observed).error(), source.place);
    looks_.sources[source.name].table = std::move(observed).value();
    return {};
  }

  Status look_at_files(const SourceDef& source, bool anew) {
    RHUMB_ASSIGN(const auto place, context_.adapters.file_source(context_.project, source));
    RHUMB_ASSIGN(const auto announced, place->list());
    RHUMB_ASSIGN(auto newest, context_.state.newest_manifest(source.name));
    SourceLook& look = looks_.sources[source.name];
    look.known_inputs = newest ? newest->inputs.size() : 0;
    if (anew && newest) {
      note_gone(*newest, announced, look);
      newest.reset();
    }
    const ContentHash hash = [&](const Announcement& announcement) {
      return content_hash(source, *place, announcement);
    };
    RHUMB_ASSIGN(const auto decisions, decide_inputs(newest, announced, hash, source.same_bytes));
    RHUMB_TRY(refused_inputs(decisions, source.place));
    for (const InputDecision& decision : decisions) add(decision, look);
    return {};
  }

  static void note_gone(const Manifest& newest, const std::vector<Announcement>& announced,
                        SourceLook& look) {
    std::set<std::string> there;
    for (const Announcement& input : announced) there.insert(input.name);
    for (const LedgerEntry& input : newest.inputs) {
      if (there.contains(input.announcement.name)) continue;
      look.gone.push_back(input.announcement.name);
      look.gone_rows += input.rows;
    }
  }

  static void add(const InputDecision& decision, SourceLook& look) {
    const bool takes =
        decision.action == InputAction::kTake || decision.action == InputAction::kReplace;
    if (takes) {
      look.take.push_back({.announcement = decision.announcement,
                           .content_hash = decision.content_hash,
                           .replaces = decision.replaces,
                           .reason = decision.reason});
    } else if (decision.action == InputAction::kSkip && !decision.content_hash.empty()) {
      look.notes.push_back(fmt::format("{}: {}", decision.announcement.name, decision.reason));
    }
  }

  Result<std::string> content_hash(const SourceDef& source, FileSource& place,
                                   const Announcement& announcement) {
    RHUMB_ASSIGN(const auto known, context_.state.known_hash(source.name, announcement));
    if (known) return *known;
    RHUMB_ASSIGN(const auto file, place.fetch(announcement));
    RHUMB_ASSIGN(std::string hash, sha256_file(*file, &context_.cancel));
    RHUMB_TRY(context_.state.remember_hash(source.name, announcement, hash));
    return hash;
  }

  Status look_at_model(const ModelDef& model) {
    const ModelAnalysis& analysis = analysis_.models.at(model.name);
    RHUMB_TRY(look_at_version(model.name));
    for (const std::string& upstream : analysis.stored) RHUMB_TRY(look_at_version(upstream));
    ModelLook look{.definition = analysis.definition,
                   .upstream = analysis.stored,
                   .append_source = analysis.append_source,
                   .targets = {}};
    if (request_.targets) {
      for (const PublishDef& publish : model.publish) {
        RHUMB_ASSIGN(TargetLook target, look_at_target(model, publish));
        look.targets.push_back(std::move(target));
      }
    }
    looks_.models[model.name] = std::move(look);
    return {};
  }

  Result<TargetLook> look_at_target(const ModelDef& model, const PublishDef& publish) {
    RHUMB_ASSIGN(const auto target,
                 context_.adapters.target(context_.project, model, publish, context_.environment));
    const auto version = looks_.versions.find(model.name);
    const auto schema = request_.schemas.find(model.name);
    PublishRequest request{
        .dataset = model.name,
        .run = context_.run_id,
        .store = context_.state.store_id(),
        .version = version == looks_.versions.end() ? 1 : version->second.version + 1,
        .schema = schema == request_.schemas.end() ? Schema{} : schema->second,
        .key = model.key,
        .cancel = &context_.cancel};
    auto state = target->inspect(request);
    if (!state.ok()) return placed(std::move(state).error(), publish.place);
    RHUMB_ASSIGN(const bool unsure, published_before_restore(context_.state, model.name, *target));
    if (unsure && state->move.empty())
      state->move = "the store was restored from a backup since it was published";
    return TargetLook{.description = target->describe(),
                      .visible = state->visible_version,
                      .notes = state->notes,
                      .breaking = state->breaking,
                      .move = state->move};
  }

  static Error placed(Error error, const Place& place) {
    if (!error.place.known()) error.place = place;
    return error;
  }

  RunContext& context_;
  const Analysis& analysis_;
  const LookRequest& request_;
  Looks looks_;
};

}  // namespace

Result<Looks> gather_looks(RunContext& context, const Analysis& analysis,
                           const LookRequest& request) {
  return Looker(context, analysis, request).run();
}

}  // namespace rhumb
