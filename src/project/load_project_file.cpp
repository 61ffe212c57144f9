#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/language/language.h"
#include "project/loading.h"
#include "project/text_file.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "rhumb.yaml";
constexpr const char* kZones = "/usr/share/zoneinfo";
constexpr int kMaxThreads = 1024;

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(kZones, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().lexically_relative(kZones).generic_string();
    if (name == "posix" || name == "right") at.disable_recursion_pending();
    if (at->is_regular_file() && name.find('.') == std::string::npos) names.push_back(name);
  }
  return names;
}

bool is_zone(const std::string& name) {
  const bool plain = name.find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789_+-/") == std::string::npos;
  if (name.empty() || !plain || name[0] == '/') return false;
  std::error_code failed;
  if (!fs::is_directory(kZones, failed)) return true;  // the engine will say
  return fs::is_regular_file(fs::path(kZones) / name, failed);
}

class ProjectFileLoader {
 public:
  explicit ProjectFileLoader(Loading& loading) : loading_(loading), project_(loading.project) {}

  void load() {
    std::error_code failed;
    if (!fs::exists(loading_.root / kFile, failed)) {
      loading_.refuse(Code::kNoProject,
                      fmt::format("there is no rhumb.yaml in {}", loading_.root.string()),
                      "change to the project's folder, or make a project: rhumb init", {});
      return;
    }
    auto text = read_text_file(loading_.root / kFile, kFile, Code::kBadYaml);
    if (!text.ok()) return loading_.errors.push_back(std::move(text).error());
    const std::optional<Config> raw = read_yaml(*text, Origin{kFile, {}}, loading_.errors);
    if (!raw || !speaks_our_language(*raw)) return;
    const Config config = check(*raw, loading_.language.project, loading_.errors);
    take_settings(config);
    for (const auto& [name, value] : config["connections"].entries()) {
      take_connection(name, value, config["connections"].key_place(name));
    }
    loading_.connections_known = true;
    project_.environments["prod"] = Environment{.name = "prod", .place = {kFile}};
    for (const auto& [name, value] : config["environments"].entries()) {
      take_environment(name, value, config["environments"].key_place(name));
    }
    take_store(config["store"]);
    take_variables(config["vars"]);
  }

 private:
  bool speaks_our_language(const Config& raw) {
    const Config& version = raw["rhumb"];
    const auto number = parse_integer(version.text());
    if (!number || *number == kLanguageVersion) return true;
    if (*number > kLanguageVersion) {
      loading_.refuse(Code::kNewerLanguage,
                      fmt::format("the project is written in version {} of the language, and this "
                                  "build of rhumb knows up to {}",
                                  *number, kLanguageVersion),
                      "use a newer rhumb", version.place());
      return false;
    }
    loading_.refuse(Code::kBadValue, fmt::format("there is no version {} of the language", *number),
                    fmt::format("write `rhumb: {}`", kLanguageVersion), version.place());
    return true;
  }

  void take_settings(const Config& config) {
    project_.name = config["name"].as_text(loading_.root.filename().string());
    project_.timezone = config["timezone"].as_text("UTC");
    if (!is_zone(project_.timezone)) {
      loading_.refuse(Code::kBadValue,
                      fmt::format("there is no time zone `{}`", printable(project_.timezone, 60)),
                      suggest_zone(), config["timezone"].place());
    }
    project_.srid = take_crs(loading_, config, "srid").value_or(project_.srid);
    project_.memory_limit = config["memory_limit"].as_bytes();
    project_.timeout = take_timeout(loading_, config);
    const Config& spark = config["spark"];
    if (spark.has("home"))
      project_.spark.home = (loading_.root / spark["home"].text()).lexically_normal();
    project_.spark.master = spark["master"].as_text();
    const int64_t threads = config["threads"].as_integer();
    if (threads < 0 || threads > kMaxThreads) {
      loading_.refuse(Code::kBadValue,
                      fmt::format("`threads` must be from 0 to {}, found {}", kMaxThreads, threads),
                      "0 means one per core", config["threads"].place());
      return;
    }
    project_.threads = static_cast<int>(threads);
  }

  void take_store(const Config& store) {
    const bool block = store.kind() == Config::Kind::kMap;
    const Config& path = block ? store["path"] : store;
    project_.store = (loading_.root / path.as_text(".rhumb")).lexically_normal();
    if (!block) return;
    const Config& state = store["state"];
    if (state.is_null()) {
      if (!store.has("schema")) return;
      return loading_.refuse(Code::kMissingKey, "`schema` is for a state in PostgreSQL",
                             "add `state: NAME`, a name of `connections:`, or leave it out",
                             store["schema"].place());
    }
    if (!loading_.expect_connection(state.text(), state.place())) return;
    const std::string& kind = project_.connections.at(state.text()).kind;
    if (!kind.empty() && kind != "postgres") {
      return loading_.refuse(Code::kBadValue,
                             fmt::format("a state can lie in PostgreSQL, not in {}", kind),
                             "name a connection of the kind `postgres`", state.place());
    }
    project_.state = StateDef{.connection = state.text(),
                              .schema = store["schema"].as_text(default_schema()),
                              .place = state.place()};
    check_schema(store.has("schema") ? store["schema"].place() : state.place());
  }

