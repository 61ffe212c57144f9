#include "project/language/language.h"

namespace rhumb {

bool reads_tables(const std::string& source_kind) {
  return source_kind == "postgres";
}

std::vector<std::string> targets_of_connection(const std::string& connection_kind) {
  if (connection_kind == "postgres") return {"postgis", "postgres"};
  return {connection_kind};
}

std::vector<Declaration> language_blocks(const Catalogue& catalogue) {
  std::vector<Declaration> blocks = {project_file(catalogue),
                                     environment_block(),
                                     source_file(catalogue),
                                     column_block(),
                                     model_file(publish_field(catalogue)),
                                     trigger_block(),
                                     assert_block(),
                                     function_file(),
                                     test_block()};
  for (const Declaration& target : catalogue.targets) blocks.push_back(publish_block(target));
  return blocks;
}

}  // namespace rhumb
