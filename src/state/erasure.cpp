#include "state/erasure.h"

#include <numeric>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "state/manifest.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kErasureFormat = 1;

std::string folder_of(const std::string& source) {
  return fmt::format("{}/{}", kErasures, folder_name(source));
}

std::string erasure_name(const Erasure& erasure) {
  return fmt::format("{}/{}.json", folder_of(erasure.source), erasure.id);
}

bool is_document(const StoredFile& file) {
  return file.name.ends_with(".json");
}

std::string in_lines(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json erased_file_json(const DataFile& file) {
  return {{"path", file.path}, {"rows", file.rows}, {"bytes", file.bytes}, {"sha256", file.sha256}};
}

Json pass_json(const ErasurePass& pass) {
  Json files = Json::array();
  for (const auto& [before, after] : pass.files) {
    Json written = Json::array();
    for (const DataFile& file : after) written.push_back(erased_file_json(file));
    files.push_back({{"before", erased_file_json(before)}, {"after", written}});
  }
  Json inputs = Json::array();
  for (const auto& [name, rows] : pass.rows) inputs.push_back({{"name", name}, {"rows", rows}});
  return {
      {"run", pass.run},         {"at", pass.at},           {"version_before", pass.version_before},
      {"version", pass.version}, {"rows", pass.all_rows()}, {"inputs", inputs},
      {"files", files}};
}

Json values_json(const std::vector<EraseKey>& values) {
  Json out = Json::array();
  for (const EraseKey& each : values)
    out.push_back({{"column", each.column}, {"value", each.value}});
  return out;
}

/// What the document of the store and the receipt share.
Json common_json(const Erasure& erasure) {
  Json passes = Json::array();
  for (const ErasurePass& pass : erasure.passes) passes.push_back(pass_json(pass));
  Json retired = Json::array();
  for (const RetiredVersion& each : erasure.retired)
    retired.push_back({{"dataset", each.dataset}, {"version", each.version}});
  return {{"format", kErasureFormat},
          {"erasure", erasure.id},
          {"source", erasure.source},
          {"begun_at", erasure.begun_at},
          {"finished_at", erasure.finished_at},
          {"complete", !erasure.finished_at.empty()},
          {"rows", erasure.rows()},
          {"passes", passes},
          {"retired", retired},
          {"quarantined_records", erasure.quarantined},
          {"events", erasure.events},
          {"remains", erasure.remains},
          {"inputs_still_there", erasure.inputs_still_there},
          {"published_before", erasure.published_before}};
}

Json stored_json(const Erasure& erasure) {
  Json out = common_json(erasure);
  Json keys = Json::array();
  for (const ErasedKeys& each : erasure.keys)
    keys.push_back({{"column", each.column}, {"salt", each.salt}, {"sha256", each.hashes}});
  out["keys"] = keys;
  out["values"] = values_json(erasure.values);
  return out;
}

DataFile parse_erased_file(const Json& json) {
  return {.path = json.at("path").get<std::string>(),
          .rows = json.at("rows").get<uint64_t>(),
          .bytes = json.at("bytes").get<uint64_t>(),
          .sha256 = json.at("sha256").get<std::string>()};
}

ErasurePass parse_pass(const Json& json) {
  ErasurePass pass{.run = json.at("run").get<std::string>(),
                   .at = json.at("at").get<std::string>(),
                   .version_before = json.at("version_before").get<uint64_t>(),
                   .version = json.at("version").get<uint64_t>(),
                   .rows = {},
                   .files = {}};
  for (const Json& input : json.at("inputs"))
    pass.rows[input.at("name").get<std::string>()] = input.at("rows").get<uint64_t>();
  for (const Json& file : json.at("files")) {
    std::vector<DataFile> after;
    for (const Json& written : file.at("after")) after.push_back(parse_erased_file(written));
    pass.files.emplace_back(parse_erased_file(file.at("before")), std::move(after));
  }
  return pass;
}

/// Throws what the JSON library throws.
Erasure parse_erasure(const Json& json) {
  using Texts = std::vector<std::string>;
  Erasure out{.id = json.at("erasure").get<std::string>(),
              .source = json.at("source").get<std::string>(),
              .begun_at = json.at("begun_at").get<std::string>(),
              .finished_at = json.at("finished_at").get<std::string>(),
              .keys = {},
              .values = {},
              .passes = {},
              .retired = {},
              .quarantined = json.at("quarantined_records").get<uint64_t>(),
              .events = json.at("events").get<uint64_t>(),
              .remains = json.at("remains").get<Texts>(),
              .inputs_still_there = json.at("inputs_still_there").get<Texts>(),
              .published_before = json.at("published_before").get<Texts>()};
  for (const Json& each : json.at("keys")) {
    out.keys.push_back({.column = each.at("column").get<std::string>(),
                        .salt = each.at("salt").get<std::string>(),
                        .hashes = each.at("sha256").get<Texts>()});
  }
  for (const Json& each : json.at("values"))
    out.values.push_back(
        {each.at("column").get<std::string>(), each.at("value").get<std::string>()});
  for (const Json& each : json.at("passes")) out.passes.push_back(parse_pass(each));
  for (const Json& each : json.at("retired"))
    out.retired.push_back(
        {each.at("dataset").get<std::string>(), each.at("version").get<uint64_t>()});
  return out;
}

Result<Erasure> read_erasure(FileStore& files, const std::string& name) {
  const auto refuse = [&](const std::string& what) {
    return Error{
        Code::kState,
        fmt::format("{} does not say what was erased: {}", files.absolute(name), printable(what)),
        "restore the file from a backup; without it erased rows would come back",
        {}};
  };
  RHUMB_ASSIGN(const std::string text, files.get(name));
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kErasureFormat) return refuse("it is of another Rhumb");
    return parse_erasure(json);
  } catch (const Json::exception& bad) {
    return refuse(bad.what());
  }
}

