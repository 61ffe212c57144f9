#include "decode/flatgeobuf/flatgeobuf_decoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/flatgeobuf/flat_geometry.h"
#include "decode/flatgeobuf/flat_header.h"
#include "decode/record/record_input.h"
#include "io/fs/window_input.h"

namespace rhumb {
namespace {

constexpr std::string_view kMagic("fgb\3fgb", 7);  // and a patch level
constexpr size_t kMagicBytes = 8, kSizeBytes = 4;
constexpr size_t kLongestHeader = size_t{64} << 20;

// Fields of the table Feature.
enum : size_t { kGeometry = 0, kProperties = 1, kOwnColumns = 2 };

class FlatgeobufInput final : public RecordInput {
 public:
  FlatgeobufInput(WindowInput input, FlatHeader header, uint64_t first)
      : input_(std::move(input)), header_(std::move(header)), at_(first) {
    bool taken = false;
    for (const FlatColumn& column : header_.columns) {
      fields_.push_back({.name = column.name, .type = type_of(column.type)});
      taken = taken || equals_ignoring_case(column.name, "geometry");
    }
    Type geometry{.id = TypeId::kGeometry};
    if (header_.kind <= 7) geometry.geometry = static_cast<GeometryKind>(header_.kind);
    fields_.push_back({.name = taken ? "feature_geometry" : "geometry", .type = geometry});
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return header_.crs; }
  [[nodiscard]] uint64_t consumed() const override { return at_; }
  [[nodiscard]] uint64_t total() const override { return input_.size(); }

  Result<bool> next(Record& out) override {
    const bool counted = header_.features > 0;
    if (counted ? number_ >= header_.features : at_ >= input_.size()) return end();
    RHUMB_ASSIGN(const std::string_view prefix, bytes_at(at_, kSizeBytes));
    const uint64_t size = little_endian_at<uint32_t>(prefix, 0);
    RHUMB_ASSIGN(const std::string_view feature, bytes_at(at_ + kSizeBytes, size));
    at_ += kSizeBytes + size;
    out.reset(fields_.size());
    out.number = ++number_;
    take(feature, out);
    return true;
  }

 private:
  Result<bool> end() const {
    if (at_ == input_.size()) return false;
    return Error{
        Code::kBadFile,
        fmt::format("{} bytes follow the last of {} features", input_.size() - at_, number_),
        "the header's count is wrong or the file is damaged: write it again",
        {}};
  }

  Result<std::string_view> bytes_at(uint64_t offset, uint64_t length) {
    if (offset <= input_.size() && length <= input_.size() - offset)
      return input_.at(offset, length);
    return Error{
        Code::kBadFile,
        header_.features > 0
            ? fmt::format("the file is cut off: it has {} features and ends within the {}th",
                          header_.features, number_ + 1)
            : fmt::format("the file is cut off within its {}th feature", number_ + 1),
        "get the file again",
        {}};
  }

  void take(std::string_view bytes, Record& out) {
    const auto feature = FlatTable::root(bytes);
    if (!feature) return refuse(bytes, "it has no root", "", out);
    const auto properties = feature->vector(kProperties, 1);
    if (!properties) return refuse(bytes, "its properties lie outside of it", "", out);
    const auto own = feature->tables(kOwnColumns);
    if (!own || *own > 0)
      return refuse(bytes, "it has columns of its own, which a table cannot hold", "", out);
    if (const Status status = read_flat_properties(*properties, header_.columns, out.values);
        !status.ok()) {
      Status copy = status;
      return refuse(bytes, copy.error().message, "", out);
    }
    bool present = false;
    const auto geometry = feature->table(kGeometry, present);
    if (!present) return;
    if (!geometry)
      return refuse(bytes, "its geometry lies outside of it", fields_.back().name, out);
    auto wkb = flat_geometry_wkb(*geometry, header_.kind, bytes.size());
    if (!wkb.ok()) return refuse(bytes, wkb.error().message, fields_.back().name, out);
    out.values.back().set(FieldValue::Kind::kGeometry, *wkb);
  }

  static void refuse(std::string_view bytes, std::string what, const std::string& field,
                     Record& out) {
    out.undecoded.assign(bytes);
    out.refuse(RejectReason::kBadValue, std::move(what), field);
    if (!field.empty()) out.fault.reason = RejectReason::kBadGeometry;
  }

  WindowInput input_;
  FlatHeader header_;
  std::vector<RecordField> fields_;
  uint64_t at_;
  uint64_t number_ = 0;
};

class FlatgeobufDecoder final : public RecordDecoder {
 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(WindowInput input, WindowInput::open(request.path));
    RHUMB_ASSIGN(const std::string_view start,
                 input.at(0, std::min<uint64_t>(input.size(), kMagicBytes + kSizeBytes)));
    if (start.size() < kMagicBytes + kSizeBytes || !start.starts_with(kMagic)) {
      return Error{Code::kBadFile,
                   fmt::format("{} is no FlatGeobuf file of version 3", request.input),
                   "name its format under `decode:`",
                   {}};
    }
    const size_t length = little_endian_at<uint32_t>(start, kMagicBytes);
    if (length > kLongestHeader) {
      return Error{Code::kBadFile,
                   fmt::format("{} claims a header of {}", request.input, human_bytes(length)),
                   "get the file again",
                   {}};
    }
    RHUMB_ASSIGN(const std::string_view buffer, input.at(kMagicBytes + kSizeBytes, length));
    RHUMB_ASSIGN(FlatHeader header, read_flat_header(buffer));
    const uint64_t first = kMagicBytes + kSizeBytes + length + header.index_bytes;
    if (first > input.size()) {
      return Error{
          Code::kBadFile, "the file is cut off within its spatial index", "get the file again", {}};
    }
    return std::unique_ptr<RecordInput>(
        std::make_unique<FlatgeobufInput>(std::move(input), std::move(header), first));
  }
};

}  // namespace

const Declaration& flatgeobuf_declaration() {
  static const Declaration declaration{
      .name = "flatgeobuf",
      .summary = "FlatGeobuf files",
      .doc =
          "Reads version 3 with or without spatial index. The geometry is the field `geometry`, in "
          "the file's coordinate system. A file whose header counts more features than it holds is "
          "refused as a whole.",
      .fields = {},
      .example = "flatgeobuf: {}"};
  return declaration;
}

std::unique_ptr<Decoder> make_flatgeobuf_decoder() {
  return std::make_unique<FlatgeobufDecoder>();
}

}  // namespace rhumb
