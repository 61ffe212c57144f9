#include "decode/gpx/gpx_decoder.h"

#include <deque>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "decode/gpx/gpx_fields.h"
#include "decode/kml/kml_geometry.h"
#include "decode/record/record_input.h"
#include "decode/value/number_text.h"
#include "decode/xml/xml_file.h"

namespace rhumb {
namespace {

constexpr uint64_t kLookAhead = uint64_t{256} << 10;  // of the file, for names of other elements

// Fields of points, and of lines; the last of each is `other`.
enum PointField : size_t {
  kKind,
  kWay,
  kSegment,
  kNumber,
  kWayName,
  kName,
  kPosition,
  kElevation,
  kTime,
  kComment,
  kDescription,
  kSymbol,
  kType,
  kFix,
  kSatellites,
  kHdop,
  kVdop,
  kPdop,
  kOther
};
enum LineField : size_t {
  kLineKind,
  kLineWay,
  kLineName,
  kLineComment,
  kLineDescription,
  kLineType,
  kBegin,
  kEnd,
  kTimes,
  kGeometry,
  kLineOther
};

Type plain(TypeId id) {
  return {.id = id};
}
Type geometry(GeometryKind kind) {
  return {.id = TypeId::kGeometry, .geometry = kind};
}

GpxFields point_fields() {
  return {{{"kind", plain(TypeId::kText)},
           {"number", plain(TypeId::kInteger)},
           {"segment", plain(TypeId::kInteger)},
           {"point", plain(TypeId::kInteger)},
           {"line_name", plain(TypeId::kText)},
           {"name", plain(TypeId::kText)},
           {"position", geometry(GeometryKind::kPoint)},
           {"elevation_m", plain(TypeId::kDouble)},
           {"recorded_at", plain(TypeId::kTimestampTz)},
           {"comment", plain(TypeId::kText)},
           {"description", plain(TypeId::kText)},
           {"symbol", plain(TypeId::kText)},
           {"type", plain(TypeId::kText)},
           {"fix", plain(TypeId::kText)},
           {"satellites", plain(TypeId::kInteger)},
           {"hdop", plain(TypeId::kDouble)},
           {"vdop", plain(TypeId::kDouble)},
           {"pdop", plain(TypeId::kDouble)},
           {"other", plain(TypeId::kJson)}},
          {{"ele", kElevation},
           {"time", kTime},
           {"name", kName},
           {"cmt", kComment},
           {"desc", kDescription},
           {"sym", kSymbol},
           {"type", kType},
           {"fix", kFix},
           {"sat", kSatellites},
           {"hdop", kHdop},
           {"vdop", kVdop},
           {"pdop", kPdop}},
          kOther};
}

GpxFields line_fields() {
  return {
      {{"kind", plain(TypeId::kText)},
       {"number", plain(TypeId::kInteger)},
       {"name", plain(TypeId::kText)},
       {"comment", plain(TypeId::kText)},
       {"description", plain(TypeId::kText)},
       {"type", plain(TypeId::kText)},
       {"begin", plain(TypeId::kTimestampTz)},
       {"end", plain(TypeId::kTimestampTz)},
       {"times", plain(TypeId::kJson)},
       {"geometry", geometry(GeometryKind::kAny)},
       {"other", plain(TypeId::kJson)}},
      {{"name", kLineName}, {"cmt", kLineComment}, {"desc", kLineDescription}, {"type", kLineType}},
      kLineOther};
}

/// Longitude and latitude as numbers; false when they are none.
bool read_position(const GpxPoint& point, double& lon, double& lat) {
  return parse_double(trim(point.lon), lon) && parse_double(trim(point.lat), lat);
}

std::string no_position(const GpxPoint& point) {
  return fmt::format("expected numbers as lon and lat, found '{}' and '{}'",
                     printable(point.lon, 40), printable(point.lat, 40));
}

/// The file as records; what a record is, a point or a line, is the derived class's.
class GpxInput : public RecordInput, protected GpxHandler {
 public:
  /// Reads ahead for the names of what is no part of GPX.
  Status open(const DecodeRequest& request) {
    RHUMB_ASSIGN(xml_, XmlFile::open(request.path, reader_));
    reader_.set_lines(&xml_->reader());
    while (xml_->consumed() < kLookAhead) {
      RHUMB_ASSIGN(const bool more, xml_->step());
      if (!more) break;
    }
    if (!reader_.is_gpx()) {
      return Error{Code::kBadFile,
                   fmt::format("{} is XML, but no GPX", request.input),
                   "name its format under `decode:`",
                   {}};
    }
    look();
    fields_.settle();
    return {};
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_.fields(); }
  [[nodiscard]] std::string crs() const override { return "EPSG:4326"; }
  [[nodiscard]] uint64_t consumed() const override { return xml_->consumed(); }
  [[nodiscard]] uint64_t total() const override { return xml_->total(); }

