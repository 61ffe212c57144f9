#include <nlohmann/json.hpp>

#include "run/run_report.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

Json text(const char* doc) {
  return {{"type", "string"}, {"description", doc}};
}

Json count(const char* doc) {
  return {{"type", "integer"}, {"minimum", 0}, {"description", doc}};
}

Json number(const char* doc) {
  return {{"type", "number"}, {"minimum", 0}, {"description", doc}};
}

Json time(const char* doc) {
  return {{"type", Json::array({"string", "null"})}, {"description", doc}};
}

Json choice(const char* doc, const std::vector<std::string>& values) {
  return {{"enum", values}, {"description", doc}};
}

Json list_of(const char* definition, const char* doc) {
  return {{"type", "array"},
          {"items", {{"$ref", std::string("#/definitions/") + definition}}},
          {"description", doc}};
}

/// All keys but `error` are always there.
Json object(Json properties) {
  Json required = Json::array();
  for (const auto& [name, unused] : properties.items()) {
    if (name != "error") required.push_back(name);
  }
  return {{"type", "object"},
          {"additionalProperties", false},
          {"required", required},
          {"properties", std::move(properties)}};
}

Json error_reference(const char* doc) {
  return {{"$ref", "#/definitions/error"}, {"description", doc}};
}

Json definitions() {
  return {
      {"dataset",
       object({{"dataset", text("Name of the source or model.")},
               {"kind", choice("\"\" where a run was killed before it could say.",
                               {"source", "model", ""})},
               {"action", text("What was planned: skip, read, rebuild, append, ...")},
               {"reason", text("Why, as the plan said.")},
               {"status", choice("What became of it.", {"published", "unchanged", "failed",
                                                        "not run", "cancelled", "unknown"})},
               {"version_before", count("Newest version before the run; 0 = none.")},
               {"version", count("Newest version after it.")},
               {"rows", count("Of the version that the run made.")},
               {"quarantined", count("Records of a source that the run could not take in.")},
               {"checks", list_of("check", "Asserts of a model.")},
               {"inputs", list_of("input",
                                  "What a source took in; empty when that version is "
                                  "no longer kept.")},
               {"quarantine", list_of("quarantine", "Records put aside, by reason.")},
               {"steps", list_of("step", "In the order in which they ended.")},
               {"messages", list_of("message", "Notes and alarms: retries, waits and for whom.")},
               {"error", error_reference("Why it failed.")}})},
      {"step", object({{"step", text("read, build, check, copy, switch, ...")},
                       {"reason", text("Why, or where to.")},
                       {"status", choice("", {"done", "failed", "cancelled"})},
                       {"seconds", number("How long it took.")},
                       {"rows", count("")},
                       {"bytes", count("0 = not counted.")},
                       {"detail", text("What it said at its end: `v42 visible after 3 ms (lock "
                                       "waited 1 ms, 1 try)`.")},
                       {"started_at", time("UTC; null in runs of an older Rhumb.")},
                       {"rows_per_second", number("")},
                       {"bytes_per_second", number("")},
                       {"error", error_reference("Why it failed.")}})},
      {"check", object({{"name", text("`not_null(region)`")},
                        {"passed", {{"type", "boolean"}}},
                        {"detail", text("What was found.")}})},
      {"input", object({{"name", text("Of the file, as the source announced it.")},
                        {"size", count("Bytes.")},
                        {"rows", count("Rows taken in.")},
                        {"quarantined", count("Records put aside.")}})},
      {"quarantine", object({{"reason", text("bad-value, wrong-column-count, ...")},
                             {"status", text("open, replayed, dismissed, repaired, ...: today.")},
                             {"records", count("")}})},
      {"message",
       object({{"at", text("UTC.")},
               {"kind", choice("An alarm wants somebody to do something.", {"note", "alarm"})},
               {"text", text("")}})},
      {"error", object({{"code", text("See docs/reference/errors.md.")},
                        {"message", text("")},
                        {"hint", text("How to fix it.")},
                        {"file", text("\"\" = unknown.")},
                        {"line", count("From 1; 0 = unknown.")},
                        {"column", count("From 1; 0 = unknown.")}})}};
}

}  // namespace

std::string run_report_schema() {
  Json schema = object({{"format", {{"const", 1}, {"description", "Of this document."}}},
                        {"project", text("Name of the project.")},
                        {"environment", text("`prod` unless --env said otherwise.")},
                        {"run", text("Id of the run; \"\" = there was nothing to do.")},
                        {"status", choice("`running` when it goes on.",
                                          {"running", "succeeded", "failed", "cancelled"})},
                        {"summary", text("In words, where there is something to say.")},
                        {"started_at", text("UTC.")},
                        {"finished_at", time("UTC; null while it goes on.")},
                        {"seconds", number("From start to end, or until the report was made.")},
                        {"datasets", list_of("dataset", "Sources and models of the plan.")},
                        {"messages", list_of("message", "Of the run as a whole.")},
                        {"errors", list_of("error", "All errors, in the order they came.")}});
  Json whole{{"$schema", "http://json-schema.org/draft-07/schema#"},
             {"title", "A report of one run, as rhumb run --report FILE.json writes it"}};
  whole.update(schema);
  whole["definitions"] = definitions();
  return whole.dump(2) + "\n";
}

}  // namespace rhumb
