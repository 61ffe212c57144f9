#pragma once

#include "base/result.h"
#include "component/engine.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// Makes `dataset.name` a view of its files with exactly the columns of its schema, geometry with
/// the SRID it has there. kBadFile when a column is missing, kNotFound when a file is. Reads the
/// first file's footer.
[[nodiscard]] Status create_dataset_view(Session& session, const Dataset& dataset);

/// A view of the same name in the schema `rhumb_raw` that adds what else the files hold (boxes; the
/// ledger id of the rows' input as `_input_id`) and `_input` and `_row`, the row's file and its
/// place in it, which together are unique. Few statements ask for it, and making a view costs more
/// than reading a small one.
[[nodiscard]] Status create_identity_view(Session& session, const Dataset& dataset);

}  // namespace rhumb
