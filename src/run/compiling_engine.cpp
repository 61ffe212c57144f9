#include "run/compiling_engine.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "component/forwarding_engine.h"
#include "run/engine_tree_to_sql.h"
#include "run/statement_places.h"
#include "transform/references.h"

namespace rhumb {
namespace {

using Versions = std::map<std::string, std::string>;  ///< by table in lower case: what it holds

/// 64-bit FNV-1a (Fowler, Noll, Vo): names of look-ups need no more than to differ.
uint64_t hash_of(std::string_view text, uint64_t hash = 0xcbf29ce484222325U) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

/// No condition on geometries can be written without one of the engine's functions for them.
bool may_be_spatial(std::string_view sql) {
  return to_lower(sql).find("st_") != std::string::npos;
}

using Schemas = std::map<std::string, Schema>;  ///< of bound datasets, by name in lower case

class EngineFacts : public TableFacts {
 public:
  EngineFacts(Engine& engine, const Versions& versions, const Schemas& bound,
              std::function<std::optional<uint64_t>(const std::string&)> rows)
      : engine_(engine), versions_(versions), bound_(bound), rows_(std::move(rows)) {}

  Result<Schema> columns(const std::string& schema, const std::string& name) override {
    const std::string prefix = schema.empty() ? "" : quote_identifier(schema) + ".";
    RHUMB_ASSIGN(Schema columns,
                 engine_.describe("SELECT * FROM " + prefix + quote_identifier(name)));
    const auto bound = bound_.find(to_lower(name));
    if (schema.empty() && bound != bound_.end()) take_kinds(bound->second, columns);
    return columns;
  }

  std::optional<uint64_t> rows(const std::string&, const std::string& name) override {
    return rows_(name);
  }

  std::string lookup_name(const std::string& rows,
                          const std::vector<std::string>& tables) override {
    uint64_t hash = hash_of(rows);
    for (const std::string& table : tables) {
      const auto version = versions_.find(to_lower(table));
      hash = hash_of(table + "=" + (version == versions_.end() ? "" : version->second), hash);
    }
    return fmt::format("j{:016x}", hash);
  }

 private:
  // The engine's type does not say which kind of geometry a column holds.
  static void take_kinds(const Schema& bound, Schema& columns) {
    for (Column& column : columns) {
      const auto at = find_column(bound, column.name);
      if (at) column.type.geometry = bound[*at].type.geometry;
    }
  }

  Engine& engine_;
  const Versions& versions_;
  const Schemas& bound_;
  const std::function<std::optional<uint64_t>(const std::string&)> rows_;
};

Result<SyntaxTree> parse(Engine& engine, const std::string& sql) {
  RHUMB_ASSIGN(const std::string json, engine.syntax_tree(sql));
  return SyntaxTree::parse(json, sql);
}

class CompilingEngine final : public ForwardingEngine {
 public:
  CompilingEngine(std::unique_ptr<Engine> inner,
                  std::function<void(const std::string&)> misunderstood)
      : ForwardingEngine(std::move(inner)), misunderstood_(std::move(misunderstood)) {}

  using ForwardingEngine::write;

  Status bind(const Dataset& dataset) override {
    RHUMB_TRY(inner().bind(dataset));
    const std::string name = to_lower(dataset.name);
    queries_.erase(name);
    rows_.erase(name);
    versions_[name] = join(dataset.files, "\n");
    bound_[name] = dataset.schema;
    return {};
  }

  Status bind_query(const std::string& name, const std::string& sql) override {
    RHUMB_TRY(inner().bind_query(name, sql));
    queries_[to_lower(name)] = {.name = name, .sql = sql};
    rows_.erase(to_lower(name));
    bound_.erase(to_lower(name));
    // What it reads may be bound anew without it, so its rows are nobody else's.
    versions_[to_lower(name)] = fmt::format("query {}", ++bindings_);
    return {};
  }

  Status unbind(const std::string& name) override {
    queries_.erase(to_lower(name));
    rows_.erase(to_lower(name));
    versions_.erase(to_lower(name));
    bound_.erase(to_lower(name));
    return inner().unbind(name);
  }

  Status drop_lookups() override {
    made_.clear();
    return inner().drop_lookups();
  }

  Result<Table> query(const std::string& sql, const std::vector<std::string>& parameters) override {
    RHUMB_ASSIGN(Prepared prepared, prepare(sql));
    auto table = inner().query(prepared.sql, parameters);
    RHUMB_TRY(restore(prepared));
    if (!table.ok()) return prepared.as_written(std::move(table).error());
    return table;
  }

