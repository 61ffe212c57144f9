#include "transform/references.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr const char* kDeclareSource =
    "Declare what it reads as a source in sources/NAME.yaml and write FROM NAME.";

// FROM 'trips.csv' is a table name to the parser. Dataset names hold none of these characters.
bool is_file_name(std::string_view name) {
  return name.find_first_of("./\\*?:") != std::string_view::npos;
}

class Finder : public Visitor {
 public:
  Finder(const SyntaxTree& tree, const FunctionFacts& facts) : tree_(tree), facts_(facts) {}

  void on_table(const TableRef& table, bool common) override {
    if (common) return;
    if (table.is_base()) {
      on_base(table);
    } else if (table.type() == "TABLE_FUNCTION") {
      on_function(table);
    } else if (table.type() == "SHOW_REF") {
      refuse(table, "a model cannot be made of SHOW, DESCRIBE or SUMMARIZE", "Write a SELECT.");
    }
  }

  void on_expression(const Expression& expression) override {
    if (!facts_.is_volatile(expression)) return;
    std::string name =
        expression.is_column() ? expression.column_names().front() : expression.function_name();
    found_.volatile_calls.push_back({std::move(name), tree_.place_within(expression)});
  }

  Result<References> finish() {
    if (error_) return *error_;
    const auto by_offset = [](const Reference& a, const Reference& b) {
      return a.offset.value_or(0) < b.offset.value_or(0);
    };
    const auto by_place = [](const VolatileCall& a, const VolatileCall& b) {
      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    };
    std::stable_sort(found_.tables.begin(), found_.tables.end(), by_offset);
    std::stable_sort(found_.volatile_calls.begin(), found_.volatile_calls.end(), by_place);
    return std::move(found_);
  }

 private:
  void on_base(const TableRef& table) {
    const std::string name(table.table_name()), schema(table.schema_name());
    if (schema.empty() && is_file_name(name)) {
      return refuse(table, fmt::format("a model may not read files: '{}'", printable(name)),
                    kDeclareSource);
    }
    if (table.child("at_clause")) {
      return refuse(table, "AT (VERSION ...) is not something a model can say",
                    "A model reads the newest version of each dataset.");
    }
    if (!table.text("catalog_name").empty() || (!schema.empty() && to_lower(schema) != "main")) {
      return refuse(
          table,
          fmt::format("a model reads sources and models by their plain name, not \"{}.{}\"",
                      printable(schema), printable(name)),
          kDeclareSource);
    }
    found_.tables.push_back({name, schema, table.offset(), tree_.place(table)});
  }

  void on_function(const TableRef& table) {
    const std::string name = Expression(table.child("function")).function_name();
    if (facts_.may_read_from(name)) return;
    refuse(table, fmt::format("a model may not read files or the engine's own tables: {}()", name),
           kDeclareSource);
  }

  // The walk is not in the order of the text; the first error in the text is the one reported.
  void refuse(const Node& node, std::string message, std::string hint) {
    const uint64_t at = node.offset().value_or(0);
    if (error_ && error_at_ <= at) return;
    error_at_ = at;
    error_ = Error{.code = Code::kBadSql,
                   .message = std::move(message),
                   .hint = std::move(hint),
                   .place = tree_.place_within(node)};
  }

  const SyntaxTree& tree_;
  const FunctionFacts& facts_;
  References found_;
  std::optional<Error> error_;
  uint64_t error_at_ = 0;
};

}  // namespace

std::vector<std::string> References::names() const {
  std::set<std::string> names;
  for (const Reference& table : tables) names.insert(to_lower(table.name));
  return {names.begin(), names.end()};
}

Result<References> find_references(const SyntaxTree& tree, const FunctionFacts& facts) {
  Finder finder(tree, facts);
  walk(tree.root(), finder);
  return finder.finish();
}

}  // namespace rhumb
