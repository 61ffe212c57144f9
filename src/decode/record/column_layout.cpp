#include "decode/record/column_layout.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/text/encoding.h"

namespace rhumb {
namespace {

constexpr size_t kNamesShown = 40;

std::vector<std::string> names_of(const DeclaredColumn& column) {
  return column.from.empty() ? std::vector<std::string>{column.column.name} : column.from;
}

bool is_pair(const DeclaredColumn& column) {
  return !column.lon.empty();
}

std::optional<size_t> find_name(const std::vector<std::string>& names, std::string_view wanted) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return equals_ignoring_case(name, trim(wanted));
  });
  if (found == names.end()) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

Error missing(const DeclaredColumn& column, const std::vector<std::string>& wanted,
              const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    shown.push_back(printable(names[i], 60));
  }
  if (names.size() > kNamesShown) shown.emplace_back("...");
  const std::string nearest = nearest_name(wanted.front(), names);
  const bool pair = is_pair(column);
  std::string hint =
      nearest.empty() ? std::string() : fmt::format("Did you mean '{}'? ", printable(nearest, 60));
  hint += fmt::format("Add the name it has in this file to `{}:` of column '{}'.",
                      pair ? "lon` or `lat" : "from", column.column.name);
  return {.code = Code::kBadFile,
          .message = fmt::format(
              "the header has no column '{}'{}; it has: {}", join(wanted, "' or '"),
              wanted.front() == column.column.name ? std::string()
                                                   : fmt::format(" for '{}'", column.column.name),
              join(shown, ", ")),
          .hint = std::move(hint)};
}

Result<size_t> locate(const DeclaredColumn& column, const std::vector<std::string>& wanted,
                      const std::vector<std::string>& names) {
  for (const std::string& name : wanted) {
    if (const auto found = find_name(names, name)) return *found;
  }
  return missing(column, wanted, names);
}

}  // namespace

std::vector<std::string> expected_names(const std::vector<DeclaredColumn>& columns) {
  std::vector<std::string> out;
  for (const DeclaredColumn& column : columns) {
    if (is_pair(column)) {
      out.push_back(column.lon);
      out.push_back(column.lat);
    } else {
      for (std::string& name : names_of(column)) out.push_back(std::move(name));
    }
  }
  return out;
}

std::vector<std::string> clean_names(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    std::string clean = repair_utf8(trim(name));
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return c >= '\0' && c < ' '; }, ' ');
    out.push_back(std::move(clean));
  }
  return out;
}

std::vector<std::string> numbered_names(size_t count) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) out.push_back(fmt::format("column{}", i));
  return out;
}

Result<ColumnLayout> match_columns(const std::vector<DeclaredColumn>& columns,
                                   const std::vector<std::string>& names) {
  ColumnLayout layout{.columns = {}, .width = names.size()};
  for (const DeclaredColumn& column : columns) {
    LayoutColumn placed{.declared = column};
    if (is_pair(column)) {
      RHUMB_ASSIGN(placed.field, locate(column, {column.lon}, names));
      RHUMB_ASSIGN(placed.latitude, locate(column, {column.lat}, names));
    } else {
      RHUMB_ASSIGN(placed.field, locate(column, names_of(column), names));
    }
    layout.columns.push_back(std::move(placed));
  }
  return layout;
}

ColumnLayout place_columns(const std::vector<DeclaredColumn>& columns) {
  ColumnLayout layout;
  for (const DeclaredColumn& column : columns) {
    LayoutColumn placed{.declared = column, .field = layout.width++};
    if (is_pair(column)) placed.latitude = layout.width++;
    layout.columns.push_back(std::move(placed));
  }
  return layout;
}

ColumnLayout take_columns(const std::vector<std::string>& names, const std::vector<Type>& types) {
  ColumnLayout layout{.columns = {}, .width = names.size()};
  std::set<std::string> taken;
  std::map<std::string, int> times;  // so that a thousand equal names take a thousand steps
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string base = names[i].empty() ? fmt::format("column{}", i) : names[i];
    int& seen = times[to_lower(base)];
    std::string name = ++seen == 1 ? base : fmt::format("{}_{}", base, seen);
    while (!taken.insert(to_lower(name)).second) name = fmt::format("{}_{}", base, ++seen);
    LayoutColumn placed{.field = i, .exact = true};
    placed.declared.column = {.name = name, .type = types[i]};
    layout.columns.push_back(std::move(placed));
  }
  return layout;
}

}  // namespace rhumb
