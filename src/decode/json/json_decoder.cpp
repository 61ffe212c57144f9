#include "decode/json/json_decoder.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json/json_reader.h"
#include "decode/json/json_sample.h"

namespace rhumb {
namespace {

constexpr size_t kShortLook = size_t{1} << 20;  // at a file whose columns are declared

class JsonStream final : public BatchStream {
 public:
  JsonStream(std::shared_ptr<JsonShared> shared, std::vector<std::string> notes,
             std::string preamble)
      : shared_(std::move(shared)),
        schema_(shared_->layout.schema()),
        notes_(std::move(notes)),
        preamble_(std::move(preamble)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override {
    const uint64_t blocks = 1 + shared_->progress.total_bytes / shared_->options.block_size;
    return std::min<uint64_t>(blocks, std::max(1U, std::thread::hardware_concurrency()));
  }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<JsonReader>(shared_));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return shared_->progress; }
  [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }
  [[nodiscard]] std::string preamble() const override { return preamble_; }

 private:
  std::shared_ptr<JsonShared> shared_;
  Schema schema_;
  std::vector<std::string> notes_;
  std::string preamble_;
};

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
    auto shared = std::make_shared<JsonShared>();
    RHUMB_ASSIGN(shared->layout, lay_out_json(options_, sample, request.columns));
    RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
    for (const JsonColumn& column : shared->layout.columns) {
      RHUMB_ASSIGN(ColumnWriter writer,
                   ColumnWriter::make(column.declared, options_.nulls, zone, false));
      shared->writers.push_back(std::move(writer));
    }
    std::vector<std::string> notes = shared->layout.notes;
    if (!sample.note.empty()) notes.push_back(sample.note);
    if (std::string note = members_note(options_, sample); !note.empty()) notes.push_back(note);
    RHUMB_TRY(start(request, sample.member("crs"), *shared));
    return std::unique_ptr<BatchStream>(std::make_unique<JsonStream>(
        std::move(shared), std::move(notes), preamble(sample.member("crs"))));
  }

 private:
  Status start(const DecodeRequest& request, std::string crs, JsonShared& shared) const {
    shared.options = options_;
    shared.input = request.input;
    shared.sample = RecordSample(request.sample);
    shared.rejects = request.rejects;
    shared.cancel = request.cancel;
    RHUMB_ASSIGN(auto input,
                 TextInput::open(request.path, options_.encoding, options_.format_name()));
    shared.progress.total_bytes = input->total_bytes();
    std::optional<std::string> wanted;
    if (options_.geojson) wanted = std::move(crs);
    shared.splitter =
        std::make_unique<JsonSplitter>(std::move(input), options_.framing(), options_.block_size,
                                       std::move(wanted), shared.progress.bytes);
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
