#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/markup.h"
#include "base/text.h"
#include "run/run_report.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHead = R"html(<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --line: #8884; --good: #2a7d4f; --bad: #b3261e; --warn: #9a6700; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } td.number, th.number { text-align: right; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.dim { opacity: .7; } pre { white-space: pre-wrap; margin: .2rem 0; font: inherit; }
.bar { background: var(--good); height: .5rem; min-width: 1px; border-radius: 2px; }
</style>
)html";

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? escape_markup(found->get<std::string>())
                                                     : "";
}

uint64_t count_of(const Json& object, const char* key) {
  return object.value(key, uint64_t{0});
}

const char* tone_of(const std::string& status) {
  if (status == "failed") return "bad";
  if (status == "cancelled" || status == "not run" || status == "unknown") return "warn";
  return status == "unchanged" ? "dim" : "good";
}

std::string status_text(const Json& object) {
  const auto status = object.value("status", std::string());
  return fmt::format("<span class=\"{}\">{}</span>", tone_of(status), escape_markup(status));
}

std::string error_text(const Json& error) {
  const std::string file = text_of(error, "file");
  const std::string place = file.empty() ? ""
                                         : fmt::format("{}:{}:{}: ", file, count_of(error, "line"),
                                                       count_of(error, "column"));
  const std::string hint = text_of(error, "hint");
  return fmt::format("<pre class=\"bad\">{}{} [{}]</pre>{}", place, text_of(error, "message"),
                     text_of(error, "code"),
                     hint.empty() ? "" : fmt::format("<pre class=\"dim\">{}</pre>", hint));
}

/// A table with `cells` of each element; nothing when there is none.
template <typename Cells>
std::string table(const Json& list, const std::string& header, Cells cells) {
  if (list.empty()) return "";
  std::string out = "<table><tr>" + header + "</tr>\n";
  for (const Json& each : list) out += "<tr>" + cells(each) + "</tr>\n";
  return out + "</table>\n";
}

std::string cell(const std::string& html) {
  return "<td>" + html + "</td>";
}
std::string number_cell(const std::string& html) {
  return "<td class=\"number\">" + html + "</td>";
}
std::string number_cell(uint64_t count) {
  return number_cell(count == 0 ? "" : human_count(count));
}

std::string steps_table(const Json& dataset, double longest) {
  return table(
      dataset["steps"],
      "<th>Step</th><th>Status</th><th class=\"number\">Rows</th><th class=\"number\">Size</th>"
      "<th class=\"number\">Time</th><th style=\"width:8rem\"></th><th>Detail</th>",
      [longest](const Json& step) {
        const auto seconds = step.value("seconds", 0.0);
        const auto bytes = count_of(step, "bytes");
        const std::string bar =
            longest > 0 ? fmt::format("<div class=\"bar\" style=\"width:{:.1f}%\"></div>",
                                      100 * std::clamp(seconds / longest, 0.0, 1.0))
                        : "";
        const auto detail = text_of(step, "detail");
        const auto reason = text_of(step, "reason");
        const std::string what = detail + (detail.empty() || reason.empty() ? "" : "; ") + reason;
        return cell(text_of(step, "step")) + cell(status_text(step)) +
               number_cell(count_of(step, "rows")) +
               number_cell(bytes == 0 ? "" : human_bytes(bytes)) +
               number_cell(human_seconds(seconds)) + cell(bar) +
               cell(what + (step.contains("error") ? error_text(step["error"]) : ""));
      });
}

std::string messages_table(const Json& messages) {
  return table(messages, "<th>When</th><th>Message</th>", [](const Json& message) {
    const bool alarm = message.value("kind", std::string()) == "alarm";
    return cell(text_of(message, "at")) +
           cell(fmt::format("<span class=\"{}\">{}{}</span>", alarm ? "warn" : "",
                            alarm ? "ALARM " : "", text_of(message, "text")));
  });
}

