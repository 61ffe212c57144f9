#pragma once

#include <memory>
#include <string>
#include <vector>

namespace rhumb {

/// What a configuration field holds. One declaration gives the parser's checks, the editor's JSON
/// Schema, the reference page and the example.
enum class FieldType {
  kText,
  kInteger,
  kNumber,
  kBoolean,
  kFraction,    ///< `5%` or `0.05`
  kDuration,    ///< `15 minutes`
  kSize,        ///< `4 GiB`
  kChoice,      ///< one of `choices`
  kSecret,      ///< text that may hold `${ENV}` or be `file:PATH`; never shown
  kSql,         ///< an SQL expression
  kColumnType,  ///< a name that parse_type() takes
  kAny,         ///< checked by the component itself
  kObject,      ///< a map with the fields of `object`
  kMapOf,       ///< a map from any name to `item`
  kListOf,      ///< a list of `item`
  kListOrOne,   ///< a list of `item`, or one item alone
  kOneOf,       ///< a value that fits any of `alternatives`
};

struct Declaration;

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  std::string doc;  ///< one or two sentences
  bool required = false;
  std::string default_value;  ///< as written in YAML; "" = none
  std::string example;        ///< as written in YAML
  std::vector<std::string> choices;
  std::shared_ptr<const Declaration> object;               ///< kObject
  std::shared_ptr<const Field> item;                       ///< kMapOf, kListOf, kListOrOne
  std::vector<std::shared_ptr<const Field>> alternatives;  ///< kOneOf
  int since = 1;                                           ///< language version that brought it
};

/// One component or one block of the language.
struct Declaration {
  std::string name;     ///< the key it goes by: `directory`, `csv`, `postgis`
  std::string summary;  ///< one line
  std::string doc;      ///< a paragraph or two, Markdown
  std::vector<Field> fields;
  std::string example;       ///< a whole YAML block that passes the checks
  bool exactly_one = false;  ///< the block holds exactly one of its fields: `read:`, `decode:`
};

/// The components a build of Rhumb has, by the place they may stand in. Filled explicitly in cli/.
struct Catalogue {
  std::vector<Declaration> connections;  ///< under `connections: NAME:`
  std::vector<Declaration> sources;      ///< under `read:`
  std::vector<Declaration> decoders;     ///< under `decode:`
  std::vector<Declaration> targets;  ///< what a `publish:` block may be, by the connection's kind
};

}  // namespace rhumb
