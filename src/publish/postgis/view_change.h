#pragma once

#include <optional>
#include <string>
#include <vector>

#include "publish/postgis/view_catalogue.h"

namespace rhumb {

/// What has to happen to a view so that it shows a new table.
struct ViewChange {
  enum class Kind {
    kCreate,   ///< there is none
    kReplace,  ///< in place: its columns stay, new ones come last
    kRebuild,  ///< drop and create: a column goes or changes its type
  };
  Kind kind = Kind::kCreate;
  std::vector<std::string> columns;   ///< of the view afterwards, in order
  std::vector<std::string> breaking;  ///< what readers may notice, in words
};

/// Readers keep the order of the columns they know, whatever order the new table has. Pure.
[[nodiscard]] ViewChange plan_view_change(const std::optional<std::vector<RelationColumn>>& view,
                                          const std::vector<RelationColumn>& table);

}  // namespace rhumb
