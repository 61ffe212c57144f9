#include "decode/shapefile/shp_file.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace rhumb {
namespace {

constexpr size_t kFileHeader = 100, kRecordHeader = 8, kIndexEntry = 8;
constexpr int32_t kFileCode = 9994;

Result<int32_t> check_header(WindowInput& input, const std::filesystem::path& path) {
  const Error error{Code::kBadFile,
                    fmt::format("{} is no shapefile: its first bytes are not those of one",
                                path.filename().string()),
                    "check that the file is whole",
                    {}};
  if (input.size() < kFileHeader) return error;
  RHUMB_ASSIGN(const std::string_view header, input.at(0, kFileHeader));
  if (static_cast<int32_t>(big_endian_at(header, 0)) != kFileCode) return error;
  return little_endian_at<int32_t>(header, 32);
}

}  // namespace

Result<ShpFile> ShpFile::open(const std::filesystem::path& path,
                              const std::filesystem::path& index) {
  RHUMB_ASSIGN(WindowInput shapes, WindowInput::open(path));
  RHUMB_ASSIGN(const int32_t code, check_header(shapes, path));
  std::optional<WindowInput> offsets;
  if (!index.empty()) {
    RHUMB_ASSIGN(offsets, WindowInput::open(index));
    RHUMB_TRY([&]() -> Status {
      auto checked = check_header(*offsets, index);
      return checked.ok() ? Status() : Status(std::move(checked).error());
    }());
  }
  ShpFile file(std::move(shapes), std::move(offsets));
  file.kind_ = shape_kind(code);
  file.position_ = kFileHeader;
  return file;
}

std::optional<uint64_t> ShpFile::count() const {
  if (!index_) return std::nullopt;
  return (index_->size() - kFileHeader) / kIndexEntry;
}

Result<std::optional<ShpFile::Shape>> ShpFile::read(uint64_t index) {
  if (!index_) return read_at(position_, index, -1);
  if (index >= *count()) return std::optional<Shape>();
  RHUMB_ASSIGN(const std::string_view entry,
               index_->at(kFileHeader + index * kIndexEntry, kIndexEntry));
  const auto offset = static_cast<uint64_t>(big_endian_at(entry, 0)) * 2;
  return read_at(offset, index, static_cast<int32_t>(big_endian_at(entry, 4)));
}

/// Lengths and offsets are in words of two bytes.
Result<std::optional<ShpFile::Shape>> ShpFile::read_at(uint64_t offset, uint64_t index,
                                                       int32_t expected_words) {
  const bool has_index = expected_words >= 0 || index_.has_value();
  if (!has_index && offset >= shapes_.size()) return std::optional<Shape>();
  if (offset < kFileHeader || offset + kRecordHeader > shapes_.size()) {
    position_ = shapes_.size();
    return std::optional(Shape{{}, "the .shp file ends before this record"});
  }
  RHUMB_ASSIGN(const std::string_view header, shapes_.at(offset, kRecordHeader));
  const int32_t number = static_cast<int32_t>(big_endian_at(header, 0)),
                words = static_cast<int32_t>(big_endian_at(header, 4));
  const uint64_t left = shapes_.size() - offset - kRecordHeader;
  if (words < 2 || static_cast<uint64_t>(words) * 2 > left) {
    // Without an index nobody knows where the next record begins.
    position_ = shapes_.size();
    return std::optional(
        Shape{{},
              fmt::format("its length of {} bytes does not fit into the {} that are left",
                          int64_t{words} * 2, left)});
  }
  const size_t bytes = static_cast<size_t>(words) * 2;
  position_ = offset + kRecordHeader + bytes;
  if (has_index && expected_words != words) {
    return std::optional(Shape{{},
                               fmt::format("the .shx index says {} bytes, the .shp file {}",
                                           int64_t{expected_words} * 2, int64_t{words} * 2)});
  }
  if (static_cast<uint32_t>(number) != static_cast<uint32_t>(index + 1)) {
    return std::optional(
        Shape{{}, fmt::format("expected record {}, found record {}", index + 1, number)});
  }
  RHUMB_ASSIGN(const std::string_view content, shapes_.at(offset + kRecordHeader, bytes));
  return std::optional(Shape{content, ""});
}

}  // namespace rhumb