  Result<bool> next(Record& out) override {
    while (!give(out)) {
      RHUMB_ASSIGN(const bool more, xml_->step());
      if (!more) return false;
    }
    return true;
  }

 protected:
  explicit GpxInput(GpxFields fields) : fields_(std::move(fields)), reader_(*this) {}
  /// Shows all that waits to `fields_`.
  virtual void look() = 0;
  /// The next that waits as a record; false when nothing does.
  virtual bool give(Record& out) = 0;

  GpxFields fields_;

 private:
  GpxReader reader_;
  std::unique_ptr<XmlFile> xml_;
};

class GpxPoints final : public GpxInput {
 public:
  GpxPoints() : GpxInput(point_fields()) {}

  [[nodiscard]] std::vector<std::string> notes() const override {
    if (empty_ == 0) return {};
    return {fmt::format("{} without points, left out", human_count(empty_))};
  }

 private:
  struct Waiting {
    GpxPoint point;
    std::string way_name;
  };

  void point(const GpxPoint& point, const GpxWay* way) override {
    if (filled_ == waiting_.size()) waiting_.emplace_back();
    Waiting& place = waiting_[filled_++];
    place.point = point;
    place.way_name = way == nullptr ? std::string_view() : way->elements.find("name");
  }
  void way(GpxWay&& way) override { empty_ += way.points == 0 ? 1 : 0; }
  void look() override {
    for (size_t i = 0; i < filled_; ++i) fields_.look_at(waiting_[i].point.elements);
  }

  bool give(Record& out) override {
    if (next_ == filled_) next_ = filled_ = 0;
    if (filled_ == 0) return false;
    const Waiting& each = waiting_[next_++];
    const GpxPoint& point = each.point;
    out.reset(fields().size());
    out.number = point.line;
    out.values[kKind].set_text(gpx_kind_name(point.kind));
    put_number(point.way, out.values[kWay]);
    put_number(point.segment, out.values[kSegment]);
    put_number(point.number, out.values[kNumber]);
    if (!each.way_name.empty()) out.values[kWayName].set_text(each.way_name);
    fields_.put(point.elements, out);
    double lon = 0, lat = 0;
    if (read_position(point, lon, lat)) {
      const WkbPoint at = make_wkb_point(lon, lat);
      out.values[kPosition].set(FieldValue::Kind::kGeometry, {at.data(), at.size()});
    } else {
      out.undecoded = "lon=" + point.lon + " lat=" + point.lat;
      out.refuse(RejectReason::kBadGeometry, no_position(point), "position");
    }
    return true;
  }

  static void put_number(uint64_t number, FieldValue& out) {
    if (number > 0) out.set_text(fmt::format_int(number).str());
  }

  std::vector<Waiting> waiting_;  // from next_ to filled_; the others are there to be used again
  size_t next_ = 0, filled_ = 0;
  uint64_t empty_ = 0;  // routes and tracks
};

class GpxLines final : public GpxInput {
 public:
  GpxLines() : GpxInput(line_fields()) {}

 private:
  struct Line {
    GpxWay way;
    KmlShape shape{.kind = WkbKind::kCollection, .runs = {}, .parts = {}};
    std::vector<std::vector<std::string>> times;  // per part
    std::string fault, faulty_text;
  };

  void point(const GpxPoint& point, const GpxWay* way) override {
    const bool alone = way == nullptr;
    if (alone) open_ = {};
    if (alone || open_.shape.parts.empty() || point.segment > segment_) {
      segment_ = point.segment;
      open_.shape.parts.push_back({.kind = WkbKind::kLineString, .runs = {{}}, .parts = {}});
      open_.times.emplace_back();
    }
    add_position(point);
    open_.times.back().emplace_back(point.elements.find("time"));
    if (!alone) return;
    open_.way = {.line = point.line,
                 .kind = GpxKind::kWaypoint,
                 .number = 0,
                 .points = 1,
                 .elements = point.elements};
    finish();
  }

