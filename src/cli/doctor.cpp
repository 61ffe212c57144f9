#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/installation.h"
#include "cli/workspace.h"
#include "io/pg/connection.h"
#include "run/error_json.h"
#include "state/erasure.h"
#include "state/verify.h"

namespace rhumb {
namespace {

/// Looks at everything a run needs; each look is independent, so that all findings come at once.
class Examination {
 public:
  explicit Examination(Workspace& workspace) : workspace_(workspace) {}

  std::vector<Finding> run() {
    findings_ = examine_installation(workspace_.store_folder());
    findings_.push_back(examine_store(workspace_.store_folder()));
    look_at_state();
    look_at_erasures();
    for (const auto& [name, connection] : workspace_.project().connections)
      look_at_connection(connection);
    return std::move(findings_);
  }

 private:
  void look_at_state() {
    const auto home = workspace_.state_home();
    if (!home.ok()) return findings_.push_back(broken("state", home.error()));
    if (!*home) return;
    const auto found = look_at_postgres_state(workspace_.store_folder(), **home);
    if (!found.ok()) return findings_.push_back(broken("state", found.error()));
    findings_.push_back({.what = "state", .detail = *found});
  }

  /// What `rhumb erase` has begun and not finished: rows that were to go may still be shown.
  void look_at_erasures() {
    std::error_code absent;
    if (!std::filesystem::exists(workspace_.store_folder() / kErasures, absent)) return;
    const auto files = open_local_store(workspace_.store_folder());
    const auto erasures = files.ok() ? all_erasures(**files) : files.error();
    if (!erasures.ok()) return findings_.push_back(broken("erasures", erasures.error()));
    for (const Erasure& erasure : *erasures) {
      if (!erasure.finished_at.empty()) continue;
      const std::string why = erasure.remains.empty() ? "it is going on, or was interrupted"
                                                      : join(erasure.remains, "; ");
      const bool known = workspace_.project().sources.contains(erasure.source);
      findings_.push_back(
          {.what = "erasure",
           .ok = false,
           .detail = fmt::format("{} of {}, begun at {}, is not finished: {}", erasure.id,
                                 erasure.source, erasure.begun_at, why),
           .hint = known ? "rhumb run finishes it"
                         : "the project has no such source any more: put it back, then rhumb run"});
    }
  }

  void look_at_connection(const Connection& connection) {
    const std::string what = "connection " + connection.name;
    auto url = resolve_secret(connection.config["url"], workspace_.project().root);
    if (!url.ok()) return findings_.push_back(broken(what, url.error()));
    auto opened = PgConnection::open(*url);  // a server that does not answer is a finding
    if (!opened.ok()) return findings_.push_back(broken(what, opened.error()));
    const auto found = opened->query(
        "SELECT current_setting('server_version'), current_user, current_database(), "
        "(SELECT extversion FROM pg_extension WHERE extname = 'postgis'), "
        "has_database_privilege(current_database(), 'CREATE')");
    if (!found.ok()) return findings_.push_back(broken(what, found.error()));
    Finding finding{.what = what,
                    .detail = fmt::format("PostgreSQL {}, user {}, database {}", found->text(0, 0),
                                          found->text(0, 1), found->text(0, 2))};
    if (found->is_null(0, 3) && !holds_nothing_but_state(connection)) {
      finding.ok = false;
      finding.hint = "PostGIS is missing there: CREATE EXTENSION postgis";
    } else if (!found->is_null(0, 3)) {
      finding.detail += fmt::format(", PostGIS {}", found->text(0, 3));
    }
    if (!found->boolean(0, 4))
      finding.detail +=
          ", may not create schemas (rhumb doctor --grants ROLE prints what it needs)";
    describe_encryption(*opened, finding);
    findings_.push_back(std::move(finding));
  }

  /// PostGIS is needed where geometry is read or published.
  [[nodiscard]] bool holds_nothing_but_state(const Connection& connection) const {
    const Project& project = workspace_.project();
    if (!project.state || project.state->connection != connection.name) return false;
    for (const auto& [name, model] : project.models) {
      for (const PublishDef& publish : model.publish) {
        if (publish.to == connection.name) return false;
      }
    }
    return std::none_of(project.sources.begin(), project.sources.end(), [&](const auto& source) {
      return source.second.read["connection"].text() == connection.name;
    });
  }

