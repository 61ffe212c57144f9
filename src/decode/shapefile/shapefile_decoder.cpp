#include "decode/shapefile/shapefile_decoder.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/shapefile/dbf.h"
#include "decode/shapefile/shp_file.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGeometry = "geometry";
constexpr size_t kLongestSmallPart = size_t{64} << 10;  // .prj and .cpg

/// The part of that extension beside the .shp, in whatever case; empty when there is none.
fs::path part_of(const fs::path& shp, std::string_view extension) {
  std::error_code failed;
  const fs::path folder = shp.parent_path().empty() ? fs::path(".") : shp.parent_path();
  fs::path exact = shp;
  exact.replace_extension(extension);
  if (fs::exists(exact, failed)) return exact;
  const std::string wanted = shp.stem().string() + std::string(extension);
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (equals_ignoring_case(at->path().filename().string(), wanted)) return at->path();
  }
  return {};
}

Result<std::string> read_small_part(const fs::path& path) {
  if (path.empty()) return std::string();
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (failed || size > kLongestSmallPart) {
    return Error{Code::kBadFile,
                 fmt::format("{} cannot be what its name says: {}", path.filename().string(),
                             failed ? failed.message() : human_bytes(size)),
                 "get it again",
                 {}};
  }
  RHUMB_ASSIGN(std::string text, read_whole_file(path));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return std::string(trim(text));
}

class ShapefileInput final : public RecordInput {
 public:
  ShapefileInput(ShpFile shapes, std::optional<DbfTable> table, std::string crs,
                 std::vector<std::string> notes)
      : shapes_(std::move(shapes)),
        table_(std::move(table)),
        crs_(std::move(crs)),
        notes_(std::move(notes)) {
    if (table_) fields_ = table_->fields();
    const auto taken = [&](const std::string& name) {
      return std::any_of(fields_.begin(), fields_.end(), [&](const RecordField& field) {
        return equals_ignoring_case(field.name, name);
      });
    };
    const Type type{.id = TypeId::kGeometry, .geometry = geometry_of(shapes_.kind())};
    fields_.push_back({.name = taken(kGeometry) ? "shape_geometry" : kGeometry, .type = type});
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return crs_; }
  [[nodiscard]] uint64_t consumed() const override { return shapes_.position(); }
  [[nodiscard]] uint64_t total() const override { return shapes_.size(); }

  Result<bool> next(Record& out) override {
    while (true) {
      out.reset(fields_.size());
      out.number = index_ + 1;
      RHUMB_ASSIGN(const auto shape, shapes_.read(index_));
      DbfTable::Found found = DbfTable::Found::kRecord;
      if (table_) {
        RHUMB_ASSIGN(found, table_->read(index_, out));
      }
      if (!shape && (!table_ || found == DbfTable::Found::kMissing)) return take_rest(out);
      ++index_;
      if (found == DbfTable::Found::kDeleted) {
        ++deleted_;
        continue;
      }
      take(shape, found, out);
      return true;
    }
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> out = notes_;
    if (table_) {
      for (std::string& note : table_->notes()) out.push_back(std::move(note));
    }
    if (deleted_ > 0) {
      out.push_back(
          fmt::format("{} records are marked as deleted and were left out", human_count(deleted_)));
    }
    return out;
  }

 private:
  void take(const std::optional<ShpFile::Shape>& shape, DbfTable::Found found, Record& out) {
    if (!shape) {
      return out.refuse(RejectReason::kBadGeometry,
                        "the .dbf file has this record, the .shp file has none",
                        fields_.back().name);
    }
    FieldValue& geometry = out.values.back();
    out.undecoded.assign(shape->content);
    if (!shape->fault.empty())
      return out.refuse(RejectReason::kBadGeometry, shape->fault, fields_.back().name);
    auto wkb = shape_wkb(shape->content);
    if (!wkb.ok())
      return out.refuse(RejectReason::kBadGeometry, wkb.error().message, fields_.back().name);
    out.undecoded.clear();
    if (!wkb->empty()) geometry.set(FieldValue::Kind::kGeometry, *wkb);
    if (found == DbfTable::Found::kMissing) {
      out.refuse(RejectReason::kTooFewFields,
                 "the .shp file has this record, the .dbf file has none");
    }
  }

