#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/front_matter.h"
#include "project/language/language.h"
#include "project/loading.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

/// A published model is guarded even when nobody thought of it: a green run that published nothing
/// is the failure that is found last.
constexpr const char* kGuardMinRows = "1";
constexpr const char* kGuardMaxShrink = "50%";

ModelKind kind_of(const std::string& name) {
  for (const ModelKind kind : {ModelKind::kAppend, ModelKind::kPartitioned, ModelKind::kView}) {
    if (name == kind_name(kind)) return kind;
  }
  return ModelKind::kFull;
}

class ModelLoader {
 public:
  ModelLoader(Loading& loading, const ProjectFile& file, const ProjectFile* beside)
      : loading_(loading), file_(file), beside_(beside) {}

  void load() {
    model_.name = file_.stem;
    model_.place = {file_.shown, 1, 1};
    if (!loading_.claim_table(model_.name, model_.place)) return;
    loading_.models.emplace(model_.name, model_.place);
    auto text = read_text_file(file_.path, file_.shown, Code::kBadSql);
    if (!text.ok()) return loading_.errors.push_back(std::move(text).error());
    auto parts = split_sql_file(*text, file_.shown);
    if (!parts.ok()) return loading_.errors.push_back(std::move(parts).error());
    take_sql(*parts);
    const std::optional<Config> keys = read_keys(*parts);
    if (!keys) return;
    take(check(*keys, loading_.language.model, loading_.errors));
    loading_.project.models.emplace(model_.name, std::move(model_));
  }

 private:
  void take_sql(const SqlFile& parts) {
    model_.sql = parts.sql;
    model_.sql_place = parts.sql_place;
    if (model_.sql.empty()) {
      loading_.refuse(Code::kBadSql, fmt::format("the model `{}` holds no SQL", model_.name),
                      "write one SELECT statement below the front matter", parts.sql_place);
    }
  }

  /// Front matter and NAME.yaml together; nothing when either cannot be read.
  std::optional<Config> read_keys(const SqlFile& parts) {
    std::optional<Config> front = Config::map({}, model_.place);
    const bool filled = parts.yaml && !trim(*parts.yaml).empty();
    if (filled) front = read_yaml(*parts.yaml, parts.yaml_origin, loading_.errors);
    if (beside_ == nullptr) return front;
    auto text = read_text_file(beside_->path, beside_->shown, Code::kBadYaml);
    if (!text.ok()) return loading_.errors.push_back(std::move(text).error()), std::nullopt;
    auto other = read_yaml(*text, Origin{beside_->shown, {}}, loading_.errors);
    if (!front || !other) return std::nullopt;
    if (!filled || front->kind() != Config::Kind::kMap) return other;
    return merge(*front, *other);
  }

  Config merge(const Config& front, const Config& other) {
    std::vector<Config::Entry> entries = front.entries();
    for (const auto& [key, value] : other.entries()) {
      if (front.has(key)) {
        loading_.refuse(Code::kDuplicate,
                        fmt::format("the key `{}` stands in the front matter, at {}, and here",
                                    printable(key, 60), front.key_place(key).text()),
                        "keep one of them", other.key_place(key));
      } else {
        entries.emplace_back(key, value);
      }
    }
    Config merged = Config::map(std::move(entries), front.place());
    for (const Config* part : {&other, &front}) {
      for (const auto& [key, ignored] : part->entries())
        merged.set_key_place(key, part->key_place(key));
    }
    return merged;
  }

  void take(const Config& config) {
    model_.description = config["description"].as_text();
    model_.kind = kind_of(config["kind"].as_text());
    model_.partition_by = config["partition_by"].as_text();
    model_.key = config["key"].as_texts();
    model_.tags = config["tags"].as_texts();
    model_.order_by = config["order_by"].as_text();
    model_.srid = take_crs(loading_, config, "crs");
    model_.timeout = take_timeout(loading_, config);
    model_.asserts = read_asserts(loading_, config["assert"]);
    take_triggers(config["when"]);
    if (config.has("publish")) take_publish(config["publish"]);
    check_kind(config);
    add_guards(config);
  }

  void take_triggers(const Config& when) {
    const bool is_list = when.kind() == Config::Kind::kList;
    for (const Config& each : is_list ? when.items() : std::vector<Config>{when}) {
      if (each.kind() == Config::Kind::kScalar) model_.triggers.push_back(each.text());
      if (each.has("every")) model_.triggers.push_back("every " + each["every"].text());
    }
  }

