#include "decode/json/json_decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json/json_reader.h"
#include "decode/json/json_sample.h"

namespace rhumb {
namespace {

constexpr size_t kShortLook = size_t{1} << 20;  // at a file whose columns are declared

// Members beside the records say nothing about rows, but nobody should have to guess that.
std::string members_note(const JsonOptions& options, const JsonSample& sample) {
  std::vector<std::string> names;
  for (const auto& [name, value] : sample.members) {
    const bool known = options.geojson && (name == "type" || name == "crs" || name == "bbox");
    if (!known) names.push_back(printable(name, 40));
  }
  if (names.empty()) return "";
  return fmt::format("not taken, because it stands beside the records: {}", join(names, ", "));
}

class JsonDecoder final : public Decoder {
 public:
  explicit JsonDecoder(JsonOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    const bool declared = !request.columns.empty();
    RHUMB_ASSIGN(JsonSample sample, sample_json(options_, request,
                                                declared ? std::min(kShortLook, options_.look_ahead)
                                                         : options_.look_ahead));
    auto reading = std::make_shared<JsonReading>(request);
    RHUMB_ASSIGN(reading->layout, lay_out_json(options_, sample, request.columns));
    reading->notes = reading->layout.notes;
    RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
    for (const JsonColumn& column : reading->layout.columns)
      RHUMB_TRY(reading->add_column(column.declared, options_.nulls, zone, false));
    if (!sample.note.empty()) reading->notes.push_back(sample.note);
    if (std::string note = members_note(options_, sample); !note.empty())
      reading->notes.push_back(std::move(note));
    reading->preamble = preamble(sample.member("crs"));
    RHUMB_TRY(start(request, sample.member("crs"), *reading));
    return stream_of<JsonReader>(std::move(reading));
  }

 private:
  Status start(const DecodeRequest& request, std::string crs, JsonReading& reading) const {
    reading.options = options_;
    reading.block_bytes = options_.block_size;
    RHUMB_ASSIGN(auto input,
                 TextInput::open(request.path, options_.encoding, options_.format_name()));
    reading.progress.total_bytes = input->total_bytes();
    std::optional<std::string> wanted;
    if (options_.geojson) wanted = std::move(crs);
    reading.splitter =
        std::make_unique<JsonSplitter>(std::move(input), options_.framing(), options_.block_size,
                                       std::move(wanted), reading.progress.bytes);
    return {};
  }

  // Rejected features are objects of their own; what they need from around them is the CRS.
  [[nodiscard]] std::string preamble(const std::string& crs) const {
    if (!options_.geojson || crs.empty()) return "";
    return "{\"type\":\"FeatureCollection\",\"crs\":" + crs + ",\"features\":[]}\n";
  }

  JsonOptions options_;
};

}  // namespace

const Declaration& geojson_declaration() {
  static const Declaration declaration = make_geojson_declaration();
  return declaration;
}

const Declaration& json_declaration() {
  static const Declaration declaration = make_json_declaration();
  return declaration;
}

Result<std::unique_ptr<Decoder>> make_geojson_decoder(const Config& config) {
  RHUMB_ASSIGN(JsonOptions options, read_json_options(config, true));
  return make_json_decoder(std::move(options));
}

Result<std::unique_ptr<Decoder>> make_json_decoder(const Config& config) {
  RHUMB_ASSIGN(JsonOptions options, read_json_options(config, false));
  return make_json_decoder(std::move(options));
}

std::unique_ptr<Decoder> make_json_decoder(JsonOptions options) {
  return std::make_unique<JsonDecoder>(std::move(options));
}

}  // namespace rhumb