  /// Not a fault: the way may be trusted. But whoever asks shall know.
  static void describe_encryption(const PgConnection& connection, Finding& finding) {
    const std::string protocol = connection.encryption();
    const std::string mode = connection.verification();
    finding.detail +=
        protocol.empty() ? ", not encrypted" : fmt::format(", {} ({})", protocol, mode);
    if (connection.is_local() || mode == "verify-full" || !finding.hint.empty()) return;
    finding.hint =
        "nothing proves that this is the server meant: add ?sslmode=verify-full&sslrootcert=FILE "
        "with the certificate of the authority that signed the server's";
  }

  Workspace& workspace_;
  std::vector<Finding> findings_;
};

/// What one target holds that nobody wants, found before anything is removed.
struct TargetLitter {
  std::unique_ptr<Target> target;
  std::vector<Litter> litter;
};

/// Targets that cannot be looked at become findings of their own.
std::vector<TargetLitter> find_litter(Workspace& workspace, std::vector<Finding>& findings) {
  std::vector<TargetLitter> all;
  for (const auto& [name, model] : workspace.project().models) {
    for (const PublishDef& publish : model.publish) {
      auto target =
          workspace.adapters().target(workspace.project(), model, publish, workspace.environment());
      if (!target.ok()) {
        findings.push_back(broken("target of " + name, target.error()));
        continue;
      }
      auto litter = (*target)->find_litter();
      if (!litter.ok()) {
        findings.push_back(broken((*target)->describe(), litter.error()));
        continue;
      }
      all.push_back({std::move(*target), std::move(*litter)});
    }
  }
  return all;
}

void describe_litter(const std::vector<TargetLitter>& all, std::vector<Finding>& findings) {
  for (const TargetLitter& each : all) {
    for (const Litter& litter : each.litter) {
      findings.push_back({.what = "left over",
                          .detail = fmt::format("{} in {}: {}", litter.name,
                                                each.target->describe(), litter.reason),
                          .hint = fmt::format("rhumb doctor --repair would {}", litter.action)});
    }
  }
}

/// Says what it will do, then does it and says how that went.
int repair(Workspace& workspace, Console& console) {
  std::vector<Finding> findings;
  const std::vector<TargetLitter> all = find_litter(workspace, findings);
  std::vector<std::pair<Target*, const Litter*>> work;
  for (const TargetLitter& each : all) {
    for (const Litter& litter : each.litter) work.emplace_back(each.target.get(), &litter);
  }
  int status = findings.empty() ? 0 : 1;
  nlohmann::ordered_json done = nlohmann::ordered_json::array();
  if (!console.json()) {
    for (const Finding& finding : findings)
      console.print(fmt::format("FAIL {}: {}", finding.what, finding.detail));
    console.print(work.empty() ? "There is nothing to repair."
                               : fmt::format("To be done: {}", work.size()));
    for (const auto& [target, litter] : work)
      console.print(fmt::format("  {:<40} {}; {}", litter->name, litter->reason, litter->action));
  }
  for (const auto& [target, litter] : work) {
    const auto removed = target->remove_litter(*litter);
    const std::string why_not = removed.ok() ? *removed : removed.error().message;
    if (!why_not.empty()) status = 1;
    done.push_back({{"name", litter->name},
                    {"target", target->describe()},
                    {"reason", litter->reason},
                    {"action", litter->action},
                    {"done", why_not.empty()},
                    {"stays", why_not}});
    if (console.json()) continue;
    console.print(fmt::format(
        "{} {:<40} {}",
        why_not.empty() ? console.paint(Tone::kGood, "done") : console.paint(Tone::kBad, "STAY"),
        litter->name, why_not));
  }
  if (console.json())
    console.print(nlohmann::ordered_json{{"repaired", done}, {"complete", status == 0}}.dump());
  return status;
}

int print_grants(Workspace& workspace, const std::string& role, Console& console) {
  const auto home = workspace.state_home();
  if (!home.ok()) return workspace.fail(home.error());
  if (*home) {
    console.print(fmt::format("-- state in {}\n{}", workspace.project().state->connection,
                              postgres_state_grants(**home, role)));
  }
  for (const auto& [name, model] : workspace.project().models) {
    for (const PublishDef& publish : model.publish) {
      const auto target =
          workspace.adapters().target(workspace.project(), model, publish, workspace.environment());
      if (!target.ok()) return workspace.fail(target.error());
      console.print(fmt::format("-- {}\n{}", (*target)->describe(), (*target)->grants(role)));
    }
  }
  return 0;
}

/// Reads the whole store: what a disk has changed is found here and not by a reader.
int verify(Workspace& workspace, Console& console) {
  State* const state = workspace.state();
  if (state == nullptr) return workspace.status();
  const auto report = verify_store(*state, workspace.files(), interrupt_flag(), {});
  if (!report.ok()) return workspace.fail(report.error());
  if (console.json()) {
    nlohmann::ordered_json damaged = nlohmann::ordered_json::array();
    for (const Error& error : report->damaged) damaged.push_back(error_json(error));
    console.print(json_line({{"versions", report->versions},
                             {"files", report->files},
                             {"bytes", report->bytes},
                             {"without_hash", report->without_hash},
                             {"damaged", damaged}}));
    return report->damaged.empty() ? 0 : 1;
  }
  console.print(fmt::format("{} files of {} versions, {}: {}", human_count(report->files),
                            human_count(report->versions), human_bytes(report->bytes),
                            report->damaged.empty()
                                ? "all as they were written"
                                : fmt::format("{} damaged", report->damaged.size())));
  if (report->without_hash > 0) {
    console.print(fmt::format(
        "{} of them were written by an older Rhumb and could be compared by their length alone",
        human_count(report->without_hash)));
  }
  console.report(report->damaged);
  return report->damaged.empty() ? 0 : 1;
}

int print_findings(const std::vector<Finding>& findings, Console& console) {
  bool healthy = true;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    healthy = healthy && finding.ok;
    list.push_back({{"what", finding.what},
                    {"ok", finding.ok},
                    {"detail", finding.detail},
                    {"hint", finding.hint}});
    if (console.json()) continue;
    console.print(fmt::format(
        "{} {:<22} {}",
        finding.ok ? console.paint(Tone::kGood, "ok  ") : console.paint(Tone::kBad, "FAIL"),
        finding.what, finding.detail));
    if (!finding.hint.empty()) console.print("       hint: " + finding.hint);
  }
  if (console.json())
    console.print(nlohmann::ordered_json{{"healthy", healthy}, {"findings", list}}.dump());
  return healthy ? 0 : 1;
}

/// Without a project the installation alone is looked at, which is what one wants to know first.
int examine_machine(Console& console) {
  std::vector<Finding> findings = examine_installation(std::filesystem::temp_directory_path());
  findings.push_back({.what = "project",
                      .detail = "none here: looked at the installation alone",
                      .hint = "start one with: rhumb init FOLDER"});
  return print_findings(findings, console);
}

int run_doctor(const Invocation& invocation, Console& console) {
  const bool looks_only =
      !invocation.has("grants") && !invocation.has("repair") && !invocation.has("verify");
  if (looks_only && !invocation.has("project") && !find_project(".").ok())
    return examine_machine(console);
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (invocation.has("grants"))
    return print_grants(*workspace, invocation.value("grants"), console);
  if (invocation.has("repair")) return repair(*workspace, console);
  if (invocation.has("verify")) return verify(*workspace, console);
  std::vector<Finding> findings = Examination(*workspace).run();
  const bool reachable = std::all_of(findings.begin(), findings.end(),
                                     [](const Finding& finding) { return finding.ok; });
  // A server that does not answer has been reported once already.
  if (reachable) describe_litter(find_litter(*workspace, findings), findings);
  return print_findings(findings, console);
}

}  // namespace

CommandSpec doctor_command() {
  return {.name = "doctor",
          .summary = "look at the installation, the store and every connection",
          .doc =
              "Each finding that is not in order says how to mend it. Outside of a project the "
              "installation alone is looked at.",
          .options = {{"grants",
                       0,
                       "ROLE",
                       "print the SQL that gives a role the least rights publishing needs",
                       false,
                       {}},
                      {"repair",
                       0,
                       "",
                       "list what runs that died left in the targets, then remove it",
                       false,
                       {}},
                      {"verify",
                       0,
                       "",
                       "read every file of the store and compare it with its hash",
                       false,
                       {}}},
          .examples = {{"rhumb doctor", ""},
                       {"rhumb doctor --repair", ""},
                       {"rhumb doctor --grants rhumb_publisher | psql", ""}},
          .run = run_doctor};
}

}  // namespace rhumb
