#include "cli/inspect_page.h"

#include <fmt/format.h>

#include "base/html_page.h"
#include "profile/html.h"

namespace rhumb {
namespace {

constexpr size_t kBins = 24;

std::string column_rows(const DataProfile& profile) {
  std::vector<std::vector<std::string>> rows;
  for (const ColumnProfile& column : profile.columns) {
    std::vector<std::string> cells = column_cells(column);
    for (std::string& cell : cells) cell = html_text(cell);
    const bool bars = column.has_range() && column.distinct() > 1;
    cells.push_back(bars ? svg_bars(column.histogram(kBins), "how often which values are") : "");
    rows.push_back(std::move(cells));
  }
  return html_table({"column", "type", "nulls", "distinct", "values", "histogram"}, rows,
                    {false, false, true, true, false, false});
}

std::string maps(const DataProfile& profile) {
  std::string out;
  for (const ColumnProfile& column : profile.columns) {
    if (!has_places(column)) continue;
    out +=
        fmt::format("<h3>{} ({})</h3>\n", html_text(column.column().name), box_text(column.box()));
    out += svg_map(column.places(), column.box());
  }
  return out;
}

std::string section(const InspectedFile& file) {
  const DataProfile& profile = file.found.profile;
  std::string out = fmt::format("<h2>{}</h2>\n", html_text(headline(file)));
  out += column_rows(profile) + maps(profile);
  out += html_list("Quarantined", reject_lines(file.found));
  out += html_list("Look at", suspects(profile));
  out += html_list("Notes", file.found.notes);
  return out + fmt::format("<h3>As sources/NAME.yaml</h3>\n<pre><code>{}</code></pre>\n",
                           html_text(file.source));
}

}  // namespace

std::string inspection_page(const std::vector<InspectedFile>& files,
                            const std::vector<std::string>& unread) {
  std::string body;
  for (const InspectedFile& file : files) body += section(file);
  body += html_list("Could not be read", unread);
  return html_page(html_text(files.front().name), body);
}

}  // namespace rhumb
