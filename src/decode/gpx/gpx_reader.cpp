#include "decode/gpx/gpx_reader.h"

#include "base/text.h"

namespace rhumb {

std::string_view gpx_kind_name(GpxKind kind) {
  if (kind == GpxKind::kWaypoint) return "waypoint";
  return kind == GpxKind::kRoute ? "route" : "track";
}

void GpxReader::open(std::string_view name, const XmlAttributes& attributes) {
  ++depth_;
  leaf_ = true;
  text_.clear();
  if (in_point_ || (in_way_ && depth_ == way_depth_ + 1 && name != "trkseg" && name != "rtept")) {
    // The only element of GPX whose value is an attribute.
    const std::string_view link = name == "link" ? xml_attribute(attributes, "href") : "";
    if (!link.empty()) (in_point_ ? point_.elements : way_.elements).add(name, link);
    return;
  }
  if (name == "gpx") is_gpx_ = true;
  if (name == "wpt" && !in_way_) return open_point(GpxKind::kWaypoint, attributes);
  if (name == "rte" && !in_way_) return open_way(GpxKind::kRoute);
  if (name == "trk" && !in_way_) return open_way(GpxKind::kTrack);
  if (name == "trkseg" && in_way_) {
    ++segment_;
    number_ = 0;
  }
  if ((name == "trkpt" || name == "rtept") && in_way_) open_point(way_.kind, attributes);
}

void GpxReader::open_way(GpxKind kind) {
  in_way_ = true;
  way_depth_ = depth_;
  way_ = {.line = line(),
          .kind = kind,
          .number = kind == GpxKind::kRoute ? ++routes_ : ++tracks_,
          .points = 0,
          .elements = {}};
  segment_ = number_ = 0;
}

void GpxReader::open_point(GpxKind kind, const XmlAttributes& attributes) {
  in_point_ = true;
  point_depth_ = depth_;
  point_.line = line();
  point_.kind = kind;
  point_.way = in_way_ ? way_.number : 0;
  point_.segment = kind == GpxKind::kTrack ? segment_ : 0;
  point_.number = in_way_ ? ++number_ : 0;
  point_.lon = xml_attribute(attributes, "lon");
  point_.lat = xml_attribute(attributes, "lat");
  point_.elements.clear();
}

void GpxReader::text(std::string_view piece) {
  text_ += piece;
}

void GpxReader::close(std::string_view name) {
  const bool leaf = std::exchange(leaf_, false);
  const size_t depth = depth_--;
  if (in_point_ && depth == point_depth_) {
    in_point_ = false;
    if (in_way_) ++way_.points;
    handler_.point(point_, in_way_ ? &way_ : nullptr);
    return;
  }
  if (in_way_ && depth == way_depth_) {
    in_way_ = false;
    handler_.way(std::move(way_));
    return;
  }
  const bool of_way = in_way_ && name != "trkseg";
  const std::string_view value = trim(text_);
  if (leaf && (in_point_ || of_way) && !value.empty())
    (in_point_ ? point_.elements : way_.elements).add(name, value);
  text_.clear();
}

}  // namespace rhumb