  /// A name that needs no quotes, whatever the project is called.
  [[nodiscard]] std::string default_schema() const {
    std::string schema = "rhumb_" + to_lower(project_.name);
    for (char& c : schema) {
      if (!is_identifier(std::string("x") + c)) c = '_';
    }
    return schema;
  }

  void check_schema(const Place& place) {
    constexpr size_t kLongest = 63;  // what PostgreSQL keeps of a name
    size_t longest = 0;
    for (const auto& [name, environment] : project_.environments)
      longest = std::max(longest, project_.state->schema_of(environment).size());
    if (!is_identifier(project_.state->schema)) {
      loading_.refuse(
          Code::kBadValue,
          fmt::format("`{}` cannot be the name of a schema", printable(project_.state->schema, 60)),
          "use letters, digits and _, not beginning with a digit", place);
    } else if (longest > kLongest) {
      loading_.refuse(
          Code::kBadValue,
          fmt::format("the schema's name has {} bytes with the environment's, PostgreSQL keeps {}",
                      longest, kLongest),
          "choose a shorter one: `schema: rhumb_views`", place);
    }
  }

  [[nodiscard]] std::string suggest_zone() const {
    return did_you_mean(project_.timezone, zone_names(), "IANA names look like Europe/Berlin");
  }

  /// Names stand in SQL, in file names and in suffixes.
  bool is_good_name(const std::string& name, const char* what, const Place& place) {
    if (is_identifier(name)) return true;
    loading_.refuse(Code::kBadValue,
                    fmt::format("`{}` cannot be the name of {}", printable(name, 60), what),
                    "use letters, digits and _, not beginning with a digit", place);
    return false;
  }

  void take_connection(const std::string& name, const Config& value, const Place& place) {
    if (!is_good_name(name, "a connection", place)) return;
    // A refused one keeps its name, so that what refers to it is not reported as well.
    Connection connection{.name = name, .place = place};
    if (!value.entries().empty()) {
      const auto& [kind, given] = value.entries().front();
      connection.kind = kind;
      connection.config = given.kind() == Config::Kind::kScalar ? unfold(kind, given) : given;
    }
    project_.connections[name] = std::move(connection);
  }

  /// `postgres: "${URL}"` -> the kind's first required field.
  Config unfold(const std::string& kind, const Config& value) {
    const Declaration& declaration = loading_.language.connections.at(kind);
    for (const Field& field : declaration.fields) {
      if (!field.required) continue;
      return check(Config::map({{field.name, value}}, value.place()), declaration, loading_.errors);
    }
    return value;
  }

  void take_environment(const std::string& name, const Config& value, const Place& place) {
    if (!is_good_name(name, "an environment", place)) return;
    if (name == "prod") {
      loading_.refuse(Code::kBadValue, "`prod` is always there and cannot be changed",
                      "leave it out, or give the environment another name", place);
      return;
    }
    Environment made{.name = name,
                     .suffix = value["suffix"].as_text("_" + name),
                     .sample = value["sample"].as_fraction(1),
                     .place = place};
    if (!is_identifier("x" + made.suffix) || made.suffix.empty()) {
      loading_.refuse(Code::kBadValue,
                      fmt::format("`suffix` must be letters, digits and _, found `{}`",
                                  printable(made.suffix, 60)),
                      "for example `suffix: _dev`; without one the names would be those of prod",
                      value["suffix"].place());
    }
    for (const auto& [other, environment] : project_.environments) {
      if (environment.suffix != made.suffix || made.suffix.empty()) continue;
      loading_.refuse(
          Code::kDuplicate,
          fmt::format("`{}` has the suffix of `{}`, at {}", name, other, environment.place.text()),
          "give each environment its own: they would overwrite each other's tables", place);
    }
    project_.environments[name] = std::move(made);
  }

  void take_variables(const Config& vars) {
    for (const auto& [name, value] : vars.entries()) {
      if (is_good_name(name, "a variable", vars.key_place(name)))
        project_.vars[name] = value.text();
    }
  }

  Loading& loading_;
  Project& project_;
};

}  // namespace

void load_project_file(Loading& loading) {
  ProjectFileLoader(loading).load();
}

}  // namespace rhumb
