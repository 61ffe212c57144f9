#include <algorithm>
#include <optional>
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

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && equals_ignoring_case(text.substr(0, word.size()), word) &&
         !is_identifier(text.substr(0, word.size() + 1));
}

/// Takes `name(a, b) AS expression` apart; the places are those of the statement's begin.
std::optional<FunctionDef> parse_function(std::string_view sql, const Place& place) {
  const size_t open = sql.find('(');
  const size_t close = sql.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  FunctionDef out{.name = std::string(trim(sql.substr(0, open))), .place = place};
  const std::string_view inside = trim(sql.substr(open + 1, close - open - 1));
  if (!inside.empty()) {
    for (const std::string_view parameter : split(inside, ','))
      out.parameters.emplace_back(trim(parameter));
  }
  const bool named = is_identifier(out.name) &&
                     std::all_of(out.parameters.begin(), out.parameters.end(), is_identifier);
  const std::string_view as = trim(sql.substr(close + 1));
  if (!named || !begins_with_word(as, "as")) return std::nullopt;
  const std::string_view expression = trim(as.substr(2));
  if (expression.empty()) return std::nullopt;
  const auto begin = static_cast<size_t>(expression.data() - sql.data());
  out.expression = std::string(expression);
  out.expression_place = place_behind(place, sql.substr(0, begin));
  return out;
}

void check_head(Loading& loading, const FunctionDef& head, const ProjectFile& file) {
  if (!equals_ignoring_case(head.name, file.stem)) {
    loading.refuse(
        Code::kBadValue,
        fmt::format("the file is named after its function, and this one is `{}`", head.name),
        fmt::format("rename the file to {}.sql, or the function", head.name), head.place);
  }
  if (begins_with_word(head.expression, "table")) {
    loading.refuse(Code::kNotSupported, "a function stands for a value, not for a table",
                   "write it as a model of kind view", head.expression_place);
  }
  std::set<std::string> seen;
  for (const std::string& parameter : head.parameters) {
    if (seen.insert(to_lower(parameter)).second) continue;
    loading.refuse(Code::kDuplicate, fmt::format("the parameter `{}` stands twice", parameter),
                   "rename one of them", head.place);
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
  std::optional<FunctionDef> function = parse_function(parts->sql, parts->sql_place);
  if (!function) {
    loading.refuse(Code::kBadSql, "this is not a function: `name(a, b) AS expression` was expected",
                   kShape, parts->sql_place);
    return;
  }
  check_head(loading, *function, file);
  const auto [first, is_new] = seen.emplace(to_lower(function->name), function->place);
  if (!is_new) {
    loading.refuse(Code::kDuplicate,
                   fmt::format("the function `{}` stands twice; first at {}", function->name,
                               first->second.text()),
                   "rename one of them", function->place);
  }
  loading.project.functions.push_back(*std::move(function));
}

}  // namespace

void load_functions(Loading& loading) {
  std::map<std::string, Place> seen;
  for (const ProjectFile& file : files_in(loading, "functions", ".sql")) {
    load_function(loading, file, seen);
  }
}

}  // namespace rhumb
