#include "decode/geopackage/geopackage_decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/geopackage/geometry_blob.h"
#include "decode/geopackage/layers.h"
#include "decode/record/record_input.h"

namespace rhumb {
namespace {

constexpr const char* kLayerField = "_layer";

class GeopackageInput final : public RecordInput {
 public:
  GeopackageInput(std::unique_ptr<ForeignDatabase> database, std::vector<PackageLayer> layers,
                  bool named, uint64_t size, std::vector<std::string> notes)
      : database_(std::move(database)),
        layers_(std::move(layers)),
        fields_(layers_.front().fields),
        named_(named),
        size_(size),
        notes_(std::move(notes)) {
    if (named_) fields_.push_back({.name = kLayerField, .type = {.id = TypeId::kText}});
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return layers_.front().crs; }
  /// SQLite does not say how far it is.
  [[nodiscard]] uint64_t consumed() const override { return layer_ < layers_.size() ? 0 : size_; }
  [[nodiscard]] uint64_t total() const override { return size_; }
  [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }

  Result<bool> next(Record& out) override {
    while (layer_ < layers_.size()) {
      if (!rows_) {
        RHUMB_ASSIGN(auto rows, database_->query(select(layers_[layer_])));
        rows_.emplace(std::move(rows));
      }
      RHUMB_ASSIGN(const bool more, rows_->next());
      if (more) {
        take(out);
        return true;
      }
      rows_.reset();
      ++layer_;
    }
    return false;
  }

 private:
  static std::string select(const PackageLayer& layer) {
    std::vector<std::string> names;
    for (const RecordField& field : layer.fields) names.push_back(quote_identifier(field.name));
    return fmt::format("SELECT {} FROM {}", join(names, ", "), quote_identifier(layer.table));
  }

  void take(Record& out) {
    const PackageLayer& layer = layers_[layer_];
    out.reset(fields_.size());
    out.number = ++number_;
    if (named_) out.values.back().set_text(layer.table);
    for (size_t i = 0; i < layer.fields.size(); ++i) take_value(static_cast<int>(i), out.values[i]);
    if (layer.geometry < layer.fields.size()) take_geometry(layer, out);
  }

  void take_value(int column, FieldValue& out) const {
    switch (rows_->kind(column)) {
      case ForeignDatabase::Kind::kNull:
        return;
      case ForeignDatabase::Kind::kInteger:
        return out.set_text(std::to_string(rows_->integer(column)));
      case ForeignDatabase::Kind::kNumber:
        return out.set_text(fmt::format("{}", rows_->number(column)));
      case ForeignDatabase::Kind::kText:
        return out.set_text(rows_->bytes(column));
      case ForeignDatabase::Kind::kBytes:
        return out.set(FieldValue::Kind::kBytes, rows_->bytes(column));
    }
  }

  static void take_geometry(const PackageLayer& layer, Record& out) {
    FieldValue& value = out.values[layer.geometry];
    if (value.kind == FieldValue::Kind::kNull) return;
    const std::string& field = layer.fields[layer.geometry].name;
    const auto blob = read_geometry_blob(value.bytes);
    if (!blob.ok()) return out.refuse(RejectReason::kBadGeometry, blob.error().message, field);
    if (blob->srs > 0 && blob->srs != layer.srs) {
      return out.refuse(
          RejectReason::kBadGeometry,
          fmt::format("the layer is in the system {}, this geometry in {}", layer.srs, blob->srs),
          field);
    }
    value.set(FieldValue::Kind::kGeometry, std::string(blob->wkb));
  }

  std::unique_ptr<ForeignDatabase> database_;  // before the rows that borrow from it
  std::vector<PackageLayer> layers_;
  std::vector<RecordField> fields_;
  bool named_;
  uint64_t size_;
  std::vector<std::string> notes_;
  std::optional<ForeignDatabase::Rows> rows_;
  size_t layer_ = 0;
  uint64_t number_ = 0;
};

bool agree(const PackageLayer& a, const PackageLayer& b) {
  return a.crs == b.crs && a.geometry == b.geometry &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [](const RecordField& x, const RecordField& y) {
                      return equals_ignoring_case(x.name, y.name) && x.type == y.type;
                    });
}

class GeopackageDecoder final : public RecordDecoder {
 public:
  explicit GeopackageDecoder(std::vector<std::string> layers) : wanted_(std::move(layers)) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(auto database, ForeignDatabase::open(request.path));
    RHUMB_ASSIGN(const auto names, list_layers(*database));
    RHUMB_ASSIGN(const auto chosen, choose(names));
    std::vector<PackageLayer> layers;
    for (const std::string& name : chosen) {
      RHUMB_ASSIGN(PackageLayer layer, read_layer(*database, name));
      layers.push_back(std::move(layer));
      if (agree(layers.front(), layers.back())) continue;
      return Error{Code::kBadFile,
                   fmt::format("the layers {} and {} differ in their columns or systems",
                               printable(chosen.front(), 80), printable(name, 80)),
                   "read each in a source of its own",
                   {}};
    }
    std::error_code unknown;
    const uint64_t size = std::filesystem::file_size(request.path, unknown);
    return std::unique_ptr<RecordInput>(std::make_unique<GeopackageInput>(
        std::move(database), std::move(layers), wanted_.size() > 1, unknown ? 0 : size,
        std::vector<std::string>{}));
  }

 private:
  [[nodiscard]] Result<std::vector<std::string>> choose(
      const std::vector<std::string>& names) const {
    const std::string listed = printable(join(names, ", "), 300);
    if (wanted_.empty() && names.size() == 1) return names;
    if (wanted_.empty()) {
      return Error{Code::kBadFile,
                   fmt::format("the file has {} layers: {}", names.size(), listed),
                   fmt::format("say which: `geopackage: {{ layer: {} }}`; several with the same "
                               "columns as a list",
                               printable(names.front(), 80)),
                   {}};
    }
    std::vector<std::string> out;
    for (const std::string& wanted : wanted_) {
      const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
        return equals_ignoring_case(name, wanted);
      });
      if (found == names.end()) {
        return Error{
            Code::kBadFile,
            fmt::format("the file has no layer '{}'; it has: {}", printable(wanted, 80), listed),
            "correct `layer:`",
            {}};
      }
      out.push_back(*found);
    }
    return out;
  }

  std::vector<std::string> wanted_;
};

Declaration make_declaration() {
  return {.name = "geopackage",
          .summary = "GeoPackage files",
          .doc =
              "Reads one layer, or several of the same columns one after the other; a field "
              "`_layer` then names the layer. The geometry has the name it has in the file, and "
              "the file's coordinate system.",
          .fields = {{.name = "layer",
                      .type = FieldType::kListOrOne,
                      .doc = "Which layer, or a list of layers. Needed when there are several.",
                      .example = "roads",
                      .item = std::make_shared<const Field>(
                          Field{.name = "layer", .doc = "Name of a layer.", .example = "roads"})}},
          .example = "geopackage: { layer: roads }"};
}

}  // namespace

const Declaration& geopackage_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

Result<std::vector<std::string>> geopackage_layers(const std::filesystem::path& path) {
  RHUMB_ASSIGN(auto database, ForeignDatabase::open(path));
  return list_layers(*database);
}

std::unique_ptr<Decoder> make_geopackage_decoder(const Config& config) {
  return std::make_unique<GeopackageDecoder>(config["layer"].as_texts());
}

}  // namespace rhumb