std::string dataset_section(const Json& dataset, double longest) {
  std::string out =
      fmt::format("<h2 id=\"{0}\">{0}</h2>\n<p>{1} &mdash; {2}</p>\n", text_of(dataset, "dataset"),
                  text_of(dataset, "action"), text_of(dataset, "reason"));
  if (dataset.contains("error")) out += error_text(dataset["error"]);
  out += steps_table(dataset, longest);
  out += table(dataset["checks"], "<th>Check</th><th></th><th>Found</th>", [](const Json& check) {
    const bool passed = check.value("passed", false);
    return cell(text_of(check, "name")) +
           cell(passed ? "<span class=\"good\">passed</span>"
                       : "<span class=\"bad\">failed</span>") +
           cell("<pre>" + text_of(check, "detail") + "</pre>");
  });
  out += table(
      dataset["inputs"],
      "<th>Input</th><th class=\"number\">Size</th><th class=\"number\">Rows</th>"
      "<th class=\"number\">Quarantined</th>",
      [](const Json& input) {
        return cell(text_of(input, "name")) + number_cell(human_bytes(count_of(input, "size"))) +
               number_cell(count_of(input, "rows")) + number_cell(count_of(input, "quarantined"));
      });
  out += table(dataset["quarantine"],
               "<th>Put aside because</th><th>Status</th><th class=\"number\">Records</th>",
               [](const Json& count) {
                 return cell(text_of(count, "reason")) + cell(text_of(count, "status")) +
                        number_cell(count_of(count, "records"));
               });
  return out + messages_table(dataset["messages"]);
}

std::string overview(const Json& datasets) {
  return table(datasets,
               "<th>Dataset</th><th>Action</th><th>Status</th><th class=\"number\">Version</th>"
               "<th class=\"number\">Rows</th><th class=\"number\">Quarantined</th>",
               [](const Json& dataset) {
                 const auto before = count_of(dataset, "version_before");
                 const auto version = count_of(dataset, "version");
                 return cell(fmt::format("<a href=\"#{0}\">{0}</a>", text_of(dataset, "dataset"))) +
                        cell(text_of(dataset, "action")) + cell(status_text(dataset)) +
                        number_cell(before == version
                                        ? fmt::format("v{}", version)
                                        : fmt::format("v{} &rarr; v{}", before, version)) +
                        number_cell(count_of(dataset, "rows")) +
                        number_cell(count_of(dataset, "quarantined"));
               });
}

double longest_step(const Json& datasets) {
  double longest = 0;
  for (const Json& dataset : datasets) {
    for (const Json& step : dataset["steps"])
      longest = std::max(longest, step.value("seconds", 0.0));
  }
  return longest;
}

}  // namespace

std::string run_report_html(const std::string& json) {
  const Json report = Json::parse(json);
  const std::string title = fmt::format("{} {}: run {}", text_of(report, "project"),
                                        text_of(report, "environment"), text_of(report, "status"));
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>" + title + "</title>\n";
  out += kHead;
  out += fmt::format("</head>\n<body>\n<h1>{} <span class=\"dim\">{}</span></h1>\n",
                     text_of(report, "project"), text_of(report, "environment"));
  out += fmt::format("<p>{} in {}, started {}; run {} {}</p>\n", status_text(report),
                     human_seconds(report.value("seconds", 0.0)), text_of(report, "started_at"),
                     text_of(report, "run"), text_of(report, "summary"));
  for (const Json& error : report["errors"]) out += error_text(error);
  out += overview(report["datasets"]);
  out += messages_table(report["messages"]);
  const double longest = longest_step(report["datasets"]);
  for (const Json& dataset : report["datasets"]) {
    // What was left alone is said above in one line.
    if (dataset["steps"].empty() && dataset["messages"].empty() && !dataset.contains("error"))
      continue;
    out += dataset_section(dataset, longest);
  }
  return out + "</body>\n</html>\n";
}

}  // namespace rhumb
