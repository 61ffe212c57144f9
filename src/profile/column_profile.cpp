#include "profile/column_profile.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "decode/value/geometry_text.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

__extension__ using Wide = __int128;

constexpr size_t kSample = 50'000;
constexpr size_t kExamples = 3;
constexpr Micros kDay = 86'400'000'000;
constexpr double kFence = 3;  // quartile distances; Tukey's "far out"

std::optional<double> measure(const Column& column, const ColumnData& data, size_t row) {
  switch (column.type.id) {
    case TypeId::kInteger:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return static_cast<double>(data.value<int64_t>(row));
    case TypeId::kDouble:
      return data.value<double>(row);
    case TypeId::kDecimal:
      return static_cast<double>(data.value<Wide>(row)) * std::pow(10.0, -column.type.scale);
    case TypeId::kDate:
      return data.value<int32_t>(row);
    default:
      return std::nullopt;
  }
}

}  // namespace

ColumnProfile::ColumnProfile(Column column) : column_(std::move(column)) {}

// Source: George Marsaglia, xorshift64; each value takes part with the same chance.
bool ColumnProfile::sampled() {
  ++seen_;
  if (seen_ <= kSample) return true;
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return random_ % seen_ < kSample;
}

void ColumnProfile::add(const ColumnData& data, size_t row) {
  ++rows_;
  if (data.is_null(row)) {
    ++nulls_;
    return;
  }
  const TypeId type = column_.type.id;
  if (type == TypeId::kGeometry) return add_geometry(data.bytes(row));
  if (const auto value = measure(column_, data, row)) add_measure(*value);
  if (distinct_.size() >= kMostDistinct && type != TypeId::kText) return;
  const std::string text = value_text(data, row).value_or("");
  if (distinct_.size() < kMostDistinct) {
    const bool is_new = distinct_.insert(std::hash<std::string>()(text)).second;
    if (is_new && examples_.size() < kExamples && !text.empty())
      examples_.push_back(printable(text, kShownValue));
  }
  if (type == TypeId::kText) add_text(text);
}

void ColumnProfile::add_text(std::string_view text) {
  // Once it is clear that a column is no geometry, nothing more is tried.
  if (rows_ - nulls_ > 20 && geometry_texts_ == 0) return;
  const auto parsed = parse_geometry_text(trim(text));
  if (!parsed.ok()) return;
  ++geometry_texts_;
  if (parsed->srid != 0) text_srid_ = parsed->srid;
  add_geometry(parsed->wkb);
}

void ColumnProfile::add_geometry(std::string_view wkb) {
  const auto summary = inspect_wkb(wkb);
  if (!summary.ok()) return;
  ++kinds_[summary->header.kind];
  if (summary->points == 0) return;
  extend(box_, summary->box[0], summary->box[1]);
  extend(box_, summary->box[2], summary->box[3]);
  if (!sampled()) return;
  const Position centre{(summary->box[0] + summary->box[2]) / 2,
                        (summary->box[1] + summary->box[3]) / 2};
  if (places_.size() < kSample) {
    places_.push_back(centre);
  } else {
    places_[random_ / 7 % kSample] = centre;
  }
}

void ColumnProfile::add_measure(double value) {
  if (!std::isfinite(value)) return;
  min_ = measured_ == 0 ? value : std::min(min_, value);
  max_ = measured_ == 0 ? value : std::max(max_, value);
  sum_ += value;
  ++measured_;
  if (!sampled()) return;
  if (sample_.size() < kSample) {
    sample_.push_back(value);
  } else {
    sample_[random_ / 7 % kSample] = value;
  }
}

std::vector<uint64_t> ColumnProfile::histogram(size_t bins) const {
  std::vector<uint64_t> out(bins, 0);
  if (!has_range()) return out;
  const double width = (max_ - min_) / static_cast<double>(bins);
  for (const double value : sample_) {
    const double at = width > 0 ? (value - min_) / width : 0;
    ++out[std::min(bins - 1, static_cast<size_t>(std::max(0.0, at)))];
  }
  return out;
}

double ColumnProfile::outliers() const {
  if (sample_.size() < 20) return 0;
  std::vector<double> sorted = sample_;
  std::sort(sorted.begin(), sorted.end());
  const double low = sorted[sorted.size() / 4], high = sorted[sorted.size() * 3 / 4];
  if (!(high > low)) return 0;
  const double reach = kFence * (high - low);
  const auto far = std::count_if(sorted.begin(), sorted.end(), [&](double value) {
    return value < low - reach || value > high + reach;
  });
  return static_cast<double>(far) / static_cast<double>(sorted.size());
}

std::optional<std::string> value_text(const ColumnData& data, size_t row) {
  if (data.is_null(row)) return std::nullopt;
  switch (data.type()) {
    case TypeId::kBoolean:
      return std::string(data.value<uint8_t>(row) != 0 ? "true" : "false");
    case TypeId::kInteger:
      return std::to_string(data.value<int64_t>(row));
    case TypeId::kDouble:
      return fmt::format("{}", data.value<double>(row));
    case TypeId::kDate:
      return measure_text(TypeId::kDate, data.value<int32_t>(row));
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return measure_text(data.type(), static_cast<double>(data.value<int64_t>(row)));
    case TypeId::kDecimal:
    case TypeId::kUuid: {
      const auto bytes = data.value<std::array<char, 16>>(row);
      return std::string(bytes.begin(), bytes.end());
    }
    default:
      return std::string(data.bytes(row));
  }
}

std::string measure_text(TypeId type, double value) {
  const auto micros = static_cast<Micros>(value);
  switch (type) {
    case TypeId::kDate:
      return format_utc(static_cast<Micros>(value) * kDay).substr(0, 10);
    case TypeId::kTime:
      return format_utc(micros).substr(11, 8);
    case TypeId::kTimestamp: {
      std::string text = format_utc(micros).substr(0, 19);
      text[10] = ' ';
      return text;
    }
    case TypeId::kTimestampTz:
      return format_utc(micros).substr(0, 19) + "Z";
    case TypeId::kInteger:
      return fmt::format("{:.0f}", value);
    default:
      return fmt::format("{:.6g}", value);
  }
}

}  // namespace rhumb
