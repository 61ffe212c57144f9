#include "cli/quarantine_view.h"

#include <fmt/format.h>

#include "base/html_page.h"
#include "base/name_list.h"
#include "base/text.h"
#include "io/fs/file.h"
#include "profile/html.h"

namespace rhumb {
namespace {

constexpr size_t kShownText = 60;
constexpr size_t kShownNames = 3;
constexpr size_t kPageRecords = 1'000;  // of each source

/// `trips.csv:17:3`: what editors take.
std::string place_text(const Reject& reject) {
  std::string out = fmt::format("{}:{}", reject.input, reject.line);
  return reject.column > 0 ? fmt::format("{}:{}", out, reject.column) : out;
}

std::vector<std::string> escaped(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = html_text(cell);
  return cells;
}

std::string groups_table(const std::vector<QuarantineRow>& records) {
  std::vector<std::vector<std::string>> rows;
  for (auto& cells : group_cells(group_records(records))) rows.push_back(escaped(cells));
  return html_table(group_header(), rows, group_numbers());
}

std::string records_table(const std::vector<QuarantineRow>& records, const std::string& source) {
  std::vector<std::vector<std::string>> rows;
  for (const QuarantineRow& row : records) {
    if (row.source == source && rows.size() < kPageRecords)
      rows.push_back(escaped(record_cells(row)));
  }
  const bool cut = rows.size() == kPageRecords;
  return html_table(record_header(), rows, std::vector<bool>(record_header().size())) +
         (cut ? fmt::format("<p>The first {} at most.</p>\n", human_count(kPageRecords)) : "");
}

/// "" when none has a place.
Result<std::string> source_map(RunContext& context, const std::string& source) {
  RHUMB_ASSIGN(const auto places, quarantined_places(context, source));
  if (places.empty()) return std::string();
  GeoBox box = kEmptyBox;
  for (const Position& at : places) extend(box, at.x, at.y);
  return fmt::format("<h3>Places of {} records</h3>\n", human_count(places.size())) +
         svg_map(places, box);
}

}  // namespace

QuarantineGroups group_records(const std::vector<QuarantineRow>& rows) {
  QuarantineGroups out;
  for (const QuarantineRow& row : rows) {
    QuarantineGroup& group = out[{row.source, reason_name(row.reject.reason), row.reject.field}];
    if (group.records++ == 0) group.first = place_text(row.reject);
    group.inputs.insert(row.reject.input);
  }
  return out;
}

std::vector<std::string> group_header() {
  return {"source", "reason", "column", "records", "files", "first"};
}

std::vector<bool> group_numbers() {
  return {false, false, false, true, true, false};
}

std::vector<std::vector<std::string>> group_cells(const QuarantineGroups& groups) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, group] : groups) {
    const auto& [source, reason, field] = key;
    rows.push_back({source, reason, printable(field, kShownText), human_count(group.records),
                    human_count(group.inputs.size()), printable(group.first, kShownText)});
  }
  return rows;
}

std::vector<std::string> record_header() {
  return {"place", "column", "reason", "message", "record"};
}

std::vector<std::string> record_cells(const QuarantineRow& row) {
  const Reject& reject = row.reject;
  return {printable(place_text(reject), kShownText), printable(reject.field, kShownText),
          reason_name(reject.reason), printable(reject.message, 2 * kShownText),
          printable(reject.raw, kShownText)};
}

std::string exported_text(const std::vector<ExportedFile>& files, const std::string& source) {
  std::string out;
  for (const ExportedFile& file : files) {
    out += fmt::format("{} records written to {}", human_count(file.records), file.path.string());
    if (files.size() > 1) out += fmt::format(", from {}", join_some(file.inputs, kShownNames));
    out += files.size() > 1 ? "\n" : ". ";
  }
  const bool one = files.size() == 1;
  return out + fmt::format("{}Mend them, then{}: rhumb replay {} --from {}",
                           one ? ""
                               : "Files of the source differ in their header, so each header "
                                 "has a file. ",
                           one ? "" : " for each", source,
                           one ? files.front().path.string() : "FILE");
}

Status write_quarantine_page(RunContext& context, const std::vector<QuarantineRow>& records,
                             const std::string& file) {
  std::set<std::string> sources;
  for (const QuarantineRow& row : records) sources.insert(row.source);
  std::string body = groups_table(records);
  for (const std::string& source : sources) {
    RHUMB_ASSIGN(const std::string map, source_map(context, source));
    body += fmt::format("<h2>{}</h2>\n", html_text(source)) + map + records_table(records, source);
  }
  return atomic_write(file, html_page("Records in quarantine", body));
}

}  // namespace rhumb
