#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/html_page.h"
#include "base/markup.h"
#include "base/text.h"
#include "run/run_report.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

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

using Cells = std::vector<std::string>;

struct Heading {
  const char* name;
  bool number = false;
};

/// A table with a row for each element; nothing when there is none.
template <typename RowOf>
std::string table(const Json& list, const std::vector<Heading>& headings, RowOf row_of) {
  std::vector<std::string> header;
  std::vector<bool> numbers;
  for (const Heading& heading : headings) {
    header.emplace_back(heading.name);
    numbers.push_back(heading.number);
  }
  std::vector<Cells> rows;
  for (const Json& each : list) rows.push_back(row_of(each));
  return html_table(header, rows, numbers);
}

std::string shown_count(uint64_t count) {
  return count == 0 ? "" : human_count(count);
}

std::string bar(double share) {
  return fmt::format("<div class=\"bar\" style=\"width:{:.1f}%\"></div>",
                     100 * std::clamp(share, 0.0, 1.0));
}

std::string steps_table(const Json& dataset, double longest) {
  return table(
      dataset["steps"],
      {{"Step"}, {"Status"}, {"Rows", true}, {"Size", true}, {"Time", true}, {""}, {"Detail"}},
      [longest](const Json& step) {
        const auto seconds = step.value("seconds", 0.0);
        const auto bytes = count_of(step, "bytes");
        const auto detail = text_of(step, "detail");
        const auto reason = text_of(step, "reason");
        const std::string what = detail + (detail.empty() || reason.empty() ? "" : "; ") + reason;
        return Cells{text_of(step, "step"),
                     status_text(step),
                     shown_count(count_of(step, "rows")),
                     bytes == 0 ? "" : human_bytes(bytes),
                     human_seconds(seconds),
                     longest > 0 ? bar(seconds / longest) : "",
                     what + (step.contains("error") ? error_text(step["error"]) : "")};
      });
}

std::string messages_table(const Json& messages) {
  return table(messages, {{"When"}, {"Message"}}, [](const Json& message) {
    const bool alarm = message.value("kind", std::string()) == "alarm";
    return Cells{text_of(message, "at"),
                 fmt::format("<span class=\"{}\">{}{}</span>", alarm ? "warn" : "",
                             alarm ? "ALARM " : "", text_of(message, "text"))};
  });
}

std::string checks_table(const Json& checks) {
  return table(checks, {{"Check"}, {""}, {"Found"}}, [](const Json& check) {
    return Cells{text_of(check, "name"),
                 check.value("passed", false) ? "<span class=\"good\">passed</span>"
                                              : "<span class=\"bad\">failed</span>",
                 "<pre>" + text_of(check, "detail") + "</pre>"};
  });
}

std::string inputs_table(const Json& inputs) {
  return table(inputs, {{"Input"}, {"Size", true}, {"Rows", true}, {"Quarantined", true}},
               [](const Json& input) {
                 return Cells{text_of(input, "name"), human_bytes(count_of(input, "size")),
                              shown_count(count_of(input, "rows")),
                              shown_count(count_of(input, "quarantined"))};
               });
}

std::string quarantine_table(const Json& quarantine) {
  return table(quarantine, {{"Put aside because"}, {"Status"}, {"Records", true}},
               [](const Json& count) {
                 return Cells{text_of(count, "reason"), text_of(count, "status"),
                              shown_count(count_of(count, "records"))};
               });
}

std::string dataset_section(const Json& dataset, double longest) {
  std::string out =
      fmt::format("<h2 id=\"{0}\">{0}</h2>\n<p>{1} &mdash; {2}</p>\n", text_of(dataset, "dataset"),
                  text_of(dataset, "action"), text_of(dataset, "reason"));
  if (dataset.contains("error")) out += error_text(dataset["error"]);
  return out + steps_table(dataset, longest) + checks_table(dataset["checks"]) +
         inputs_table(dataset["inputs"]) + quarantine_table(dataset["quarantine"]) +
         messages_table(dataset["messages"]);
}

std::string overview(const Json& datasets) {
  return table(datasets,
               {{"Dataset"},
                {"Action"},
                {"Status"},
                {"Version", true},
                {"Rows", true},
                {"Quarantined", true}},
               [](const Json& dataset) {
                 const auto before = count_of(dataset, "version_before");
                 const auto version = count_of(dataset, "version");
                 return Cells{fmt::format("<a href=\"#{0}\">{0}</a>", text_of(dataset, "dataset")),
                              text_of(dataset, "action"),
                              status_text(dataset),
                              before == version ? fmt::format("v{}", version)
                                                : fmt::format("v{} &rarr; v{}", before, version),
                              shown_count(count_of(dataset, "rows")),
                              shown_count(count_of(dataset, "quarantined"))};
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
  std::string out =
      fmt::format("<p>{} in {}, started {}; run {} {}</p>\n", status_text(report),
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
  return html_page(title, out);
}

}  // namespace rhumb
