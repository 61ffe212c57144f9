#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/decoder.h"
#include "decode/csv/splitter.h"
#include "decode/plt/plt_point.h"
#include "decode/plt/transport_labels.h"
#include "decode/record/block_reader.h"
#include "decode/record/column_layout.h"

namespace rhumb {

/// What a point has, in the order of the columns that are taken when none are declared. The last
/// two are there for those who declare them.
enum PltField : size_t {
  kPltUser,
  kPltTrajectory,
  kPltPosition,
  kPltAltitude,
  kPltTime,
  kPltMode,
  kPltLongitude,
  kPltLatitude,
  kPltFields
};
inline constexpr std::array<const char*, kPltFields> kPltNames = {
    "user_id",     "trajectory_id", "position",  "altitude_m",
    "recorded_at", "mode",          "longitude", "latitude"};

struct PltReading final : FileReading {
  using FileReading::FileReading;
  ColumnLayout layout;
  std::string user, trajectory;  ///< "" = not known
  std::shared_ptr<const TransportLabels> labels = std::make_shared<TransportLabels>();
  std::unique_ptr<CsvSplitter> splitter;
};

/// Turns lines into batches and rejects.
class PltReader final : public BlockReader {
 public:
  explicit PltReader(std::shared_ptr<PltReading> reading);

 private:
  Result<bool> next_block() override;
  bool take_record(Batch& out) override;
  [[nodiscard]] Reject record_at_hand() const override;
  [[nodiscard]] bool next_plain_point();
  [[nodiscard]] bool next_line();
  void pass_line_end();
  void take_line(Batch& out);
  void take_point(Batch& out);
  bool write_column(size_t index, ColumnData& out);
  bool write_field(size_t field, size_t index, ColumnData& out);
  bool write_pair(size_t index, ColumnData& out);
  bool write_text(std::string_view text, size_t index, ColumnData& out);
  void reject_line(Reject&& out);

  std::shared_ptr<PltReading> reading_;
  CsvBlock block_;
  const char* at_ = nullptr;
  std::string_view text_;  // of the line that next_line gave last
  uint64_t line_ = 0;      // of that
  PltPoint point_;
  PltFault bad_line_;
};

}  // namespace rhumb
