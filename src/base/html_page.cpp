#include "base/html_page.h"

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --shade: #8881; --mark: #0b6bcb; --bars: #6b8299;
  --good: #2a7d4f; --bad: #b3261e; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --mark: #6cb2f7; --good: #6fcf97; --bad: #ff8a80; --warn: #e0b050; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom-color: currentColor; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .dim { opacity: .7; }
pre { background: var(--shade); padding: .5rem .8rem; margin: .2rem 0; white-space: pre-wrap; overflow: auto; }
code { font-family: ui-monospace, monospace; }
.bar { background: var(--bars); height: .5rem; min-width: 1px; border-radius: 2px; margin-top: .5rem; }
svg.map { max-width: 100%; height: auto; background: var(--shade); border: 1px solid var(--line); }
svg.map circle { fill: var(--mark); fill-opacity: .55; } svg.bars rect { fill: var(--bars); }
)css";

constexpr std::string_view kHead = R"html(<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
)html";

}  // namespace

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n{1}<title>{0}</title>\n<style>{2}</style>\n"
      "</head>\n<body>\n<h1>{0}</h1>\n{3}</body>\n</html>\n",
      title, kHead, kStyle, body);
}

std::string html_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows,
                       const std::vector<bool>& numbers) {
  if (rows.empty()) return "";
  const auto row = [&](const std::vector<std::string>& cells, std::string_view tag) {
    std::string out = "<tr>";
    for (size_t i = 0; i < cells.size(); ++i)
      out += fmt::format("<{0}{1}>{2}</{0}>", tag, numbers[i] ? " class=\"n\"" : "", cells[i]);
    return out + "</tr>\n";
  };
  std::string out = "<table>\n<thead>" + row(header, "th") + "</thead>\n<tbody>\n";
  for (const auto& cells : rows) out += row(cells, "td");
  return out + "</tbody>\n</table>\n";
}

}  // namespace rhumb
