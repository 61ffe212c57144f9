#include "profile/proposal.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/coordinate_check.h"

namespace rhumb {
namespace {

constexpr size_t kLongestName = 63;
constexpr GeoBox kWorld = {-180, -90, 180, 90};
constexpr double kMostRejected = 0.05;  // what a source takes without being told

bool is_number(TypeId id) {
  return id == TypeId::kInteger || id == TypeId::kDouble || id == TypeId::kDecimal;
}

/// Names of longitudes with what the latitude beside it is called.
struct PairName {
  const char* lon;
  const char* lat;
};
constexpr PairName kPairs[] = {{"longitude", "latitude"},
                               {"lng", "lat"},
                               {"lon", "lat"},
                               {"long", "lat"},
                               {"x_coord", "y_coord"}};

/// `pickup_longitude` -> `pickup_latitude`; "" when it is no longitude's name.
std::string latitude_of(const std::string& name, const PairName& pair) {
  const std::string lower = to_lower(name);
  const size_t at = lower.rfind(pair.lon);
  if (at == std::string::npos) return "";
  const size_t end = at + std::string_view(pair.lon).size();
  const bool whole = (at == 0 || !std::isalnum(static_cast<unsigned char>(lower[at - 1]))) &&
                     (end == lower.size() || !std::isalnum(static_cast<unsigned char>(lower[end])));
  return whole ? lower.substr(0, at) + pair.lat + lower.substr(end) : "";
}

const ColumnProfile* find(const DataProfile& found, const std::string& name) {
  for (const ColumnProfile& column : found.columns) {
    if (equals_ignoring_case(column.column().name, name)) return &column;
  }
  return nullptr;
}

bool within(const ColumnProfile& column, double limit) {
  return column.has_range() && column.min() >= -limit && column.max() <= limit;
}

/// A name that no column has yet.
std::string free_name(const std::string& wanted, std::set<std::string>& taken) {
  std::string name = wanted;
  for (int i = 2; !taken.insert(to_lower(name)).second; ++i) name = fmt::format("{}_{}", wanted, i);
  return name;
}

std::string point_name(const std::string& longitude, const PairName& pair) {
  std::string name = to_lower(longitude);
  name.erase(name.rfind(pair.lon), std::string_view(pair.lon).size());
  while (!name.empty() && !std::isalnum(static_cast<unsigned char>(name.back()))) name.pop_back();
  while (!name.empty() && !std::isalnum(static_cast<unsigned char>(name.front()))) name.erase(0, 1);
  return name.empty() ? "position" : name;
}

void add_points(const DataProfile& found, std::set<std::string>& taken,
                std::vector<DeclaredColumn>& out) {
  for (const ColumnProfile& column : found.columns) {
    if (!is_number(column.column().type.id)) continue;
    for (const PairName& pair : kPairs) {
      const std::string latitude = latitude_of(column.column().name, pair);
      const ColumnProfile* other = latitude.empty() ? nullptr : find(found, latitude);
      if (other == nullptr || !is_number(other->column().type.id)) continue;
      // One wild value is no reason against: it goes to the quarantine.
      const bool degrees = (within(column, 180) && within(*other, 90)) ||
                           (std::abs(column.mean()) <= 180 && std::abs(other->mean()) <= 90);
      if (!degrees) continue;
      DeclaredColumn point;
      point.column.name = free_name(point_name(column.column().name, pair), taken);
      point.column.type = {.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 4326};
      point.lon = column.column().name;
      point.lat = other->column().name;
      out.push_back(std::move(point));
      break;
    }
  }
}

/// One kind, or one kind and its multi kind, which takes both; else any.
GeometryKind kind_of(const ColumnProfile& column) {
  std::set<int> kinds;
  for (const auto& [kind, count] : column.kinds()) kinds.insert(static_cast<int>(kind));
  if (kinds.size() == 1) return static_cast<GeometryKind>(*kinds.begin());
  if (kinds.size() == 2 && *kinds.begin() + 3 == *kinds.rbegin())
    return static_cast<GeometryKind>(*kinds.rbegin());
  return GeometryKind::kAny;
}

bool is_geometry_text(const ColumnProfile& column) {
  const uint64_t present = column.rows() - column.nulls();
  return column.geometry_texts() > 0 && column.geometry_texts() * 20 >= present * 19;
}

/// Text that is geometry throughout; its CRS is what it says, or degrees when it fits.
bool as_geometry(const ColumnProfile& column, Type& type) {
  if (!is_geometry_text(column)) return false;
  int srid = column.text_srid();
  if (srid == 0 && contains(kWorld, column.box())) srid = 4326;
  if (srid == 0) return false;
  type = {.id = TypeId::kGeometry, .geometry = kind_of(column), .srid = srid};
  return true;
}

std::string column_text(const DeclaredColumn& declared) {
  const Type& type = declared.column.type;
  const bool geometry = type.id == TypeId::kGeometry;
  const bool brief = !geometry && declared.from.empty();
  if (brief) return type_name(type);
  std::string out = "{ type: " + type_name(type);
  if (type.id == TypeId::kDecimal) out = "{ type: " + yaml_text(type_name(type));
  if (geometry && type.srid != 0) out += fmt::format(", crs: {}", type.srid);
  if (!declared.lon.empty())
    out += fmt::format(", lon: {}, lat: {}", yaml_text(declared.lon), yaml_text(declared.lat));
  if (!declared.from.empty()) out += ", from: " + yaml_text(declared.from.front());
  return out + " }";
}

}  // namespace

std::vector<DeclaredColumn> propose_columns(const DataProfile& found) {
  std::vector<DeclaredColumn> out;
  std::set<std::string> taken = {"_input", "_op"};
  for (const ColumnProfile& column : found.columns) {
    const std::string& name = column.column().name;
    if (find(found, name) != &column) return {};
    DeclaredColumn declared;
    std::string short_name = name.substr(0, kLongestName);
    while (!is_utf8(short_name)) short_name.pop_back();
    declared.column.name = free_name(short_name.empty() ? "unnamed" : short_name, taken);
    declared.column.type = column.column().type;
    if (declared.column.name != name) declared.from = {name};
    if (declared.column.type.id == TypeId::kText) (void)as_geometry(column, declared.column.type);
    out.push_back(std::move(declared));
  }
  add_points(found, taken, out);
  return out;
}

std::string yaml_text(std::string_view text) {
  const bool bare =
      !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
      std::all_of(text.begin(), text.end(),
                  [](char c) {
                    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
                  }) &&
      !equals_ignoring_case(text, "true") && !equals_ignoring_case(text, "false") &&
      !equals_ignoring_case(text, "null") && !equals_ignoring_case(text, "yes") &&
      !equals_ignoring_case(text, "no") && !equals_ignoring_case(text, "on") &&
      !equals_ignoring_case(text, "off") && text.size() > 1;
  if (bare) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string source_text(const SourceProposal& proposal) {
  std::string out = "description: " + yaml_text(proposal.description) + "\n";
  out += "read: " + proposal.read + "\n";
  if (!proposal.decode.empty()) out += "decode: " + proposal.decode + "\n";
  if (!proposal.columns.empty()) out += "columns:\n";
  for (const DeclaredColumn& column : proposal.columns)
    out += fmt::format("  {}: {}\n", yaml_text(column.column.name), column_text(column));
  if (proposal.rejected > kMostRejected) {
    // A little above what was seen, so that the same data passes.
    const double percent = std::min(100.0, std::ceil(proposal.rejected * 100 + 1));
    out += fmt::format("bad_rows: {{ stop_above: {:.0f}% }}\n", percent);
  }
  return out;
}

}  // namespace rhumb
