#include <algorithm>

#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

// `postgres: "${URL}"` is short for the block with its first required field alone.
Field short_or_block(const Declaration& kind) {
  Field block = object_field(kind.name, kind, kind.summary);
  const auto needed_field = std::find_if(kind.fields.begin(), kind.fields.end(),
                                         [](const Field& field) { return field.required; });
  if (needed_field == kind.fields.end()) return block;
  Field brief = *needed_field;
  return one_of_field(kind.name, {std::move(brief), std::move(block)}, kind.summary,
                      needed_field->example);
}

}  // namespace

Field connection_field(const Catalogue& catalogue) {
  Declaration block{
      .name = "connection", .summary = "One key: what kind of server it is.", .exactly_one = true};
  for (const Declaration& kind : catalogue.connections) {
    block.fields.push_back(short_or_block(kind));
  }
  return object_field("", std::move(block), "One server.");
}

}  // namespace rhumb
