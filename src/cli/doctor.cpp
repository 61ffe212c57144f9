#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"
#include "io/fs/disk.h"
#include "io/pg/connection.h"
#include "rhumb_version.h"
#include "run/static_check.h"

namespace rhumb {
namespace {

struct Finding {
  std::string what;
  bool ok = true;
  std::string detail;
  std::string hint;
};

Finding broken(std::string what, const Error& error) {
  return {.what = std::move(what), .ok = false, .detail = error.message, .hint = error.hint};
}

/// Looks at everything a run needs; each look is independent, so that all findings come at once.
class Examination {
 public:
  explicit Examination(Workspace& workspace) : workspace_(workspace) {}

  std::vector<Finding> run() {
    findings_.push_back({.what = "program", .detail = std::string("rhumb ") + RHUMB_VERSION});
    look_at_engine();
    look_at_store();
    for (const auto& [name, connection] : workspace_.project().connections)
      look_at_connection(connection);
    return std::move(findings_);
  }

 private:
  void look_at_engine() {
    auto engine = workspace_.adapters().engine(workspace_.project(), workspace_.store_folder());
    if (!engine.ok()) return findings_.push_back(broken("engine", engine.error()));
    const auto version = (*engine)->query(
        "SELECT version() || ', spatial loaded: ' || CAST(ST_AsText(ST_Point(1, 2)) = 'POINT (1 "
        "2)' AS VARCHAR)");
    if (!version.ok()) return findings_.push_back(broken("engine", version.error()));
    findings_.push_back(
        {.what = "engine", .detail = "DuckDB " + version->rows.at(0).at(0).value_or("")});
  }

  void look_at_store() {
    const auto folder = workspace_.store_folder();
    if (const Status local = require_local_disk(folder); !local.ok())
      return findings_.push_back(broken("store", local.error()));
    const auto free = free_space(folder);
    if (!free.ok()) return findings_.push_back(broken("store", free.error()));
    constexpr uint64_t kLittle = uint64_t{1} << 30;
    findings_.push_back(
        {.what = "store",
         .ok = *free >= kLittle,
         .detail = fmt::format("{}: {} free", folder.string(), human_bytes(*free)),
         .hint = *free >= kLittle ? "" : "make room: a run needs the size of its result twice"});
  }

  void look_at_connection(const Connection& connection) {
    const std::string what = "connection " + connection.name;
    auto url = resolve_secret(connection.config["url"], workspace_.project().root);
    if (!url.ok()) return findings_.push_back(broken(what, url.error()));
    auto opened = PgConnection::open(*url);
    if (!opened.ok()) return findings_.push_back(broken(what, opened.error()));
    const auto found = opened->query(
        "SELECT current_setting('server_version'), current_user, current_database(), "
        "(SELECT extversion FROM pg_extension WHERE extname = 'postgis'), "
        "has_database_privilege(current_database(), 'CREATE')");
    if (!found.ok()) return findings_.push_back(broken(what, found.error()));
    Finding finding{.what = what,
                    .detail = fmt::format("PostgreSQL {}, user {}, database {}", found->text(0, 0),
                                          found->text(0, 1), found->text(0, 2))};
    if (found->is_null(0, 3)) {
      finding.ok = false;
      finding.hint = "PostGIS is missing there: CREATE EXTENSION postgis";
    } else {
      finding.detail += fmt::format(", PostGIS {}", found->text(0, 3));
    }
    if (!found->boolean(0, 4))
      finding.detail +=
          ", may not create schemas (rhumb doctor --grants ROLE prints what it needs)";
    findings_.push_back(std::move(finding));
  }

  Workspace& workspace_;
  std::vector<Finding> findings_;
};

int print_grants(Workspace& workspace, const std::string& role, Console& console) {
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

int run_doctor(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (invocation.has("grants"))
    return print_grants(*workspace, invocation.value("grants"), console);
  const std::vector<Finding> findings = Examination(*workspace).run();
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

}  // namespace

CommandSpec doctor_command() {
  return {.name = "doctor",
          .summary = "look at the installation, the store and every connection",
          .options = {{"grants",
                       0,
                       "ROLE",
                       "print the SQL that gives a role the least rights publishing needs",
                       false,
                       {}}},
          .examples = {{"rhumb doctor", ""}, {"rhumb doctor --grants rhumb_publisher | psql", ""}},
          .run = run_doctor};
}

}  // namespace rhumb
