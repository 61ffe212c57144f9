#include "engine/spark/spark_document.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/functions/spark.h"
#include "geo/coordinate_check.h"
#include "io/proj/crs.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDocumentVersion = 1;

Result<Json> column_json(const Column& column, const std::string& owner) {
  Json out{{"name", column.name}};
  switch (column.type.id) {
    case TypeId::kTime:
    case TypeId::kUuid:
      return Error{Code::kNotSupported,
                   fmt::format("`{}` of {} is {}, which Spark does not have", column.name, owner,
                               type_name(column.type)),
                   "cast it to text, or build the model on the embedded engine",
                   {}};
    case TypeId::kGeometry:
      out["type"] = "geometry";
      out["srid"] = column.type.srid;
      return out;
    default:
      out["type"] = type_name(column.type);
      return out;
  }
}

Result<Json> columns_json(const Schema& schema, const std::string& owner) {
  Json out = Json::array();
  for (const Column& column : schema) {
    RHUMB_ASSIGN(Json described, column_json(column, owner));
    out.push_back(std::move(described));
  }
  return out;
}

Json functions_json() {
  Json out = Json::object();
  for (const SparkFunction& function : spark_functions()) {
    if (function.form == SparkForm::kRewritten)
      out[std::string(function.name)] = std::string(function.written);
  }
  return out;
}

Result<Json> datasets_json(const std::vector<Dataset>& datasets) {
  Json out = Json::array();
  for (const Dataset& dataset : datasets) {
    RHUMB_ASSIGN(Json columns, columns_json(dataset.schema, dataset.name));
    out.push_back({{"name", dataset.name}, {"files", dataset.files}, {"columns", columns}});
  }
  return out;
}

Result<Json> output_json(const SparkBuild& build) {
  RHUMB_ASSIGN(Json columns, columns_json(build.request.schema, "the result"));
  Json extent = Json::array();
  for (size_t i = 0; i < columns.size(); ++i) {
    const Type& type = build.request.schema[i].type;
    if (type.id != TypeId::kGeometry) continue;
    const auto definition = projjson_of(type.srid);
    if (definition.ok()) columns[i]["crs"] = *definition;
    if (build.request.hilbert_order && extent.empty()) extent = curve_extent(type.srid);
  }
  return Json{{"folder", build.folder},
              {"columns", columns},
              {"order_by", build.request.order_by},
              {"extent", extent},
              {"covering", build.covering}};
}

}  // namespace

Result<std::string> spark_document(const SparkBuild& build) {
  RHUMB_ASSIGN(Json datasets, datasets_json(build.datasets));
  RHUMB_ASSIGN(Json output, output_json(build));
  Json views = Json::array();
  for (const NamedQuery& view : build.views)
    views.push_back({{"name", view.name}, {"sql", view.sql}});
  return Json{{"rhumb", kDocumentVersion},
              {"timezone", build.timezone},
              {"functions", functions_json()},
              {"datasets", datasets},
              {"views", views},
              {"sql", build.sql},
              {"output", output}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rhumb
