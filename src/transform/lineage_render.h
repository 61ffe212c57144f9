#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transform/lineage.h"

namespace rhumb {

/// One dataset and what it is made from.
struct DatasetLineage {
  std::string name;
  bool is_source = false;
  std::vector<std::string> reads;  ///< datasets, whether or not they are shown themselves
  ModelLineage lineage;            ///< of a source: its columns, made from nothing
};

/// The datasets to show, each after those it reads.
struct ProjectLineage {
  std::vector<DatasetLineage> datasets;
};

/// `format` is text (a tree per dataset that nothing shown reads), json or dot (Graphviz); anything
/// else is text. With `columns` down to columns. The same lineage gives the same text; it ends with
/// a line break.
[[nodiscard]] std::string render_lineage(const ProjectLineage& lineage, std::string_view format,
                                         bool columns);

}  // namespace rhumb
