#include "run/static_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "transform/graph.h"

namespace rhumb {
namespace {

class Checker {
 public:
  Checker(const Project& project, const Analysis& analysis, Engine& engine, State& state,
          const TableSchema& table_schema)
      : project_(project),
        analysis_(analysis),
        engine_(engine),
        state_(state),
        table_schema_(table_schema) {}

  StaticCheck run() {
    for (const std::string& name : analysis_.graph.order()) {
      const auto source = project_.sources.find(name);
      if (source != project_.sources.end()) {
        check_source(source->second);
      } else {
        check_model(project_.models.at(name));
      }
    }
    return std::move(out_);
  }

 private:
  void check_source(const SourceDef& source) {
    auto schema = schema_of(source);
    if (!schema.ok()) {
      Error error = std::move(schema).error();
      if (!error.place.known()) error.place = source.place;
      out_.errors.push_back(std::move(error));
    } else if (schema->empty()) {
      out_.notes.push_back(
          fmt::format("the columns of {} are known only once it has been read", source.name));
    } else {
      add(source.name, std::move(schema).value(), source.place);
    }
  }

  /// Empty when nobody can say yet.
  Result<Schema> schema_of(const SourceDef& source) {
    Schema schema;
    for (const DeclaredColumn& declared : source.columns) schema.push_back(declared.column);
    if (!schema.empty()) return schema;
    if (source.is_table() && table_schema_) return table_schema_(source);
    RHUMB_ASSIGN(const auto newest, state_.newest_manifest(source.name));
    return newest ? newest->schema : schema;
  }

  void check_model(const ModelDef& model) {
    for (const std::string& name : analysis_.models.at(model.name).reads) {
      if (!out_.schemas.contains(name)) return;  // said already where it began
    }
    auto schema = engine_.describe(model.sql);
    if (!schema.ok()) {
      out_.errors.push_back(placed_in_file(std::move(schema).error(), model));
      return;
    }
    check_names(model, *schema);
    for (Column& column : *schema) {
      const bool unknown = column.type.id == TypeId::kGeometry && column.type.srid == 0;
      if (unknown) column.type.srid = model.srid.value_or(project_.srid);
    }
    add(model.name, std::move(schema).value(), model.place);
  }

  /// An empty table stands for the dataset, however deep the models stack up.
  void add(const std::string& name, Schema schema, const Place& place) {
    const Status bound = engine_.bind(Dataset{.name = name, .schema = schema, .files = {}});
    if (!bound.ok()) {
      Error error = bound.error();
      error.place = place;
      out_.errors.push_back(std::move(error));
      return;
    }
    out_.schemas[name] = std::move(schema);
  }

  void check_names(const ModelDef& model, const Schema& schema) {
    const auto column = [&](const std::string& name, const char* what, const Place& place) {
      if (!find_column(schema, name))
        out_.errors.push_back(no_column(model, schema, name, what, place));
    };
    for (const std::string& name : model.key) column(name, "key", model.place);
    if (!model.partition_by.empty()) column(model.partition_by, "partition_by", model.place);
    for (const Assert& assertion : model.asserts) {
      if (assertion.kind == "not_null" || assertion.kind == "unique") {
        for (const std::string& name : assertion.config.as_texts())
          column(name, assertion.kind.c_str(), assertion.place);
      } else if (assertion.config.has("column")) {
        column(assertion.config["column"].as_text(), assertion.kind.c_str(),
               assertion.config["column"].place());
      }
    }
    for (const PublishDef& publish : model.publish) {
      for (const Config& index : publish.config["indexes"].items()) {
        const Config& columns = index.kind() == Config::Kind::kMap ? index["columns"] : index;
        for (const std::string& name : columns.as_texts()) column(name, "indexes", index.place());
      }
    }
  }

  static Error no_column(const ModelDef& model, const Schema& schema, const std::string& name,
                         const char* what, const Place& place) {
    return Error{
        Code::kUnknownName,
        fmt::format("`{}` names the column `{}`, which {} does not have", what, name, model.name),
        no_such_column(schema, name), place};
  }

  const Project& project_;
  const Analysis& analysis_;
  Engine& engine_;
  State& state_;
  const TableSchema& table_schema_;
  StaticCheck out_;
};

}  // namespace

StaticCheck check_models(const Project& project, const Analysis& analysis, Engine& engine,
                         State& state, const TableSchema& table_schema) {
  return Checker(project, analysis, engine, state, table_schema).run();
}

}  // namespace rhumb
