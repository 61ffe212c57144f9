#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/json/json_fields.h"
#include "decode/json/json_options.h"
#include "decode/json/json_sample.h"

namespace rhumb {

/// Where a column's values stand in a record.
struct JsonColumn {
  DeclaredColumn declared;
  std::vector<size_t>
      slots;  ///< the first that is present counts; of the longitude for two members
  size_t latitude = JsonFields::kNone;
};

struct JsonLayout {
  std::unique_ptr<JsonFields> fields;
  std::vector<JsonColumn> columns;
  std::vector<std::string> notes;
};

/// Which member each declared column comes from, by the members that the sample shows; without
/// declared columns, all of them.
[[nodiscard]] Result<JsonLayout> lay_out_json(const JsonOptions& options, const JsonSample& sample,
                                              const std::vector<DeclaredColumn>& declared);

}  // namespace rhumb
