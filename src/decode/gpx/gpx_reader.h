#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/xml/xml_reader.h"

namespace rhumb {

enum class GpxKind : uint8_t { kWaypoint, kRoute, kTrack };

/// `waypoint`, `route` or `track`.
[[nodiscard]] std::string_view gpx_kind_name(GpxKind kind);

/// Elements that hold text, by name and in their order; those of extensions among them, whatever
/// they are wrapped in.
class GpxElements {
 public:
  struct Element {
    std::string_view name, value;
  };

  /// Keeps what memory there is, as a copy to one that was cleared does.
  void clear() {
    text_.clear();
    places_.clear();
  }
  void add(std::string_view name, std::string_view value) {
    places_.push_back({text_.size(), name.size(), value.size()});
    text_ += name;
    text_ += value;
  }
  [[nodiscard]] size_t size() const { return places_.size(); }
  /// Valid until something is added.
  [[nodiscard]] Element operator[](size_t index) const {
    const Place& place = places_[index];
    const std::string_view both = std::string_view(text_).substr(place.at);
    return {both.substr(0, place.name), both.substr(place.name, place.value)};
  }
  /// The value of the first of that name, or "".
  [[nodiscard]] std::string_view find(std::string_view name) const {
    for (size_t i = 0; i < size(); ++i) {
      if ((*this)[i].name == name) return (*this)[i].value;
    }
    return {};
  }

 private:
  struct Place {
    size_t at, name, value;  ///< where in text_, and how long each is
  };
  std::string text_;
  std::vector<Place> places_;
};

struct GpxPoint {
  uint64_t line = 0;
  GpxKind kind = GpxKind::kWaypoint;
  uint64_t way = 0;  ///< of the route or track in the file, from 1 per kind; 0 = a waypoint
  uint64_t segment = 0, number = 0;  ///< in the track, and in the segment or route; from 1
  std::string lon, lat;              ///< as written
  GpxElements elements;
};

/// A route or a track, without its points.
struct GpxWay {
  uint64_t line = 0;
  GpxKind kind = GpxKind::kTrack;
  uint64_t number = 0;  ///< in the file, from 1 per kind
  uint64_t points = 0;
  GpxElements elements;
};

/// What a GPX file holds, as it goes by.
class GpxHandler {
 public:
  virtual ~GpxHandler() = default;
  /// `way`: the route or track around it as far as it is known; nullptr for a waypoint.
  virtual void point(const GpxPoint& point, const GpxWay* way) = 0;
  /// Behind its last point.
  virtual void way(GpxWay&& way) = 0;
};

/// Collects points, routes and tracks from the elements of a GPX document of any version.
class GpxReader final : public XmlHandler {
 public:
  explicit GpxReader(GpxHandler& handler) : handler_(handler) {}
  /// Asked for the line at which a point or way begins.
  void set_lines(const XmlReader* reader) { reader_ = reader; }

  void open(std::string_view name, const XmlAttributes& attributes) override;
  void text(std::string_view piece) override;
  void close(std::string_view name) override;

  /// True once a <gpx> element was seen.
  [[nodiscard]] bool is_gpx() const { return is_gpx_; }

 private:
  [[nodiscard]] uint64_t line() const { return reader_ == nullptr ? 1 : reader_->line(); }
  void open_way(GpxKind kind);
  void open_point(GpxKind kind, const XmlAttributes& attributes);

  GpxHandler& handler_;
  const XmlReader* reader_ = nullptr;
  bool is_gpx_ = false;
  bool in_way_ = false, in_point_ = false;
  uint64_t routes_ = 0, tracks_ = 0, segment_ = 0, number_ = 0;
  size_t depth_ = 0;  // of open elements
  size_t point_depth_ = 0, way_depth_ = 0;
  bool leaf_ = false;  // no element closed in the open one
  std::string text_;
  GpxPoint point_;
  GpxWay way_;
};

}  // namespace rhumb