  Result<std::unique_ptr<BatchStream>> stream(const std::string& sql) override {
    RHUMB_ASSIGN(Prepared prepared, prepare(sql));
    RHUMB_TRY(drop_unless_needed(prepared));
    auto stream = inner().stream(prepared.sql);
    if (!stream.ok()) {
      RHUMB_TRY(restore(prepared));
      return prepared.as_written(std::move(stream).error());
    }
    // Nothing else can happen until the stream is gone.
    restore_later_ = std::move(prepared.views);
    if (!prepared.places) return stream;
    return place_errors(std::move(stream).value(), *std::move(prepared.places));
  }

  Result<std::vector<DataFile>> write(const std::string& sql,
                                      const WriteRequest& request) override {
    RHUMB_ASSIGN(Prepared prepared, prepare(sql));
    RHUMB_TRY(drop_unless_needed(prepared));
    auto files = inner().write(prepared.sql, request);
    RHUMB_TRY(restore(prepared));
    if (!files.ok()) return prepared.as_written(std::move(files).error());
    return files;
  }

  void cancel() override {
    cancelled_ = true;
    inner().cancel();
  }

 private:
  struct BoundQuery {
    std::string name, sql;
  };

  /// A statement ready to run.
  struct Prepared {
    std::string sql;
    std::optional<StatementPlaces> places;  ///< when it is not as it was written
    std::vector<std::string> views;         ///< bound queries that stand compiled
    bool looks_up = false;

    [[nodiscard]] Error as_written(Error error) const {
      return places ? places->as_written(std::move(error)) : std::move(error);
    }
  };

  /// A statement or a bound query whose joins were compiled.
  struct Unit {
    std::string view;  ///< "" = the statement itself
    SyntaxTree tree;
    CompiledSql compiled;
  };

  Result<Prepared> prepare(const std::string& sql) {
    cancelled_ = false;
    RHUMB_TRY(restore_views(std::exchange(restore_later_, {})));
    Prepared plain{.sql = sql, .places = {}, .views = {}};
    std::vector<Unit> units;
    std::set<std::string> seen;
    collect(sql, "", seen, units);
    if (units.empty()) return plain;
    Status made = make_lookups(units);
    if (!made.ok()) {
      // Bad SQL is either in the statement, which then says so itself, or our own.
      if (made.error().code != Code::kBadSql) return std::move(made).error();
      if (misunderstood_ && inner().describe(sql).ok()) misunderstood_(sql);
      RHUMB_TRY(drop_lookups());
      return plain;
    }
    Prepared ready = stand_in(sql, units);
    // A call that was made in between has forgotten it.
    if (cancelled_) return Error{Code::kCancelled, "cancelled", "", {}};
    return ready;
  }

  // Compiles the bound queries that the statement reads, then itself. What the engine will refuse
  // is left to it to say.
  void collect(const std::string& sql, const std::string& view, std::set<std::string>& seen,
               std::vector<Unit>& units) {
    if (!may_be_spatial(sql) && queries_.empty()) return;
    auto tree = parse(inner(), sql);
    if (!tree.ok()) return;
    // Our own statements read tables by names that users may not write; no bound query is among
    // them.
    if (const auto references = find_references(*tree, facts_); references.ok())
      collect_queries(references->names(), seen, units);
    if (!may_be_spatial(sql)) return;
    EngineFacts tables(inner(), versions_, bound_,
                       [this](const std::string& name) { return rows(name); });
    EngineTreeToSql text(inner());
    auto compiled = compile_spatial_joins(*tree, facts_, tables, text);
    if (!compiled.ok() || !compiled->compiled()) return;
    units.push_back({.view = view, .tree = *std::move(tree), .compiled = *std::move(compiled)});
  }

  void collect_queries(const std::vector<std::string>& names, std::set<std::string>& seen,
                       std::vector<Unit>& units) {
    for (const std::string& name : names) {
      const auto query = queries_.find(name);
      if (query == queries_.end() || !seen.insert(name).second) continue;
      const BoundQuery bound = query->second;
      collect(bound.sql, bound.name, seen, units);
    }
  }

  /// Datasets say how long they are at once; for a bound query it would have to run.
  std::optional<uint64_t> rows(const std::string& name) {
    const std::string lower = to_lower(name);
    if (queries_.contains(lower)) return std::nullopt;
    const auto known = rows_.find(lower);
    if (known != rows_.end()) return known->second;
    std::optional<uint64_t>& count = rows_[lower];
    const auto table = inner().query("SELECT count(*) FROM " + quote_identifier(name));
    if (table.ok() && table->rows.at(0).at(0)) count = std::stoull(*table->rows[0][0]);
    return count;
  }

