#pragma once

#include "base/result.h"
#include "component/engine.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// An empty table of the dataset's columns under its name. REQUIRES: nothing has that name.
/// Statements are bound against it in half the time that a view without rows takes.
[[nodiscard]] Status create_empty_table(Session& session, const Dataset& dataset);

/// Makes `dataset.name` a view of its files with exactly the columns of its schema, geometry with
/// the SRID it has there. kBadFile when a column is missing, kNotFound when a file is. Reads the
/// first file's footer. REQUIRES: there are files, and no table has that name.
[[nodiscard]] Status create_dataset_view(Session& session, const Dataset& dataset);

/// The same columns as a query, and after them `_input` as it is in the files.
struct FileRows {
  std::string query;
  bool has_input = false;
};
/// REQUIRES: there are files.
[[nodiscard]] Result<FileRows> rows_of_files(Session& session, const Dataset& dataset);

/// A view of the same name in the schema `rhumb_raw` that adds `_input` and `_row`, the row's file
/// and its place in it, which together are unique. Few statements ask for it, and making a view
/// costs more than reading a small one.
[[nodiscard]] Status create_identity_view(Session& session, const Dataset& dataset);

}  // namespace rhumb
