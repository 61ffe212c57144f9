#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "component/schema.h"
#include "project/loading.h"

namespace rhumb {
namespace {

constexpr size_t kMaxColumnName = 63;  // what PostgreSQL keeps of a name

bool is_number(TypeId id) {
  return id == TypeId::kInteger || id == TypeId::kDouble || id == TypeId::kDecimal;
}
bool is_time(TypeId id) {
  return id == TypeId::kDate || id == TypeId::kTime || id == TypeId::kTimestamp ||
         id == TypeId::kTimestampTz;
}

/// A key that has a meaning for some types only.
struct TypedKey {
  const char* key;
  bool (*fits)(const Type&);
  const char* types;
};

bool is_geometry(const Type& type) {
  return type.id == TypeId::kGeometry;
}
bool is_point(const Type& type) {
  return is_geometry(type) && type.geometry == GeometryKind::kPoint;
}

constexpr auto kTypedKeys = std::to_array<TypedKey>({
    {"crs", is_geometry, "geometry"},
    {"from_crs", is_geometry, "geometry"},
    {"on_invalid", is_geometry, "geometry"},
    {"extent", is_geometry, "geometry"},
    {"lon", is_point, "points"},
    {"lat", is_point, "points"},
    {"min", [](const Type& type) { return is_number(type.id); }, "numbers"},
    {"max", [](const Type& type) { return is_number(type.id); }, "numbers"},
    {"format", [](const Type& type) { return is_time(type.id); }, "dates and times"},
});

class ColumnReader {
 public:
  ColumnReader(Loading& loading, const Config& block, const std::string& name, Place place)
      : loading_(loading), block_(block), name_(name), place_(std::move(place)) {}

  DeclaredColumn read(bool of_table) {
    DeclaredColumn out;
    const bool brief = block_.kind() == Config::Kind::kScalar;
    const std::string type = brief ? block_.text() : block_["type"].as_text("text");
    out.column = {name_, parse_type(type).value_or(Type{}), block_["nullable"].as_bool(true)};
    if (is_geometry(out.column.type)) out.column.type.srid = loading_.project.srid;
    if (brief || !block_.has("type")) return out;
    for (const TypedKey& each : kTypedKeys) {
      if (block_.has(each.key) && !each.fits(out.column.type)) only_for(each.key, each.types);
    }
    if (block_["allow_null_island"].as_bool() && !is_geometry(out.column.type)) {
      only_for("allow_null_island", "geometry");
    }
    if (of_table) refuse_file_keys();
    take(out);
    check_points();
    check_bounds(out);
    return out;
  }

 private:
  void refuse(Code code, std::string message, std::string hint, const std::string& key) {
    loading_.refuse(code, fmt::format("column `{}`: {}", printable(name_, 60), message),
                    std::move(hint), block_.has(key) ? block_.key_place(key) : place_);
  }
  void only_for(const std::string& key, const std::string& types) {
    refuse(Code::kBadValue, fmt::format("`{}` is for {}", key, types),
           fmt::format("take it out, or change the type, now {}", block_["type"].text()), key);
  }

  void refuse_file_keys() {
    for (const char* key :
         {"from", "lon", "lat", "from_crs", "on_invalid", "extent", "min", "max", "format"}) {
      if (!block_.has(key)) continue;
      refuse(Code::kBadValue, fmt::format("`{}` is for columns of files", key),
             "a table brings its columns along; declare name, type, crs and nullable only", key);
    }
  }

  void take(DeclaredColumn& out) {
    if (const auto crs = take_crs(loading_, block_, "crs"); crs && is_geometry(out.column.type)) {
      out.column.type.srid = *crs;
      out.crs_given = true;
    }
    out.from_crs = block_["from_crs"].as_text();
    out.on_invalid = take_on_invalid();
    out.from = block_["from"].as_texts();
    out.lon = block_["lon"].as_text();
    out.lat = block_["lat"].as_text();
    out.extent = take_extent(loading_, block_);
    out.allow_null_island = block_["allow_null_island"].as_bool();
    out.unit = block_["unit"].as_text();
    out.time_format = block_["format"].as_text();
    if (block_.has("min")) out.min = block_["min"].as_number();
    if (block_.has("max")) out.max = block_["max"].as_number();
    if (block_.has("from") && block_["from"].as_texts().empty()) {
      refuse(Code::kBadValue, "`from` names no field", "name one, or leave `from` out", "from");
    }
  }

  OnInvalid take_on_invalid() const {
    const std::string word = block_["on_invalid"].as_text();
    if (word == "repair") return OnInvalid::kRepair;
    return word == "quarantine" ? OnInvalid::kQuarantine : OnInvalid::kKeep;
  }

  void check_points() {
    const bool lon = block_.has("lon"), lat = block_.has("lat");
    if (lon != lat) {
      const char* other = lon ? "lat" : "lon";
      refuse(Code::kMissingKey,
             fmt::format("`{}` needs `{}` beside it", lon ? "lon" : "lat", other),
             fmt::format("add `{}: FIELD`", other), lon ? "lon" : "lat");
    }
    if ((lon || lat) && block_.has("from")) {
      refuse(Code::kBadValue, "a point comes from one field (`from`) or from two (`lon`, `lat`)",
             "take one of them out", "from");
    }
    if (lon && lat && block_["lon"].text() == block_["lat"].text()) {
      refuse(Code::kBadValue, "`lon` and `lat` name the same field", "name two fields", "lat");
    }
  }

  void check_bounds(const DeclaredColumn& column) {
    if (column.min && column.max && *column.min > *column.max) {
      refuse(Code::kBadValue, "`min` is greater than `max`", "let them change places", "min");
    }
    const bool degrees = column.column.type.srid == 4326 && column.extent;
    if (!degrees) return;
    const Box& box = *column.extent;
    if (box[0] >= -180 && box[2] <= 180 && box[1] >= -90 && box[3] <= 90) return;
    refuse(Code::kBadValue, "`extent` leaves the range of degrees",
           "write longitudes first: [west, south, east, north]", "extent");
  }

  Loading& loading_;
  const Config& block_;
  const std::string& name_;
  Place place_;
};

void check_name(Loading& loading, const std::string& name, const Place& place) {
  if (name.empty() || name.size() > kMaxColumnName) {
    loading.refuse(Code::kBadValue,
                   fmt::format("a column's name has from 1 to {} bytes", kMaxColumnName),
                   "give it a short name and say `from:` where it comes from", place);
  } else if (equals_ignoring_case(name, "_input") || equals_ignoring_case(name, "_op")) {
    loading.refuse(Code::kBadValue, fmt::format("`{}` is a column that Rhumb adds itself", name),
                   "give it another name and say `from:` where it comes from", place);
  }
}

}  // namespace

std::vector<DeclaredColumn> read_columns(Loading& loading, const Config& columns, bool of_table) {
  std::vector<DeclaredColumn> out;
  std::map<std::string, Place> seen;
  for (const auto& [name, block] : columns.entries()) {
    const Place place = columns.key_place(name);
    check_name(loading, name, place);
    const auto [first, is_new] = seen.emplace(to_lower(name), place);
    if (!is_new) {
      loading.refuse(Code::kDuplicate,
                     fmt::format("the column `{}` stands twice (SQL ignores case); first at {}",
                                 printable(name, 60), first->second.text()),
                     "rename one of them", place);
    }
    out.push_back(ColumnReader(loading, block, name, place).read(of_table));
  }
  return out;
}

}  // namespace rhumb
