#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "component/batch.h"
#include "geo/box.h"
#include "geo/wkb.h"

namespace rhumb {

/// A value kept for display at most this long, in bytes.
inline constexpr size_t kShownValue = 60;

/// What one column of data holds. Memory is bounded whatever the data.
class ColumnProfile {
 public:
  explicit ColumnProfile(Column column);

  /// Takes row `row` of the column's data.
  void add(const ColumnData& data, size_t row);

  [[nodiscard]] const Column& column() const { return column_; }
  [[nodiscard]] uint64_t rows() const { return rows_; }
  [[nodiscard]] uint64_t nulls() const { return nulls_; }
  /// Different values; exact up to kMostDistinct, above it the number is that limit.
  static constexpr size_t kMostDistinct = 100'000;
  [[nodiscard]] size_t distinct() const { return distinct_.size(); }
  [[nodiscard]] bool more_distinct() const { return distinct_.size() >= kMostDistinct; }

  // Numbers and times (days or microseconds), as doubles.
  [[nodiscard]] bool has_range() const { return measured_ > 0; }
  [[nodiscard]] double min() const { return min_; }
  [[nodiscard]] double max() const { return max_; }
  [[nodiscard]] double mean() const { return sum_ / static_cast<double>(measured_); }
  /// Counts of equally wide ranges from min to max, of a sample.
  [[nodiscard]] std::vector<uint64_t> histogram(size_t bins) const;
  /// Values further from the quartiles than three times their distance, of a sample; 0 to 1.
  [[nodiscard]] double outliers() const;

  // Texts: up to a few different values.
  [[nodiscard]] const std::vector<std::string>& examples() const { return examples_; }

  // Geometry.
  [[nodiscard]] const std::map<WkbKind, uint64_t>& kinds() const { return kinds_; }
  [[nodiscard]] const GeoBox& box() const { return box_; }
  /// Centres of the boxes of a sample of geometries.
  [[nodiscard]] const std::vector<Position>& places() const { return places_; }

  /// Text columns: how many values are geometry as text, and their SRID when they name one.
  [[nodiscard]] uint64_t geometry_texts() const { return geometry_texts_; }
  [[nodiscard]] int text_srid() const { return text_srid_; }

 private:
  void add_text(std::string_view text);
  void add_geometry(std::string_view wkb);
  void add_measure(double value);
  [[nodiscard]] bool sampled();

  Column column_;
  uint64_t rows_ = 0, nulls_ = 0, measured_ = 0, seen_ = 0;
  std::unordered_set<uint64_t> distinct_;
  double min_ = 0, max_ = 0, sum_ = 0;
  std::vector<double> sample_;
  std::vector<std::string> examples_;
  std::map<WkbKind, uint64_t> kinds_;
  GeoBox box_ = kEmptyBox;
  std::vector<Position> places_;
  uint64_t geometry_texts_ = 0;
  int text_srid_ = 0;
  uint64_t random_ = 88172645463325252U;
};

/// A value of the row as text, for hashes and examples; nothing for null.
[[nodiscard]] std::optional<std::string> value_text(const ColumnData& data, size_t row);

/// A number or time of a column's range as people write it: `12.5`, `2024-01-02`.
[[nodiscard]] std::string measure_text(TypeId type, double value);

}  // namespace rhumb
