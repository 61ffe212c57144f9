#include "project/language/language.h"

namespace rhumb {

Declaration function_file() {
  return {
      .name = "function",
      .summary = "An SQL expression with a name, for use in models.",
      .doc =
          "The file holds `name(a, b) AS expression`; it is named after the function. Keys may "
          "stand "
          "in front matter as in a model.",
      .fields = {{.name = "description",
                  .doc = "What it computes.",
                  .example = "Speed in km/h between two points."}},
      .example = "description: Speed in km/h between two points.\n",
  };
}

}  // namespace rhumb