Result<std::vector<Erasure>> read_erasures(FileStore& files, const std::string& folder) {
  RHUMB_ASSIGN(const std::vector<StoredFile> stored, files.list(folder));
  std::vector<Erasure> out;
  for (const StoredFile& file : stored) {
    if (!is_document(file)) continue;
    RHUMB_ASSIGN(out.emplace_back(), read_erasure(files, file.name));
  }
  return out;
}

}  // namespace

uint64_t ErasurePass::all_rows() const {
  return std::accumulate(rows.begin(), rows.end(), uint64_t{0},
                         [](uint64_t sum, const auto& each) { return sum + each.second; });
}

uint64_t Erasure::rows() const {
  return std::accumulate(
      passes.begin(), passes.end(), uint64_t{0},
      [](uint64_t sum, const ErasurePass& pass) { return sum + pass.all_rows(); });
}

Status keep_erasure(FileStore& files, const Erasure& erasure) {
  RHUMB_TRY(files.put(erasure_name(erasure), in_lines(stored_json(erasure))));
  if (erasure.finished_at.empty()) return {};
  // A crash may have left a document that was half written, with values in it.
  RHUMB_ASSIGN(const std::vector<StoredFile> stored, files.list(folder_of(erasure.source)));
  for (const StoredFile& file : stored) {
    if (!is_document(file)) RHUMB_TRY(files.remove(file.name));
  }
  return {};
}

Result<std::vector<Erasure>> erasures_of(FileStore& files, const std::string& source) {
  return read_erasures(files, folder_of(source));
}

Result<std::vector<Erasure>> all_erasures(FileStore& files) {
  return read_erasures(files, kErasures);
}

Result<std::vector<ErasedKeys>> erased_keys(FileStore& files, const std::string& source) {
  RHUMB_ASSIGN(const std::vector<Erasure> erasures, erasures_of(files, source));
  std::vector<ErasedKeys> all;
  for (const Erasure& erasure : erasures)
    all.insert(all.end(), erasure.keys.begin(), erasure.keys.end());
  return merged(all);
}

std::vector<ErasedKeys> merged(const std::vector<ErasedKeys>& keys) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> all;
  for (const ErasedKeys& each : keys)
    all[{each.column, each.salt}].insert(each.hashes.begin(), each.hashes.end());
  std::vector<ErasedKeys> out;
  for (const auto& [place, hashes] : all) {
    out.push_back(
        {.column = place.first, .salt = place.second, .hashes = {hashes.begin(), hashes.end()}});
  }
  return out;
}

std::string receipt_json(const Erasure& erasure, const std::vector<EraseKey>& values) {
  Json out = common_json(erasure);
  Json keys = Json::array();
  for (const ErasedKeys& each : erasure.keys)
    keys.push_back({{"column", each.column}, {"values", each.hashes.size()}});
  out["keys"] = keys;
  if (!values.empty()) out["values"] = values_json(values);
  out["why_retired"] =
      "an older version may hold the rows, and what made it may have changed since, so that it "
      "cannot be made again without them";
  out["not_reached"] = {"the input files themselves", "names of inputs",
                        "backups made before, and what lies in the logs of database servers",
                        "other environments of the project, which have stores of their own",
                        "copies that others took from published tables and files"};
  return in_lines(out);
}

}  // namespace rhumb
