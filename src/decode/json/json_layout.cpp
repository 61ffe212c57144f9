#include "decode/json/json_layout.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json/geojson_record.h"
#include "decode/record/column_layout.h"

namespace rhumb {
namespace {

using Path = std::vector<std::string>;

Path to_path(std::string_view text) {
  Path out;
  for (const std::string_view name : split(text, '.')) out.emplace_back(name);
  return out;
}

Path joined(Path front, const Path& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

/// Finds the members that declared columns mean.
class JsonPlacing {
 public:
  JsonPlacing(const JsonOptions& options, const JsonSample& sample)
      : options_(options), seen_(*sample.fields) {
    out_.fields = std::make_unique<JsonFields>();
    if (options_.geojson) add_geojson_fields(*out_.fields);
  }

  JsonLayout place(const std::vector<DeclaredColumn>& declared) {
    for (const DeclaredColumn& column : declared) {
      JsonColumn placed{.declared = column};
      if (!column.lon.empty()) {
        placed.slots = {slot_of(column.lon, column)};
        placed.latitude = slot_of(column.lat, column);
      } else if (options_.geojson && column.from.empty() &&
                 column.column.type.id == TypeId::kGeometry) {
        placed.slots = {kGeoJsonGeometry};
      } else {
        const std::vector<std::string> own = {column.column.name};
        for (const std::string& name : column.from.empty() ? own : column.from) {
          placed.slots.push_back(slot_of(name, column));
        }
        note_missing(column, placed);
      }
      out_.columns.push_back(std::move(placed));
    }
    return std::move(out_);
  }

 private:
  size_t slot_of(std::string_view name, const DeclaredColumn&) {
    const auto known = known_path(trim(name));
    const Path path = known ? *known : guessed_path(trim(name));
    const size_t slot = out_.fields->slot(out_.fields->node(path));
    found_.resize(std::max(found_.size(), slot + 1));
    found_[slot] = known.has_value();
    return slot;
  }

  // The places where a name may stand, best first.
  [[nodiscard]] std::vector<Path> homes() const {
    if (options_.geojson) return {{"properties"}, {}};
    return {{}};
  }

  [[nodiscard]] std::optional<Path> known_path(std::string_view name) const {
    if (name.starts_with("$.")) return to_path(name.substr(2));
    for (const Path& home : homes()) {
      if (const auto found = member_of(home, name)) return joined(home, {*found});
    }
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    for (const Path& home : homes()) {
      if (const auto first = member_of(home, name.substr(0, dot))) {
        return joined(joined(home, {*first}), to_path(name.substr(dot + 1)));
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Path guessed_path(std::string_view name) const {
    return joined(homes().front(), {std::string(name)});
  }

  // The member's name as the file writes it: as asked for, or else but for its case.
  [[nodiscard]] std::optional<std::string> member_of(const Path& home,
                                                     std::string_view name) const {
    size_t node = 0;
    for (const std::string& part : home) {
      const auto& children = seen_.at(node).by_name;
      const auto found = children.find(part);
      if (found == children.end()) return std::nullopt;
      node = found->second;
    }
    const JsonFields::Node& members = seen_.at(node);
    if (members.by_name.contains(name)) return std::string(name);
    for (const size_t child : members.children) {
      if (equals_ignoring_case(seen_.at(child).name, name)) return seen_.at(child).name;
    }
    return std::nullopt;
  }

  void note_missing(const DeclaredColumn& column, const JsonColumn& placed) {
    if (std::any_of(placed.slots.begin(), placed.slots.end(),
                    [&](size_t slot) { return found_[slot]; })) {
      return;
    }
    std::vector<std::string> names;
    for (size_t slot = 0; slot < seen_.slots(); ++slot) {
      names.push_back(seen_.at(seen_.node_of_slot(slot)).name);
    }
    const std::string wanted = column.from.empty() ? column.column.name : column.from.front();
    const std::string near = nearest_name(wanted, names);
    out_.notes.push_back(fmt::format("no record at the beginning has a member '{}'{}", wanted,
                                     near.empty() ? "" : fmt::format(" (there is '{}')", near)));
  }

  const JsonOptions& options_;
  const JsonFields& seen_;
  JsonLayout out_;
  std::vector<bool> found_;  // by slot
};

/// All members the sample shows, in the order in which they came.
class JsonTaking {
 public:
  JsonTaking(const JsonOptions& options, const JsonSample& sample)
      : options_(options), sample_(sample) {
    out_.fields = std::make_unique<JsonFields>();
  }

  JsonLayout take() {
    const auto policy =
        options_.drop_extra_members ? JsonFields::Unknown::kPass : JsonFields::Unknown::kReject;
    out_.fields->set_unknown(0, policy);
    if (options_.geojson) {
      out_.fields->set_unknown(add_geojson_fields(*out_.fields), policy);
      add_named("id");
      add_members(sample_.fields->node({"properties"}), {"properties"});
    }
    add_members(0, {});
    if (options_.geojson) add({"geometry"}, "geometry", {.id = TypeId::kGeometry, .srid = 4326});
    ColumnLayout named = take_columns(names_, types_);
    for (size_t i = 0; i < named.columns.size(); ++i) {
      out_.columns.push_back(
          {.declared = std::move(named.columns[i].declared), .slots = {slots_[i]}});
    }
    return std::move(out_);
  }

 private:
  void add_named(const char* name) {
    const size_t node = sample_.fields->node({name});
    const size_t slot = sample_.fields->at(node).slot;
    if (slot < sample_.present.size() && sample_.present[slot]) {
      add({name}, name, sample_.guesses[slot].type());
    }
  }

  void add_members(size_t parent, const Path& home) {
    for (const size_t child : sample_.fields->at(parent).children) {
      const JsonFields::Node& node = sample_.fields->at(child);
      if (node.slot >= sample_.present.size() || !sample_.present[node.slot]) continue;
      const bool taken =
          options_.geojson && parent == 0 && (node.slot <= kGeoJsonProperties || node.name == "id");
      if (!taken) add(joined(home, {node.name}), node.name, sample_.guesses[node.slot].type());
    }
  }

  void add(const Path& path, std::string name, Type type) {
    slots_.push_back(out_.fields->slot(out_.fields->node(path)));
    names_.push_back(std::move(name));
    types_.push_back(type);
  }

  const JsonOptions& options_;
  const JsonSample& sample_;
  JsonLayout out_;
  std::vector<std::string> names_;
  std::vector<Type> types_;
  std::vector<size_t> slots_;
};

// What the file says about its coordinates. It holds for the geometry of features alone: a property
// that holds WKT is the user's to describe.
Status apply_crs(const JsonSample& sample, bool declared, JsonLayout& out) {
  const std::string crs = sample.member("crs");
  RHUMB_ASSIGN(const int srid, geojson_srid(crs.empty() ? "null" : crs));
  if (trim(crs) == "null") out.notes.emplace_back("crs is null: read as WGS 84");
  for (JsonColumn& column : out.columns) {
    Type& type = column.declared.column.type;
    if (type.id != TypeId::kGeometry || column.slots.front() != kGeoJsonGeometry) continue;
    if (!declared) type.srid = srid;
    if (column.declared.from_crs.empty()) column.declared.from_crs = fmt::format("EPSG:{}", srid);
  }
  return {};
}

}  // namespace

Result<JsonLayout> lay_out_json(const JsonOptions& options, const JsonSample& sample,
                                const std::vector<DeclaredColumn>& declared) {
  JsonLayout out = declared.empty() ? JsonTaking(options, sample).take()
                                    : JsonPlacing(options, sample).place(declared);
  if (out.columns.empty()) {
    return Error{.code = Code::kBadFile,
                 .message = "the records have no members, so there are no columns",
                 .hint = "Declare `columns:`."};
  }
  if (options.geojson) RHUMB_TRY(apply_crs(sample, !declared.empty(), out));
  return out;
}

}  // namespace rhumb
