#include "engine/functions/catalogue.h"

#include <algorithm>

#include "base/text.h"
#include "engine/functions/groups.h"

namespace rhumb {
namespace {

std::vector<FunctionDoc> all_functions() {
  std::vector<FunctionDoc> all;
  // Constructors use ST_SetSRID, the rest use what was made before.
  for (auto group : {coordinate_systems, constructors, measures, aggregates, predicates,
                     parts_and_forms, shapes, geohashes, tiles, hexagons, times}) {
    const std::vector<FunctionDoc> some = group();
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

const std::vector<FunctionDoc>& function_catalogue() {
  static const std::vector<FunctionDoc> catalogue = all_functions();
  return catalogue;
}

const FunctionDoc* find_function(std::string_view name) {
  const std::vector<FunctionDoc>& all = function_catalogue();
  const auto found = std::find_if(all.begin(), all.end(), [&](const FunctionDoc& function) {
    return equals_ignoring_case(function.name, name);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace rhumb