  Status make_lookups(const std::vector<Unit>& units) {
    std::set<std::string> needed;
    for (const Unit& unit : units) {
      for (const LookupPlan& plan : unit.compiled.lookups) needed.insert(plan.name);
    }
    const bool all_there = std::includes(made_.begin(), made_.end(), needed.begin(), needed.end());
    const bool others = !std::includes(needed.begin(), needed.end(), made_.begin(), made_.end());
    if (!all_there && others) RHUMB_TRY(drop_lookups());
    for (const Unit& unit : units) {
      for (const LookupPlan& plan : unit.compiled.lookups) {
        if (made_.contains(plan.name) && !plan.fresh) continue;
        if (Status status = make(plan); !status.ok()) return as_written(unit, plan, status.error());
        made_.insert(plan.name);
      }
    }
    return {};
  }

  Status make(const LookupPlan& plan) {
    return inner().make_lookup({.name = plan.name,
                                .rows = plan.rows,
                                .geometry = plan.geometry,
                                .keep_geometry = plan.keep_geometry,
                                .point_probes = plan.point_probes});
  }

  Error as_written(const Unit& unit, const LookupPlan& plan, Error error) {
    const auto parsed = parse(inner(), plan.rows);
    if (!parsed.ok() || !unit.view.empty()) {
      error.place = {};
      return error;
    }
    return StatementPlaces{.user = unit.tree, .compiled = *parsed, .made_from = plan.tree}
        .as_written(std::move(error));
  }

  /// Puts the compiled statements in place of the written ones. One that would not have the same
  /// columns was misunderstood, and runs as it was written.
  Prepared stand_in(const std::string& sql, std::vector<Unit>& units) {
    Prepared out{.sql = sql, .places = {}, .views = {}, .looks_up = true};
    for (Unit& unit : units) {
      const auto before = inner().describe(unit.tree.sql());
      const auto after = inner().describe(unit.compiled.sql);
      const bool same = before.ok() ? after.ok() && *before == *after
                                    : !after.ok() && after.error().code == before.error().code;
      if (!same) {
        if (misunderstood_) misunderstood_(unit.compiled.sql);
        continue;
      }
      if (!unit.view.empty()) {
        if (!inner().bind_query(unit.view, unit.compiled.sql).ok()) continue;
        out.views.push_back(unit.view);
        continue;
      }
      auto parsed = parse(inner(), unit.compiled.sql);
      if (!parsed.ok()) continue;
      out.sql = unit.compiled.sql;
      out.places = StatementPlaces{.user = unit.tree,
                                   .compiled = *std::move(parsed),
                                   .made_from = std::move(unit.compiled.tree)};
    }
    return out;
  }

  Status restore(const Prepared& prepared) { return restore_views(prepared.views); }

  Status restore_views(const std::vector<std::string>& views) {
    for (const std::string& view : views) {
      const auto query = queries_.find(to_lower(view));
      if (query == queries_.end()) continue;
      RHUMB_TRY(inner().bind_query(query->second.name, query->second.sql));
    }
    return {};
  }

  // Memory is worth more to a long statement than the chance that a later one looks up the same.
  Status drop_unless_needed(const Prepared& prepared) {
    return prepared.looks_up || made_.empty() ? Status() : drop_lookups();
  }

  const std::function<void(const std::string&)> misunderstood_;
  const FunctionFacts facts_;
  std::map<std::string, BoundQuery> queries_;  ///< by name in lower case
  std::map<std::string, std::optional<uint64_t>> rows_;
  Versions versions_;
  Schemas bound_;
  uint64_t bindings_ = 0;
  std::set<std::string> made_;
  std::atomic<bool> cancelled_{false};
  std::vector<std::string> restore_later_;
};

}  // namespace

std::unique_ptr<Engine> make_compiling_engine(
    std::unique_ptr<Engine> inner, std::function<void(const std::string& compiled)> misunderstood) {
  return std::make_unique<CompilingEngine>(std::move(inner), std::move(misunderstood));
}

Result<CompiledSql> explain_spatial_joins(
    Engine& engine, const std::string& sql,
    const std::function<std::optional<uint64_t>(const std::string& table)>& rows) {
  RHUMB_ASSIGN(const SyntaxTree tree, parse(engine, sql));
  const Versions no_versions;
  const Schemas none_bound;
  EngineFacts tables(engine, no_versions, none_bound, rows);
  EngineTreeToSql text(engine);
  return compile_spatial_joins(tree, FunctionFacts(), tables, text);
}

}  // namespace rhumb
