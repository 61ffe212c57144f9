#include "run/replay.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "io/fs/hash.h"
#include "io/fs/temporary_folder.h"
#include "run/ingest.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

/// One local file in the place of a source's own.
class MendedFile : public FileSource {
 public:
  MendedFile(fs::path path, Announcement announcement)
      : path_(std::move(path)), announcement_(std::move(announcement)) {}
  Result<std::vector<Announcement>> list() override { return std::vector{announcement_}; }
  Result<std::shared_ptr<const fs::path>> fetch(const Announcement&) override {
    return std::make_shared<const fs::path>(path_);
  }

 private:
  fs::path path_;
  Announcement announcement_;
};

/// Records of inputs whose rows are in the newest version; others will be read again anyway.
Result<std::vector<QuarantineRow>> waiting_records(RunContext& context, const std::string& source) {
  RHUMB_ASSIGN(const auto newest, context.state.newest_manifest(source));
  std::set<std::string> inputs;
  if (newest) {
    for (const LedgerEntry& input : newest->inputs) inputs.insert(input.id);
  }
  RHUMB_ASSIGN(auto rows, context.state.quarantined(source, ""));
  std::erase_if(rows, [&](const QuarantineRow& row) {
    return !inputs.contains(row.input_id) || (row.status != "open" && row.status != "exported");
  });
  return rows;
}

/// Records by the header they need: files of one source may differ in it.
Result<std::map<std::string, std::vector<const QuarantineRow*>>> by_preamble(
    RunContext& context, const std::vector<QuarantineRow>& rows) {
  std::map<std::string, std::string> preambles;
  std::map<std::string, std::vector<const QuarantineRow*>> out;
  for (const QuarantineRow& row : rows) {
    auto known = preambles.find(row.input_id);
    if (known == preambles.end()) {
      RHUMB_ASSIGN(std::string preamble, context.files.get(preamble_name(row.input_id)));
      known = preambles.emplace(row.input_id, std::move(preamble)).first;
    }
    out[known->second].push_back(&row);
  }
  return out;
}

std::string file_of(const std::string& preamble, const std::vector<const QuarantineRow*>& rows) {
  std::string text = preamble;
  for (const QuarantineRow* row : rows) text += row->reject.raw + "\n";
  return text;
}

std::vector<int64_t> ids_of(const std::vector<QuarantineRow>& rows, const std::string& status) {
  std::vector<int64_t> ids;
  for (const QuarantineRow& row : rows) {
    if (status.empty() || row.status == status) ids.push_back(row.id);
  }
  return ids;
}

Result<ReplayReport> take(RunContext& context, const std::string& source, const fs::path& file,
                          const std::string& name) {
  std::error_code error;
  const uint64_t size = fs::file_size(file, error);
  if (error) return file_error("read", file, error.value());
  RHUMB_ASSIGN(const std::string hash, sha256_file(file, &context.cancel));
  const Announcement announcement{.name = name, .version = context.run_id, .size = size};
  MendedFile place(file, announcement);
  Step step{.dataset = source,
            .is_source = true,
            .action = Action::kRead,
            .reason = "replay of quarantined records"};
  step.inputs.push_back(
      {.announcement = announcement, .content_hash = hash, .reason = step.reason});
  RHUMB_ASSIGN(const Manifest manifest, ingest_from(context, step, place));
  const LedgerEntry& taken = manifest.inputs.back();
  return ReplayReport{.taken = taken.rows, .rejected = taken.rejected, .version = manifest.version};
}

/// The source's first geometry alone, without what refuses places; none when nothing is declared.
std::vector<DeclaredColumn> place_column(const SourceDef& source) {
  for (DeclaredColumn column : source.columns) {
    if (column.column.type.id != TypeId::kGeometry) continue;
    column.extent.reset();
    column.allow_null_island = true;
    column.on_invalid = OnInvalid::kKeep;
    return {column};
  }
  return {};
}

