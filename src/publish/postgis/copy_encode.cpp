#include "publish/postgis/copy_encode.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "publish/postgis/numeric.h"

namespace rhumb {
namespace {

// What PostgreSQL can hold, counted from 1970.
constexpr int64_t kFirstMicros = -210'866'803'200'000'000;  // 4714-11-24 BC
constexpr int64_t kFirstDay = -2'440'588;
constexpr int64_t kLastDay = 2'145'042'905;  // 5874897-12-31
constexpr int64_t kDayMicros = 86'400'000'000;
constexpr uint32_t kEwkbHasSrid = 0x20000000U;

struct Pair {
  TypeId from;
  std::string_view base_name;
  PgForm form;
};
constexpr auto kPairs = std::to_array<Pair>({
    {TypeId::kBoolean, "bool", PgForm::kBoolean},
    {TypeId::kInteger, "int8", PgForm::kInt8},
    {TypeId::kInteger, "int4", PgForm::kInt4},
    {TypeId::kInteger, "int2", PgForm::kInt2},
    {TypeId::kInteger, "numeric", PgForm::kNumeric},
    {TypeId::kDouble, "float8", PgForm::kFloat8},
    {TypeId::kDouble, "float4", PgForm::kFloat4},
    {TypeId::kDecimal, "numeric", PgForm::kNumeric},
    {TypeId::kText, "text", PgForm::kText},
    {TypeId::kText, "varchar", PgForm::kText},
    {TypeId::kText, "bpchar", PgForm::kText},
    {TypeId::kText, "citext", PgForm::kText},
    {TypeId::kText, "xml", PgForm::kText},
    {TypeId::kText, "json", PgForm::kText},
    {TypeId::kText, "jsonb", PgForm::kJsonb},
    {TypeId::kJson, "jsonb", PgForm::kJsonb},
    {TypeId::kJson, "json", PgForm::kText},
    {TypeId::kJson, "text", PgForm::kText},
    {TypeId::kBytes, "bytea", PgForm::kBytes},
    {TypeId::kDate, "date", PgForm::kDate},
    {TypeId::kTime, "time", PgForm::kTime},
    {TypeId::kTimestamp, "timestamp", PgForm::kTimestamp},
    {TypeId::kTimestampTz, "timestamptz", PgForm::kTimestamp},
    {TypeId::kUuid, "uuid", PgForm::kUuid},
    {TypeId::kGeometry, "geometry", PgForm::kGeometry},
    {TypeId::kGeometry, "geography", PgForm::kGeometry},
});

// WKB -> EWKB: the SRID follows the type of the outermost geometry, in its byte order. PostGIS
// reads the ISO codes for Z and M as they are. False when it is no WKB.
bool put_ewkb(std::string_view wkb, int srid, PgBuffer& out) {
  if (wkb.size() < 9 || static_cast<unsigned char>(wkb[0]) > 1) return false;
  if (srid == 0) {
    out.put_field(wkb);
    return true;
  }
  const bool little = wkb[0] == 1;
  auto type = load_big_endian<uint32_t>(wkb.data() + 1);
  if (little) type = swap_bytes(type);
  if ((type & kEwkbHasSrid) != 0) return false;
  type |= kEwkbHasSrid;
  const auto reference = static_cast<uint32_t>(srid);
  out.put_length(wkb.size() + 4);
  out.put_bytes(wkb.substr(0, 1));
  out.put(little ? swap_bytes(type) : type);
  out.put(little ? swap_bytes(reference) : reference);
  out.put_bytes(wkb.substr(5));
  return true;
}

template <typename T>
void put_fixed(T value, PgBuffer& out) {
  out.put_length(sizeof(T));
  out.put(value);
}

}  // namespace

Result<ColumnEncoding> choose_encoding(const Column& column, const PgColumnType& type) {
  if (type.is_enum && column.type.id == TypeId::kText) return ColumnEncoding{column, PgForm::kText};
  const auto found = std::find_if(kPairs.begin(), kPairs.end(), [&](const Pair& pair) {
    return pair.from == column.type.id && pair.base_name == type.base_name;
  });
  if (found != kPairs.end()) return ColumnEncoding{column, found->form};
  std::vector<std::string> possible;
  for (const Pair& pair : kPairs) {
    if (pair.from == column.type.id) possible.emplace_back(pair.base_name);
  }
  return Error{Code::kBadValue,
               fmt::format("column {} is {} and cannot be written as PostgreSQL's {}", column.name,
                           type_name(column.type), type.sql),
               fmt::format("cast it in the model, or pin one of: {}", join(possible, ", ")),
               {}};
}

BatchEncoder::BatchEncoder(std::vector<ColumnEncoding> columns)
    : columns_(std::move(columns)), nulls_(columns_.size(), 0) {}

Error BatchEncoder::refused(const ColumnEncoding& to, const std::string& why,
                            const std::string& hint) const {
  return Error{Code::kBadValue,
               fmt::format("row {}, column {}: {}", rows_ + 1, to.column.name, why),
               hint,
               {}};
}

Status BatchEncoder::append(const Batch& batch, size_t row, PgBuffer& out) {
  out.put(static_cast<int16_t>(columns_.size()));
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ColumnData& from = batch.columns[i];
    if (!from.is_null(row)) {
      RHUMB_TRY(append_value(columns_[i], from, row, out));
      continue;
    }
    if (!columns_[i].column.nullable) {
      return refused(columns_[i], "null where the schema says there is none", "");
    }
    ++nulls_[i];
    out.put_null();
  }
  ++rows_;
  return {};
}

