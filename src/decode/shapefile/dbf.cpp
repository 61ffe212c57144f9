#include "decode/shapefile/dbf.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "base/time.h"

namespace rhumb {
namespace {

constexpr size_t kTableHeader = 32, kFieldHeader = 32, kNameBytes = 11;
constexpr char kHeaderEnd = '\r';
constexpr char kDeletedMark = '*';

Error damaged(const std::filesystem::path& path, std::string_view what) {
  return Error{Code::kBadFile,
               fmt::format("{} is no attribute table: {}", path.filename().string(), what),
               "get the file again",
               {}};
}

bool is_blank(char c) {
  return c == ' ' || c == '\0' || c == '\t';
}

std::string_view without_padding(std::string_view bytes) {
  while (!bytes.empty() && is_blank(bytes.back())) bytes.remove_suffix(1);
  return bytes;
}

bool only(std::string_view text, char c) {
  return text.find_first_not_of(c) == std::string_view::npos;
}

/// The narrowest type that holds every number of that width.
Type number_type(size_t length, size_t decimals) {
  if (decimals > 0) return {.id = TypeId::kDouble};
  if (length <= 18) return {.id = TypeId::kInteger};
  if (length <= 38)
    return {.id = TypeId::kDecimal, .precision = static_cast<uint8_t>(length), .scale = 0};
  return {.id = TypeId::kDouble};
}

Type type_of(char kind, size_t length, size_t decimals) {
  switch (kind) {
    case 'N':
      return number_type(length, decimals);
    case 'F':  // may be written with an exponent
      return decimals == 0 ? number_type(length, 0) : Type{.id = TypeId::kDouble};
    case 'O':
    case 'B':
      return {.id = TypeId::kDouble};
    case 'I':
    case '+':
      return {.id = TypeId::kInteger};
    case 'Y':
      return {.id = TypeId::kDecimal, .precision = 19, .scale = 4};
    case 'L':
      return {.id = TypeId::kBoolean};
    case 'D':
      return {.id = TypeId::kDate};
    case 'T':
    case '@':
      return {.id = TypeId::kTimestamp};
    default:
      return {.id = TypeId::kText};
  }
}

}  // namespace

Result<DbfTable> DbfTable::open(const std::filesystem::path& path, const std::string& encoding) {
  RHUMB_ASSIGN(WindowInput input, WindowInput::open(path));
  DbfTable table(std::move(input));
  RHUMB_TRY(table.read_header(path, encoding));
  return table;
}

Status DbfTable::read_header(const std::filesystem::path& path, const std::string& encoding) {
  if (input_.size() < kTableHeader) return damaged(path, "it is too short");
  RHUMB_ASSIGN(const std::string_view start, input_.at(0, kTableHeader));
  claimed_ = little_endian_at<uint32_t>(start, 4);
  header_ = little_endian_at<uint16_t>(start, 8);
  record_ = little_endian_at<uint16_t>(start, 10);
  const auto language = little_endian_at<uint8_t>(start, 29);
  if (header_ <= kTableHeader || record_ == 0 || header_ > input_.size())
    return damaged(path, fmt::format("a header of {} bytes in {}", header_, input_.size()));
  // Some writers leave the last byte of the last record away.
  count_ = std::min<uint64_t>(claimed_, (input_.size() - header_ + 1) / record_);
  RHUMB_ASSIGN(const std::string_view whole, input_.at(0, header_));
  const std::string header(whole);
  RHUMB_ASSIGN(code_page_, CodePage::make(encoding, language));
  for (size_t at = kTableHeader; at + kFieldHeader <= header_ && header[at] != kHeaderEnd;
       at += kFieldHeader) {
    RHUMB_TRY(add_field(std::string_view(header).substr(at, kFieldHeader)));
  }
  if (fields_.empty()) return damaged(path, "it has no fields");
  const Place& last = places_.back();
  if (last.offset + last.length > record_)
    return damaged(path, fmt::format("its fields do not fit into {} bytes", record_));
  return {};
}

Status DbfTable::add_field(std::string_view descriptor) {
  const std::string_view name_bytes = descriptor.substr(0, kNameBytes);
  std::string name;
  (void)code_page_->to_utf8(name_bytes.substr(0, name_bytes.find('\0')), name);
  const char kind = descriptor[11];
  size_t length = little_endian_at<uint8_t>(descriptor, 16);
  size_t decimals = little_endian_at<uint8_t>(descriptor, 17);
  if (kind == 'C') {  // long texts use the second byte too
    length += decimals << 8;
    decimals = 0;
  }
  if (!is_utf8(name)) name = printable(name);
  const size_t offset = places_.empty() ? 1 : places_.back().offset + places_.back().length;
  if (kind == 'M' || kind == 'G' || kind == 'P') memos_.push_back(name);
  places_.push_back({kind, offset, length});
  fields_.push_back({.name = std::string(trim(name)), .type = type_of(kind, length, decimals)});
  return {};
}

Result<DbfTable::Found> DbfTable::read(uint64_t index, Record& out) {
  const uint64_t offset = header_ + index * record_;
  if (index >= count_) return Found::kMissing;
  const size_t present = static_cast<size_t>(std::min<uint64_t>(record_, input_.size() - offset));
  RHUMB_ASSIGN(const std::string_view bytes, input_.at(offset, present));
  if (bytes.front() == kDeletedMark) return Found::kDeleted;
  for (size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    take(place, bytes.substr(std::min(place.offset, bytes.size()), place.length), out.values[i]);
  }
  return Found::kRecord;
}

void DbfTable::take_text(std::string_view bytes, FieldValue& out) {
  bytes = without_padding(bytes);
  if (bytes.empty()) return;
  // What is no text in the character set stays as it is, for the writer to refuse.
  (void)code_page_->to_utf8(bytes, scratch_);
  out.set_text(scratch_);
}

void DbfTable::take(const Place& place, std::string_view bytes, FieldValue& out) {
  if (place.type == 'C') return take_text(bytes, out);
  const bool fits_8 = bytes.size() == 8, fits_4 = bytes.size() == 4;
  if ((place.type == 'O' || place.type == 'B') && fits_8)
    return out.set_text(fmt::format("{}", little_endian_at<double>(bytes, 0)));
  if ((place.type == 'I' || place.type == '+') && fits_4)
    return out.set_text(std::to_string(little_endian_at<int32_t>(bytes, 0)));
  if (place.type == 'Y' && fits_8) {
    const auto value = little_endian_at<int64_t>(bytes, 0);
    const uint64_t size =
        value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    return out.set_text(
        fmt::format("{}{}.{:04}", value < 0 ? "-" : "", size / 10000, size % 10000));
  }
  if ((place.type == 'T' || place.type == '@') && fits_8) {
    // A Julian day and milliseconds of that day; 2440588 is 1970-01-01.
    const auto day = little_endian_at<int32_t>(bytes, 0),
               milliseconds = little_endian_at<int32_t>(bytes, 4);
    if (day == 0) return;
    const Micros at = (Micros{day} - 2440588) * 86'400'000'000 + Micros{milliseconds} * 1000;
    std::string text = format_utc(at);
    if (!text.empty() && text.back() == 'Z') text.pop_back();
    return out.set_text(text);
  }
  const std::string_view text = trim(without_padding(bytes));
  if (text.empty()) return;
  const bool number = place.type == 'N' || place.type == 'F';
  if (number && only(text, '*')) return;
  if (place.type == 'L' && text == "?") return;
  if (place.type == 'D' && only(text, '0')) return;
  take_text(text, out);
}

std::vector<std::string> DbfTable::notes() const {
  std::vector<std::string> out;
  if (code_page_->guessed()) {
    out.emplace_back(
        "neither a .cpg file nor the table names the character set: texts that are no UTF-8 were "
        "read as windows-1252; `encoding:` says it better");
  }
  if (!memos_.empty()) {
    out.push_back(fmt::format("memo fields lie in a file of their own, which is not read: {}",
                              join(memos_, ", ")));
  }
  return out;
}

}  // namespace rhumb
