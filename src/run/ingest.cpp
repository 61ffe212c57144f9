#include "run/ingest.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/hash.h"
#include "run/definition.h"
#include "run/erase.h"
#include "run/file_merger.h"
#include "run/quarantine_writer.h"
#include "run/step_scope.h"

namespace rhumb {
namespace {

/// What one or more inputs brought.
struct Taken {
  std::vector<DataFile> files;
  std::vector<LedgerEntry> inputs;
  std::vector<Reject> examples;
  Schema schema;

  [[nodiscard]] uint64_t rows() const {
    uint64_t sum = 0;
    for (const LedgerEntry& input : inputs) sum += input.rows;
    return sum;
  }
  [[nodiscard]] uint64_t rejected() const {
    uint64_t sum = 0;
    for (const LedgerEntry& input : inputs) sum += input.rejected;
    return sum;
  }
};

Error too_many_bad_rows(const SourceDef& source, const Taken& taken) {
  const uint64_t all = taken.rows() + taken.rejected();
  Error error{Code::kTooManyBadRows,
              fmt::format("{} of {} records of {} cannot be read, more than the {:.3g}% allowed",
                          human_count(taken.rejected()), human_count(all), source.name,
                          source.bad_rows.stop_above * 100),
              "mend the file, or raise `bad_rows: stop_above` when these rows may be left out",
              source.place};
  for (const Reject& reject : taken.examples) {
    error.message += fmt::format("\n    {}:{}:{} {}: {}", reject.input, reject.line, reject.column,
                                 reason_name(reject.reason), reject.message);
  }
  return error;
}

bool too_many(const SourceDef& source, const Taken& taken) {
  if (taken.rejected() == 0) return false;
  if (!source.bad_rows.quarantine) return true;
  const auto all = static_cast<double>(taken.rows() + taken.rejected());
  return static_cast<double>(taken.rejected()) > source.bad_rows.stop_above * all;
}

/// What the engine says of a damaged file, in terms of the file.
Error of_file(Error error, const std::string& input) {
  if (error.code != Code::kEngine) return error;
  return Error{
      Code::kBadFile,
      fmt::format("{} cannot be read: {}", input, error.message),
      "the file is damaged: get it again, or leave it out with the source's `files:` pattern",
      {}};
}

/// What keeps erased rows from coming back. Says so when it cannot.
class ErasedRows {
 public:
  static Result<ErasedRows> open(RunContext& context, const std::string& source) {
    RHUMB_ASSIGN(std::vector<ErasedKeys> keys, erased_keys(context.files, source));
    return ErasedRows(context, source, std::move(keys));
  }
  std::vector<ErasedKeys> among(const Schema& schema) {
    std::set<std::string> lost;
    std::vector<ErasedKeys> usable = usable_keys(keys_, schema, lost);
    for (const std::string& column : lost) {
      if (!told_.insert(column).second) continue;
      context_->observer.note(
          source_, fmt::format("rows were erased by `{}`, which is no column of text, whole "
                               "numbers or UUIDs any more: such rows come in again; erase them by "
                               "another column",
                               column));
    }
    return usable;
  }

 private:
  ErasedRows(RunContext& context, std::string source, std::vector<ErasedKeys> keys)
      : context_(&context), source_(std::move(source)), keys_(std::move(keys)) {}

  RunContext* context_;
  std::string source_;
  std::vector<ErasedKeys> keys_;
  std::set<std::string> told_;
};

/// Reads the inputs of one source, one after the other, each with all of its readers.
class FileIngest {
 public:
  FileIngest(RunContext& context, const SourceDef& source, FileSource& place, StepScope& scope)
      : context_(context), source_(source), place_(place), scope_(scope) {}

