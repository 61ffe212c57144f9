#include "engine/duckdb/result_stream.h"

#include <utility>

#include "engine/duckdb/vectors.h"

namespace rhumb {
namespace {

class ResultStream final : public BatchStream {
 public:
  ResultStream(Session& session, Schema schema, ResultHandle result, SqlText sql,
               std::function<void()> on_close)
      : session_(session),
        schema_(std::move(schema)),
        result_(std::move(result)),
        sql_(std::move(sql)),
        on_close_(std::move(on_close)) {}
  ~ResultStream() override {
    result_ = ResultHandle();
    on_close_();
  }
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override { return 1; }
  [[nodiscard]] const StreamProgress& progress() const override { return progress_; }

  Result<std::unique_ptr<BatchReader>> open_reader() override {
    if (std::exchange(opened_, true)) {
      return Error{Code::kInternal, "a query's rows have one reader", "", {}};
    }
    return std::unique_ptr<BatchReader>(new Reader(*this));
  }

 private:
  class Reader final : public BatchReader {
   public:
    explicit Reader(ResultStream& stream) : stream_(stream) {}
    Result<bool> next(Batch& out) override { return stream_.next(out); }

   private:
    ResultStream& stream_;
  };

  Result<bool> next(Batch& out) {
    out.clear();
    const ChunkHandle chunk = result_.next();
    RHUMB_TRY(session_.fetch_status(result_, sql_));
    const idx_t rows = chunk ? duckdb_data_chunk_get_size(chunk.get()) : 0;
    for (size_t i = 0; rows > 0 && i < schema_.size(); ++i) {
      append_vector(duckdb_data_chunk_get_vector(chunk.get(), i), schema_[i].type, rows,
                    out.columns[i]);
    }
    progress_.rows += rows;
    return rows > 0;
  }

  Session& session_;
  const Schema schema_;
  ResultHandle result_;
  const SqlText sql_;
  const std::function<void()> on_close_;
  StreamProgress progress_;
  bool opened_ = false;
};

}  // namespace

std::unique_ptr<BatchStream> make_result_stream(Session& session, Schema schema,
                                                ResultHandle result, SqlText sql,
                                                std::function<void()> on_close) {
  return std::make_unique<ResultStream>(session, std::move(schema), std::move(result),
                                        std::move(sql), std::move(on_close));
}

}  // namespace rhumb