  void way(GpxWay&& way) override {
    open_.way = std::move(way);
    finish();
  }

  void add_position(const GpxPoint& point) {
    double lon = 0, lat = 0, height = std::numeric_limits<double>::quiet_NaN();
    if (!read_position(point, lon, lat) && open_.fault.empty()) {
      open_.fault = no_position(point);
      open_.faulty_text = "lon=" + point.lon + " lat=" + point.lat;
    }
    (void)parse_double(point.elements.find("ele"), height);
    auto& run = open_.shape.parts.back().runs.front();
    run.insert(run.end(), {lon, lat, height});
  }

  void finish() {
    waiting_.push_back(std::move(open_));
    open_ = {};
    segment_ = 0;
  }

  void look() override {
    for (const Line& each : waiting_) fields_.look_at(each.way.elements);
  }

  bool give(Record& out) override {
    if (waiting_.empty()) return false;
    const Line line = std::move(waiting_.front());
    waiting_.pop_front();
    out.reset(fields().size());
    out.number = line.way.line;
    out.values[kLineKind].set_text(gpx_kind_name(line.way.kind));
    if (line.way.number > 0) out.values[kLineWay].set_text(std::to_string(line.way.number));
    fields_.put(line.way.elements, out);
    put_times(line.times, out);
    if (!line.fault.empty()) {
      out.undecoded = line.faulty_text;
      out.refuse(RejectReason::kBadGeometry, line.fault, "geometry");
    } else if (!line.shape.parts.empty()) {
      const bool one = line.shape.parts.size() == 1;
      out.values[kGeometry].set(FieldValue::Kind::kGeometry,
                                kml_wkb(one ? line.shape.parts.front() : line.shape));
    }
    return true;
  }

  static void put_times(const std::vector<std::vector<std::string>>& times, Record& out) {
    std::vector<std::string> all;
    for (const auto& part : times) {
      for (const std::string& time : part) {
        if (!time.empty()) all.push_back(time);
      }
    }
    if (all.empty()) return;
    out.values[kBegin].set_text(all.front());
    out.values[kEnd].set_text(all.back());
    const nlohmann::json json =
        times.size() == 1 ? nlohmann::json(times.front()) : nlohmann::json(times);
    out.values[kTimes].set_text(
        json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  Line open_;
  uint64_t segment_ = 0;
  std::deque<Line> waiting_;
};

class GpxDecoder final : public RecordDecoder {
 public:
  explicit GpxDecoder(bool lines) : lines_(lines) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    std::unique_ptr<GpxInput> input;
    if (lines_) {
      input = std::make_unique<GpxLines>();
    } else {
      input = std::make_unique<GpxPoints>();
    }
    RHUMB_TRY(input->open(request));
    return std::unique_ptr<RecordInput>(std::move(input));
  }

 private:
  bool lines_;
};

Declaration make_declaration() {
  return {
      .name = "gpx",
      .summary = "Tracks, routes and waypoints of GPS receivers (GPX).",
      .doc =
          "Each point is a row: `kind` (`track`, `route` or `waypoint`), `number` of the track or "
          "route in the file, `segment` and `point` in it, `line_name`, `name`, `position` in "
          "EPSG:4326, `elevation_m`, `recorded_at`, `comment`, `description`, `symbol`, `type`, "
          "`fix`, `satellites`, `hdop`, `vdop` and `pdop`. With `rows: lines`, each track, route "
          "and waypoint is a row, with its `geometry` (heights as Z), `begin`, `end` and `times` "
          "of its points as JSON; what else its points say is not taken then.\n\n"
          "`other` holds all other elements as JSON by their names, those of extensions among "
          "them: `{\"hr\":\"112\"}`. Those that the first 256 KiB of the file have are columns of "
          "their own as well.",
      .fields = {{.name = "rows",
                  .type = FieldType::kChoice,
                  .doc = "What a row is.",
                  .default_value = "points",
                  .example = "lines",
                  .choices = {"points", "lines"}}},
      .example = "gpx: {}\n"};
}

}  // namespace

const Declaration& gpx_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

std::unique_ptr<Decoder> make_gpx_decoder(const Config& config) {
  return std::make_unique<GpxDecoder>(config["rows"].as_text() == "lines");
}

}  // namespace rhumb
