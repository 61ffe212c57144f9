#include "decode/plt/plt_decoder.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/plt/plt_reader.h"
#include "decode/text/text_input.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHeaderLines = 6;
constexpr size_t kHeaderBytes = size_t{64} << 10;
constexpr size_t kLongestLine = size_t{64} << 10;
constexpr std::string_view kTitle = "Geolife trajectory";
constexpr std::string_view kUserMark = " user_id=", kTrajectoryMark = " trajectory_id=";

/// What stands before the points, and where they begin.
struct PltHead {
  size_t bytes = 0, lines = 0;
  std::string first_line;
};

// Behind the line's end at or after `from`; npos when there is none.
size_t behind_line(std::string_view text, size_t from) {
  const size_t end = text.find_first_of("\r\n", from);
  if (end == std::string_view::npos) return end;
  return end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
}

/// A file without the six lines is taken when its first line is a point.
std::optional<PltHead> read_head(std::string_view text) {
  PltHead out;
  const size_t first_end = std::min(text.find_first_of("\r\n"), text.size());
  out.first_line = text.substr(0, first_end);
  if (!out.first_line.starts_with(kTitle)) {
    PltPoint point;
    PltFault fault;
    if (read_plt_point(out.first_line, point, fault)) return PltHead{};
    return std::nullopt;
  }
  for (; out.lines < kHeaderLines; ++out.lines) {
    const size_t next = behind_line(text, out.bytes);
    if (next == std::string_view::npos) {
      out.bytes = text.size();
      break;
    }
    out.bytes = next;
  }
  return out;
}

/// `010/Trajectory/20081024020959.plt`: the trajectory is named by the file, the user by the folder
/// around it, or around `Trajectory`. A replayed file says both in its first line.
class PltNames {
 public:
  PltNames(const DecodeRequest& request, const std::string& first_line) {
    trajectory = fs::path(request.input).stem().string();
    user = folder_of(fs::path(request.input));
    if (user.empty()) user = folder_of(request.path);
    const size_t user_at = first_line.find(kUserMark);
    const size_t trajectory_at = first_line.find(kTrajectoryMark);
    if (user_at == std::string::npos || trajectory_at == std::string::npos) return;
    const size_t begin = user_at + kUserMark.size();
    user = first_line.substr(begin, trajectory_at - begin);
    trajectory = first_line.substr(trajectory_at + kTrajectoryMark.size());
  }

  [[nodiscard]] std::string preamble() const {
    return fmt::format("{}{}{}{}{}\nWGS 84\nAltitude is in Feet\nReserved 3\n0\n0\n", kTitle,
                       kUserMark, user, kTrajectoryMark, trajectory);
  }

  std::string user, trajectory;

 private:
  static std::string folder_of(const fs::path& file) {
    const fs::path folder = file.parent_path();
    const bool inner = equals_ignoring_case(folder.filename().string(), "trajectory");
    return (inner ? folder.parent_path() : folder).filename().string();
  }
};

/// labels.txt in the folder of the file or in the one around it. The one read last is kept for the
/// other files of its user. Thread-safe.
class LabelFinder {
 public:
  Result<std::shared_ptr<const TransportLabels>> find(const fs::path& path) {
    const fs::path folder = path.parent_path();
    for (const fs::path& place : {folder.parent_path(), folder}) {
      std::error_code error;
      const fs::path file = place / "labels.txt";
      if (!place.empty() && fs::is_regular_file(file, error)) return read(file);
    }
    return std::make_shared<const TransportLabels>();
  }

 private:
  Result<std::shared_ptr<const TransportLabels>> read(const fs::path& file) {
    std::error_code error;
    const Read found{file, fs::last_write_time(file, error), fs::file_size(file, error)};
    const std::scoped_lock lock(mutex_);
    if (found == last_) return labels_;
    RHUMB_ASSIGN(TransportLabels labels, TransportLabels::read(file));
    labels_ = std::make_shared<const TransportLabels>(std::move(labels));
    last_ = found;
    return labels_;
  }

  struct Read {
    fs::path file;
    fs::file_time_type changed;
    uintmax_t bytes = 0;
    bool operator==(const Read&) const = default;
  };

  std::mutex mutex_;
  Read last_;
  std::shared_ptr<const TransportLabels> labels_;
};

