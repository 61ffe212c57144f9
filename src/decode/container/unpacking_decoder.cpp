#include "decode/container/unpacking_decoder.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/name_list.h"
#include "base/text.h"
#include "io/fs/temporary_folder.h"
#include "io/zip/archive.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNamesShown = 5;

bool is_zip(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> head{};
  file.read(head.data(), head.size());
  const std::string_view start(head.data(), static_cast<size_t>(file.gcount()));
  return start == "PK\3\4" || start == "PK\5\6";
}

std::string_view file_name(std::string_view member) {
  const size_t slash = member.rfind('/');
  return slash == std::string_view::npos ? member : member.substr(slash + 1);
}

/// What packers of certain systems add.
bool is_by_catch(const ZipMember& member) {
  return member.is_folder() || member.name.starts_with("__MACOSX/") ||
         file_name(member.name).starts_with('.') || file_name(member.name) == "Thumbs.db";
}

bool has_ending(std::string_view name, const std::vector<std::string>& endings) {
  std::string lower = to_lower(name);
  for (const char* packed : {".gz", ".zst"}) {
    if (lower.ends_with(packed)) lower.resize(lower.size() - std::string_view(packed).size());
  }
  return std::any_of(endings.begin(), endings.end(),
                     [&](const std::string& ending) { return lower.ends_with(ending); });
}

/// `folder/name` without its last ending: what the parts of a shapefile share.
std::string stem_of(std::string_view member) {
  const size_t dot = member.rfind('.');
  return to_lower(dot == std::string_view::npos || dot < member.size() - file_name(member).size()
                      ? member
                      : member.substr(0, dot));
}

struct Selection {
  std::vector<size_t> members;  ///< to be read
  std::vector<std::string> left_out;
};

Result<Selection> select(const ZipArchive& archive, const std::vector<std::string>& endings,
                         const std::string& input) {
  Selection out;
  std::vector<size_t> candidates;
  for (size_t i = 0; i < archive.members().size(); ++i) {
    if (!is_by_catch(archive.members()[i])) candidates.push_back(i);
  }
  for (const size_t i : candidates) {
    if (has_ending(archive.members()[i].name, endings)) out.members.push_back(i);
  }
  if (out.members.empty() && candidates.size() == 1) out.members = candidates;
  const auto is_part = [&](size_t i) {
    return std::any_of(out.members.begin(), out.members.end(), [&](size_t taken) {
      return stem_of(archive.members()[taken].name) == stem_of(archive.members()[i].name);
    });
  };
  for (const size_t i : candidates) {
    if (!is_part(i)) out.left_out.push_back(archive.members()[i].name);
  }
  std::sort(out.members.begin(), out.members.end(), [&](size_t a, size_t b) {
    return archive.members()[a].name < archive.members()[b].name;
  });
  if (!out.members.empty()) return out;
  return Error{
      Code::kBadFile,
      out.left_out.empty()
          ? fmt::format("the archive {} is empty", input)
          : fmt::format("the archive {} holds no file that ends in {}; it holds: {}", input,
                        join(endings, " or "), join_some(out.left_out, kNamesShown)),
      "name the format of what is inside under `decode:`",
      {}};
}

/// One archive, unpacked member by member as they are read.
struct Package {
  std::shared_ptr<const Decoder> inner;
  std::unique_ptr<ZipArchive> archive;
  TemporaryFolder folder;
  Selection selection;
  DecodeRequest request;
  std::mutex mutex;  // of the archive and `next`
  size_t next = 0;

  /// Unpacks a member and what belongs to it into a folder of its own.
  Result<fs::path> unpack(size_t member) {
    const std::scoped_lock lock(mutex);
    const fs::path own = folder.path() / std::to_string(member);
    std::error_code failed;
    fs::create_directories(own, failed);
    const std::string stem = stem_of(archive->members()[member].name);
    for (size_t i = 0; i < archive->members().size(); ++i) {
      const ZipMember& part = archive->members()[i];
      if (is_by_catch(part) || stem_of(part.name) != stem) continue;
      RHUMB_TRY(archive->unpack(i, own / file_name(part.name)));
    }
    return own / file_name(archive->members()[member].name);
  }

  Result<std::unique_ptr<BatchStream>> open(size_t member) {
    DecodeRequest one = request;
    RHUMB_ASSIGN(one.path, unpack(member));
    one.input = fmt::format("{}/{}", request.input, archive->members()[member].name);
    auto stream = inner->open(one);
    if (!stream.ok() && stream.error().message.find(one.input) == std::string::npos)
      stream.error().message = one.input + ": " + stream.error().message;
    return stream;
  }

  void forget(size_t member) const {
    std::error_code ignored;  // the whole folder goes at the end
    fs::remove_all(folder.path() / std::to_string(member), ignored);
  }

  /// The next member to read, or nothing.
  std::optional<size_t> take_next() {
    const std::scoped_lock lock(mutex);
    if (next >= selection.members.size()) return std::nullopt;
    return selection.members[next++];
  }

  [[nodiscard]] std::vector<std::string> notes() const {
    if (selection.left_out.empty()) return {};
    return {"not read from the archive: " + join_some(selection.left_out, kNamesShown)};
  }
};

/// The only member of an archive: as good as the file itself.
class SingleMember final : public BatchStream {
 public:
  SingleMember(std::shared_ptr<Package> package, std::unique_ptr<BatchStream> stream)
      : package_(std::move(package)), stream_(std::move(stream)) {}
  [[nodiscard]] const Schema& schema() const override { return stream_->schema(); }
  [[nodiscard]] size_t max_readers() const override { return stream_->max_readers(); }
  Result<std::unique_ptr<BatchReader>> open_reader() override { return stream_->open_reader(); }
  [[nodiscard]] const StreamProgress& progress() const override { return stream_->progress(); }
  [[nodiscard]] std::string preamble() const override { return stream_->preamble(); }
  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> all = package_->notes();
    for (std::string& note : stream_->notes()) all.push_back(std::move(note));
    return all;
  }

 private:
  std::shared_ptr<Package> package_;
  std::unique_ptr<BatchStream> stream_;
};

