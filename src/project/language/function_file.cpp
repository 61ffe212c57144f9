#include "project/language/language.h"

namespace rhumb {

Declaration function_file() {
  return {
      .name = "function",
      .summary = "An SQL expression with a name, for use in models.",
      .doc =
          "The file holds `name(a, b) AS expression`; it is named after the function. Every call, "
          "in models, `sql` asserts and `rhumb query`, stands for the expression with the "
          "arguments in place of the parameters: it may aggregate, read datasets in a subquery "
          "and call other functions, and its errors are reported where they stand in this file. "
          "Arguments go by position or by name, `name(b := 1, a := 2)`. A model is rebuilt when "
          "a function it uses changes. Keys may stand in front matter as in a model.",
      .fields = {{.name = "description",
                  .doc = "What it computes.",
                  .example = "Speed in km/h between two points."}},
      .example = "description: Speed in km/h between two points.\n",
  };
}

}  // namespace rhumb
