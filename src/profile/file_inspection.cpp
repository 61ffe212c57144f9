#include "profile/file_inspection.h"

#include <mutex>
#include <utility>

#include "profile/proposal.h"

namespace rhumb {
namespace {

constexpr size_t kFirstRejects = 3;

Result<FileInspection> read_file(const Decoder& decoder, const std::filesystem::path& path,
                                 std::vector<DeclaredColumn> columns, uint64_t limit,
                                 const CancelFlag& cancel) {
  FileInspection out{.columns = columns};
  std::mutex mutex;
  DecodeRequest request{
      .path = path, .input = path.filename().string(), .columns = std::move(columns)};
  request.cancel = &cancel;
  request.rejects = [&](Reject&& reject) {
    const std::scoped_lock lock(mutex);
    ++out.rejected;
    ++out.reasons[reason_name(reject.reason)];
    if (out.first_rejects.size() < kFirstRejects) out.first_rejects.push_back(std::move(reject));
  };
  RHUMB_ASSIGN(const auto stream, decoder.open(request));
  RHUMB_ASSIGN(out.profile, profile_rows(*stream, limit));
  out.notes = stream->notes();
  return out;
}

}  // namespace

double FileInspection::rejected_share() const {
  const uint64_t records = profile.rows + rejected;
  return records == 0 ? 0 : static_cast<double>(rejected) / static_cast<double>(records);
}

Result<FileInspection> inspect_file(const Decoder& decoder, const std::filesystem::path& path,
                                    uint64_t limit, const CancelFlag& cancel) {
  RHUMB_ASSIGN(FileInspection plain, read_file(decoder, path, {}, limit, cancel));
  std::vector<DeclaredColumn> columns = propose_columns(plain.profile);
  if (columns.empty()) return plain;
  // Names that the file does not really have, such as those of columns without one, cannot be
  // declared: then the file's own columns stand.
  auto declared = read_file(decoder, path, std::move(columns), limit, cancel);
  if (!declared.ok() && !cancel.requested()) return plain;
  return declared;
}

}  // namespace rhumb
