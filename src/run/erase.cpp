#include "run/erase.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/id.h"
#include "base/text.h"
#include "io/fs/hash.h"

namespace rhumb {
namespace {

bool can_be_key(const Type& type) {
  return type.id == TypeId::kText || type.id == TypeId::kInteger || type.id == TypeId::kUuid;
}

Status check_columns(const Manifest& newest, const std::vector<EraseKey>& values) {
  std::vector<std::string> names;
  for (const Column& column : newest.schema) names.push_back(column.name);
  for (const EraseKey& key : values) {
    const auto at = find_column(newest.schema, key.column);
    if (!at) {
      return Error{Code::kUnknownName,
                   fmt::format("{} has no column `{}`", newest.dataset, printable(key.column, 60)),
                   did_you_mean(key.column, names, "columns: " + join(names, ", ")),
                   {}};
    }
    const Type& type = newest.schema[*at].type;
    if (can_be_key(type)) continue;
    return Error{Code::kNotSupported,
                 fmt::format("`{}` is {}: rows are erased by text, whole numbers and UUIDs",
                             key.column, type_name(type)),
                 "name the column that says whose rows they are",
                 {}};
  }
  return {};
}

/// Salted once for each column, so that the same request gives the same hashes.
std::vector<ErasedKeys> hashed(const std::vector<EraseKey>& values,
                               const std::vector<ErasedKeys>& known) {
  std::map<std::string, std::string> salts;
  for (const ErasedKeys& keys : known) salts.emplace(keys.column, keys.salt);
  std::vector<ErasedKeys> out;
  for (const EraseKey& key : values) {
    const std::string& salt = salts.try_emplace(key.column, new_id() + new_id()).first->second;
    out.push_back({.column = key.column, .salt = salt, .hashes = {sha256_hex(salt + key.value)}});
  }
  return merged(out);
}

std::string id_of(const std::vector<ErasedKeys>& keys) {
  std::string all;
  for (const ErasedKeys& each : keys) all += each.column + "\n" + join(each.hashes, "\n") + "\n";
  return sha256_hex(all).substr(0, 16);
}

/// One that was killed before its commit has not happened.
Result<std::vector<ErasurePass>> committed(State& state, const Erasure& erasure) {
  RHUMB_ASSIGN(const std::vector<Manifest> versions, state.versions(erasure.source));
  std::vector<ErasurePass> out;
  for (const ErasurePass& pass : erasure.passes) {
    const auto version =
        std::find_if(versions.begin(), versions.end(),
                     [&](const Manifest& manifest) { return manifest.version == pass.version; });
    const bool newer = versions.empty() || pass.version > versions.front().version;
    if (version == versions.end() ? !newer : version->run == pass.run) out.push_back(pass);
  }
  return out;
}

/// The parts of a file that was written without some rows: those that lost any are new, so that
/// models which are built from what changed see them go.
std::vector<FilePart> parts_without(const DataFile& file, const std::set<std::string>& inputs,
                                    const std::string& version) {
  std::vector<FilePart> parts = file.parts;
  for (FilePart& part : parts) {
    if (inputs.contains(part.input)) part.path += "-" + version;
  }
  return parts;
}

}  // namespace

Result<Erasure> begin_erasure(RunContext& context, const std::string& source,
                              std::vector<EraseKey> values) {
  RHUMB_ASSIGN(const auto newest, context.state.newest_manifest(source));
  if (newest) RHUMB_TRY(check_columns(*newest, values));
  RHUMB_ASSIGN(const std::vector<Erasure> known, erasures_of(context.files, source));
  RHUMB_ASSIGN(const std::vector<ErasedKeys> keys, erased_keys(context.files, source));
  Erasure erasure{.source = source, .begun_at = format_utc(now_micros())};
  erasure.keys = hashed(values, keys);
  erasure.id = id_of(erasure.keys);
  const auto before = std::find_if(known.begin(), known.end(),
                                   [&](const Erasure& each) { return each.id == erasure.id; });
  if (before != known.end()) erasure = *before;
  erasure.values = std::move(values);
  erasure.finished_at.clear();
  RHUMB_TRY(keep_erasure(context.files, erasure));
  RHUMB_TRY(fault_point(FaultPoint::kEraseBegun));
  return erasure;
}

std::vector<ErasedKeys> usable_keys(const std::vector<ErasedKeys>& keys, const Schema& schema,
                                    std::set<std::string>& lost) {
  std::vector<ErasedKeys> usable;
  for (const ErasedKeys& each : keys) {
    const auto at = find_column(schema, each.column);
    if (at && can_be_key(schema[*at].type)) {
      usable.push_back(each);
    } else {
      lost.insert(each.column);
    }
  }
  return usable;
}

Eraser::Eraser(RunContext& context, EraseReach reach, Erasure erasure)
    : context_(context), reach_(std::move(reach)), erasure_(std::move(erasure)) {}

Status Eraser::erase_rows() {
  RHUMB_ASSIGN(erasure_.passes, committed(context_.state, erasure_));
  RHUMB_ASSIGN(const auto newest, context_.state.newest_manifest(erasure_.source));
  if (!newest) return {};
  ErasurePass pass{.run = context_.run_id,
                   .at = format_utc(now_micros()),
                   .version_before = newest->version,
                   .version = newest->version + 1,
                   .rows = {},
                   .files = {}};
  RowsByInput erased;
  for (const DataFile& file : newest->files) {
    if (context_.cancel.requested()) return Error{Code::kCancelled, "cancelled", "", {}};
    RHUMB_ASSIGN(const RowsByInput found, rows_in(*newest, file));
    if (found.empty()) continue;
    RHUMB_ASSIGN(auto without, rewrite(*newest, file, found));
    for (const auto& [input, rows] : found) erased[input] += rows;
    pass.files.emplace_back(file, std::move(without));
  }
  if (!pass.files.empty()) RHUMB_TRY(commit_without(*newest, std::move(pass), erased));
  // What an earlier try has done to the source is not yet done to what was made of it.
  may_hold_ = !erasure_.passes.empty() || !erasure_.retired.empty();
  if (!may_hold_) {
    RHUMB_ASSIGN(may_hold_, older_versions_hold_rows(*newest));
  }
  if (!may_hold_) {
    RHUMB_ASSIGN(may_hold_, holds_unknown_rows(context_.state, reach_));
  }
  return {};
}

/// Rows that left the source, and are in versions that can still be asked for. Files of the newest
/// have been looked at.
Result<bool> Eraser::older_versions_hold_rows(const Manifest& newest) {
  RHUMB_ASSIGN(const auto versions, context_.state.versions(erasure_.source));
  std::set<std::string> seen;
  for (const DataFile& file : newest.files) seen.insert(file.path);
  for (const Manifest& version : versions) {
    for (const DataFile& file : version.files) {
      if (!seen.insert(file.path).second) continue;
      RHUMB_ASSIGN(const RowsByInput found, rows_in(version, file));
      if (!found.empty()) return true;
    }
  }
  return false;
}

Result<Eraser::RowsByInput> Eraser::rows_in(const Manifest& version, const DataFile& file) {
  std::vector<std::string> conditions;
  std::vector<std::string> parameters;
  for (const ErasedKeys& keys : erasure_.keys) {
    if (!find_column(version.schema, keys.column)) continue;
    conditions.push_back(
        fmt::format("sha256(${} || CAST({} AS VARCHAR)) IN (SELECT unnest(string_split(${}, ',')))",
                    parameters.size() + 1, quote_identifier(keys.column), parameters.size() + 2));
    parameters.push_back(keys.salt);
    parameters.push_back(join(keys.hashes, ","));
  }
  RowsByInput rows;
  if (conditions.empty()) return rows;
  // The files hold one more column than the version has.
  Schema schema = version.schema;
  schema.push_back({.name = "_input", .type = {.id = TypeId::kText}});
  RHUMB_TRY(context_.engine.bind({.name = erasure_.source,
                                  .schema = std::move(schema),
                                  .files = {context_.files.absolute(file.path)}}));
  RHUMB_ASSIGN(const Table found,
               context_.engine.query(
                   fmt::format("SELECT _input, count(*) FROM {} WHERE {} GROUP BY 1",
                               quote_identifier(erasure_.source), join(conditions, " OR ")),
                   parameters));
  for (const auto& row : found.rows) {
    const auto count = parse_integer(row[1].value_or("0"));
    rows[row[0].value_or("")] = static_cast<uint64_t>(count.value_or(0));
  }
  return rows;
}

Result<std::vector<DataFile>> Eraser::rewrite(const Manifest& version, const DataFile& file,
                                              const RowsByInput& erased) {
  RHUMB_ASSIGN(const auto folder, context_.files.staging(context_.run_id, erasure_.source));
  const Dataset rows{.name = erasure_.source,
                     .schema = version.schema,
                     .files = {context_.files.absolute(file.path)}};
  RHUMB_ASSIGN(auto written, context_.engine.merge(rows, {},
                                                   WriteRequest{.directory = folder.string(),
                                                                .stem = "kept",
                                                                .schema = version.schema,
                                                                .erased = erasure_.keys}));
  std::set<std::string> inputs;
  uint64_t gone = 0;
  for (const auto& [input, count] : erased) {
    inputs.insert(input);
    gone += count;
  }
  uint64_t kept = 0;
  for (DataFile& each : written) {
    kept += each.rows;
    each.input = file.input;
    each.partition = file.partition;
    each.parts = parts_without(file, inputs, fmt::format("{:06}", version.version + 1));
  }
  if (kept + gone != file.rows) {
    return Error{
        Code::kInternal,
        fmt::format("{} of {} rows were to be erased, and {} were left", gone, file.rows, kept),
        "report this: nothing was changed",
        {}};
  }
  return context_.files.adopt(erasure_.source, version.version + 1, std::move(written));
}

Status Eraser::commit_without(const Manifest& newest, ErasurePass pass, const RowsByInput& erased) {
  Manifest next = newest;
  next.previous = newest.version;
  next.version = pass.version;
  next.run = context_.run_id;
  next.created_at = now_micros();
  std::vector<LedgerEntry> changed;
  for (LedgerEntry& input : next.inputs) {
    const auto rows = erased.find(input.id);
    if (rows == erased.end()) continue;
    input.rows -= std::min(input.rows, rows->second);
    pass.rows[input.announcement.name] += rows->second;
    changed.push_back(input);
  }
  next.reason = fmt::format("{} rows were erased ({})", human_count(pass.all_rows()), erasure_.id);
  for (const auto& [before, after] : pass.files) {
    std::erase_if(next.files, [&](const DataFile& file) { return file.path == before.path; });
    next.files.insert(next.files.end(), after.begin(), after.end());
  }
  erasure_.passes.push_back(std::move(pass));
  // Before the commit: afterwards nothing could say any more what the files were.
  RHUMB_TRY(keep_erasure(context_.files, erasure_));
  RHUMB_TRY(fault_point(FaultPoint::kEraseWritten));
  RHUMB_TRY(context_.state.commit(next, changed));
  return fault_point(FaultPoint::kEraseCommitted);
}

Status Eraser::finish() {
  erasure_.remains.clear();
  std::vector<std::string> values;
  for (const EraseKey& key : erasure_.values) values.push_back(key.value);
  const auto texts = context_.state.erase_texts(erasure_.source, values);
  if (texts.ok()) {
    erasure_.quarantined += texts->quarantined;
    erasure_.events += texts->events;
  } else if (texts.error().code == Code::kBusy) {
    erasure_.remains.push_back(texts.error().message);
  } else {
    return texts.error();
  }
  if (may_hold_) {
    RHUMB_TRY(give_up_versions());
    RHUMB_TRY(note_targets());
  }
  RHUMB_TRY(note_inputs());
  if (erasure_.remains.empty()) {
    erasure_.finished_at = format_utc(now_micros());
    erasure_.values.clear();
  }
  return keep_erasure(context_.files, erasure_);
}

Status Eraser::give_up_versions() {
  RHUMB_TRY(note_versions(false));
  RHUMB_TRY(keep_erasure(context_.files, erasure_));
  // One of these may be held by what was made from it: the last of a chain goes first.
  for (size_t round = 0; round < reach_.gone.size(); ++round) {
    for (const std::string& dataset : reach_.gone)
      RHUMB_TRY(context_.state.forget_dataset(dataset));
  }
  for (const std::string& dataset : reach_.datasets()) {
    RHUMB_ASSIGN(const auto removed, context_.state.clean_up(dataset, 0, 0));
    static_cast<void>(removed);
    RHUMB_TRY(fault_point(FaultPoint::kEraseForgotten));
  }
  return note_versions(true);
}

/// Those that are to be given up; afterwards, those that could not be.
Status Eraser::note_versions(bool still_there) {
  std::set<RetiredVersion> versions(erasure_.retired.begin(), erasure_.retired.end());
  for (const std::string& dataset : reach_.datasets()) {
    const bool goes_altogether =
        std::find(reach_.gone.begin(), reach_.gone.end(), dataset) != reach_.gone.end();
    RHUMB_ASSIGN(const auto kept, context_.state.versions(dataset));
    for (size_t i = goes_altogether ? 0 : 1; i < kept.size(); ++i) {
      versions.insert({dataset, kept[i].version});
      if (!still_there) continue;
      erasure_.remains.push_back(
          fmt::format("version {} of {} is being read, or another dataset was built from it",
                      kept[i].version, dataset));
    }
  }
  erasure_.retired.assign(versions.begin(), versions.end());
  return {};
}

/// Tables with older versions that a target could not let go, and places that were published to
/// once and that the project no longer names.
Status Eraser::note_targets() {
  std::set<std::string> known;
  for (const std::string& name : reach_.models) {
    const ModelDef& model = context_.project.models.at(name);
    for (const PublishDef& publish : model.publish) {
      RHUMB_ASSIGN(const auto target, context_.adapters.target(context_.project, model, publish,
                                                               context_.environment));
      known.insert(target->describe());
      RHUMB_ASSIGN(const auto older, target->find_older());
      for (const std::string& each : older) {
        erasure_.remains.push_back(
            fmt::format("{} holds an older version for {}", each, target->describe()));
      }
    }
  }
  erasure_.published_before.clear();
  const std::set<std::string> datasets = reach_.datasets();
  RHUMB_ASSIGN(const auto publications, context_.state.publications());
  for (const Publication& each : publications) {
    if (datasets.contains(each.dataset) && !known.contains(each.target))
      erasure_.published_before.push_back(each.target);
  }
  return {};
}

/// Inputs that are still where they came from: their rows stay away, the files are not ours to
/// change.
Status Eraser::note_inputs() {
  std::set<std::string> names;
  for (const ErasurePass& pass : erasure_.passes) {
    for (const auto& [name, rows] : pass.rows) names.insert(name);
  }
  erasure_.inputs_still_there.clear();
  const SourceDef& source = context_.project.sources.at(erasure_.source);
  if (source.is_table()) {
    erasure_.inputs_still_there.assign(names.begin(), names.end());
    return {};
  }
  RHUMB_ASSIGN(const auto place, context_.adapters.file_source(context_.project, source));
  RHUMB_ASSIGN(const auto listed, place->list());
  for (const Announcement& each : listed) {
    if (names.contains(each.name)) erasure_.inputs_still_there.push_back(each.name);
  }
  return {};
}

}  // namespace rhumb