/// What the readers of several members share.
struct Members {
  std::shared_ptr<Package> package;
  std::unique_ptr<BatchStream> first;  // opened to know the columns; taken by the first reader
  Schema schema;
  std::string preamble;
  StreamProgress progress;
  std::mutex mutex;  // of what follows, and of `first`
  std::vector<std::string> notes;
};

Error other_columns(const std::string& member) {
  return Error{
      Code::kBadFile,
      fmt::format("{} has other columns than the members of the archive before it", member),
      "unpack the archive, so that each file is an input of its own; declare `columns:` "
      "when types or order differ",
      {}};
}

class MemberReader final : public BatchReader {
 public:
  explicit MemberReader(std::shared_ptr<Members> members) : members_(std::move(members)) {}

  Result<bool> next(Batch& out) override {
    while (true) {
      if (!reader_) {
        RHUMB_ASSIGN(const bool more, open_next());
        if (!more) return false;
      }
      RHUMB_ASSIGN(const bool more, reader_->next(out));
      account();
      if (more) return true;
      close();
    }
  }

 private:
  Result<bool> open_next() {
    const auto member = members_->package->take_next();
    if (!member) return false;
    member_ = *member;
    rows_ = rejected_ = bytes_ = 0;
    {
      const std::scoped_lock lock(members_->mutex);
      if (member_ == members_->package->selection.members.front())
        stream_ = std::move(members_->first);
    }
    if (!stream_) {
      RHUMB_ASSIGN(stream_, members_->package->open(member_));
      if (stream_->schema() != members_->schema || stream_->preamble() != members_->preamble)
        return other_columns(members_->package->archive->members()[member_].name);
    }
    RHUMB_ASSIGN(reader_, stream_->open_reader());
    return true;
  }

  /// Adds what the member's own counters gained.
  void account() {
    const StreamProgress& now = stream_->progress();
    members_->progress.rows += now.rows - std::exchange(rows_, now.rows);
    members_->progress.rejected += now.rejected - std::exchange(rejected_, now.rejected);
    members_->progress.bytes += now.bytes - std::exchange(bytes_, now.bytes);
  }

  void close() {
    {
      const std::scoped_lock lock(members_->mutex);
      const std::string& name = members_->package->archive->members()[member_].name;
      for (const std::string& note : stream_->notes())
        members_->notes.push_back(name + ": " + note);
    }
    reader_.reset();
    stream_.reset();
    members_->package->forget(member_);
  }

  std::shared_ptr<Members> members_;
  size_t member_ = 0;
  uint64_t rows_ = 0, rejected_ = 0, bytes_ = 0;
  std::unique_ptr<BatchStream> stream_;
  std::unique_ptr<BatchReader> reader_;
};

class ManyMembers final : public BatchStream {
 public:
  explicit ManyMembers(std::shared_ptr<Members> members) : members_(std::move(members)) {}
  [[nodiscard]] const Schema& schema() const override { return members_->schema; }
  [[nodiscard]] size_t max_readers() const override {
    return std::min<size_t>(members_->package->selection.members.size(),
                            std::max(1U, std::thread::hardware_concurrency()));
  }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<MemberReader>(members_));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return members_->progress; }
  [[nodiscard]] std::string preamble() const override { return members_->preamble; }
  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> all = members_->package->notes();
    const std::scoped_lock lock(members_->mutex);
    all.insert(all.end(), members_->notes.begin(), members_->notes.end());
    return all;
  }

 private:
  std::shared_ptr<Members> members_;
};

class UnpackingDecoder final : public Decoder {
 public:
  UnpackingDecoder(std::unique_ptr<Decoder> inner, std::vector<std::string> endings)
      : inner_(std::move(inner)), endings_(std::move(endings)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    if (!is_zip(request.path)) return inner_->open(request);
    RHUMB_ASSIGN(auto archive, ZipArchive::open(request.path));
    // An Office file; the decoder itself says better what it thinks of that.
    if (archive->find("[Content_Types].xml") < archive->members().size())
      return inner_->open(request);
    RHUMB_ASSIGN(Selection selection, select(*archive, endings_, request.input));
    RHUMB_ASSIGN(TemporaryFolder folder, TemporaryFolder::make());
    const std::shared_ptr<Package> package(new Package{.inner = inner_,
                                                       .archive = std::move(archive),
                                                       .folder = std::move(folder),
                                                       .selection = std::move(selection),
                                                       .request = request,
                                                       .mutex = {}});
    const size_t first = package->selection.members.front();
    RHUMB_ASSIGN(auto stream, package->open(first));
    if (package->selection.members.size() == 1) {
      return std::unique_ptr<BatchStream>(
          std::make_unique<SingleMember>(package, std::move(stream)));
    }
    auto members = std::make_shared<Members>();
    members->package = package;
    members->schema = stream->schema();
    members->preamble = stream->preamble();
    members->first = std::move(stream);
    return std::unique_ptr<BatchStream>(std::make_unique<ManyMembers>(std::move(members)));
  }

 private:
  std::shared_ptr<const Decoder> inner_;  // streams outlive the decoder
  std::vector<std::string> endings_;
};

}  // namespace

std::unique_ptr<Decoder> make_unpacking_decoder(std::unique_ptr<Decoder> inner,
                                                std::vector<std::string> endings) {
  return std::make_unique<UnpackingDecoder>(std::move(inner), std::move(endings));
}

}  // namespace rhumb
