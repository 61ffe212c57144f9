#include "run/functions.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

namespace rhumb {
namespace {

Result<SyntaxTree> parse_statement(const std::string& sql, Engine& engine) {
  RHUMB_ASSIGN(const std::string json, engine.syntax_tree(sql));
  return SyntaxTree::parse(json, sql);
}

Status check_name(const FunctionDef& function, Engine& engine) {
  RHUMB_ASSIGN(const bool taken, engine.knows_function(function.name));
  if (!taken) return {};
  return Error{Code::kDuplicate, fmt::format("`{}` already means something in SQL", function.name),
               "give the function another name, which is also that of its file", function.place};
}

std::variant<FunctionLibrary, Errors> make_library(const Project& project, Engine& engine) {
  Errors errors;
  for (const FunctionDef& function : project.functions) {
    if (Status named = check_name(function, engine); !named.ok())
      errors.push_back(std::move(named).error());
  }
  if (!errors.empty()) return errors;
  return FunctionLibrary::build(project.functions, [&engine](const std::string& sql) {
    return parse_statement(sql, engine);
  });
}

Status inline_in_model(ModelDef& model, const FunctionLibrary& library, Engine& engine) {
  if (!library.mentions(model.sql)) return {};
  const auto tree = parse_statement(model.sql, engine);
  if (!tree.ok()) return {};  // the analysis says so, with its place
  RHUMB_ASSIGN(InlinedSql inlined, library.inlined(*tree, model.sql_place));
  model.sql = std::move(inlined.text);
  model.pieces = std::move(inlined.pieces);
  return {};
}

Status inline_in_assert(Assert& assertion, const FunctionLibrary& library, Engine& engine) {
  if (assertion.kind != "sql" || !library.mentions(assertion.config.text())) return {};
  const Place place = assertion.config.place();
  const auto tree = parse_statement(assertion.config.text(), engine);
  if (!tree.ok()) return {};  // its evaluation says so
  auto inlined = library.inlined(*tree, place);
  if (!inlined.ok()) {
    Error error = std::move(inlined).error();
    error.place = place;  // YAML may have folded its lines
    return error;
  }
  assertion.config = Config::scalar(std::move(inlined->text), place, assertion.config.quoted());
  return {};
}

}  // namespace

Errors inline_functions(Project& project, Engine& engine) {
  if (project.functions.empty()) return {};
  auto made = make_library(project, engine);
  if (auto* errors = std::get_if<Errors>(&made)) return std::move(*errors);
  const auto& library = std::get<FunctionLibrary>(made);
  Errors errors;
  const auto keep = [&](Status status) {
    if (!status.ok()) errors.push_back(std::move(status).error());
  };
  for (auto& [name, model] : project.models) {
    keep(inline_in_model(model, library, engine));
    for (Assert& assertion : model.asserts) keep(inline_in_assert(assertion, library, engine));
  }
  return errors;
}

Result<InlinedSql> inline_functions_in(const std::string& sql, const Project& project,
                                       Engine& engine) {
  InlinedSql as_it_is{.text = sql, .pieces = {}};
  if (project.functions.empty()) return as_it_is;
  const auto library = make_library(project, engine);
  if (const auto* errors = std::get_if<Errors>(&library)) return errors->front();
  if (!std::get<FunctionLibrary>(library).mentions(sql)) return as_it_is;
  RHUMB_ASSIGN(const SyntaxTree tree, parse_statement(sql, engine));
  return std::get<FunctionLibrary>(library).inlined(tree,
                                                    Place{.file = "", .line = 1, .column = 1});
}

}  // namespace rhumb