  Result<Taken> run(const std::vector<InputStep>& inputs) {
    RHUMB_ASSIGN(decoder_, context_.adapters.decoder(context_.project, source_));
    RHUMB_ASSIGN(folder_, context_.files.staging(context_.run_id, source_.name));
    RHUMB_ASSIGN(ErasedRows erased, ErasedRows::open(context_, source_.name));
    erased_ = std::move(erased);
    for (const InputStep& input : inputs) total_bytes_ += input.announcement.size;
    scope_.follow([this](StepEvent& event) { report(event); });
    for (const InputStep& input : inputs) {
      if (context_.cancel.requested()) return Error{Code::kCancelled, "cancelled", "", {}};
      RHUMB_TRY(read(input));
      done_bytes_ += input.announcement.size;
    }
    return std::move(taken_);
  }

 private:
  Status read(const InputStep& input) {
    LedgerEntry entry{.id = input_id(source_.name, input.announcement, input.content_hash),
                      .dataset = source_.name,
                      .announcement = input.announcement,
                      .content_hash = input.content_hash,
                      .taken_at = now_micros(),
                      .run = context_.run_id};
    RHUMB_TRY(context_.state.clear_quarantine(source_.name, entry.id));
    RHUMB_ASSIGN(const auto file, place_.fetch(input.announcement));
    QuarantineWriter quarantine(context_.state, source_.name, context_.run_id, entry.id);
    QuarantineWriter repairs(context_.state, source_.name, context_.run_id, entry.id,
                             QuarantineWriter::Kind::kRepairs);
    auto opened =
        decoder_->open(DecodeRequest{.path = *file,
                                     .input = input.announcement.name,
                                     .columns = source_.columns,
                                     .timezone = context_.project.timezone,
                                     .sample = source_.sampled ? context_.environment.sample : 1.0,
                                     .rejects = quarantine.sink(),
                                     .repairs = repairs.sink(),
                                     .cancel = &context_.cancel});
    if (!opened.ok()) return of_file(std::move(opened).error(), input.announcement.name);
    const auto stream = std::move(opened).value();
    RHUMB_TRY(check_schema(stream->schema(), input));
    tell(input.announcement.name, stream->notes(), 0);
    const size_t told = stream->notes().size();
    RHUMB_ASSIGN(auto files, write(*stream, entry));
    RHUMB_TRY(fault_point(FaultPoint::kReadWritten));
    RHUMB_ASSIGN(entry.rejected, quarantine.finish());
    RHUMB_TRY(fault_point(FaultPoint::kReadQuarantined));
    RHUMB_ASSIGN(const uint64_t repaired, repairs.finish());
    std::vector<std::string> notes = stream->notes();
    if (repaired > 0)
      notes.push_back(fmt::format("{} geometries were repaired; see rhumb_quarantine, repaired",
                                  human_count(repaired)));
    tell(input.announcement.name, notes, told);
    if (entry.rejected > 0)
      RHUMB_TRY(context_.files.put(preamble_name(entry.id), stream->preamble()));
    RHUMB_TRY(place_.fetch(input.announcement));  // fails when the file changed while it was read
    for (DataFile& written : files) {
      entry.rows += written.rows;
      written.input = entry.id;
      taken_.files.push_back(std::move(written));
    }
    taken_.examples.insert(taken_.examples.end(), quarantine.examples().begin(),
                           quarantine.examples().end());
    taken_.inputs.push_back(std::move(entry));
    return {};
  }

  /// Some notes are known only once everything was read.
  void tell(const std::string& name, const std::vector<std::string>& notes, size_t from) {
    for (size_t i = from; i < notes.size(); ++i)
      context_.observer.note(source_.name, name + ": " + notes[i]);
  }

  Result<std::vector<DataFile>> write(BatchStream& stream, const LedgerEntry& entry) {
    current_.store(&stream.progress());
    auto files =
        context_.engine.write(stream, WriteRequest{.directory = folder_.string(),
                                                   .stem = entry.id,
                                                   .schema = stream.schema(),
                                                   .input = entry.id,
                                                   .erased = erased_->among(stream.schema())});
    current_.store(nullptr);
    if (!files.ok()) return of_file(std::move(files).error(), entry.announcement.name);
    return files;
  }

