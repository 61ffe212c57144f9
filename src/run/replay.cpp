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

/// Records that need the same header.
struct Group {
  std::string preamble;
  std::vector<const QuarantineRow*> rows;
};

/// Files that differ only in how their header line ends have the same header.
std::string with_plain_end(std::string preamble) {
  if (preamble.ends_with("\r\n")) preamble.erase(preamble.size() - 2, 1);
  return preamble;
}

/// Files of one source may differ in their header. In the order of the first records.
Result<std::vector<Group>> by_preamble(RunContext& context,
                                       const std::vector<QuarantineRow>& rows) {
  std::map<std::string, size_t> of_input, of_preamble;
  std::vector<Group> out;
  for (const QuarantineRow& row : rows) {
    auto known = of_input.find(row.input_id);
    if (known == of_input.end()) {
      RHUMB_ASSIGN(std::string preamble, context.files.get(preamble_name(row.input_id)));
      preamble = with_plain_end(std::move(preamble));
      const auto [group, is_new] = of_preamble.emplace(preamble, out.size());
      if (is_new) out.push_back({std::move(preamble), {}});
      known = of_input.emplace(row.input_id, group->second).first;
    }
    out[known->second].rows.push_back(&row);
  }
  return out;
}

std::string file_of(const Group& group) {
  std::string text = group.preamble;
  for (const QuarantineRow* row : group.rows) text += row->reject.raw + "\n";
  return text;
}

std::vector<std::string> inputs_of(const Group& group) {
  std::vector<std::string> names;
  for (const QuarantineRow* row : group.rows) {
    if (std::find(names.begin(), names.end(), row->reject.input) == names.end())
      names.push_back(row->reject.input);
  }
  return names;
}

/// `bad-2.csv`; the file itself when it is the only one.
fs::path numbered(const fs::path& file, size_t number, size_t count) {
  if (count == 1) return file;
  fs::path name = file.stem();
  name += fmt::format("-{}", number) + file.extension().string();
  return file.parent_path() / name;
}

/// Text editors may write other line ends, and a byte order mark.
std::string without_line_ends(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string out(text);
  std::erase(out, '\r');
  return out;
}

/// The group whose header the file begins with; the longest, where several do.
Result<const Group*> group_of_file(const std::vector<Group>& groups, const fs::path& file) {
  RHUMB_ASSIGN(const std::string content, read_whole_file(file));
  const std::string text = without_line_ends(content);
  const Group* found = nullptr;
  for (const Group& group : groups) {
    if (!text.starts_with(without_line_ends(group.preamble))) continue;
    if (found == nullptr || group.preamble.size() > found->preamble.size()) found = &group;
  }
  if (found != nullptr) return found;
  return Error{Code::kBadFile,
               fmt::format("{} begins with none of the {} headers that were exported",
                           printable(file.filename().string(), 80), groups.size()),
               "leave the first lines as they were written; nothing was taken in",
               {}};
}

std::vector<int64_t> ids_of(const std::vector<const QuarantineRow*>& rows) {
  std::vector<int64_t> ids;
  for (const QuarantineRow* row : rows) ids.push_back(row->id);
  return ids;
}

/// The exported records that a mended file stands for.
Result<std::vector<int64_t>> mended_by(RunContext& context, const std::string& source,
                                       const fs::path& file) {
  RHUMB_ASSIGN(auto rows, waiting_records(context, source));
  std::erase_if(rows, [](const QuarantineRow& row) { return row.status != "exported"; });
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  if (groups.empty()) return std::vector<int64_t>{};
  if (groups.size() == 1) return ids_of(groups.front().rows);
  RHUMB_ASSIGN(const Group* group, group_of_file(groups, file));
  return ids_of(group->rows);
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

Result<std::vector<ExportedFile>> export_quarantine(RunContext& context, const std::string& source,
                                                    const fs::path& to) {
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  if (rows.empty()) return nothing_there(source);
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  std::vector<ExportedFile> out;
  for (const Group& group : groups) {
    const fs::path file = numbered(to, out.size() + 1, groups.size());
    RHUMB_TRY(atomic_write(file, file_of(group)));
    RHUMB_TRY(context.state.mark_quarantined(ids_of(group.rows), "exported"));
    out.push_back({.path = file, .records = group.rows.size(), .inputs = inputs_of(group)});
  }
  return out;
}

Result<ReplayReport> replay_file(RunContext& context, const std::string& source,
                                 const fs::path& file) {
  RHUMB_ASSIGN(const auto mended, mended_by(context, source, file));
  RHUMB_ASSIGN(const ReplayReport report,
               take(context, source, file, "replay/" + file.filename().string()));
  RHUMB_TRY(context.state.mark_quarantined(mended, "replayed"));
  return report;
}

Result<ReplayReport> replay_quarantine(RunContext& context, const std::string& source) {
  RHUMB_ASSIGN(const auto rows, waiting_records(context, source));
  if (rows.empty()) return nothing_there(source);
  RHUMB_ASSIGN(const auto groups, by_preamble(context, rows));
  RHUMB_ASSIGN(const fs::path folder, context.files.staging(context.run_id, source));
  ReplayReport total;
  for (const Group& group : groups) {
    const fs::path file = folder / fmt::format("records-{}", total.version);
    RHUMB_TRY(atomic_write(file, file_of(group)));
    RHUMB_ASSIGN(
        const ReplayReport one,
        take(context, source, file, fmt::format("replay/{}-{}", context.run_id, total.version)));
    RHUMB_TRY(context.state.mark_quarantined(ids_of(group.rows), "replayed"));
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
  for (const Group& group : groups) {
    const fs::path file = folder.path() / "records";
    RHUMB_TRY(atomic_write(file, file_of(group)));
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
