#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/rewrite.h"
#include "transform/test_trees.h"

namespace rhumb {
namespace {

using nlohmann::json;

const std::map<std::string, json>& trees() {
  static const std::map<std::string, json> kTrees = [] {
    std::map<std::string, json> out;
    // Tests run in the project's folder.
    std::ifstream in("src/transform/testdata/trees.jsonl");
    for (std::string line; std::getline(in, line);) {
      const json entry = json::parse(line);
      out[entry.at("sql")] = entry.at("tree");
    }
    return out;
  }();
  return kTrees;
}

}  // namespace

Result<SyntaxTree> try_parsed(const std::string& sql) {
  const auto at = trees().find(sql);
  if (at == trees().end()) {
    ADD_FAILURE() << "no tree of this statement; run testdata/make.py: " << sql;
    return Error{.code = Code::kInternal, .message = "no tree"};
  }
  // Kept for good, so that tests may hold nodes of a tree without the tree.
  static std::map<std::string, Result<SyntaxTree>> parsed_before;
  const auto known = parsed_before.find(sql);
  if (known != parsed_before.end()) return known->second;
  return parsed_before.emplace(sql, SyntaxTree::parse(at->second.dump(), sql)).first->second;
}

SyntaxTree parsed(const std::string& sql) {
  auto tree = try_parsed(sql);
  if (!tree.ok()) ADD_FAILURE() << tree.error().text();
  return std::move(tree).value();
}

Result<std::string> KnownSql::to_sql(const std::string& tree_json) {
  const json wanted = json::parse(tree_json).at("statements").at(0).at("node");
  for (const auto& [sql, tree] : trees()) {
    if (!tree.contains("statements")) continue;
    if (rewrite::same_expression(tree["statements"][0]["node"], wanted)) return sql;
  }
  return Error{.code = Code::kInternal, .message = "no test expects " + wanted.dump()};
}

std::string nested_tree(int depth) {
  std::string out = R"({"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":[)";
  for (int i = 0; i < depth; ++i) {
    out += R"({"class":"FUNCTION","type":"FUNCTION","function_name":"f","children":[)";
  }
  out += R"({"class":"COLUMN_REF","type":"COLUMN_REF","column_names":["a"]})";
  for (int i = 0; i < depth; ++i) out += "]}";
  return out + R"(],"from_table":{"type":"BASE_TABLE","table_name":"trips"}}}]})";
}

}  // namespace rhumb
