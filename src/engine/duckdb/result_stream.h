#pragma once

#include <functional>
#include <memory>

#include "component/stream.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// The rows of a running statement, for one reader. `sql` is what runs, for places in errors;
/// `on_close` is called when the stream is gone and its session free again.
[[nodiscard]] std::unique_ptr<BatchStream> make_result_stream(Session& session, Schema schema,
                                                              ResultHandle result, SqlText sql,
                                                              std::function<void()> on_close);

}  // namespace rhumb