  /// Files without declared columns must agree with each other: nobody else says what is right.
  Status check_schema(const Schema& schema, const InputStep& input) {
    if (taken_.schema.empty()) taken_.schema = schema;
    if (taken_.schema == schema) return {};
    return Error{
        Code::kBadFile,
        fmt::format("{} has other columns or types than the files read before it",
                    input.announcement.name),
        "declare `columns:` for this source, with `from:` listing the headers that changed",
        source_.place};
  }

  void report(StepEvent& event) {
    const StreamProgress* now = current_.load();
    event.total_bytes = total_bytes_;
    event.bytes = done_bytes_ + (now == nullptr ? 0 : now->bytes.load());
    event.rows = taken_rows_ + (now == nullptr ? 0 : now->rows.load());
    if (total_bytes_ > 0)
      event.fraction = static_cast<double>(event.bytes) / static_cast<double>(total_bytes_);
  }

  RunContext& context_;
  const SourceDef& source_;
  FileSource& place_;
  StepScope& scope_;
  std::unique_ptr<Decoder> decoder_;
  std::filesystem::path folder_;
  std::optional<ErasedRows> erased_;
  Taken taken_;
  uint64_t total_bytes_ = 0;
  std::atomic<uint64_t> done_bytes_{0};
  std::atomic<uint64_t> taken_rows_{0};
  std::atomic<const StreamProgress*> current_{nullptr};
};

Result<Taken> ingest_table(RunContext& context, const SourceDef& source, StepScope& scope) {
  RHUMB_ASSIGN(const auto table, context.adapters.table_source(context.project, source));
  RHUMB_ASSIGN(const auto folder, context.files.staging(context.run_id, source.name));
  RHUMB_ASSIGN(auto stream,
               table->snapshot(source.sampled ? context.environment.sample : 1.0, context.cancel));
  const StreamProgress& progress = stream->progress();
  scope.follow([&](StepEvent& event) {
    event.rows = progress.rows;
    event.bytes = progress.bytes;
    event.total_rows = progress.total_rows;
    if (event.total_rows > 0)
      event.fraction = static_cast<double>(event.rows) / static_cast<double>(event.total_rows);
  });
  const Announcement announcement{.name = source.name, .version = context.run_id, .size = 0};
  Taken taken{.files = {}, .inputs = {}, .examples = {}, .schema = stream->schema()};
  LedgerEntry entry{.id = input_id(source.name, announcement, ""),
                    .dataset = source.name,
                    .announcement = announcement,
                    .taken_at = now_micros(),
                    .run = context.run_id};
  RHUMB_ASSIGN(ErasedRows erased, ErasedRows::open(context, source.name));
  RHUMB_ASSIGN(taken.files, context.engine.write(
                                *stream, WriteRequest{.directory = folder.string(),
                                                      .stem = entry.id,
                                                      .schema = stream->schema(),
                                                      .input = entry.id,
                                                      .erased = erased.among(stream->schema())}));
  for (DataFile& file : taken.files) {
    entry.rows += file.rows;
    file.input = entry.id;
  }
  taken.inputs.push_back(std::move(entry));
  return taken;
}

Result<std::vector<DataFile>> merge_new(FileMerger& merger, std::vector<DataFile> files) {
  std::vector<DataFile> merged;
  RHUMB_ASSIGN(std::vector<DataFile> rest, merger.merge_small(std::move(files), merged));
  rest.insert(rest.end(), merged.begin(), merged.end());
  return rest;
}

/// What stays of the newest version. Files that are merged anew are added to what was taken.
Status keep_from(const Manifest& newest, const Step& step, FileMerger& merger, Taken& taken,
                 Manifest& manifest) {
  std::set<std::string> leaving;
  for (const InputStep& input : step.inputs) {
    if (!input.replaces.empty()) leaving.insert(input.replaces);
  }
  RHUMB_ASSIGN(manifest.files, merger.drop_inputs(newest.files, leaving, taken.files));
  RHUMB_ASSIGN(manifest.files, merger.merge_small(std::move(manifest.files), taken.files));
  for (const LedgerEntry& input : newest.inputs) {
    if (!leaving.contains(input.id)) manifest.inputs.push_back(input);
  }
  return {};
}

/// The next version, but for what was taken.
Result<Manifest> next_manifest(RunContext& context, const SourceDef& source, const Step& step,
                               Taken& taken) {
  Manifest manifest{.dataset = source.name,
                    .run = context.run_id,
                    .created_at = now_micros(),
                    .reason = step.reason,
                    .definition = source_definition(source, context.environment),
                    .fingerprint = step.fingerprint,
                    .schema = taken.schema};
  RHUMB_ASSIGN(const auto newest, context.state.newest_manifest(source.name));
  manifest.previous = newest ? newest->version : 0;
  manifest.version = manifest.previous + 1;
  // New files by themselves: a file with old and new rows would be neither to who reads it.
  FileMerger merger(context, source.name, {.schema = taken.schema});
  RHUMB_ASSIGN(taken.files, merge_new(merger, std::move(taken.files)));
  if (!newest || step.fresh || source.is_table()) return manifest;
  if (!newest->schema.empty() && newest->schema != taken.schema) {
    return Error{
        Code::kBadFile,
        fmt::format("the new files of {} have other columns than those already read", source.name),
        "declare `columns:` for this source, or read everything anew with --full-refresh",
        source.place};
  }
  RHUMB_TRY(keep_from(*newest, step, merger, taken, manifest));
  return manifest;
}

Result<Manifest> commit(RunContext& context, const SourceDef& source, const Step& step,
                        Taken taken) {
  RHUMB_ASSIGN(Manifest manifest, next_manifest(context, source, step, taken));
  RHUMB_ASSIGN(auto files,
               context.files.adopt(source.name, manifest.version, std::move(taken.files)));
  manifest.files.insert(manifest.files.end(), files.begin(), files.end());
  manifest.inputs.insert(manifest.inputs.end(), taken.inputs.begin(), taken.inputs.end());
  RHUMB_TRY(fault_point(FaultPoint::kReadAdopted));
  RHUMB_TRY(context.state.commit(manifest, taken.inputs));
  return manifest;
}

Result<Manifest> finish(RunContext& context, const SourceDef& source, const Step& step,
                        StepScope& scope, Result<Taken> taken) {
  if (!taken.ok()) return scope.fail(std::move(taken).error());
  if (too_many(source, *taken)) return scope.fail(too_many_bad_rows(source, *taken));
  const uint64_t rows = taken->rows();
  const uint64_t rejected = taken->rejected();
  uint64_t bytes = 0;
  for (const LedgerEntry& input : taken->inputs) bytes += input.announcement.size;
  auto manifest = commit(context, source, step, std::move(taken).value());
  if (!manifest.ok()) return scope.fail(std::move(manifest).error());
  scope.finish(rows, bytes,
               rejected == 0 ? "" : fmt::format("{} quarantined", human_count(rejected)));
  return manifest;
}

}  // namespace

std::string preamble_name(const std::string& input_id) {
  return "preambles/" + input_id;
}

std::string input_id(const std::string& dataset, const Announcement& announcement,
                     const std::string& content_hash) {
  const std::string all = fmt::format("{}\n{}\n{}\n{}\n{}", dataset, announcement.name,
                                      announcement.version, announcement.size, content_hash);
  return sha256_hex(all).substr(0, 16);
}

Result<Manifest> ingest(RunContext& context, const Step& step) {
  const SourceDef& source = context.project.sources.at(step.dataset);
  if (source.is_table()) {
    StepScope scope(context, step.dataset, "read", step.reason);
    return finish(context, source, step, scope, ingest_table(context, source, scope));
  }
  RHUMB_ASSIGN(const auto place, context.adapters.file_source(context.project, source));
  return ingest_from(context, step, *place);
}

Result<Manifest> ingest_from(RunContext& context, const Step& step, FileSource& place) {
  const SourceDef& source = context.project.sources.at(step.dataset);
  StepScope scope(context, step.dataset, "read", step.reason);
  return finish(context, source, step, scope,
                FileIngest(context, source, place, scope).run(step.inputs));
}

}  // namespace rhumb
