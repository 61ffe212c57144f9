#include "run/publish.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "run/step_clock.h"

namespace rhumb {
namespace {

uint64_t count(const std::vector<DataFile>& files) {
  uint64_t rows = 0;
  for (const DataFile& file : files) rows += file.rows;
  return rows;
}

Result<std::vector<SwitchReport>> switch_members(const std::vector<SwitchMember>& members) {
  RHUMB_TRY(fault_point(FaultPoint::kSwitchBegun));
  RHUMB_ASSIGN(auto reports, members.front().target->switch_together(members));
  RHUMB_TRY(fault_point(FaultPoint::kSwitchDone));
  return reports;
}

std::string in_words(const SwitchReport& report, size_t together) {
  return fmt::format("v{} visible after {} (lock waited {}, {} {}{})", report.version,
                     human_seconds(report.visible_after_s), human_seconds(report.lock_wait_s),
                     report.tries, report.tries == 1 ? "try" : "tries",
                     together == 1 ? "" : fmt::format(", {} together", together));
}

bool sleep_unless_cancelled(double seconds, const CancelFlag& cancel) {
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
    if (cancel.requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace

/// One target that is to switch, with the step people see of it.
struct ModelPublisher::Turn {
  ModelPublisher* publisher = nullptr;
  Destination* destination = nullptr;
  size_t result = 0;  ///< index among the publishers
};

Result<bool> published_before_restore(State& state, const std::string& dataset,
                                      const Target& target) {
  RHUMB_ASSIGN(const auto publications, state.publications());
  return std::any_of(publications.begin(), publications.end(), [&](const Publication& each) {
    return each.dataset == dataset && each.target == target.describe() && each.version == 0;
  });
}

ModelPublisher::ModelPublisher(RunContext& context, const ModelDef& model, const Manifest& version,
                               const PublishOptions& options)
    : context_(context), model_(model), version_(version) {
  request_ = PublishRequest{.dataset = model.name,
                            .run = context.run_id,
                            .store = context.state.store_id(),
                            .version = version.content_version(),
                            .schema = version.schema,
                            .key = model.key,
                            .consent_to_breaking = options.consent_to_breaking,
                            .keep_none = options.keep_none,
                            .wait_for_others = options.wait_for_others,
                            .cancel = &context.cancel};
}

void ModelPublisher::built_from(const Manifest& before) {
  before_ = before;
}

Status ModelPublisher::open() {
  if (!destinations_.empty()) return {};
  for (const PublishDef& publish : model_.publish) {
    RHUMB_ASSIGN(auto target,
                 context_.adapters.target(context_.project, model_, publish, context_.environment));
    destinations_.push_back(
        {.target = std::move(target), .request = request_, .timeout = publish.timeout});
  }
  return {};
}

Status ModelPublisher::inspect() {
  RHUMB_TRY(open());
  for (const Destination& destination : destinations_) {
    RHUMB_ASSIGN(const TargetState state, destination.target->inspect(destination.request));
    if (!state.breaking.empty() && !request_.consent_to_breaking) {
      return Error{Code::kNeedsConsent,
                   fmt::format("publishing {} to {} changes what readers rely on: {}", model_.name,
                               destination.target->describe(), join(state.breaking, "; ")),
                   "when that is meant, run again with --accept-breaking", model_.place};
    }
  }
  return {};
}

Status ModelPublisher::stage(Bindings& bindings) {
  for (Destination& destination : destinations_) RHUMB_TRY(stage(destination, bindings));
  return {};
}

Status ModelPublisher::stage(Destination& destination, Bindings& bindings) {
  const TimedStep timed(
      context_.clock,
      fmt::format("loading {} into {}", model_.name, destination.target->describe()),
      destination.timeout);
  uint64_t expected = version_.rows();
  std::optional<std::vector<DataFile>> added;
  if (before_) {
    FileChange change = file_change(*before_, version_);
    if (change.removed.empty()) added = std::move(change.added);
  }
  if (added) {
    destination.request.appends_to = before_->content_version();
    RHUMB_ASSIGN(const bool taken, destination.target->takes_appends(destination.request));
    RHUMB_ASSIGN(const bool unsure,
                 published_before_restore(context_.state, model_.name, *destination.target));
    if (!taken || unsure) added.reset();
  }
  if (!added) destination.request.appends_to.reset();
  if (added) {
    expected = count(*added);
    RHUMB_TRY(bindings.narrow(version_, *added));
  }
  StepScope scope(context_, model_.name, "copy", destination.target->describe());
  const Status staged = stage_patiently(destination, scope, expected);
  if (added) RHUMB_TRY(bindings.narrow(version_, version_.files));
  return staged;
}

// A connection that was cut takes all of its load with it; the rows are still in the store.
Status ModelPublisher::stage_patiently(Destination& destination, StepScope& scope,
                                       uint64_t expected) {
  for (int tries = 1;; ++tries) {
    auto staged = stage_once(destination, scope, expected);
    if (staged.ok()) {
      scope.finish(*staged, 0, destination.request.appends_to ? "new rows only" : "");
      return {};
    }
    const auto pause = destination.target->retry_after(staged.error(), tries);
    if (!pause) return scope.fail(std::move(staged).error());
    scope.note(fmt::format("{}: {}; loading again", destination.target->describe(),
                           staged.error().message));
    if (!sleep_unless_cancelled(*pause, context_.cancel)) {
      return scope.fail(Error{Code::kCancelled, "cancelled while loading a target", "", {}});
    }
  }
}

Result<uint64_t> ModelPublisher::stage_once(Destination& destination, StepScope& scope,
                                            uint64_t expected) {
  std::vector<std::string> columns;
  for (const Column& column : version_.schema) columns.push_back(quote_identifier(column.name));
  RHUMB_ASSIGN(const auto stream,
               context_.engine.stream(fmt::format("SELECT {} FROM {}", join(columns, ", "),
                                                  quote_identifier(model_.name))));
  const StreamProgress& progress = stream->progress();
  const FollowedStep followed(scope, [&progress, expected](StepEvent& event) {
    event.rows = progress.rows;
    event.total_rows = expected;
    if (expected > 0) {
      event.fraction = static_cast<double>(event.rows) / static_cast<double>(expected);
    }
  });
  destination.staged = true;
  destination.request.say = [&scope](const std::string& text) { scope.note(text); };
  auto rows = destination.target->stage(destination.request, *stream);
  destination.request.say = nullptr;
  if (!rows.ok()) return rows;
  RHUMB_ASSIGN(const uint64_t counted, destination.target->count_staged(destination.request));
  if (counted == expected) return rows;
  return Error{Code::kAssertFailed,
               fmt::format("{} holds {} rows of {} after loading, the version has {}",
                           destination.target->describe(), human_count(counted), model_.name,
                           human_count(expected)),
               "nothing was switched; run again, and report this when it happens twice",
               {}};
}

void ModelPublisher::abandon() {
  for (Destination& destination : destinations_) {
    if (!destination.staged) continue;
    if (const Status done = destination.target->abandon(destination.request); !done.ok()) {
      context_.observer.note(model_.name, "left behind in " + destination.target->describe() +
                                              ": " + done.error().message);
    }
    destination.staged = false;
  }
}

std::vector<std::vector<ModelPublisher::Turn>> ModelPublisher::groups(
    const std::vector<ModelPublisher*>& publishers) {
  std::vector<std::vector<Turn>> groups;
  std::vector<std::string> names;
  for (size_t i = 0; i < publishers.size(); ++i) {
    for (Destination& destination : publishers[i]->destinations_) {
      const std::string name = destination.target->switch_group();
      const auto known = name.empty() ? names.end() : std::find(names.begin(), names.end(), name);
      const auto at = static_cast<size_t>(known - names.begin());
      if (at == names.size()) {
        names.push_back(name);
        groups.emplace_back();
      }
      groups[at].push_back({.publisher = publishers[i], .destination = &destination, .result = i});
    }
  }
  return groups;
}

void ModelPublisher::switch_group(const std::vector<Turn>& turns, std::vector<Status>& results) {
  std::vector<std::unique_ptr<StepScope>> scopes;
  std::vector<SwitchMember> members;
  for (const Turn& turn : turns) {
    ModelPublisher& publisher = *turn.publisher;
    scopes.push_back(std::make_unique<StepScope>(publisher.context_, publisher.dataset(), "switch",
                                                 turn.destination->target->describe()));
    StepScope& scope = *scopes.back();
    turn.destination->request.say = [&scope](const std::string& text) { scope.note(text); };
    turn.destination->request.alarm = [&scope](const std::string& text) { scope.alarm(text); };
    members.push_back({turn.destination->target.get(), &turn.destination->request});
  }
  const auto reports = switch_members(members);
  for (size_t i = 0; i < turns.size(); ++i) {
    Destination& destination = *turns[i].destination;
    destination.request.say = nullptr;
    destination.request.alarm = nullptr;
    if (!reports.ok()) {
      results[turns[i].result] = scopes[i]->fail(reports.error());
      continue;
    }
    destination.staged = false;
    scopes[i]->finish(turns[i].publisher->version_.rows(), 0,
                      in_words((*reports)[i], turns.size()));
    const Status recorded = turns[i].publisher->record(destination);
    if (!recorded.ok() && results[turns[i].result].ok()) results[turns[i].result] = recorded;
  }
}

std::vector<Status> ModelPublisher::switch_over(const std::vector<ModelPublisher*>& publishers) {
  std::vector<Status> results(publishers.size());
  for (std::vector<Turn>& group : groups(publishers)) {
    std::erase_if(group, [&](const Turn& turn) { return !results[turn.result].ok(); });
    if (!group.empty()) switch_group(group, results);
  }
  return results;
}

Status ModelPublisher::record(const Destination& destination) {
  RHUMB_TRY(context_.state.record_publication(Publication{.dataset = model_.name,
                                                          .target = destination.target->describe(),
                                                          .version = request_.version,
                                                          .switched_at = now_micros()}));
  return fault_point(FaultPoint::kSwitchRecorded);
}

Status ModelPublisher::switch_back(Bindings& bindings) {
  RHUMB_TRY(open());
  for (Destination& destination : destinations_) {
    RHUMB_ASSIGN(const bool held, destination.target->switch_back(destination.request));
    if (held) {
      RHUMB_TRY(record(destination));
      context_.observer.note(model_.name, fmt::format("{}: a kept table is visible again",
                                                      destination.target->describe()));
      continue;
    }
    RHUMB_TRY(destination.target->inspect(destination.request));
    RHUMB_TRY(stage(destination, bindings));
    std::vector<Status> results(1);
    switch_group({{.publisher = this, .destination = &destination, .result = 0}}, results);
    RHUMB_TRY(results.front());
  }
  return {};
}

void ModelPublisher::retire() {
  for (Destination& destination : destinations_) {
    const auto kept = destination.target->retire(destination.request);
    if (!kept.ok()) {
      context_.observer.note(model_.name, "not retired: " + kept.error().message);
      continue;
    }
    for (const std::string& line : *kept) context_.observer.note(model_.name, line);
  }
}

}  // namespace rhumb
