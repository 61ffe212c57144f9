#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "decode/json/json_framer.h"
#include "decode/text/encoding.h"

namespace rhumb {

/// The `geojson:` or `json:` block of a source.
struct JsonOptions {
  bool geojson = false;
  EncodingOption encoding = EncodingOption::kAuto;
  std::vector<std::string> records;  ///< path to the array of records
  std::vector<std::string> nulls;    ///< texts that mean null
  bool drop_extra_members = false;   ///< false: such records go to the quarantine
  size_t max_record = size_t{16} << 20;
  size_t block_size = size_t{1} << 20;   ///< text that a reader takes at a time; not for users
  size_t look_ahead = size_t{32} << 20;  ///< text that columns are taken from; not for users

  [[nodiscard]] JsonFraming framing() const {
    return {.path = records, .max_record = max_record, .features = geojson};
  }
  [[nodiscard]] const char* format_name() const { return geojson ? "GeoJSON" : "JSON"; }
};

[[nodiscard]] Declaration make_geojson_declaration();
[[nodiscard]] Declaration make_json_declaration();

/// Values that the Declaration cannot check are refused here, with their place.
[[nodiscard]] Result<JsonOptions> read_json_options(const Config& config, bool geojson);

}  // namespace rhumb
