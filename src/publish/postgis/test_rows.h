#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "component/stream.h"

namespace rhumb {

/// Rows made by a function, for tests of what takes a stream: `fill` appends row number `row` to
/// every column of the batch.
class MadeRows final : public BatchStream {
 public:
  using Fill = std::function<void(uint64_t row, Batch& batch)>;

  MadeRows(Schema schema, uint64_t rows, Fill fill)
      : schema_(std::move(schema)), rows_(rows), fill_(std::move(fill)) {
    progress_.total_rows = rows;
  }

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override { return 1; }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<Reader>(*this));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return progress_; }
  /// After so many rows the stream fails.
  void fail_after(uint64_t rows) { fail_after_ = rows; }

 private:
  class Reader final : public BatchReader {
   public:
    explicit Reader(MadeRows& owner) : owner_(owner) {}
    Result<bool> next(Batch& out) override {
      out.clear();
      if (owner_.next_ >= owner_.fail_after_) return Error{Code::kEngine, "made to fail", "", {}};
      while (owner_.next_ < owner_.rows_ && out.rows() < kBatchRows) {
        owner_.fill_(owner_.next_++, out);
      }
      owner_.progress_.rows = owner_.next_;
      return out.rows() > 0;
    }

   private:
    MadeRows& owner_;
  };

  Schema schema_;
  uint64_t rows_;
  Fill fill_;
  uint64_t next_ = 0;
  uint64_t fail_after_ = UINT64_MAX;
  StreamProgress progress_;
};

/// Little-endian WKB of a point.
inline std::string wkb_point(double x, double y) {
  std::string wkb(21, '\0');
  wkb[0] = 1;
  wkb[1] = 1;
  std::memcpy(wkb.data() + 5, &x, 8);
  std::memcpy(wkb.data() + 13, &y, 8);
  return wkb;
}

}  // namespace rhumb