Status BatchEncoder::append_value(const ColumnEncoding& to, const ColumnData& from, size_t row,
                                  PgBuffer& out) {
  switch (to.form) {
    case PgForm::kBoolean:
      put_fixed(static_cast<int8_t>(from.value<int8_t>(row) != 0), out);
      return {};
    case PgForm::kInt8:
      put_fixed(from.value<int64_t>(row), out);
      return {};
    case PgForm::kInt4:
      return append_narrow<int32_t>(to, from.value<int64_t>(row), out);
    case PgForm::kInt2:
      return append_narrow<int16_t>(to, from.value<int64_t>(row), out);
    case PgForm::kFloat8:
      put_fixed(std::bit_cast<int64_t>(from.value<double>(row)), out);
      return {};
    case PgForm::kFloat4:
      put_fixed(std::bit_cast<int32_t>(static_cast<float>(from.value<double>(row))), out);
      return {};
    case PgForm::kNumeric:
      if (to.column.type.id == TypeId::kInteger) {
        put_numeric(from.value<int64_t>(row), 0, out);
      } else {
        put_numeric(from.value<Int128>(row), to.column.type.scale, out);
      }
      return {};
    case PgForm::kText:
    case PgForm::kJsonb:
      return append_text(to, from.bytes(row), out);
    case PgForm::kBytes:
      out.put_field(from.bytes(row));
      return {};
    case PgForm::kDate:
      return append_date(to, from.value<int32_t>(row), out);
    case PgForm::kTime:
    case PgForm::kTimestamp:
      return append_micros(to, from.value<int64_t>(row), out);
    case PgForm::kUuid: {
      const auto uuid = from.value<std::array<char, 16>>(row);
      out.put_field({uuid.data(), uuid.size()});
      return {};
    }
    case PgForm::kGeometry:
      if (put_ewkb(from.bytes(row), to.column.type.srid, out)) return {};
      return refused(to, "a geometry that is not WKB", "");
  }
  return {};
}

template <typename Narrow>
Status BatchEncoder::append_narrow(const ColumnEncoding& to, int64_t value, PgBuffer& out) {
  if (value < std::numeric_limits<Narrow>::min() || value > std::numeric_limits<Narrow>::max()) {
    return refused(to, fmt::format("{} does not fit into {} bytes", value, sizeof(Narrow)),
                   "pin a wider type under `columns`, or none");
  }
  put_fixed(static_cast<Narrow>(value), out);
  return {};
}

Status BatchEncoder::append_text(const ColumnEncoding& to, std::string_view text, PgBuffer& out) {
  if (text.find('\0') != std::string_view::npos) {
    return refused(to, "the character U+0000, which PostgreSQL's text cannot hold",
                   "remove it in the model: replace(column, chr(0), '')");
  }
  const bool binary_json = to.form == PgForm::kJsonb;
  out.put_length(text.size() + (binary_json ? 1 : 0));
  if (binary_json) out.put(int8_t{1});  // version of the format
  out.put_bytes(text);
  return {};
}

Status BatchEncoder::append_date(const ColumnEncoding& to, int32_t day, PgBuffer& out) {
  if (day < kFirstDay || day > kLastDay) {
    return refused(to, "a date that is infinite or outside of PostgreSQL's range",
                   "filter it in the model");
  }
  put_fixed(day - kPgEpochDays, out);
  return {};
}

Status BatchEncoder::append_micros(const ColumnEncoding& to, int64_t micros, PgBuffer& out) {
  if (to.form == PgForm::kTime) {
    if (micros < 0 || micros > kDayMicros) return refused(to, "a time outside of the day", "");
    put_fixed(micros, out);
    return {};
  }
  // The engine's infinity is the largest number there is.
  if (micros < kFirstMicros || micros == std::numeric_limits<int64_t>::max()) {
    return refused(to, "a timestamp that is infinite or outside of PostgreSQL's range",
                   "filter it in the model");
  }
  put_fixed(micros - kPgEpochMicros, out);
  return {};
}

}  // namespace rhumb
