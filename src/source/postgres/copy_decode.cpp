#include "source/postgres/copy_decode.h"

#include <array>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "io/pg/wire.h"
#include "source/postgres/ewkb.h"
#include "source/postgres/numeric_decode.h"

namespace rhumb {
namespace {

constexpr size_t kNoWidth = SIZE_MAX;

// Bytes of a field, for layouts where it is fixed.
size_t width_of(PgLayout layout) {
  switch (layout) {
    case PgLayout::kBoolean:
      return 1;
    case PgLayout::kInt2:
      return 2;
    case PgLayout::kInt4:
    case PgLayout::kOid:
    case PgLayout::kFloat4:
    case PgLayout::kDate:
      return 4;
    case PgLayout::kInt8:
    case PgLayout::kFloat8:
    case PgLayout::kTime:
    case PgLayout::kTimestamp:
      return 8;
    case PgLayout::kUuid:
      return 16;
    case PgLayout::kNumeric:
    case PgLayout::kText:
    case PgLayout::kJsonb:
    case PgLayout::kBytes:
    case PgLayout::kGeometry:
      return kNoWidth;
  }
  return kNoWidth;
}

Error refused(const ReadColumn& from, const std::string& why, const std::string& hint) {
  return Error{Code::kBadValue, fmt::format("column {}: {}", from.column.name, why), hint, {}};
}

Error infinite(const ReadColumn& from) {
  return refused(
      from, "an infinite or far-away date, for which there is no counterpart",
      fmt::format("map it in a `query`: nullif({0}, 'infinity') AS {0}", from.column.name));
}

Status append_date(const ReadColumn& from, int32_t days, ColumnData& to) {
  if (days == std::numeric_limits<int32_t>::max() || days == std::numeric_limits<int32_t>::min()) {
    return infinite(from);
  }
  // Cannot overflow: PostgreSQL's own dates end two million days before the largest number.
  to.append(static_cast<int32_t>(days + kPgEpochDays));
  return {};
}

Status append_timestamp(const ReadColumn& from, int64_t micros, ColumnData& to) {
  if (micros == std::numeric_limits<int64_t>::min() ||
      micros >= std::numeric_limits<int64_t>::max() - kPgEpochMicros) {
    return infinite(from);
  }
  to.append(micros + kPgEpochMicros);
  return {};
}

Status append_decimal(const ReadColumn& from, std::string_view bytes, ColumnData& to) {
  RHUMB_ASSIGN(const auto value, decode_numeric(bytes, from.column.type.scale));
  if (!value) {
    return refused(from, "NaN or an infinite number, which a decimal cannot hold",
                   fmt::format("read it as double: types: {{{}: double}}", from.column.name));
  }
  to.append(*value);
  return {};
}

}  // namespace

Status RowDecoder::append(const std::vector<PgCell>& row, Batch& out) {
  if (row.size() != columns_.size()) {
    return Error{Code::kDatabase,
                 fmt::format("PostgreSQL sent {} fields, expected {}", row.size(), columns_.size()),
                 "",
                 {}};
  }
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i].is_null()) {
      out.columns[i].append_null();
    } else {
      RHUMB_TRY(append_value(columns_[i], row[i], out.columns[i]));
    }
  }
  return {};
}

Status RowDecoder::append_value(const ReadColumn& from, const PgCell& cell, ColumnData& to) {
  const size_t width = width_of(from.layout);
  if (width != kNoWidth && cell.size != width) {
    return refused(from, fmt::format("PostgreSQL sent {} bytes, expected {}", cell.size, width),
                   "");
  }
  switch (from.layout) {
    case PgLayout::kBoolean:
      to.append(static_cast<int8_t>(cell.data[0] != 0));
      return {};
    case PgLayout::kInt2:
      to.append(int64_t{load_big_endian<int16_t>(cell.data)});
      return {};
    case PgLayout::kInt4:
      to.append(int64_t{load_big_endian<int32_t>(cell.data)});
      return {};
    case PgLayout::kInt8:
      to.append(load_big_endian<int64_t>(cell.data));
      return {};
    case PgLayout::kOid:
      to.append(int64_t{load_big_endian<uint32_t>(cell.data)});
      return {};
    case PgLayout::kFloat4:
      to.append(double{load_big_endian_float(cell.data)});
      return {};
    case PgLayout::kFloat8:
      to.append(load_big_endian_double(cell.data));
      return {};
    case PgLayout::kTime:
      to.append(load_big_endian<int64_t>(cell.data));
      return {};
    case PgLayout::kDate:
      return append_date(from, load_big_endian<int32_t>(cell.data), to);
    case PgLayout::kTimestamp:
      return append_timestamp(from, load_big_endian<int64_t>(cell.data), to);
    case PgLayout::kNumeric:
      return append_decimal(from, cell.view(), to);
    case PgLayout::kGeometry:
      return append_geometry(from, cell, to);
    case PgLayout::kText:
    case PgLayout::kBytes:
      to.append_bytes(cell.view());
      return {};
    case PgLayout::kJsonb:
      if (cell.size == 0 || cell.data[0] != 1)
        return refused(from, "jsonb of an unknown version", "");
      to.append_bytes(cell.view().substr(1));
      return {};
    case PgLayout::kUuid: {
      std::array<char, 16> uuid;
      std::memcpy(uuid.data(), cell.data, uuid.size());
      to.append(uuid);
      return {};
    }
  }
  return {};
}

Status RowDecoder::append_geometry(const ReadColumn& from, const PgCell& cell, ColumnData& to) {
  auto srid = ewkb_to_wkb(cell.view(), wkb_);
  if (!srid.ok()) return refused(from, srid.error().message, srid.error().hint);
  if (*srid != from.column.type.srid) {
    return refused(
        from,
        fmt::format("a geometry has SRID {}, the column has {}", *srid, from.column.type.srid),
        fmt::format("bring all to one in a `query`: ST_Transform({}, {})", from.column.name,
                    from.column.type.srid == 0 ? 4326 : from.column.type.srid));
  }
  to.append_bytes(wkb_);
  return {};
}

}  // namespace rhumb