  /// At the end: one reject for all the records that both parts have lost.
  Result<bool> take_rest(Record& out) {
    if (!table_ || table_->claimed() <= index_ || told_rest_) return false;
    told_rest_ = true;
    out.refuse(RejectReason::kTooFewFields,
               fmt::format("the .dbf file says it has {} records and ends after {}",
                           human_count(table_->claimed()), human_count(table_->count())));
    return true;
  }

  ShpFile shapes_;
  std::optional<DbfTable> table_;
  std::string crs_;
  std::vector<std::string> notes_;
  std::vector<RecordField> fields_;
  uint64_t index_ = 0;
  uint64_t deleted_ = 0;
  bool told_rest_ = false;
};

bool only_geometry(const std::vector<DeclaredColumn>& columns) {
  return !columns.empty() && std::all_of(columns.begin(), columns.end(), [](const auto& column) {
    return column.column.type.id == TypeId::kGeometry && column.lon.empty();
  });
}

class ShapefileDecoder final : public RecordDecoder {
 public:
  explicit ShapefileDecoder(std::string encoding) : encoding_(std::move(encoding)) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    const fs::path& path = request.path;
    if (!equals_ignoring_case(path.extension().string(), ".shp") && !part_of(path, ".shp").empty())
      return part_alone(request.input);
    const fs::path index = part_of(path, ".shx"), attributes = part_of(path, ".dbf");
    RHUMB_ASSIGN(ShpFile shapes, ShpFile::open(path, index));
    std::vector<std::string> notes;
    if (index.empty())
      notes.push_back("the .shx file is missing; records were read one behind the other");
    std::optional<DbfTable> table;
    if (attributes.empty()) {
      if (!only_geometry(request.columns)) return no_attributes(request.input);
      notes.push_back("the .dbf file is missing; the geometry was read without it");
    } else {
      RHUMB_ASSIGN(std::string encoding, read_small_part(part_of(path, ".cpg")));
      if (!encoding_.empty()) encoding = encoding_;
      RHUMB_ASSIGN(table, DbfTable::open(attributes, encoding));
    }
    RHUMB_ASSIGN(std::string crs, read_small_part(part_of(path, ".prj")));
    return std::unique_ptr<RecordInput>(std::make_unique<ShapefileInput>(
        std::move(shapes), std::move(table), std::move(crs), std::move(notes)));
  }

 private:
  static Error part_alone(const std::string& input) {
    return Error{Code::kBadFile,
                 fmt::format("{} is a part of a shapefile", input),
                 "read the .shp files only, their parts come with them: `files: \"*.shp\"`",
                 {}};
  }
  static Error no_attributes(const std::string& input) {
    return Error{
        Code::kBadFile,
        fmt::format("the .dbf file beside {}, which holds the attributes, is missing", input),
        "put it there, or declare the geometry as the only column",
        {}};
  }

  std::string encoding_;
};

}  // namespace

const Declaration& shapefile_declaration() {
  static const Declaration declaration{
      .name = "shapefile",
      .summary = "Esri shapefiles",
      .doc =
          "Reads each `.shp` with the parts of the same name beside it: attributes (`.dbf`), index "
          "(`.shx`), coordinate system (`.prj`), character set (`.cpg`). The "
          "geometry is the field `geometry`. The change of a part alone is not noticed: what "
          "counts is the `.shp`.",
      .fields = {{.name = "encoding",
                  .doc = "The character set of the attributes, where neither the .cpg file nor the "
                         "table says it or they are wrong: `UTF-8`, `CP1252`, `ISO-8859-2`, "
                         "`CP850`...",
                  .example = "CP1250"}},
      .example = "shapefile: {}"};
  return declaration;
}

std::unique_ptr<Decoder> make_shapefile_decoder(const Config& config) {
  return std::make_unique<ShapefileDecoder>(config["encoding"].as_text());
}

}  // namespace rhumb
