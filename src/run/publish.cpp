#include "run/publish.h"

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "run/step_scope.h"

namespace rhumb {

ModelPublisher::ModelPublisher(RunContext& context, const ModelDef& model, const Manifest& version,
                               bool consent)
    : context_(context), model_(model), version_(version) {
  request_ = PublishRequest{.dataset = model.name,
                            .run = context.run_id,
                            .version = version.content_version(),
                            .schema = version.schema,
                            .key = model.key,
                            .consent_to_breaking = consent,
                            .cancel = &context.cancel};
}

Status ModelPublisher::open() {
  if (!destinations_.empty()) return {};
  for (const PublishDef& publish : model_.publish) {
    RHUMB_ASSIGN(auto target,
                 context_.adapters.target(context_.project, model_, publish, context_.environment));
    destinations_.push_back({.target = std::move(target)});
  }
  return {};
}

Status ModelPublisher::inspect() {
  RHUMB_TRY(open());
  for (const Destination& destination : destinations_) {
    RHUMB_ASSIGN(const TargetState state, destination.target->inspect(request_));
    if (!state.breaking.empty() && !request_.consent_to_breaking) {
      return Error{Code::kNeedsConsent,
                   fmt::format("publishing {} to {} changes what readers rely on: {}", model_.name,
                               destination.target->describe(), join(state.breaking, "; ")),
                   "when that is meant, run again with --accept-breaking", model_.place};
    }
  }
  return {};
}

Status ModelPublisher::stage() {
  for (Destination& destination : destinations_) RHUMB_TRY(stage(destination));
  return {};
}

Status ModelPublisher::stage(Destination& destination) {
  StepScope scope(context_, model_.name, "copy", destination.target->describe());
  std::vector<std::string> columns;
  for (const Column& column : version_.schema) columns.push_back(quote_identifier(column.name));
  uint64_t staged = 0;
  {
    auto stream = context_.engine.stream(
        fmt::format("SELECT {} FROM {}", join(columns, ", "), quote_identifier(model_.name)));
    if (!stream.ok()) return scope.fail(std::move(stream).error());
    const StreamProgress& progress = (*stream)->progress();
    const uint64_t total = version_.rows();
    scope.follow([&](StepEvent& event) {
      event.rows = progress.rows;
      event.total_rows = total;
      if (total > 0) event.fraction = static_cast<double>(event.rows) / static_cast<double>(total);
    });
    destination.staged = true;
    auto rows = destination.target->stage(request_, **stream);
    if (!rows.ok()) return scope.fail(std::move(rows).error());
    staged = *rows;
    scope.finish(staged, 0);
  }
  auto counted = destination.target->count_staged(request_);
  if (!counted.ok()) return std::move(counted).error();
  if (*counted == version_.rows()) return {};
  return Error{Code::kAssertFailed,
               fmt::format("{} holds {} rows of {} after loading, the version has {}",
                           destination.target->describe(), human_count(*counted), model_.name,
                           human_count(version_.rows())),
               "nothing was switched; run again, and report this when it happens twice",
               {}};
}

void ModelPublisher::abandon() {
  for (Destination& destination : destinations_) {
    if (!destination.staged) continue;
    if (const Status done = destination.target->abandon(request_); !done.ok()) {
      context_.observer.note(model_.name, "left behind in " + destination.target->describe() +
                                              ": " + done.error().message);
    }
    destination.staged = false;
  }
}

Status ModelPublisher::switch_over() {
  for (Destination& destination : destinations_) RHUMB_TRY(switch_over(destination));
  return {};
}

Status ModelPublisher::switch_over(Destination& destination) {
  StepScope scope(context_, model_.name, "switch", destination.target->describe());
  RHUMB_TRY(fault_point(FaultPoint::kSwitchBegun));
  auto report = destination.target->switch_over(request_);
  if (!report.ok()) return scope.fail(std::move(report).error());
  destination.staged = false;
  RHUMB_TRY(fault_point(FaultPoint::kSwitchDone));
  scope.finish(
      version_.rows(), 0,
      fmt::format("v{} visible after {} (lock waited {}, {} {})", report->version,
                  human_seconds(report->visible_after_s), human_seconds(report->lock_wait_s),
                  report->tries, report->tries == 1 ? "try" : "tries"));
  RHUMB_TRY(record(destination));
  return fault_point(FaultPoint::kSwitchRecorded);
}

Status ModelPublisher::record(const Destination& destination) {
  return context_.state.record_publication(Publication{.dataset = model_.name,
                                                       .target = destination.target->describe(),
                                                       .version = request_.version,
                                                       .switched_at = now_micros()});
}

Status ModelPublisher::switch_back() {
  RHUMB_TRY(open());
  for (Destination& destination : destinations_) {
    RHUMB_ASSIGN(const bool held, destination.target->switch_back(request_));
    if (held) {
      RHUMB_TRY(record(destination));
      context_.observer.note(model_.name, fmt::format("{}: a kept table is visible again",
                                                      destination.target->describe()));
      continue;
    }
    RHUMB_TRY(destination.target->inspect(request_));
    RHUMB_TRY(stage(destination));
    RHUMB_TRY(switch_over(destination));
  }
  return {};
}

void ModelPublisher::retire() {
  for (Destination& destination : destinations_) {
    const auto kept = destination.target->retire(request_);
    if (!kept.ok()) {
      context_.observer.note(model_.name, "not retired: " + kept.error().message);
      continue;
    }
    for (const std::string& line : *kept) context_.observer.note(model_.name, line);
  }
}

}  // namespace rhumb
