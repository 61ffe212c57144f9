#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret.h"
#include "component/stream.h"
#include "source/postgres/table_shape.h"

namespace rhumb {

/// Opens one snapshot of the table, with as many connections as it is worth: all see the same
/// moment, and each takes ranges of blocks. While the stream lives the table can be neither dropped
/// nor emptied. What has no blocks of its own (views, queries, partitioned tables) has one reader.
/// With a `sample` below 1 the server leaves out rows by a hash of all their values: equal rows
/// stay or go together, wherever they lie. `cancel` must outlive the stream, the stream its
/// readers.
[[nodiscard]] Result<std::unique_ptr<BatchStream>> open_snapshot(const Secret& url,
                                                                 const PostgresRead& read,
                                                                 double sample,
                                                                 const CancelFlag& cancel);

/// Conditions on ctid that together hold for every row, each for a range of blocks.
/// REQUIRES: readers >= 1. One empty condition when the table is small.
[[nodiscard]] std::vector<std::string> block_ranges(uint64_t blocks, size_t readers);

}  // namespace rhumb
