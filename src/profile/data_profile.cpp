#include "profile/data_profile.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/coordinate_check.h"
#include "geo/distance.h"

namespace rhumb {
namespace {

constexpr uint64_t kMostCompared = 1'000'000;
constexpr double kManyOutliers = 0.05;  // then they are how the data is
constexpr GeoBox kWorld = {-180, -90, 180, 90};

template <typename Fits>
std::optional<size_t> first_column(const Schema& schema, Fits fits) {
  const auto found = std::find_if(schema.begin(), schema.end(),
                                  [&](const Column& column) { return fits(column.type); });
  if (found == schema.end()) return std::nullopt;
  return static_cast<size_t>(found - schema.begin());
}

/// Follows the rows as if they were the track of one thing.
class Steps {
 public:
  explicit Steps(const Schema& schema)
      : point_(first_column(schema,
                            [](const Type& type) {
                              return type.id == TypeId::kGeometry &&
                                     type.geometry == GeometryKind::kPoint &&
                                     is_geographic(type.srid);
                            })),
        time_(first_column(schema, [](const Type& type) {
          return type.id == TypeId::kTimestamp || type.id == TypeId::kTimestampTz;
        })) {}

  void add(const Batch& batch, size_t row, DataProfile& out) {
    if (!point_ || !time_) return;
    const ColumnData& points = batch.columns[*point_];
    const ColumnData& times = batch.columns[*time_];
    if (points.is_null(row) || times.is_null(row)) return;
    const auto at = wkb_point(points.bytes(row));
    if (!at) return;
    const auto now = times.value<int64_t>(row);
    if (known_ && now > when_) {
      ++out.steps;
      const double seconds = static_cast<double>(now - when_) / 1e6;
      if (sphere_distance_m(where_, *at) / seconds > kImpossibleSpeed) ++out.impossible_steps;
    }
    known_ = true;
    where_ = *at;
    when_ = now;
  }

 private:
  std::optional<size_t> point_, time_;
  bool known_ = false;
  Position where_;
  int64_t when_ = 0;
};

uint64_t hash_row(const Batch& batch, size_t row) {
  std::string all;
  for (const ColumnData& column : batch.columns) {
    const auto text = value_text(column, row);
    all += text ? fmt::format("{}:", text->size()) + *text : "-";
  }
  return std::hash<std::string>()(all);
}

void suspect_geometry(const ColumnProfile& column, std::vector<std::string>& out) {
  const std::string name = printable(column.column().name, 60);
  const auto& places = column.places();
  if (places.empty()) return;
  const auto share = [&](auto test) {
    return static_cast<double>(std::count_if(places.begin(), places.end(), test)) /
           static_cast<double>(places.size());
  };
  const double at_zero = share([](const Position& at) { return at == Position{0, 0}; });
  if (at_zero > 0)
    out.push_back(fmt::format("{}: {:.3g}% are at (0, 0), which stands for a missing position",
                              name, at_zero * 100));
  if (!is_geographic(column.column().type.srid) && column.column().type.id == TypeId::kGeometry)
    return;
  const GeoBox& box = column.box();
  const GeoBox turned = {box[1], box[0], box[3], box[2]};
  if (!contains(kWorld, box)) {
    out.push_back(contains(kWorld, turned)
                      ? fmt::format("{}: latitude seems to stand before longitude", name)
                      : fmt::format("{}: coordinates beyond 180 and 90 degrees", name));
  }
}

void suspect_numbers(const ColumnProfile& column, std::vector<std::string>& out) {
  const std::string name = printable(column.column().name, 60);
  const double far = column.outliers();
  if (far > 0 && far < kManyOutliers) {
    out.push_back(fmt::format("{}: {:.3g}% of its values are far from the others ({} to {})", name,
                              far * 100, measure_text(column.column().type.id, column.min()),
                              measure_text(column.column().type.id, column.max())));
  }
}

}  // namespace

Result<DataProfile> profile_rows(BatchStream& stream, uint64_t limit) {
  DataProfile out;
  for (const Column& column : stream.schema()) out.columns.emplace_back(column);
  Steps steps(stream.schema());
  std::unordered_set<uint64_t> seen;
  RHUMB_ASSIGN(const auto reader, stream.open_reader());
  Batch batch(stream.schema());
  while (out.complete) {
    RHUMB_ASSIGN(const bool more, reader->next(batch));
    if (!more) break;
    for (size_t row = 0; row < batch.rows() && out.complete; ++row) {
      if (limit > 0 && out.rows >= limit) {
        out.complete = false;
        break;
      }
      ++out.rows;
      for (size_t i = 0; i < out.columns.size(); ++i) out.columns[i].add(batch.columns[i], row);
      if (out.rows <= kMostCompared && !seen.insert(hash_row(batch, row)).second) ++out.duplicates;
      steps.add(batch, row, out);
    }
  }
  return out;
}

std::vector<std::string> suspects(const DataProfile& profile) {
  std::vector<std::string> out;
  if (profile.duplicates > 0)
    out.push_back("rows equal to one before them: " + human_count(profile.duplicates));
  std::vector<std::string> empty;
  for (const ColumnProfile& column : profile.columns) {
    if (column.rows() > 0 && column.nulls() == column.rows())
      empty.push_back(printable(column.column().name, 60));
  }
  if (!empty.empty()) out.push_back("without a value in any row: " + join(empty, ", "));
  for (const ColumnProfile& column : profile.columns) {
    suspect_geometry(column, out);
    suspect_numbers(column, out);
  }
  const bool is_track = profile.steps >= 10 && profile.impossible_steps * 20 < profile.steps;
  if (is_track && profile.impossible_steps > 0) {
    out.push_back(fmt::format("{} of {} steps from row to row are faster than sound",
                              human_count(profile.impossible_steps), human_count(profile.steps)));
  }
  return out;
}

}  // namespace rhumb
