#include "decode/kml/placemark_reader.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr std::array kNoPlaces = {"NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay"};
constexpr size_t kFaultShown = 10'000;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_folder(std::string_view name) {
  return name == "Folder" || name == "Document";
}

}  // namespace

void PlacemarkReader::open(std::string_view name, const XmlAttributes& attributes) {
  text_.clear();
  if (in_placemark_) return open_in_placemark(name, attributes);
  if (name == "kml") is_kml_ = true;
  if (std::find(kNoPlaces.begin(), kNoPlaces.end(), name) != kNoPlaces.end())
    ++left_out_[std::string(name)];
  if (is_folder(name)) folders_.emplace_back();
  if (name == "Placemark") {
    in_placemark_ = true;
    mark_ = {};
    mark_.line = reader_ == nullptr ? 1 : reader_->line();
    mark_.id = xml_attribute(attributes, "id");
    shapes_.clear();
    track_times_.clear();
    inside_.clear();
    for (const std::string& folder : folders_) {
      if (folder.empty()) continue;
      mark_.folder += (mark_.folder.empty() ? "" : "/") + folder;
    }
    return;
  }
  path_.emplace_back(name);
}

void PlacemarkReader::text(std::string_view piece) {
  text_ += piece;
}

void PlacemarkReader::close(std::string_view name) {
  if (in_placemark_ && !(name == "Placemark" && inside_.empty())) {
    close_in_placemark(name);
    text_.clear();
    return;
  }
  if (in_placemark_) {
    finish();
    return;
  }
  if (!path_.empty()) path_.pop_back();
  if (name == "name") close_folder_name();
  if (is_folder(name) && !folders_.empty()) folders_.pop_back();
  text_.clear();
}

void PlacemarkReader::close_folder_name() {
  if (!path_.empty() && is_folder(path_.back()) && !folders_.empty() && path_.size() > 1)
    folders_.back() = trim(text_);
}

void PlacemarkReader::open_in_placemark(std::string_view name, const XmlAttributes& attributes) {
  inside_.emplace_back(name);
  if (name == "Point") return begin_shape(WkbKind::kPoint);
  if (name == "LineString" || name == "LinearRing") {
    // The ring of a polygon is a run of it; alone it is a line.
    const bool of_polygon = !shapes_.empty() && shapes_.back().kind == WkbKind::kPolygon;
    return of_polygon ? void() : begin_shape(WkbKind::kLineString);
  }
  if (name == "Polygon") return begin_shape(WkbKind::kPolygon);
  if (name == "MultiGeometry" || name == "MultiTrack") return begin_shape(WkbKind::kCollection);
  if (name == "Track") track_ = {};
  if (name == "Model") ++left_out_["Model"];
  if (name == "Data" || name == "SimpleData") data_name_ = xml_attribute(attributes, "name");
}

void PlacemarkReader::close_in_placemark(std::string_view name) {
  if (!inside_.empty()) inside_.pop_back();
  const std::string_view parent = inside_.empty() ? std::string_view() : inside_.back();
  const std::string_view value = trim(text_);
  if (inside_.empty() && name == "name") mark_.name = value;
  if (inside_.empty() && name == "description") mark_.description = value;
  if (parent == "TimeSpan" && name == "begin") mark_.begin = value;
  if (parent == "TimeSpan" && name == "end") mark_.end = value;
  if (parent == "TimeStamp" && name == "when") mark_.begin = mark_.end = value;
  if (parent == "Track" && name == "when") track_.times.emplace_back(value);
  if (parent == "Track" && name == "coord") keep_fault(read_kml_coord(value, track_.positions));
  if (name == "coordinates" && !shapes_.empty()) {
    auto& runs = shapes_.back().runs;
    keep_fault(read_kml_coordinates(value, runs.emplace_back()));
  }
  if (parent == "Data" && name == "value") mark_.data.emplace_back(data_name_, value);
  if (name == "SimpleData") mark_.data.emplace_back(data_name_, value);
  if (name == "Track") return end_track();
  if (is_one_of(name, {"Point", "LineString", "Polygon", "MultiGeometry", "MultiTrack"}))
    return end_shape();
  if (name == "LinearRing" && !shapes_.empty() && shapes_.back().kind == WkbKind::kLineString)
    end_shape();
}

void PlacemarkReader::keep_fault(Status status) {
  if (status.ok() || !mark_.fault.empty()) return;
  mark_.fault = status.error().message;
  mark_.faulty_text = text_.substr(0, kFaultShown);
}

void PlacemarkReader::begin_shape(WkbKind kind) {
  shapes_.push_back({.kind = kind, .runs = {}, .parts = {}});
}

void PlacemarkReader::end_shape() {
  if (shapes_.empty()) return;
  KmlShape shape = std::move(shapes_.back());
  shapes_.pop_back();
  const bool several = shape.kind != WkbKind::kPolygon && shape.runs.size() > 1;
  if (several && mark_.fault.empty()) mark_.fault = "a point or line has several <coordinates>";
  if (shape.kind != WkbKind::kCollection && shape.kind != WkbKind::kPolygon) shape.runs.resize(1);
  add_shape(std::move(shape));
}

void PlacemarkReader::end_track() {
  if (!track_.times.empty() && track_.times.size() * 3 != track_.positions.size() &&
      mark_.fault.empty()) {
    mark_.fault = "a track has " + std::to_string(track_.times.size()) + " times for " +
                  std::to_string(track_.positions.size() / 3) + " positions";
  }
  if (!track_.times.empty()) {
    if (mark_.begin.empty()) mark_.begin = track_.times.front();
    mark_.end = track_.times.back();
  }
  track_times_.push_back(std::move(track_.times));
  KmlShape line{.kind = WkbKind::kLineString, .runs = {}, .parts = {}};
  line.runs.push_back(std::move(track_.positions));
  track_ = {};
  add_shape(std::move(line));
}

void PlacemarkReader::add_shape(KmlShape&& shape) {
  if (!shapes_.empty()) {
    shapes_.back().parts.push_back(std::move(shape));
    return;
  }
  if (!mark_.has_geometry) {
    mark_.has_geometry = true;
    mark_.shape = std::move(shape);
    return;
  }
  // A Placemark has one geometry; some writers put several.
  KmlShape both{.kind = WkbKind::kCollection, .runs = {}, .parts = {}};
  both.parts.push_back(std::move(mark_.shape));
  both.parts.push_back(std::move(shape));
  mark_.shape = std::move(both);
}

void PlacemarkReader::finish() {
  in_placemark_ = false;
  text_.clear();
  const bool timed = std::any_of(track_times_.begin(), track_times_.end(),
                                 [](const auto& times) { return !times.empty(); });
  if (timed) {
    const nlohmann::json json = track_times_.size() == 1 ? nlohmann::json(track_times_.front())
                                                         : nlohmann::json(track_times_);
    mark_.times = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  take_(std::move(mark_));
}

}  // namespace rhumb
