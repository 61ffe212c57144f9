#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace rhumb {

/// A TopoJSON document: objects whose lines and rings are made of arcs that they share.
/// Source: https://github.com/topojson/topojson-specification, version 1.
class Topology {
 public:
  /// kBadFile when the document is no topology.
  static Result<Topology> read(nlohmann::ordered_json document);

  [[nodiscard]] std::vector<std::string> object_names() const;
  /// The geometries of an object: of a collection each, else itself. REQUIRES: the object exists
  [[nodiscard]] std::vector<const nlohmann::ordered_json*> geometries(
      const std::string& object) const;
  /// The geometry as GeoJSON text; nothing for one that is null. The error's message says which arc
  /// or position is wrong.
  [[nodiscard]] Result<std::optional<std::string>> geojson(
      const nlohmann::ordered_json& geometry) const;

 private:
  Topology() = default;
  using Json = nlohmann::ordered_json;
  Status read_transform(const Json& transform);
  Status read_arcs(const Json& arcs);
  [[nodiscard]] Result<Json> position(const Json& at) const;
  [[nodiscard]] Result<Json> line(const Json& arcs) const;
  /// `coordinates` with lists of arcs, `depth` lists deep, made lines.
  [[nodiscard]] Result<Json> lines(const Json& arcs, int depth) const;
  [[nodiscard]] Result<Json> positions(const Json& coordinates, int depth) const;
  [[nodiscard]] Result<Json> shape(const Json& geometry, int depth) const;

  Json document_;
  bool quantized_ = false;
  double scale_[2] = {1, 1}, translate_[2] = {0, 0};
  std::vector<std::vector<Json>> arcs_;  ///< their positions
};

}  // namespace rhumb
