#include "project/language/language.h"

namespace rhumb {

Declaration environment_block() {
  return {
      .name = "environment",
      .summary = "Tables and versions of their own, from the same project.",
      .doc =
          "`rhumb run --env NAME` publishes under other names and keeps its versions apart. `prod` "
          "is always there: no suffix, all rows.",
      .fields = {{.name = "suffix",
                  .doc = "Added to published names; `_NAME` unless given.",
                  .example = "_dev"},
                 {.name = "sample",
                  .type = FieldType::kFraction,
                  .doc = "Share of the inputs' rows that is read; the same rows each time.",
                  .default_value = "100%",
                  .example = "1%"}},
      .example = "environments:\n  dev: { suffix: _dev, sample: 1% }\n",
  };
}

}  // namespace rhumb
