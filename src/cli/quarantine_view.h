#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "run/replay.h"
#include "run/run_context.h"
#include "state/state.h"

namespace rhumb {

/// Records of one source, reason and column.
struct QuarantineGroup {
  uint64_t records = 0;
  std::set<std::string> inputs;
  std::string first;  ///< place of the first record
};
/// By source, reason and column.
using QuarantineGroups =
    std::map<std::tuple<std::string, std::string, std::string>, QuarantineGroup>;

[[nodiscard]] QuarantineGroups group_records(const std::vector<QuarantineRow>& rows);

// Tables of both, as texts; group_numbers: which columns are numbers.
[[nodiscard]] std::vector<std::string> group_header();
[[nodiscard]] std::vector<bool> group_numbers();
[[nodiscard]] std::vector<std::vector<std::string>> group_cells(const QuarantineGroups& groups);
[[nodiscard]] std::vector<std::string> record_header();
[[nodiscard]] std::vector<std::string> record_cells(const QuarantineRow& row);

/// What is said after an export: how to go on.
[[nodiscard]] std::string exported_text(const std::vector<ExportedFile>& files,
                                        const std::string& source);

/// Writes a page that stands alone: counts, and for each source a map of the records that have a
/// place and the first thousand of `records`.
[[nodiscard]] Status write_quarantine_page(RunContext& context,
                                           const std::vector<QuarantineRow>& records,
                                           const std::string& file);

}  // namespace rhumb
