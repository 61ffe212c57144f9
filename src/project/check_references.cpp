#include "project/loading.h"

namespace rhumb {

void check_references(Loading& loading) {
  for (const auto& [name, model] : loading.project.models) {
    for (const Assert& each : model.asserts) {
      if (each.kind == "conserves" && each.config.has("source")) {
        loading.expect_table(each.config["source"].text(), each.config["source"].place());
      }
      const std::string to = each.kind == "relationship" ? each.config["to"].as_text() : "";
      const size_t dot = to.find('.');
      if (dot != std::string::npos) {
        loading.expect_table(to.substr(0, dot), each.config["to"].place());
      }
    }
  }
}

}  // namespace rhumb
