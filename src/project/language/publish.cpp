#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {

Declaration publish_block(const Declaration& target) {
  Declaration block = target;
  block.fields.insert(block.fields.begin(), Field{.name = "to",
                                                  .doc = "Name of the connection to publish to.",
                                                  .required = true,
                                                  .example = "warehouse"});
  block.fields.push_back(
      timeout_field("How long loading it may take, indexes included. Waiting for the moment to "
                    "switch has a limit of its own."));
  return block;
}

Field publish_field(const Catalogue& catalogue) {
  std::vector<Field> targets;
  for (const Declaration& target : catalogue.targets) {
    targets.push_back(object_field("", publish_block(target), target.summary));
  }
  if (targets.empty()) return Field{.type = FieldType::kAny};
  return one_of_field("", std::move(targets), "One target.");
}

}  // namespace rhumb
