#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "component/decoder.h"
#include "profile/data_profile.h"

namespace rhumb {

/// The columns to declare for data that was read without any: types as found, points from pairs of
/// longitude and latitude, geometry written as text. Empty when names cannot be declared (two are
/// the same but for case); the file's own columns then stand.
[[nodiscard]] std::vector<DeclaredColumn> propose_columns(const DataProfile& found);

/// What a source file says.
struct SourceProposal {
  std::string description;
  std::string read;    ///< the block under `read:`, on one line
  std::string decode;  ///< the same under `decode:`; "" = none
  std::vector<DeclaredColumn> columns;
  double rejected = 0;  ///< fraction of the records that go to the quarantine
};

/// The text of sources/NAME.yaml.
[[nodiscard]] std::string source_text(const SourceProposal& proposal);

/// A scalar as YAML that reads back to the same text: bare where that is safe, else in quotes.
[[nodiscard]] std::string yaml_text(std::string_view text);

}  // namespace rhumb
