#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "component/engine.h"
#include "project/project.h"
#include "transform/graph.h"
#include "transform/syntax.h"

namespace rhumb {

/// What the SQL of one model says.
struct ModelAnalysis {
  SyntaxTree tree;
  std::vector<std::string> reads;     ///< datasets it names
  std::vector<std::string> stored;    ///< stored datasets it reads, through views
  std::vector<std::string> asserted;  ///< stored datasets that its asserts look at, besides itself
  std::vector<std::string> asserted_views;  ///< views that they name
  std::string definition;
  std::string append_source;  ///< append, partitioned: whose new rows drive it
};

struct Analysis {
  DependencyGraph graph;
  std::map<std::string, ModelAnalysis> models;
};

/// REQUIRES: calls of the project's functions are replaced (run/functions.h).
/// Parses every model's SQL (never runs it), finds what it reads, orders the project. All errors
/// are reported at once, each with its place in the user's file.
[[nodiscard]] std::variant<Analysis, Errors> analyse(const Project& project, Engine& engine);

}  // namespace rhumb