Status add_places(BatchStream& stream, std::vector<Position>& out) {
  const Schema& schema = stream.schema();
  const auto geometry = std::find_if(schema.begin(), schema.end(), [](const Column& column) {
    return column.type.id == TypeId::kGeometry;
  });
  if (geometry == schema.end()) return {};
  const auto index = static_cast<size_t>(geometry - schema.begin());
  RHUMB_ASSIGN(const auto reader, stream.open_reader());
  Batch batch(schema);
  for (;;) {
    RHUMB_ASSIGN(const bool more, reader->next(batch));
    if (!more) return {};
    for (size_t row = 0; row < batch.rows(); ++row) {
      if (batch.columns[index].is_null(row)) continue;
      const auto summary = inspect_wkb(batch.columns[index].bytes(row));
      if (!summary.ok() || summary->points == 0) continue;
      const GeoBox& box = summary->box;
      out.push_back({(box[0] + box[2]) / 2, (box[1] + box[3]) / 2});
    }
  }
}

Error nothing_there(const std::string& source) {
  return Error{Code::kNotFound, fmt::format("nothing of {} is in quarantine", source), "", {}};
}

}  // namespace

Result<uint64_t> export_quarantine(RunContext& context, const std::string& source,
                                   const fs::path& to) {
  const SourceDef& definition = context.project.sources.at(source);
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  if (rows.empty()) return nothing_there(source);
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  if (groups.size() > 1) {
    return Error{Code::kNotSupported,
                 fmt::format("the quarantined records of {} have {} different headers", source,
                             groups.size()),
                 "mend them in their files, which are then read again", definition.place};
  }
  RHUMB_TRY(atomic_write(to, file_of(groups.begin()->first, groups.begin()->second)));
  RHUMB_TRY(context.state.mark_quarantined(ids_of(rows, ""), "exported"));
  return rows.size();
}

Result<ReplayReport> replay_file(RunContext& context, const std::string& source,
                                 const fs::path& file) {
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  RHUMB_ASSIGN(const ReplayReport report,
               take(context, source, file, "replay/" + file.filename().string()));
  RHUMB_TRY(context.state.mark_quarantined(ids_of(rows, "exported"), "replayed"));
  return report;
}

Result<ReplayReport> replay_quarantine(RunContext& context, const std::string& source) {
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  if (rows.empty()) return nothing_there(source);
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  RHUMB_ASSIGN(const fs::path folder, context.files.staging(context.run_id, source));
  ReplayReport total;
  for (const auto& [preamble, records] : groups) {
    const fs::path file = folder / fmt::format("records-{}", total.version);
    RHUMB_TRY(atomic_write(file, file_of(preamble, records)));
    RHUMB_ASSIGN(
        const ReplayReport one,
        take(context, source, file, fmt::format("replay/{}-{}", context.run_id, total.version)));
    std::vector<int64_t> ids;
    for (const QuarantineRow* row : records) ids.push_back(row->id);
    RHUMB_TRY(context.state.mark_quarantined(ids, "replayed"));
    total = {.taken = total.taken + one.taken,
             .rejected = total.rejected + one.rejected,
             .version = one.version};
  }
  return total;
}

Result<std::vector<Position>> quarantined_places(RunContext& context, const std::string& source) {
  const SourceDef& definition = context.project.sources.at(source);
  std::vector<Position> out;
  if (definition.is_table()) return out;
  const auto columns = place_column(definition);
  if (columns.empty() && !definition.columns.empty()) return out;
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  RHUMB_ASSIGN(const TemporaryFolder folder, TemporaryFolder::make());
  RHUMB_ASSIGN(const auto decoder, context.adapters.decoder(context.project, definition));
  for (const auto& [preamble, records] : groups) {
    const fs::path file = folder.path() / "records";
    RHUMB_TRY(atomic_write(file, file_of(preamble, records)));
    auto stream = decoder->open({.path = file,
                                 .input = source,
                                 .columns = columns,
                                 .timezone = context.project.timezone,
                                 .rejects = [](Reject&&) {}});
    // A header without what is declared holds no places either.
    if (!stream.ok()) continue;
    RHUMB_TRY(add_places(**stream, out));
  }
  return out;
}

}  // namespace rhumb
