#include "engine/duckdb/stream_function.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/caught.h"
#include "engine/duckdb/handles.h"
#include "engine/duckdb/types.h"
#include "engine/duckdb/vectors.h"

namespace rhumb {
namespace {

// What the engine is told; the slot holds the real reason.
constexpr const char* kFailed = "a reader of the stream failed";

struct Worker {
  explicit Worker(const Schema& schema) : batch(schema) {}
  std::unique_ptr<BatchReader> reader;
  Batch batch;
  bool at_end = false;
};

StreamSlot& slot_of(void* extra) {
  return *static_cast<StreamSlot*>(extra);
}

// False after what `work` threw or returned became the slot's error.
template <typename Work>
bool succeeds(StreamSlot& slot, Work work) {
  Status done = caught(work);
  if (!done.ok()) slot.fail(std::move(done).error());
  return done.ok();
}

void bind(duckdb_bind_info info) {
  const BatchStream* stream = slot_of(duckdb_bind_get_extra_info(info)).stream();
  if (stream == nullptr) return duckdb_bind_set_error(info, "rhumb_stream() has nothing to read");
  const Schema& schema = stream->schema();
  for (size_t i = 0; i < schema.size(); ++i) {
    const LogicalTypeHandle type = stream_type(schema[i].type);
    duckdb_bind_add_result_column(info, fmt::format("c{}", i).c_str(), type.get());
  }
  if (const uint64_t rows = stream->progress().total_rows; rows > 0) {
    duckdb_bind_set_cardinality(info, rows, false);
  }
}

void init(duckdb_init_info info) {
  const BatchStream* stream = slot_of(duckdb_init_get_extra_info(info)).stream();
  duckdb_init_set_max_threads(info, std::max<size_t>(1, stream->max_readers()));
}

void init_worker(duckdb_init_info info) {
  StreamSlot& slot = slot_of(duckdb_init_get_extra_info(info));
  const bool opened = succeeds(slot, [&]() -> Status {
    auto worker = std::make_unique<Worker>(slot.stream()->schema());
    RHUMB_ASSIGN(worker->reader, slot.stream()->open_reader());
    duckdb_init_set_init_data(info, worker.release(),
                              [](void* data) { delete static_cast<Worker*>(data); });
    return {};
  });
  if (!opened) duckdb_init_set_error(info, kFailed);
}

// The next rows, if there are any more, into the output.
Status fetch(StreamSlot& slot, Worker& worker, duckdb_data_chunk output) {
  while (!worker.at_end) {
    RHUMB_ASSIGN(const bool more, worker.reader->next(worker.batch));
    worker.at_end = !more;
    if (worker.batch.rows() == 0) continue;
    const Schema& schema = slot.stream()->schema();
    for (size_t i = 0; i < schema.size(); ++i) {
      fill_vector(worker.batch.columns[i], schema[i].type, duckdb_data_chunk_get_vector(output, i));
    }
    duckdb_data_chunk_set_size(output, worker.batch.rows());
    slot.count(worker.batch.rows());
    return {};
  }
  return {};
}

void produce(duckdb_function_info info, duckdb_data_chunk output) {
  StreamSlot& slot = slot_of(duckdb_function_get_extra_info(info));
  auto* const worker = static_cast<Worker*>(duckdb_function_get_local_init_data(info));
  duckdb_data_chunk_set_size(output, 0);
  const bool fetched =
      worker != nullptr && succeeds(slot, [&] { return fetch(slot, *worker, output); });
  if (!fetched) duckdb_function_set_error(info, kFailed);
}

}  // namespace

void StreamSlot::open(BatchStream& stream) {
  stream_ = &stream;
  rows_ = 0;
  const std::scoped_lock lock(mutex_);
  error_.reset();
}

void StreamSlot::close() {
  stream_ = nullptr;
}

void StreamSlot::fail(Error error) {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
}

std::optional<Error> StreamSlot::take_error() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(error_, std::nullopt);
}

Status register_stream_function(duckdb_connection connection, StreamSlot& slot) {
  const TableFunctionHandle function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), "rhumb_stream");
  duckdb_table_function_set_extra_info(function.get(), &slot, nullptr);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_local_init(function.get(), init_worker);
  duckdb_table_function_set_function(function.get(), produce);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return {};
  return Error{Code::kInternal, "the engine refused rhumb_stream()", "", {}};
}

}  // namespace rhumb
