#pragma once

#include <string>
#include <vector>

#include "component/engine.h"

namespace rhumb {

/// A query that has a name.
struct NamedQuery {
  std::string name, sql;
};

/// One build, as the driver is asked for it.
struct SparkBuild {
  std::string timezone;  ///< IANA name
  std::vector<Dataset> datasets;
  std::vector<NamedQuery> views;  ///< each reads only datasets and views before it
  std::string sql;                ///< SELECT in our dialect
  std::string folder;             ///< absolute; must not exist
  WriteRequest request;           ///< `schema` is that of the result
  std::string covering;           ///< column of the first geometry's boxes; "" = none
};

/// The build as one line of JSON, as spark/rhumb_spark/document.schema.json describes it.
/// kNotSupported for a column of a type that Spark does not have (time, uuid). O(columns).
[[nodiscard]] Result<std::string> spark_document(const SparkBuild& build);

}  // namespace rhumb
