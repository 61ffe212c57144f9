#include "decode/topojson/topojson_decoder.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/topojson/topology.h"
#include "io/fs/byte_input.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLargest = size_t{256} << 20;  // shared arcs must be known as a whole
constexpr size_t kPiece = size_t{1} << 20;
constexpr const char* kGeometry = "geometry";

/// What the values of one member are throughout.
class MemberGuess {
 public:
  void add(const Json& value) {
    if (value.is_null()) return;
    seen_ = true;
    integer_ = integer_ && value.is_number_integer();
    number_ = number_ && value.is_number();
    boolean_ = boolean_ && value.is_boolean();
    scalar_ = scalar_ && value.is_primitive();
  }
  [[nodiscard]] Type type() const {
    if (!scalar_) return {.id = TypeId::kJson};
    if (!seen_) return {.id = TypeId::kText};
    if (integer_) return {.id = TypeId::kInteger};
    if (number_) return {.id = TypeId::kDouble};
    return {.id = boolean_ ? TypeId::kBoolean : TypeId::kText};
  }

 private:
  bool seen_ = false, integer_ = true, number_ = true, boolean_ = true, scalar_ = true;
};

std::string text_of(const Json& value, const Type& type) {
  const bool plain = value.is_string() && type.id != TypeId::kJson;
  return plain ? value.get<std::string>()
               : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& member(const Json& object, const char* name) {
  static const Json kNone;
  return object.is_object() && object.contains(name) ? object[name] : kNone;
}

class TopojsonInput final : public RecordInput {
 public:
  TopojsonInput(Topology topology, const std::string& object, uint64_t bytes)
      : topology_(std::move(topology)), geometries_(topology_.geometries(object)), bytes_(bytes) {
    std::map<std::string, size_t> places;
    std::vector<MemberGuess> guesses(1);
    for (const Json* geometry : geometries_) {
      guesses.front().add(member(*geometry, "id"));
      const Json& properties = member(*geometry, "properties");
      if (!properties.is_object()) continue;
      for (const auto& [name, value] : properties.items()) {
        const auto [place, is_new] = places.emplace(name, guesses.size());
        if (is_new) {
          names_.push_back(name);
          guesses.emplace_back();
        }
        guesses[place->second].add(value);
      }
    }
    fields_.push_back({.name = "id", .type = guesses.front().type(), .exact = true});
    for (size_t i = 0; i < names_.size(); ++i) {
      const bool taken = equals_ignoring_case(names_[i], kGeometry);
      fields_.push_back({.name = taken ? "properties_geometry" : names_[i],
                         .type = guesses[i + 1].type(),
                         .exact = true});
    }
    fields_.push_back({.name = kGeometry, .type = {.id = TypeId::kGeometry}});
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return "EPSG:4326"; }
  [[nodiscard]] uint64_t consumed() const override {
    return geometries_.empty() ? bytes_ : bytes_ * next_ / geometries_.size();
  }
  [[nodiscard]] uint64_t total() const override { return bytes_; }

  Result<bool> next(Record& out) override {
    if (next_ >= geometries_.size()) return false;
    const Json& geometry = *geometries_[next_++];
    out.reset(fields_.size());
    out.number = next_;
    put(member(geometry, "id"), 0, out);
    const Json& properties = member(geometry, "properties");
    for (size_t i = 0; i < names_.size(); ++i)
      put(member(properties, names_[i].c_str()), i + 1, out);
    auto shape = topology_.geojson(geometry);
    if (!shape.ok()) {
      out.undecoded = geometry.dump(-1, ' ', false, Json::error_handler_t::replace);
      out.refuse(RejectReason::kBadGeometry, shape.error().message, kGeometry);
    } else if (*shape) {
      out.values.back().set_text(**shape);
    }
    return true;
  }

 private:
  void put(const Json& value, size_t field, Record& out) const {
    if (!value.is_null()) out.values[field].set_text(text_of(value, fields_[field].type));
  }

  Topology topology_;
  std::vector<const Json*> geometries_;
  uint64_t bytes_;
  std::vector<std::string> names_;  // of the properties
  std::vector<RecordField> fields_;
  size_t next_ = 0;
};

Result<std::string> read_whole(const DecodeRequest& request) {
  RHUMB_ASSIGN(const auto input, open_byte_input(request.path));
  std::string out;
  for (size_t got = 1; got > 0;) {
    const size_t before = out.size();
    out.resize(before + kPiece);
    RHUMB_ASSIGN(got, input->read(out.data() + before, kPiece));
    out.resize(before + got);
    if (out.size() > kLargest) {
      return Error{Code::kBadFile,
                   fmt::format("{} holds more than {} of TopoJSON, whose arcs have to be known as "
                               "a whole",
                               request.input, human_bytes(kLargest)),
                   "convert it to GeoJSON or FlatGeobuf",
                   {}};
    }
    if (request.cancel != nullptr && request.cancel->requested())
      return Error{Code::kCancelled, "reading was stopped", "", {}};
  }
  return out;
}

Result<std::string> choose_object(const Topology& topology, const std::string& wanted) {
  const std::vector<std::string> names = topology.object_names();
  if (wanted.empty() && names.size() == 1) return names.front();
  if (std::find(names.begin(), names.end(), wanted) != names.end()) return wanted;
  return Error{Code::kBadFile,
               wanted.empty()
                   ? fmt::format("the file has {} objects: {}", names.size(),
                                 printable(join(names, ", "), 300))
                   : fmt::format("the file has no object '{}'; it has: {}", printable(wanted, 60),
                                 printable(join(names, ", "), 300)),
               "say which to read: `decode: { topojson: { object: NAME } }`",
               {}};
}

class TopojsonDecoder final : public RecordDecoder {
 public:
  explicit TopojsonDecoder(std::string object) : object_(std::move(object)) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(const std::string text, read_whole(request));
    Json document = Json::parse(text, nullptr, false);
    if (document.is_discarded()) {
      return Error{Code::kBadFile,
                   fmt::format("{} is no whole JSON document", request.input),
                   "get the file again",
                   {}};
    }
    RHUMB_ASSIGN(Topology topology, Topology::read(std::move(document)));
    RHUMB_ASSIGN(const std::string object, choose_object(topology, object_));
    return std::unique_ptr<RecordInput>(
        std::make_unique<TopojsonInput>(std::move(topology), object, text.size()));
  }

 private:
  std::string object_;
};

}  // namespace

const Declaration& topojson_declaration() {
  static const Declaration declaration{
      .name = "topojson",
      .summary = "TopoJSON files",
      .doc =
          "Each geometry of one object is a row: `id`, its properties by name, and `geometry`, "
          "made of the arcs it shares with others, in EPSG:4326. A file of more than 256 MiB is "
          "refused, since any geometry may need any arc.",
      .fields = {{.name = "object",
                  .doc = "Which object. Needed when there are several.",
                  .example = "countries"}},
      .example = "topojson: { object: countries }"};
  return declaration;
}

std::unique_ptr<Decoder> make_topojson_decoder(const Config& config) {
  return std::make_unique<TopojsonDecoder>(config["object"].as_text());
}

}  // namespace rhumb