Result<ColumnLayout> lay_out(std::vector<DeclaredColumn> declared) {
  std::vector<std::string> names(kPltNames.begin(), kPltNames.end());
  if (declared.empty()) {
    std::vector<Type> types(kPltLongitude, Type{.id = TypeId::kText});
    types[kPltPosition] = {.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 4326};
    types[kPltAltitude] = {.id = TypeId::kDouble};
    types[kPltTime] = {.id = TypeId::kTimestampTz};
    names.resize(types.size());
    return take_columns(names, types);
  }
  for (DeclaredColumn& column : declared) {
    if (column.column.type.id == TypeId::kGeometry && column.from_crs.empty()) {
      column.from_crs = "EPSG:4326";
    }
    const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return equals_ignoring_case(name, column.column.name);
    });
    if (column.column.type.id == TypeId::kGeometry && column.from.empty() && column.lon.empty() &&
        !named) {
      column.from = {kPltNames[kPltPosition]};
    }
  }
  return match_columns(declared, names);
}

class PltDecoder final : public Decoder {
 public:
  explicit PltDecoder(const PltOptions& options) : options_(options) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(auto input, TextInput::open(request.path, EncodingOption::kAuto, "PLT"));
    RHUMB_ASSIGN(const std::string_view text, input->peek(kHeaderBytes));
    const auto head = read_head(text);
    if (!head) return no_plt(request, text);
    const PltNames names(request, head->first_line);
    input->consume(head->bytes);
    auto reading = std::make_shared<PltReading>(request);
    RHUMB_ASSIGN(reading->layout, lay_out(request.columns));
    RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
    for (const LayoutColumn& column : reading->layout.columns)
      RHUMB_TRY(reading->add_column(column.declared, {}, zone, false));
    if (options_.labels) {
      RHUMB_ASSIGN(reading->labels, labels_.find(request.path));
      for (const std::string& note : reading->labels->notes()) reading->notes.push_back(note);
    }
    reading->user = names.user;
    reading->trajectory = names.trajectory;
    reading->preamble = names.preamble();
    reading->block_bytes = options_.block_size;
    reading->progress.total_bytes = input->total_bytes();
    CsvOptions lines{.max_record = kLongestLine, .block_size = options_.block_size};
    lines.dialect.quoting = false;
    reading->splitter = std::make_unique<CsvSplitter>(std::move(input), lines, head->lines + 1,
                                                      reading->progress.bytes);
    return stream_of<PltReader>(std::move(reading));
  }

 private:
  static Error no_plt(const DecodeRequest& request, std::string_view text) {
    const bool empty = trim(text).empty();
    return {.code = Code::kBadFile,
            .message = empty ? "the file is empty"
                             : fmt::format("the file is no GeoLife trajectory: expected the line "
                                           "'{}' or a point, found '{}'",
                                           kTitle, printable(text.substr(0, text.find('\n')), 60)),
            .hint = "Leave it out with the source's `files:` pattern.",
            .place = {.file = request.input, .line = empty ? 0 : 1}};
  }

  PltOptions options_;
  mutable LabelFinder labels_;
};

Declaration make_declaration() {
  return {
      .name = "plt",
      .summary = "Trajectories as GeoLife writes them (PLT).",
      .doc =
          "Each line behind the six lines of the header is a point. Its columns are `user_id` (the "
          "folder, or the one around `Trajectory`), `trajectory_id` (the file's name), `position`, "
          "`altitude_m` (metres; the file has feet, and -777 stands for null), `recorded_at` (UTC) "
          "and `mode`; `longitude` and `latitude` can be declared as well.\n\n"
          "`mode` comes from `labels.txt` in the user's folder, by time, where the folder is on "
          "this machine; it is null outside of all labels, and of two labels that overlap the one "
          "that began later counts. A change in `labels.txt` alone is no new input.\n\n"
          "A point goes to the quarantine when a number, date or time is none, when it lies beyond "
          "90 or 180 degrees, or when its days since 1899-12-30 are more than a second away from "
          "its date and time.",
      .fields = {{.name = "labels",
                  .type = FieldType::kBoolean,
                  .doc = "Join `labels.txt`.",
                  .default_value = "true",
                  .example = "false"}},
      .example = "plt: {}\n",
  };
}

}  // namespace

const Declaration& plt_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

std::unique_ptr<Decoder> make_plt_decoder(const Config& config) {
  return make_plt_decoder(PltOptions{.labels = config["labels"].as_bool(true)});
}

std::unique_ptr<Decoder> make_plt_decoder(const PltOptions& options) {
  return std::make_unique<PltDecoder>(options);
}

}  // namespace rhumb
