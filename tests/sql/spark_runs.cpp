#include "spark_runs.h"

#include <cstdlib>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "component/forwarding_engine.h"
#include "engine/functions/catalogue.h"
#include "engine/spark/spark_engine.h"
#include "transform/portability.h"

namespace rhumb {
namespace {

class SparkQueries final : public ForwardingEngine {
 public:
  /// `embedded` is inside of `spark`.
  SparkQueries(Engine& embedded, std::unique_ptr<Engine> spark, std::string folder)
      : ForwardingEngine(std::move(spark)), embedded_(embedded), folder_(std::move(folder)) {}

  using ForwardingEngine::write;

  Result<std::vector<DataFile>> write(const std::string& sql,
                                      const WriteRequest& request) override {
    return embedded_.write(sql, request);
  }

  Result<Table> query(const std::string& sql, const std::vector<std::string>&) override {
    RHUMB_ASSIGN(const Schema schema, describe(sql));
    RHUMB_ASSIGN(const std::string json, syntax_tree(sql));
    RHUMB_ASSIGN(const SyntaxTree tree, SyntaxTree::parse(json, sql));
    if (Errors errors = portability_errors(tree); !errors.empty()) return errors.front();
    RHUMB_ASSIGN(const auto files, inner().write(sql, {.directory = folder_,
                                                       .stem = fmt::format("answer{}", ++answers_),
                                                       .schema = schema}));
    Dataset answer{.name = "rhumb_answer", .schema = schema, .files = {}};
    for (const DataFile& file : files) answer.files.push_back(file.path);
    RHUMB_TRY(embedded_.bind(answer));
    return embedded_.query("SELECT * FROM rhumb_answer");
  }

 private:
  Engine& embedded_;
  const std::string folder_;
  int answers_ = 0;
};

}  // namespace

std::unique_ptr<Engine> make_spark_queries(std::unique_ptr<Engine> embedded,
                                           std::shared_ptr<SparkDriver> driver,
                                           const std::string& zone, const std::string& folder) {
  Engine& inside = *embedded;
  return std::make_unique<SparkQueries>(
      inside, make_spark_engine(std::move(embedded), std::move(driver), zone), folder);
}

std::shared_ptr<SparkDriver> spark_of_environment() {
  const char* home = std::getenv("SPARK_HOME");
  return make_spark_driver(
      {.home = home == nullptr ? "" : home, .driver = RHUMB_SPARK_DRIVER, .threads = 2});
}

TestFile catalogue_examples() {
  TestFile file;
  for (const FunctionDoc& function : function_catalogue()) {
    if (function.example.empty()) continue;
    const std::string result(function.result);
    file.blocks.push_back({.kind = BlockKind::kQuery,
                           .line = static_cast<int>(file.blocks.size()) + 1,
                           .header = "",
                           .sql = fmt::format("SELECT {}", function.example),
                           .rows = {result.empty() ? "''" : result}});
  }
  return file;
}

KnownDifferences read_differences(const std::string& path) {
  KnownDifferences out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const size_t tab = line.find('\t');
    if (line.empty() || line[0] == '#' || tab == std::string::npos) continue;
    out[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return out;
}

}  // namespace rhumb
