#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decode/kml/kml_geometry.h"
#include "decode/xml/xml_reader.h"

namespace rhumb {

/// One Placemark.
struct Placemark {
  uint64_t line = 0;
  std::string id, name, description,
      folder;              ///< folder: names of the folders around it, `/` between
  std::string begin, end;  ///< of its TimeSpan, TimeStamp (both the same) or tracks
  std::string times;       ///< of tracks: JSON, one list per track; "" = none
  bool has_geometry = false;
  KmlShape shape;
  std::vector<std::pair<std::string, std::string>> data;  ///< ExtendedData by name
  std::string fault;  ///< why its geometry cannot be read, "" = it can
  std::string faulty_text;
};

/// Collects Placemarks from the elements of a KML document. Styles, links to other documents,
/// overlays and models are no places: they are counted and left out.
class PlacemarkReader final : public XmlHandler {
 public:
  using Take = std::function<void(Placemark&&)>;
  explicit PlacemarkReader(Take take) : take_(std::move(take)) {}
  /// Asked for the line at which a Placemark begins.
  void set_lines(const XmlReader* reader) { reader_ = reader; }

  void open(std::string_view name, const XmlAttributes& attributes) override;
  void text(std::string_view piece) override;
  void close(std::string_view name) override;

  /// True once a <kml> element was seen.
  [[nodiscard]] bool is_kml() const { return is_kml_; }
  [[nodiscard]] const std::map<std::string, uint64_t>& left_out() const { return left_out_; }

 private:
  struct Track {
    std::vector<std::string> times;
    std::vector<double> positions;
  };
  void open_in_placemark(std::string_view name, const XmlAttributes& attributes);
  void close_in_placemark(std::string_view name);
  void close_folder_name();
  void begin_shape(WkbKind kind);
  void end_shape();
  void end_track();
  void add_shape(KmlShape&& shape);
  void keep_fault(Status status);
  void finish();

  Take take_;
  const XmlReader* reader_ = nullptr;
  bool is_kml_ = false;
  std::vector<std::string> path_;     // open elements outside a Placemark
  std::vector<std::string> folders_;  // names of open folders
  std::vector<std::string> inside_;   // open elements inside the Placemark
  std::string text_;
  Placemark mark_;
  bool in_placemark_ = false;
  std::vector<KmlShape> shapes_;  // open ones, the outermost first
  Track track_;
  std::vector<std::vector<std::string>> track_times_;
  std::string data_name_;
  std::map<std::string, uint64_t> left_out_;
};

}  // namespace rhumb
