#include "cli/inspect_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/console.h"
#include "profile/charts.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kBins = 16;
constexpr size_t kWidestMap = 72, kMapHeight = 16;
constexpr size_t kShown = 40;

std::string type_text(const Type& type) {
  const std::string crs =
      type.id == TypeId::kGeometry && type.srid != 0 ? fmt::format(" EPSG:{}", type.srid) : "";
  return type_name(type) + crs;
}

std::string distinct_text(const ColumnProfile& column) {
  if (column.column().type.id == TypeId::kGeometry) return "";
  return human_count(column.distinct()) + (column.more_distinct() ? "+" : "");
}

/// The range of numbers and times, the box of geometry, else some values.
std::string values_text(const ColumnProfile& column) {
  const TypeId type = column.column().type.id;
  if (has_places(column)) return box_text(column.box());
  if (column.has_range()) {
    return fmt::format("{} to {}", measure_text(type, column.min()),
                       measure_text(type, column.max()));
  }
  return printable(join(column.examples(), ", "), kShown);
}

std::string column_table(const DataProfile& profile, bool unicode) {
  std::vector<std::vector<std::string>> rows;
  for (const ColumnProfile& column : profile.columns) {
    const bool bars = column.has_range() && column.distinct() > 1;
    rows.push_back(column_cells(column));
    rows.back().push_back(bars ? bar_row(column.histogram(kBins), unicode) : "");
  }
  return render_table({"column", "type", "nulls", "distinct", "values", ""}, rows,
                      {false, false, true, true, false, false});
}

void add_map(const DataProfile& profile, size_t width, bool unicode,
             std::vector<std::string>& out) {
  const auto shown = std::find_if(profile.columns.begin(), profile.columns.end(), has_places);
  if (shown == profile.columns.end()) return;
  out.push_back("");
  out.push_back(
      fmt::format("{} ({})", printable(shown->column().name, kShown), box_text(shown->box())));
  const size_t columns = std::min(kWidestMap, std::max<size_t>(20, width) - 4);
  for (std::string& line : dot_map(shown->places(), shown->box(), columns, kMapHeight, unicode)) {
    line.erase(line.find_last_not_of(' ') + 1);
    out.push_back("  " + line);
  }
}

void add_list(const char* title, const std::vector<std::string>& items,
              std::vector<std::string>& out) {
  if (items.empty()) return;
  out.push_back("");
  out.emplace_back(title);
  for (const std::string& item : items) out.push_back("  " + item);
}

Json column_json(const ColumnProfile& column) {
  const TypeId type = column.column().type.id;
  Json out{{"name", column.column().name},
           {"type", type_name(column.column().type)},
           {"nulls", column.nulls()}};
  if (type == TypeId::kGeometry) {
    out["crs"] = column.column().type.srid;
    if (has_places(column)) out["extent"] = column.box();
    return out;
  }
  out["distinct"] = column.distinct();
  if (column.has_range()) {
    out["from"] = measure_text(type, column.min());
    out["to"] = measure_text(type, column.max());
  }
  out["examples"] = column.examples();
  return out;
}

Json layer_json(const InspectedFile& file) {
  const FileInspection& found = file.found;
  Json columns = Json::array();
  for (const ColumnProfile& column : found.profile.columns) columns.push_back(column_json(column));
  Json out{{"file", file.name},
           {"format", file.format},
           {"found", file.detail},
           {"bytes", file.bytes},
           {"rows", found.profile.rows},
           {"complete", found.profile.complete},
           {"quarantined", found.rejected},
           {"reasons", found.reasons},
           {"duplicates", found.profile.duplicates},
           {"columns", columns},
           {"suspects", suspects(found.profile)},
           {"notes", found.notes},
           {"source", file.source}};
  if (!file.layer.empty()) out["layer"] = file.layer;
  return out;
}

}  // namespace

bool has_places(const ColumnProfile& column) {
  return column.column().type.id == TypeId::kGeometry && !column.places().empty();
}

std::string box_text(const GeoBox& box) {
  return fmt::format("{:.6g} {:.6g} to {:.6g} {:.6g}", box[0], box[1], box[2], box[3]);
}

std::vector<std::string> column_cells(const ColumnProfile& column) {
  return {printable(column.column().name, kShown), type_text(column.column().type),
          column.nulls() == 0 ? "" : human_count(column.nulls()), distinct_text(column),
          values_text(column)};
}

std::vector<std::string> reject_lines(const FileInspection& found) {
  std::vector<std::string> out;
  for (const auto& [reason, count] : found.reasons)
    out.push_back(fmt::format("{} {}", human_count(count), reason));
  for (const Reject& reject : found.first_rejects) {
    out.push_back(fmt::format("line {}{}: {}", reject.line,
                              reject.field.empty() ? "" : ", " + printable(reject.field, kShown),
                              printable(reject.message, 120)));
  }
  return out;
}

std::string headline(const InspectedFile& file) {
  const FileInspection& found = file.found;
  const std::string rows = fmt::format("{}{} rows", found.profile.complete ? "" : "the first ",
                                       human_count(found.profile.rows));
  const std::string layer =
      file.layer.empty() ? "" : fmt::format(", layer {}", printable(file.layer, kShown));
  const bool table = file.bytes == 0;
  return fmt::format("{}{}: {}, {}{}{}", file.name, layer, file.detail,
                     table ? "" : human_bytes(file.bytes) + ", ", rows,
                     table ? "" : fmt::format(", {} quarantined", human_count(found.rejected)));
}

std::vector<std::string> inspection_lines(const InspectedFile& file, size_t width, bool unicode) {
  const DataProfile& profile = file.found.profile;
  std::vector<std::string> out = {headline(file)};
  if (!file.others.empty())
    out.push_back(fmt::format("{} other files beside it were not looked at",
                              human_count(file.others.size())));
  out.push_back("");
  out.push_back(column_table(profile, unicode));
  add_map(profile, width, unicode, out);
  add_list("Quarantined:", reject_lines(file.found), out);
  add_list("Look at:", suspects(profile), out);
  add_list("Notes:", file.found.notes, out);
  out.push_back("");
  out.emplace_back("As sources/NAME.yaml:");
  out.push_back("");
  out.push_back(file.source);
  return out;
}

std::string inspection_json(const std::vector<InspectedFile>& files,
                            const std::vector<std::string>& unread) {
  Json out = layer_json(files.front());
  if (!files.front().layer.empty()) {
    out = {{"file", files.front().name}, {"layers", Json::array()}, {"unread", unread}};
    for (const InspectedFile& file : files) out["layers"].push_back(layer_json(file));
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rhumb
