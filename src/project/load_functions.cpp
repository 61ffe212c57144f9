#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/front_matter.h"
#include "project/loading.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

constexpr const char* kShape = "write `name(a, b) AS expression`";

/// The part of `name(a, b) AS expression` before the expression.
struct Head {
  std::string_view name;
  std::vector<std::string_view> parameters;
};

bool begins_with_as(std::string_view text) {
  return text.size() > 3 && equals_ignoring_case(text.substr(0, 2), "as") &&
         !is_identifier(text.substr(0, 3));
}

std::optional<Head> parse_head(std::string_view sql) {
  const size_t open = sql.find('(');
  const size_t close = sql.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  Head head{.name = trim(sql.substr(0, open)), .parameters = {}};
  const std::string_view inside = trim(sql.substr(open + 1, close - open - 1));
  if (!inside.empty()) head.parameters = split(inside, ',');
  for (std::string_view& parameter : head.parameters) {
    parameter = trim(parameter);
    if (!is_identifier(parameter)) return std::nullopt;
  }
  if (!is_identifier(head.name) || !begins_with_as(trim(sql.substr(close + 1))))
    return std::nullopt;
  return head;
}

void check_head(Loading& loading, const Head& head, const ProjectFile& file, const Place& place) {
  if (!equals_ignoring_case(head.name, file.stem)) {
    loading.refuse(
        Code::kBadValue,
        fmt::format("the file is named after its function, and this one is `{}`", head.name),
        fmt::format("rename the file to {}.sql, or the function", head.name), place);
  }
  std::set<std::string> seen;
  for (const std::string_view parameter : head.parameters) {
    if (seen.insert(to_lower(parameter)).second) continue;
    loading.refuse(Code::kDuplicate, fmt::format("the parameter `{}` stands twice", parameter),
                   "rename one of them", place);
  }
}

void load_function(Loading& loading, const ProjectFile& file, std::map<std::string, Place>& seen) {
  auto text = read_text_file(file.path, file.shown, Code::kBadSql);
  if (!text.ok()) return loading.errors.push_back(std::move(text).error());
  auto parts = split_sql_file(*text, file.shown);
  if (!parts.ok()) return loading.errors.push_back(std::move(parts).error());
  if (parts->yaml && !trim(*parts->yaml).empty()) {
    const auto keys = read_yaml(*parts->yaml, parts->yaml_origin, loading.errors);
    if (keys) static_cast<void>(check(*keys, loading.language.function, loading.errors));
  }
  const std::optional<Head> head = parse_head(parts->sql);
  if (!head) {
    loading.refuse(Code::kBadSql, "this is not a function: `name(a, b) AS expression` was expected",
                   kShape, parts->sql_place);
    return;
  }
  check_head(loading, *head, file, parts->sql_place);
  const auto [first, is_new] = seen.emplace(to_lower(head->name), parts->sql_place);
  if (!is_new) {
    loading.refuse(Code::kDuplicate,
                   fmt::format("the function `{}` stands twice; first at {}", head->name,
                               first->second.text()),
                   "rename one of them", parts->sql_place);
  }
  loading.project.functions.push_back({std::string(head->name), parts->sql, parts->sql_place});
}

}  // namespace

void load_functions(Loading& loading) {
  std::map<std::string, Place> seen;
  for (const ProjectFile& file : files_in(loading, "functions", ".sql")) {
    load_function(loading, file, seen);
  }
}

}  // namespace rhumb
