#include "decode/flatgeobuf/flat_header.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

// Fields of the tables Header, Column and Crs.
enum : size_t { kGeometryType = 2, kColumns = 7, kFeatures = 8, kNodeSize = 9, kCrs = 10 };
enum : size_t { kColumnName = 0, kColumnType = 1 };
enum : size_t { kOrganization = 0, kCrsCode = 1, kCrsWkt = 4, kCodeText = 5 };

constexpr uint64_t kNodeBytes = 40;
constexpr uint64_t kMostFeatures = uint64_t{1} << 40;

// Bytes of a value of each type; 0 = a length and as many bytes.
constexpr std::array<size_t, 15> kWidths = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 0, 0, 0, 0};

Error malformed(std::string_view what) {
  return Error{Code::kBadFile,
               fmt::format("the header of the FlatGeobuf file is damaged: {}", what),
               "get the file again",
               {}};
}

/// Of the packed R-tree: nodes of every level from the leaves up to the root.
uint64_t index_bytes(uint64_t features, uint64_t node_size) {
  if (features == 0 || node_size < 2) return 0;
  uint64_t level = features, nodes = features;
  while (level > 1) {
    level = (level + node_size - 1) / node_size;
    nodes += level;
  }
  return nodes * kNodeBytes;
}

Result<std::string> read_crs(const FlatTable& header) {
  bool present = false;
  const auto crs = header.table(kCrs, present);
  if (!present) return std::string();
  if (!crs) return malformed("its coordinate system lies outside");
  const auto code = crs->scalar<int32_t>(kCrsCode, 0);
  const auto organization = crs->text(kOrganization), wkt = crs->text(kCrsWkt);
  const auto code_text = crs->text(kCodeText);
  if (!code || !organization || !wkt || !code_text)
    return malformed("its coordinate system lies outside");
  const std::string authority = organization->empty() ? "EPSG" : std::string(*organization);
  if (*code > 0) return fmt::format("{}:{}", authority, *code);
  if (!code_text->empty()) return fmt::format("{}:{}", authority, *code_text);
  return std::string(*wkt);
}

std::string number_text(FlatType type, std::string_view bytes) {
  switch (type) {
    case FlatType::kByte:
      return std::to_string(little_endian_at<int8_t>(bytes, 0));
    case FlatType::kUByte:
      return std::to_string(little_endian_at<uint8_t>(bytes, 0));
    case FlatType::kBool:
      return bytes[0] == 0 ? "false" : "true";
    case FlatType::kShort:
      return std::to_string(little_endian_at<int16_t>(bytes, 0));
    case FlatType::kUShort:
      return std::to_string(little_endian_at<uint16_t>(bytes, 0));
    case FlatType::kInt:
      return std::to_string(little_endian_at<int32_t>(bytes, 0));
    case FlatType::kUInt:
      return std::to_string(little_endian_at<uint32_t>(bytes, 0));
    case FlatType::kLong:
      return std::to_string(little_endian_at<int64_t>(bytes, 0));
    case FlatType::kULong:
      return std::to_string(little_endian_at<uint64_t>(bytes, 0));
    case FlatType::kFloat:
      return fmt::format("{}", little_endian_at<float>(bytes, 0));
    default:
      return fmt::format("{}", little_endian_at<double>(bytes, 0));
  }
}

}  // namespace

Type type_of(FlatType type) {
  switch (type) {
    case FlatType::kBool:
      return {.id = TypeId::kBoolean};
    case FlatType::kFloat:
    case FlatType::kDouble:
      return {.id = TypeId::kDouble};
    case FlatType::kULong:
      return {.id = TypeId::kDecimal, .precision = 20, .scale = 0};
    case FlatType::kString:
      return {.id = TypeId::kText};
    case FlatType::kJson:
      return {.id = TypeId::kJson};
    case FlatType::kDateTime:
      return {.id = TypeId::kText};  // ISO 8601 of any precision, with and without offset
    case FlatType::kBinary:
      return {.id = TypeId::kBytes};
    default:
      return {.id = TypeId::kInteger};
  }
}

Result<std::vector<FlatColumn>> read_flat_columns(const FlatTable& table, size_t field) {
  std::vector<FlatColumn> out;
  const auto count = table.tables(field);
  if (!count) return malformed("its columns lie outside");
  for (size_t i = 0; i < *count; ++i) {
    const auto column = table.table_at(field, i);
    if (!column) return malformed("a column lies outside");
    const auto name = column->text(kColumnName);
    const auto type = column->scalar<uint8_t>(kColumnType, 0);
    if (!name || !type || *type >= kWidths.size())
      return malformed(fmt::format("column {} has no name or an unknown type", i + 1));
    out.push_back({.name = is_utf8(*name) ? std::string(*name) : printable(*name),
                   .type = static_cast<FlatType>(*type)});
  }
  return out;
}

Result<FlatHeader> read_flat_header(std::string_view buffer) {
  const auto header = FlatTable::root(buffer);
  if (!header) return malformed("it has no root");
  FlatHeader out;
  const auto kind = header->scalar<uint8_t>(kGeometryType, 0);
  const auto features = header->scalar<uint64_t>(kFeatures, 0);
  const auto node_size = header->scalar<uint16_t>(kNodeSize, 16);
  if (!kind || !features || !node_size || *features > kMostFeatures)
    return malformed("its counts make no sense");
  out.kind = *kind;
  out.features = *features;
  out.index_bytes = index_bytes(*features, *node_size);
  RHUMB_ASSIGN(out.columns, read_flat_columns(*header, kColumns));
  RHUMB_ASSIGN(out.crs, read_crs(*header));
  return out;
}

Status read_flat_properties(std::string_view bytes, const std::vector<FlatColumn>& columns,
                            std::vector<FieldValue>& values) {
  const auto cut = [] { return Error{Code::kBadValue, "its properties are cut off", "", {}}; };
  while (!bytes.empty()) {
    if (bytes.size() < 2) return cut();
    const auto index = little_endian_at<uint16_t>(bytes, 0);
    bytes.remove_prefix(2);
    if (index >= columns.size())
      return Error{Code::kBadValue,
                   fmt::format("it has a value for column {} of {}", index + 1, columns.size()),
                   "",
                   {}};
    const FlatType type = columns[index].type;
    size_t width = kWidths[static_cast<size_t>(type)];
    if (width == 0) {
      if (bytes.size() < 4) return cut();
      width = little_endian_at<uint32_t>(bytes, 0);
      bytes.remove_prefix(4);
      if (width > bytes.size()) return cut();
      const bool binary = type == FlatType::kBinary;
      values[index].set(binary ? FieldValue::Kind::kBytes : FieldValue::Kind::kText,
                        bytes.substr(0, width));
    } else {
      if (width > bytes.size()) return cut();
      values[index].set_text(number_text(type, bytes));
    }
    bytes.remove_prefix(width);
  }
  return {};
}

}  // namespace rhumb
