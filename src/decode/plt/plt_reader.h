#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/decoder.h"
#include "decode/csv/layout.h"
#include "decode/csv/splitter.h"
#include "decode/plt/plt_point.h"
#include "decode/plt/transport_labels.h"
#include "decode/value/column_writer.h"
#include "decode/value/sampling.h"

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

/// What all readers of one file share. Outlives them; immutable but for the splitter and progress.
struct PltShared {
  CsvLayout layout;
  std::string user, trajectory;  ///< "" = not known
  TransportLabels labels;
  std::string input;
  RecordSample sample{1.0};
  RejectSink rejects;
  const CancelFlag* cancel = nullptr;
  std::vector<ColumnWriter> writers;  ///< to copy, one per column
  StreamProgress progress;
  std::unique_ptr<CsvSplitter> splitter;
};

/// Turns lines into batches and rejects.
class PltReader final : public BatchReader {
 public:
  explicit PltReader(std::shared_ptr<PltShared> shared);
  Result<bool> next(Batch& out) override;

 private:
  Result<bool> next_block();
  [[nodiscard]] bool next_line(std::string_view& line);
  void take_line(std::string_view line, Batch& out);
  bool write_field(size_t field, size_t index, ColumnData& out);
  bool write_pair(size_t index, ColumnData& out);
  bool write_text(std::string_view text, size_t index, ColumnData& out);
  void reject(std::string_view line, Reject&& out);

  std::shared_ptr<PltShared> shared_;
  std::vector<ColumnWriter> writers_;
  CsvBlock block_;
  const char* at_ = nullptr;
  uint64_t line_ = 0;  // of the line that next_line gave last
  PltPoint point_;
  uint64_t rejected_ = 0;  // since the last batch
  PltFault bad_line_;
  ValueFault fault_;
};

}  // namespace rhumb
