#include "decode/kml/kml_decoder.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/kml/placemark_reader.h"
#include "decode/record/record_input.h"
#include "decode/value/type_guess.h"
#include "decode/xml/xml_file.h"

namespace rhumb {
namespace {

constexpr size_t kMostFields = 2000;
constexpr const char* kCrs = "EPSG:4326";

// Fields every Placemark has, in this order before those of ExtendedData and the geometry.
enum Fixed : size_t { kId, kName, kDescription, kFolder, kBegin, kEnd, kTimes, kFixedCount };

Type text_type() {
  return {.id = TypeId::kText};
}

/// The Placemarks of a file as they go by.
struct PlacemarkFile {
  static Result<std::unique_ptr<PlacemarkFile>> open(const std::filesystem::path& path,
                                                     PlacemarkReader::Take take) {
    auto out = std::unique_ptr<PlacemarkFile>(
        new PlacemarkFile{.reader = PlacemarkReader(std::move(take)), .xml = nullptr});
    RHUMB_ASSIGN(out->xml, XmlFile::open(path, out->reader));
    out->reader.set_lines(&out->xml->reader());
    return out;
  }

  PlacemarkReader reader;
  std::unique_ptr<XmlFile> xml;
};

/// What a first reading of the whole file finds: names and types of ExtendedData, kinds of
/// geometry.
struct KmlFields {
  std::vector<std::string> data;
  std::vector<TypeGuess> guesses;
  TypeGuess begin, end;
  std::set<WkbKind> kinds;
  bool too_many = false;

  void add(const Placemark& mark) {
    for (const auto& [name, value] : mark.data) {
      const auto found = std::find(data.begin(), data.end(), name);
      const auto at = static_cast<size_t>(found - data.begin());
      if (found == data.end()) {
        too_many = too_many || data.size() >= kMostFields;
        if (too_many) return;
        data.push_back(name);
        guesses.emplace_back();
      }
      if (!value.empty()) guesses[at].add(value);
    }
    begin.add(mark.begin);
    end.add(mark.end);
    if (!mark.has_geometry || !mark.fault.empty()) return;
    if (const auto summary = inspect_wkb(kml_wkb(mark.shape)); summary.ok())
      kinds.insert(summary->header.kind);
  }

  [[nodiscard]] std::vector<RecordField> fields() const {
    std::vector<RecordField> out;
    for (const char* name : {"id", "name", "description", "folder"})
      out.push_back({.name = name, .type = text_type()});
    out.push_back({.name = "begin", .type = begin.type(), .exact = true});
    out.push_back({.name = "end", .type = end.type(), .exact = true});
    out.push_back({.name = "times", .type = {.id = TypeId::kJson}});
    for (size_t i = 0; i < data.size(); ++i)
      out.push_back({.name = data[i], .type = guesses[i].type(), .exact = true});
    Type geometry{.id = TypeId::kGeometry};
    if (kinds.size() == 1) geometry.geometry = static_cast<GeometryKind>(*kinds.begin());
    out.push_back({.name = "geometry", .type = geometry});
    return out;
  }
};

class KmlInput final : public RecordInput {
 public:
  KmlInput(std::vector<RecordField> fields, std::vector<std::string> data)
      : fields_(std::move(fields)), data_(std::move(data)) {}

  Status open(const std::filesystem::path& path) {
    RHUMB_ASSIGN(file_, PlacemarkFile::open(path, [this](Placemark&& mark) {
                   waiting_.push_back(std::move(mark));
                 }));
    return {};
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return kCrs; }
  [[nodiscard]] uint64_t consumed() const override { return file_->xml->consumed(); }
  [[nodiscard]] uint64_t total() const override { return file_->xml->total(); }

  Result<bool> next(Record& out) override {
    while (waiting_.empty()) {
      RHUMB_ASSIGN(const bool more, file_->xml->step());
      if (!more) return false;
    }
    const Placemark mark = std::move(waiting_.front());
    waiting_.pop_front();
    out.reset(fields_.size());
    out.number = mark.line;
    put(mark.id, out.values[kId]);
    put(mark.name, out.values[kName]);
    put(mark.description, out.values[kDescription]);
    put(mark.folder, out.values[kFolder]);
    put(mark.begin, out.values[kBegin]);
    put(mark.end, out.values[kEnd]);
    put(mark.times, out.values[kTimes]);
    for (const auto& [name, value] : mark.data) {
      const auto found = std::find(data_.begin(), data_.end(), name);
      if (found != data_.end())
        put(value, out.values[kFixedCount + static_cast<size_t>(found - data_.begin())]);
    }
    if (!mark.fault.empty()) {
      out.undecoded = mark.faulty_text;
      out.refuse(RejectReason::kBadGeometry, mark.fault, "geometry");
    } else if (mark.has_geometry) {
      out.values.back().set(FieldValue::Kind::kGeometry, kml_wkb(mark.shape));
    }
    return true;
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> parts;
    for (const auto& [name, count] : file_->reader.left_out())
      parts.push_back(fmt::format("{} {}", count, name));
    if (parts.empty()) return {};
    return {fmt::format("{}: no places, left out", join(parts, ", "))};
  }

 private:
  static void put(const std::string& value, FieldValue& out) {
    if (!value.empty()) out.set_text(value);
  }

  std::vector<RecordField> fields_;
  std::vector<std::string> data_;
  std::unique_ptr<PlacemarkFile> file_;
  std::deque<Placemark> waiting_;
};

class KmlDecoder final : public RecordDecoder {
 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    KmlFields found;
    RHUMB_ASSIGN(const auto first,
                 PlacemarkFile::open(request.path, [&](Placemark&& mark) { found.add(mark); }));
    for (bool more = true; more;) {
      RHUMB_ASSIGN(more, first->xml->step());
      if (request.cancel != nullptr && request.cancel->requested())
        return Error{Code::kCancelled, "reading was stopped", "", {}};
    }
    if (!first->reader.is_kml()) {
      return Error{Code::kBadFile,
                   fmt::format("{} is XML, but no KML", request.input),
                   "name its format under `decode:`",
                   {}};
    }
    if (found.too_many) {
      return Error{
          Code::kBadFile,
          fmt::format("{} has more than {} names in its ExtendedData", request.input, kMostFields),
          "it is hardly a table; convert it with its own program",
          {}};
    }
    auto input = std::make_unique<KmlInput>(found.fields(), found.data);
    RHUMB_TRY(input->open(request.path));
    return std::unique_ptr<RecordInput>(std::move(input));
  }
};

}  // namespace

const Declaration& kml_declaration() {
  static const Declaration declaration{
      .name = "kml",
      .summary = "KML and KMZ files",
      .doc =
          "Each Placemark is a row: `id`, `name`, `description`, `folder` (names of the folders "
          "around it, `/` between), `begin` and `end` (of its time span, time stamp or track), "
          "`times` (of tracks, as JSON), its ExtendedData by name, and `geometry` in EPSG:4326. "
          "Parts of one kind make a multi geometry, others a collection; a track is a line. "
          "Styles are not read; overlays, links and models are counted.",
      .fields = {},
      .example = "kml: {}"};
  return declaration;
}

std::unique_ptr<Decoder> make_kml_decoder() {
  return std::make_unique<KmlDecoder>();
}

}  // namespace rhumb