  void take_publish(const Config& publish) {
    if (publish.kind() != Config::Kind::kList) return take_target(publish);
    for (const Config& each : publish.items()) take_target(each);
  }

  void take_target(const Config& block) {
    const Config& to = block["to"];
    if (to.kind() != Config::Kind::kScalar) {
      loading_.refuse(Code::kMissingKey,
                      "`publish` needs the key `to`: the connection to publish to",
                      "add `to: NAME`, a name of `connections:` in rhumb.yaml", block.place());
      return;
    }
    if (!loading_.expect_connection(to.text(), to.place())) return;
    const auto connection = loading_.project.connections.find(to.text());
    if (connection == loading_.project.connections.end() || connection->second.kind.empty()) return;
    const std::string& kind = connection->second.kind;
    const Declaration* target = find_target(kind);
    if (target == nullptr) {
      loading_.refuse(
          Code::kNotSupported,
          fmt::format("nothing can be published to a connection of kind {}", kind),
          fmt::format("`{}` is declared at {}", to.text(), connection->second.place.text()),
          to.place());
      return;
    }
    PublishDef made{.to = to.text(), .place = block.place()};
    made.timeout = take_timeout(loading_, block);
    made.config = check(block, *target, loading_.errors);
    model_.publish.push_back(std::move(made));
  }

  [[nodiscard]] const Declaration* find_target(const std::string& connection_kind) const {
    for (const std::string& name : targets_of_connection(connection_kind)) {
      const auto found = loading_.language.publish.find(name);
      if (found != loading_.language.publish.end()) return &found->second;
    }
    return nullptr;
  }

  void check_kind(const Config& config) {
    const bool partitioned = model_.kind == ModelKind::kPartitioned;
    if (partitioned && model_.partition_by.empty()) {
      loading_.refuse(Code::kMissingKey, "`kind: partitioned` needs the key `partition_by`",
                      "add `partition_by: COLUMN`, a time or key column of the result",
                      config.key_place("kind"));
    }
    if (!partitioned && config.has("partition_by")) {
      loading_.refuse(
          Code::kBadValue, "`partition_by` is for `kind: partitioned`",
          fmt::format("take it out, or change the kind, now {}", kind_name(model_.kind)),
          config.key_place("partition_by"));
    }
    if (model_.kind != ModelKind::kView) return;
    for (const char* key : {"assert", "publish", "order_by"}) {
      if (!config.has(key)) continue;
      loading_.refuse(Code::kBadValue,
                      fmt::format("`{}` needs stored rows, and a view has none", key),
                      "take it out, or make it `kind: full`", config.key_place(key));
    }
  }

  void add_guards(const Config& config) {
    if (model_.publish.empty()) return;
    const Place place = config.key_place("publish");
    const auto add = [&](const char* kind, const char* value) {
      const bool given = std::any_of(model_.asserts.begin(), model_.asserts.end(),
                                     [&](const Assert& each) { return each.kind == kind; });
      if (!given) model_.asserts.push_back({kind, Config::scalar(value, place), place});
    };
    add("min_rows", kGuardMinRows);
    add("max_shrink", kGuardMaxShrink);
  }

  Loading& loading_;
  const ProjectFile& file_;
  const ProjectFile* beside_;
  ModelDef model_;
};

}  // namespace

void load_models(Loading& loading) {
  const std::vector<ProjectFile> models = files_in(loading, "models", ".sql");
  const std::vector<ProjectFile> keys = files_in(loading, "models", ".yaml");
  std::map<std::filesystem::path, const ProjectFile*> beside;
  for (const ProjectFile& file : keys) {
    beside[std::filesystem::path(file.path).replace_extension()] = &file;
  }
  for (const ProjectFile& file : models) {
    const auto found = beside.find(std::filesystem::path(file.path).replace_extension());
    ModelLoader(loading, file, found == beside.end() ? nullptr : found->second).load();
    if (found != beside.end()) beside.erase(found);
  }
  for (const auto& [ignored, file] : beside) {
    loading.refuse(Code::kNotFound, fmt::format("there is no {}.sql beside this file", file->stem),
                   "a model is an .sql file; its keys alone make none", {file->shown, 1, 1});
  }
}

}  // namespace rhumb
