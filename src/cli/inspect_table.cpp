#include "cli/inspect_table.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/adapters.h"
#include "cli/workspace.h"
#include "profile/proposal.h"

namespace rhumb {
namespace {

constexpr const char* kKind = "postgres";

Status check_connection(const Project& project, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, connection] : project.connections) names.push_back(known);
  if (project.connections.contains(name)) return {};
  return Error{Code::kUnknownName,
               fmt::format("there is no connection `{}`", printable(name, 60)),
               names.empty()
                   ? "name one in rhumb.yaml: connections: { warehouse: { postgres: \"${URL}\" } }"
                   : did_you_mean(name, names, "connections: " + join(names, ", ")),
               {}};
}

}  // namespace

Result<InspectedFile> inspect_table(const Project& project, const std::string& connection,
                                    const std::string& table, uint64_t limit) {
  RHUMB_TRY(check_connection(project, connection));
  const SourceDef source{.kind = kKind,
                         .read = Config::map({{"connection", Config::scalar(connection, {})},
                                              {"table", Config::scalar(table, {})}},
                                             {})};
  RHUMB_ASSIGN(const auto rows, real_adapters().table_source(project, source));
  RHUMB_ASSIGN(const auto stream, rows->snapshot(1.0, interrupt_flag()));
  InspectedFile out{.name = table, .format = kKind, .detail = "a table of PostgreSQL"};
  RHUMB_ASSIGN(out.found.profile, profile_rows(*stream, limit));
  out.found.notes = stream->notes();
  out.source = source_text({.description = "From " + table,
                            .read = fmt::format("{{ {}: {{ connection: {}, table: {} }} }}", kKind,
                                                yaml_text(connection), yaml_text(table))});
  return out;
}

}  // namespace rhumb
