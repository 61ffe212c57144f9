#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "component/declaration.h"

namespace rhumb {

/// The version of the language this build speaks.
inline constexpr int kLanguageVersion = 1;

// The blocks of the language, one file each. The parts that are components (`read:`, `decode:`, a
// connection's kind, a target's fields) come from the Catalogue.

[[nodiscard]] Declaration project_file(const Catalogue& catalogue);  ///< `rhumb.yaml`
[[nodiscard]] Field connection_field(
    const Catalogue& catalogue);  ///< what a name under `connections:` holds
[[nodiscard]] Declaration environment_block();
[[nodiscard]] Declaration source_file(const Catalogue& catalogue);  ///< `sources/NAME.yaml`
[[nodiscard]] Declaration column_block();
/// Front matter of `models/NAME.sql`; `publish` is one published target.
[[nodiscard]] Declaration model_file(Field publish);
[[nodiscard]] Declaration trigger_block();
[[nodiscard]] Declaration assert_block();
/// `to:` and the target's own fields.
[[nodiscard]] Declaration publish_block(const Declaration& target);
/// Any of the targets: for schemas and pages, where the connection's kind is not known.
[[nodiscard]] Field publish_field(const Catalogue& catalogue);
[[nodiscard]] Declaration function_file();  ///< front matter of `functions/NAME.sql`
[[nodiscard]] Declaration test_block();
[[nodiscard]] Field test_file();  ///< `tests/*.yaml`: names -> tests

/// Every block that has an example of its own, for the reference and for tests.
[[nodiscard]] std::vector<Declaration> language_blocks(const Catalogue& catalogue);

/// Sources of this kind hold tables, whose types come from a database; all others hold files.
[[nodiscard]] bool reads_tables(const std::string& source_kind);
/// Names a target may have that publishes to connections of this kind, best first.
[[nodiscard]] std::vector<std::string> targets_of_connection(const std::string& connection_kind);

/// What is wrong with a block's own example. It may stand under the keys it has in a file
/// (`connections: { NAME: { postgres: ... } }`) and is checked from the block's keys on.
[[nodiscard]] Errors check_example(const Declaration& declaration);

}  // namespace rhumb
