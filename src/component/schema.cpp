#include "component/schema.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

struct Spelling {
  std::string_view name;
  Type type;
};

constexpr Type geometry(GeometryKind kind) {
  return Type{.id = TypeId::kGeometry, .geometry = kind};
}
constexpr Type plain(TypeId id) {
  return Type{.id = id};
}

// The first spelling of each type is the one Rhumb prints.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"boolean", plain(TypeId::kBoolean)},
    {"bool", plain(TypeId::kBoolean)},
    {"integer", plain(TypeId::kInteger)},
    {"int", plain(TypeId::kInteger)},
    {"bigint", plain(TypeId::kInteger)},
    {"smallint", plain(TypeId::kInteger)},
    {"double", plain(TypeId::kDouble)},
    {"double precision", plain(TypeId::kDouble)},
    {"real", plain(TypeId::kDouble)},
    {"float", plain(TypeId::kDouble)},
    {"text", plain(TypeId::kText)},
    {"varchar", plain(TypeId::kText)},
    {"string", plain(TypeId::kText)},
    {"bytes", plain(TypeId::kBytes)},
    {"bytea", plain(TypeId::kBytes)},
    {"blob", plain(TypeId::kBytes)},
    {"date", plain(TypeId::kDate)},
    {"time", plain(TypeId::kTime)},
    {"timestamp", plain(TypeId::kTimestamp)},
    {"datetime", plain(TypeId::kTimestamp)},
    {"timestamptz", plain(TypeId::kTimestampTz)},
    {"timestamp with time zone", plain(TypeId::kTimestampTz)},
    {"uuid", plain(TypeId::kUuid)},
    {"json", plain(TypeId::kJson)},
    {"jsonb", plain(TypeId::kJson)},
    {"geometry", geometry(GeometryKind::kAny)},
    {"point", geometry(GeometryKind::kPoint)},
    {"linestring", geometry(GeometryKind::kLineString)},
    {"polygon", geometry(GeometryKind::kPolygon)},
    {"multipoint", geometry(GeometryKind::kMultiPoint)},
    {"multilinestring", geometry(GeometryKind::kMultiLineString)},
    {"multipolygon", geometry(GeometryKind::kMultiPolygon)},
    {"geometrycollection", geometry(GeometryKind::kCollection)},
});

// `decimal`, `numeric(10)`, `decimal(10,2)`; at most 38 digits, as both engines and the batch hold.
std::optional<Type> parse_decimal(std::string_view name) {
  const size_t open = name.find('(');
  const std::string_view word = trim(name.substr(0, open));
  if (word != "decimal" && word != "numeric") return std::nullopt;
  Type type{.id = TypeId::kDecimal, .precision = 18, .scale = 3};
  if (open == std::string_view::npos) return type;
  if (name.back() != ')') return std::nullopt;
  const auto parts = split(name.substr(open + 1, name.size() - open - 2), ',');
  if (parts.size() > 2) return std::nullopt;
  std::array<unsigned, 2> figures{0, 0};
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string_view digits = trim(parts[i]);
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, figures.at(i));
    if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  }
  if (figures[0] < 1 || figures[0] > 38 || figures[1] > figures[0]) return std::nullopt;
  type.precision = static_cast<uint8_t>(figures[0]);
  type.scale = static_cast<uint8_t>(figures[1]);
  return type;
}

}  // namespace

std::string type_name(const Type& type) {
  if (type.id == TypeId::kDecimal) return fmt::format("decimal({},{})", type.precision, type.scale);
  const auto found = std::find_if(kSpellings.begin(), kSpellings.end(), [&](const Spelling& known) {
    return known.type.id == type.id && known.type.geometry == type.geometry;
  });
  return std::string(found->name);
}

std::optional<Type> parse_type(std::string_view name) {
  const std::string wanted = to_lower(trim(name));
  for (const Spelling& known : kSpellings) {
    if (known.name == wanted) return known.type;
  }
  return parse_decimal(wanted);
}

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Spelling& known : kSpellings) all.emplace_back(known.name);
    all.emplace_back("decimal");
    all.emplace_back("numeric");
    return all;
  }();
  return names;
}

size_t fixed_width(TypeId id) {
  switch (id) {
    case TypeId::kBoolean:
      return 1;
    case TypeId::kDate:
      return 4;
    case TypeId::kInteger:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return 8;
    case TypeId::kDecimal:
    case TypeId::kUuid:
      return 16;
    case TypeId::kText:
    case TypeId::kBytes:
    case TypeId::kJson:
    case TypeId::kGeometry:
      return 0;
  }
  return 0;
}

std::vector<std::string> column_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const Column& column : schema) names.push_back(column.name);
  return names;
}

std::string no_such_column(const Schema& schema, std::string_view name) {
  const std::vector<std::string> names = column_names(schema);
  return did_you_mean(name, names, "its columns are: " + join(names, ", "));
}

std::optional<size_t> find_column(const Schema& schema, std::string_view name) {
  for (size_t i = 0; i < schema.size(); ++i) {
    if (equals_ignoring_case(schema[i].name, name)) return i;
  }
  return std::nullopt;
}

}  // namespace rhumb
