#include "decode/topojson/topology.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 32;  // collections within collections

Error no_topology(std::string what) {
  return Error{Code::kBadFile,
               "the file is no whole TopoJSON: " + std::move(what),
               "get the file again",
               {}};
}

Error bad_geometry(std::string what) {
  return Error{Code::kBadValue, std::move(what), "", {}};
}

bool is_pair(const Json& json) {
  return json.is_array() && json.size() >= 2 && json[0].is_number() && json[1].is_number();
}

std::string shown(const Json& json) {
  return printable(json.dump(-1, ' ', false, Json::error_handler_t::replace), 60);
}

/// How deep the lists of arcs or positions of a kind are; nothing for what is no kind of geometry.
struct Kind {
  const char* name;
  bool of_arcs;
  int depth;  // above one line, or one position
};
constexpr Kind kKinds[] = {{"Point", false, 0},     {"MultiPoint", false, 1},
                           {"LineString", true, 0}, {"MultiLineString", true, 1},
                           {"Polygon", true, 1},    {"MultiPolygon", true, 2}};

}  // namespace

Result<Topology> Topology::read(Json document) {
  Topology out;
  if (!document.is_object() || !document.contains("objects") || !document["objects"].is_object() ||
      !document.contains("arcs") || !document["arcs"].is_array())
    return no_topology("it has no objects or no arcs");
  if (document.contains("transform")) RHUMB_TRY(out.read_transform(document["transform"]));
  RHUMB_TRY(out.read_arcs(document["arcs"]));
  document.erase("arcs");
  out.document_ = std::move(document);
  return out;
}

Status Topology::read_transform(const Json& transform) {
  const bool whole = transform.is_object() && transform.contains("scale") &&
                     transform.contains("translate") && is_pair(transform["scale"]) &&
                     is_pair(transform["translate"]);
  if (!whole) return no_topology("its transform has no scale or translate");
  quantized_ = true;
  for (size_t i = 0; i < 2; ++i) {
    scale_[i] = transform["scale"][i].get<double>();
    translate_[i] = transform["translate"][i].get<double>();
  }
  return {};
}

Status Topology::read_arcs(const Json& arcs) {
  for (const Json& arc : arcs) {
    if (!arc.is_array()) return no_topology("an arc is no list of positions");
    std::vector<Json>& out = arcs_.emplace_back();
    double sum[2] = {0, 0};
    for (const Json& at : arc) {
      if (!is_pair(at)) return no_topology("an arc has a position that is none: " + shown(at));
      // Quantized positions are the steps from the one before.
      for (size_t i = 0; i < 2; ++i) sum[i] = at[i].get<double>() + (quantized_ ? sum[i] : 0);
      Json full = at;
      for (size_t i = 0; i < 2; ++i) full[i] = sum[i] * scale_[i] + translate_[i];
      out.push_back(std::move(full));
    }
  }
  return {};
}

std::vector<std::string> Topology::object_names() const {
  std::vector<std::string> out;
  for (const auto& [name, object] : document_["objects"].items()) out.push_back(name);
  return out;
}

std::vector<const Json*> Topology::geometries(const std::string& object) const {
  const Json& found = document_["objects"].at(object);
  std::vector<const Json*> out;
  const bool several = found.is_object() && found.value("type", Json()) == "GeometryCollection" &&
                       found.contains("geometries") && found["geometries"].is_array();
  if (!several) return {&found};
  for (const Json& each : found["geometries"]) out.push_back(&each);
  return out;
}

Result<Json> Topology::position(const Json& at) const {
  if (!is_pair(at)) return bad_geometry("expected a position, found " + shown(at));
  Json out = at;
  for (size_t i = 0; i < 2; ++i) out[i] = at[i].get<double>() * scale_[i] + translate_[i];
  return out;
}

Result<Json> Topology::line(const Json& arcs) const {
  if (!arcs.is_array()) return bad_geometry("expected a list of arcs, found " + shown(arcs));
  Json out = Json::array();
  for (const Json& number : arcs) {
    const auto index = number.is_number_integer() ? number.get<int64_t>() : INT64_MAX;
    const bool backward = index < 0;
    const auto at = static_cast<uint64_t>(backward ? ~index : index);
    if (at >= arcs_.size())
      return bad_geometry(fmt::format("there is no arc {} of {}", shown(number), arcs_.size()));
    const std::vector<Json>& arc = arcs_[at];
    // The first position is the last of the arc before.
    for (size_t i = out.empty() ? 0 : 1; i < arc.size(); ++i)
      out.push_back(backward ? arc[arc.size() - 1 - i] : arc[i]);
  }
  return out;
}

Result<Json> Topology::lines(const Json& arcs, int depth) const {
  if (depth == 0) return line(arcs);
  if (!arcs.is_array()) return bad_geometry("expected lists of arcs, found " + shown(arcs));
  Json out = Json::array();
  for (const Json& each : arcs) {
    RHUMB_ASSIGN(Json made, lines(each, depth - 1));
    out.push_back(std::move(made));
  }
  return out;
}

Result<Json> Topology::positions(const Json& coordinates, int depth) const {
  if (depth == 0) return position(coordinates);
  if (!coordinates.is_array())
    return bad_geometry("expected positions, found " + shown(coordinates));
  Json out = Json::array();
  for (const Json& each : coordinates) {
    RHUMB_ASSIGN(Json made, positions(each, depth - 1));
    out.push_back(std::move(made));
  }
  return out;
}

Result<Json> Topology::shape(const Json& geometry, int depth) const {
  const std::string type = geometry.is_object() ? geometry.value("type", "") : "";
  if (type == "GeometryCollection" && depth < kDeepest) {
    Json parts = Json::array();
    for (const Json& each : geometry.value("geometries", Json::array())) {
      RHUMB_ASSIGN(Json part, shape(each, depth + 1));
      parts.push_back(std::move(part));
    }
    return Json{{"type", type}, {"geometries", std::move(parts)}};
  }
  for (const Kind& kind : kKinds) {
    if (type != kind.name) continue;
    const char* member = kind.of_arcs ? "arcs" : "coordinates";
    if (!geometry.contains(member))
      return bad_geometry(fmt::format("a {} without {}", type, member));
    RHUMB_ASSIGN(Json coordinates, kind.of_arcs ? lines(geometry[member], kind.depth)
                                                : positions(geometry[member], kind.depth));
    return Json{{"type", type}, {"coordinates", std::move(coordinates)}};
  }
  return bad_geometry(fmt::format("there is no geometry of type '{}'", printable(type, 40)));
}

Result<std::optional<std::string>> Topology::geojson(const Json& geometry) const {
  const bool none = geometry.is_null() || (geometry.is_object() && geometry.contains("type") &&
                                           geometry["type"].is_null());
  if (none) return std::optional<std::string>();
  if (geometry.is_object() && geometry.contains("type") && !geometry["type"].is_string())
    return bad_geometry("the type of a geometry is no text: " + shown(geometry["type"]));
  RHUMB_ASSIGN(const Json made, shape(geometry, 0));
  return std::optional<std::string>(made.dump());
}

}  // namespace rhumb
