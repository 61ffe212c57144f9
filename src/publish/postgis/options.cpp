#include "publish/postgis/options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr std::string_view kVersionMark = "{version}";
constexpr auto kMethods =
    std::to_array<std::string_view>({"btree", "gist", "brin", "hash", "gin", "spgist", "none"});
constexpr auto kPrivileges = std::to_array<std::string_view>(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "TRIGGER", "ALL"});

Error bad(const Place& place, std::string message, std::string hint) {
  return Error{Code::kBadValue, std::move(message), std::move(hint), place};
}

template <size_t N>
std::string listed(const std::array<std::string_view, N>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string with_version(std::string text, const std::string& version) {
  text.replace(text.find(kVersionMark), kVersionMark.size(), version);
  return text;
}

// `a."b c"` + `_dev` -> `a."b c_dev"`
PgName with_suffix(PgName name, const std::string& suffix) {
  name.name += suffix;
  return name;
}

Result<PgName> read_name(const std::string& text, const Place& place) {
  auto name = parse_pg_name(text);
  if (!name.ok()) name.error().place = place;
  return name;
}

Status check_template(const std::string& text, const Place& place) {
  const size_t at = text.find(kVersionMark);
  if (at == std::string::npos || text.find(kVersionMark, at + 1) != std::string::npos) {
    return bad(place, fmt::format("`table` must hold {} exactly once: {}", kVersionMark, text),
               "each version gets a table of its own: analytics.trips_v{version}");
  }
  RHUMB_ASSIGN(const PgName ignored, read_name(with_version(text, "1"), place));
  static_cast<void>(ignored);
  return {};
}

Result<PostgisIndex> read_index(const Config& entry) {
  PostgisIndex index{.place = entry.place()};
  if (entry.kind() != Config::Kind::kMap) {
    index.columns = entry.as_texts();
  } else {
    index.columns = entry["columns"].as_texts();
    index.method = to_lower(entry["method"].as_text());
    index.unique = entry["unique"].as_bool();
  }
  if (index.columns.empty()) {
    return bad(entry.place(), "an index needs at least one column", "write [week, hour]");
  }
  if (!index.method.empty() &&
      std::find(kMethods.begin(), kMethods.end(), index.method) == kMethods.end()) {
    return bad(entry["method"].place(), fmt::format("unknown index method: {}", index.method),
               "one of " + listed(kMethods));
  }
  if (index.unique && !index.method.empty() && index.method != "btree") {
    return bad(entry.place(), "only btree indexes can be unique", "leave out `method`");
  }
  return index;
}

Result<std::vector<std::string>> read_privileges(const Config& value) {
  std::vector<std::string> privileges;
  for (const std::string& text : value.as_texts()) {
    std::string privilege = text;
    for (char& c : privilege) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (std::find(kPrivileges.begin(), kPrivileges.end(), privilege) == kPrivileges.end()) {
      return bad(value.place(), fmt::format("no such privilege on a view: {}", text),
                 "one of " + listed(kPrivileges));
    }
    privileges.push_back(privilege);
  }
  if (privileges.empty()) privileges.emplace_back("SELECT");
  return privileges;
}

Result<PostgisGrants> read_grants(const Config& value) {
  PostgisGrants grants;
  if (value.kind() == Config::Kind::kMap) {
    for (const auto& [role, privileges] : value.entries()) {
      RHUMB_ASSIGN(grants[role], read_privileges(privileges));
    }
    return grants;
  }
  for (const std::string& role : value.as_texts()) grants[role] = {"SELECT"};
  return grants;
}

// The text goes into CREATE TABLE; the server checks that it is a type name and nothing else,
// except for what its parser skips.
Status check_type_text(const Config& value) {
  const std::string& text = value.text();
  if (!trim(text).empty() && text.find("--") == std::string::npos &&
      text.find("/*") == std::string::npos && text.find(';') == std::string::npos) {
    return {};
  }
  return bad(value.place(), fmt::format("this is not a PostgreSQL type: {}", printable(text)),
             "for example: integer, varchar(20), numeric(12,2), geometry(PointZ,4326)");
}

Status read_names(const Config& publish, const std::string& suffix, PostgisOptions& options) {
  RHUMB_ASSIGN(const PgName view, read_name(publish["view"].text(), publish["view"].place()));
  options.view = with_suffix(view, suffix);
  if (publish.has("table")) {
    const Config& table = publish["table"];
    RHUMB_TRY(check_template(table.text(), table.place()));
    options.table_template = table.text();
  } else {
    options.table_template = quote_identifier(view.name + "_v{version}");
  }
  if (!suffix.empty()) {
    // A quoted name ends with its quote.
    const bool quoted = options.table_template.ends_with('"');
    options.table_template.insert(options.table_template.size() - (quoted ? 1 : 0), suffix);
    RHUMB_TRY(check_template(options.table_template, publish.place()));
  }
  return {};
}

}  // namespace

PgName PostgisOptions::table(uint64_t version, int attempt) const {
  std::string number = std::to_string(version);
  if (attempt > 1) number += "_" + std::to_string(attempt);
  // Read once before, with another number.
  PgName name = parse_pg_name(with_version(table_template, number)).value();
  if (name.schema.empty()) name.schema = view.schema;
  return name;
}

Result<PostgisOptions> read_postgis_options(const Config& publish, const std::string& suffix) {
  PostgisOptions options{.place = publish.place()};
  RHUMB_TRY(read_names(publish, suffix, options));
  for (const Config& entry : publish["indexes"].items()) {
    RHUMB_ASSIGN(PostgisIndex index, read_index(entry));
    options.indexes.push_back(std::move(index));
  }
  const int64_t keep = publish["keep"].as_integer(1);
  if (keep < 0 || keep > 1000) {
    return bad(publish["keep"].place(), fmt::format("`keep` must be 0 to 1000: {}", keep), "");
  }
  options.keep = static_cast<uint64_t>(keep);
  RHUMB_ASSIGN(options.grants, read_grants(publish["grants"]));
  options.comment = publish["comment"].as_text();
  for (const auto& [column, type] : publish["columns"].entries()) {
    RHUMB_TRY(check_type_text(type));
    options.columns[column] = type.text();
  }
  options.primary_key = publish["primary_key"].as_bool(true);
  if (publish.has("switch_within")) {
    const auto within = parse_duration(publish["switch_within"].text());
    if (!within || *within <= 0) {
      return bad(publish["switch_within"].place(), "`switch_within` must be a duration", "60 s");
    }
    options.switch_within = *within;
  }
  if (publish["switch"].as_text("view") == "pointer") options.way = SwitchWay::kPointer;
  options.direct = publish["mode"].as_text("replace") == "direct";
  return options;
}

}  // namespace rhumb
