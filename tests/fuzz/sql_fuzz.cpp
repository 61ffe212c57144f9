// Any text as the statement of a model, or, behind a first byte of 0, as the syntax tree of one.
// What the engine's parser takes must be analysed without a crash, and what is made of it must be
// SQL again.

#include <cstdint>
#include <optional>
#include <string>

#include "engine/duckdb/duckdb_engine.h"
#include "run/engine_tree_to_sql.h"
#include "tests/fuzz/require.h"
#include "transform/conservation.h"
#include "transform/function_library.h"
#include "transform/incremental.h"
#include "transform/lineage.h"
#include "transform/references.h"
#include "transform/spatial_join.h"

namespace {

using namespace rhumb;

const Schema& columns_of(std::string_view dataset) {
  static const Type point{.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 4326};
  static const Type area{.id = TypeId::kGeometry, .geometry = GeometryKind::kPolygon, .srid = 4326};
  static const Schema trips = {{"id", {.id = TypeId::kInteger}},
                               {"fare", {.id = TypeId::kDouble}},
                               {"day", {.id = TypeId::kDate}},
                               {"at", point}};
  static const Schema zones = {{"zone", {.id = TypeId::kText}}, {"area", area}};
  return dataset == "zones" ? zones : trips;
}

class TwoTables final : public TableFacts {
 public:
  Result<Schema> columns(const std::string&, const std::string& name) override {
    return columns_of(name);
  }
  std::optional<uint64_t> rows(const std::string&, const std::string& name) override {
    return name == "zones" ? 260 : 1'000'000;
  }
  std::string lookup_name(const std::string&, const std::vector<std::string>&) override {
    return "made_" + std::to_string(++made_);
  }

 private:
  int made_ = 0;
};

Engine& engine() {
  static const auto opened = make_duckdb_engine(
      {.memory_limit = uint64_t{256} << 20,
       .threads = 1,
       .spatial_extension = std::string(RHUMB_EXTENSION_DIR) + "/spatial.duckdb_extension",
       .readable_folder = "/nonexistent"});
  require(opened.ok());
  return **opened;
}

Result<SyntaxTree> tree_of(const std::string& sql) {
  RHUMB_ASSIGN(const std::string json, engine().syntax_tree(sql));
  return SyntaxTree::parse(json, sql);
}

void require_sql(const std::string& sql) {
  require(engine().syntax_tree(sql).ok());
}

void analyse(const SyntaxTree& tree, bool made_by_engine) {
  static const FunctionFacts facts;
  const Schemas upstream{{"trips", columns_of("trips")}, {"zones", columns_of("zones")}};
  const auto references = find_references(tree, facts);
  if (!references.ok()) require_shown(references.error());
  (void)trace_columns(tree, upstream, facts);
  (void)append_source(tree, facts, {"trips", "zones"});
  (void)partition_source(tree, facts, {"trips", "zones"});
  EngineTreeToSql text(engine());
  TwoTables tables;
  const auto plan = plan_partitions(tree, facts, upstream, "trips", "day", text);
  const auto counts = conservation_queries(tree, facts, "trips", text);
  const auto compiled = compile_spatial_joins(tree, facts, tables, text);
  if (!made_by_engine) return;
  if (plan.ok()) require_sql(plan->touched_sql);
  if (counts.ok()) require_sql(counts->counts_sql);
  if (compiled.ok() && references.ok()) {
    require_sql(compiled->sql);
    for (const LookupPlan& lookup : compiled->lookups) require_sql(lookup.rows);
  }
}

/// A function of the project that the statement may call.
void put_in_functions(const SyntaxTree& tree) {
  static const auto library = FunctionLibrary::build(
      {{.name = "twice", .parameters = {"a"}, .expression = "a + a"}}, tree_of);
  const auto inlined = std::get<FunctionLibrary>(library).inlined(tree, {"model.sql", 1, 1});
  if (!inlined.ok()) return require_shown(inlined.error());
  if (inlined->text != tree.sql()) require_sql(inlined->text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  if (data[0] == 0) {
    const auto tree = SyntaxTree::parse(text_of(data + 1, size - 1), "SELECT 1");
    if (tree.ok()) analyse(*tree, false);
    return 0;
  }
  const std::string_view sql = text_of(data, size);
  if (!is_utf8(sql)) return 0;  // files that are not are refused before
  const auto tree = tree_of(std::string(sql));
  if (!tree.ok()) {
    require_shown(tree.error());
    return 0;
  }
  analyse(*tree, true);
  put_in_functions(*tree);
  return 0;
}
