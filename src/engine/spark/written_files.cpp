#include "engine/spark/written_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

using Range = std::pair<std::string, std::string>;

std::vector<std::string> parquet_files(const fs::path& folder) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".parquet") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The type as which a column's ranges are compared; "" when it has none.
std::string comparable(const Type& type) {
  switch (type.id) {
    case TypeId::kInteger:
      return "BIGINT";
    case TypeId::kDouble:
      return "DOUBLE";
    case TypeId::kDecimal:
      return fmt::format("DECIMAL({}, {})", type.precision, type.scale);
    case TypeId::kText:
      return "VARCHAR";
    case TypeId::kDate:
      return "DATE";
    case TypeId::kTimestamp:
      return "TIMESTAMP";
    case TypeId::kTimestampTz:
      return "TIMESTAMPTZ";
    default:
      return "";
  }
}

class Footers {
 public:
  Footers(Engine& engine, const std::vector<std::string>& files) : engine_(engine) {
    std::vector<std::string> literals;
    for (const std::string& file : files) literals.push_back(quote_literal(file));
    files_ = join(literals, ", ");
  }

  /// By file.
  Result<std::map<std::string, uint64_t>> rows() {
    RHUMB_ASSIGN(const Table table,
                 engine_.query(fmt::format(
                     "SELECT file_name, num_rows FROM parquet_file_metadata([{}])", files_)));
    std::map<std::string, uint64_t> out;
    for (const auto& row : table.rows)
      out[row.at(0).value_or("")] = std::stoull(row.at(1).value_or("0"));
    return out;
  }

  /// By file, where every row group says it. `path` is the column's, of a field `column, field`.
  Result<std::map<std::string, Range>> ranges(const std::string& path, const std::string& type) {
    const bool instants = type == "TIMESTAMPTZ";  // as text they are in UTC, whatever the session
    RHUMB_ASSIGN(
        const Table table,
        engine_.query(
            fmt::format("SELECT file_name, CAST(min(CAST(stats_min_value AS {0})){2} AS VARCHAR), "
                        "CAST(max(CAST(stats_max_value AS {0})){2} AS VARCHAR) FROM "
                        "parquet_metadata([{1}]) WHERE path_in_schema = $1 GROUP BY file_name "
                        "HAVING bool_and(stats_min_value IS NOT NULL AND stats_max_value IS NOT "
                        "NULL OR stats_null_count = num_values)",
                        type, files_, instants ? " AT TIME ZONE 'UTC'" : ""),
            {path}));
    std::map<std::string, Range> out;
    for (const auto& row : table.rows) {
      const std::string zone = instants ? "+00" : "";
      if (row.at(1) && row.at(2)) out[row.at(0).value_or("")] = {*row[1] + zone, *row[2] + zone};
    }
    return out;
  }

 private:
  Engine& engine_;
  std::string files_;
};

/// What a field of the boxes is at least and at most, per file.
Status add_boxes(Footers& footers, const std::string& covering, std::vector<DataFile>& files) {
  std::map<std::string, Range> corners[4];
  for (size_t i = 0; i < 4; ++i) {
    constexpr const char* kNames[] = {"xmin", "ymin", "xmax", "ymax"};
    RHUMB_ASSIGN(corners[i], footers.ranges(fmt::format("{}, {}", covering, kNames[i]), "FLOAT"));
  }
  for (DataFile& file : files) {
    const auto bound = [&](size_t corner) -> std::optional<double> {
      const auto found = corners[corner].find(file.path);
      if (found == corners[corner].end()) return std::nullopt;
      return read_float(corner < 2 ? found->second.first : found->second.second);
    };
    const auto xmin = bound(0), ymin = bound(1), xmax = bound(2), ymax = bound(3);
    if (xmin && ymin && xmax && ymax) file.bbox = Box{*xmin, *ymin, *xmax, *ymax};
  }
  return {};
}

}  // namespace

Result<std::vector<DataFile>> written_files(Engine& engine, const fs::path& folder,
                                            const Schema& schema, const std::string& covering) {
  const std::vector<std::string> paths = parquet_files(folder);
  std::vector<DataFile> files;
  if (paths.empty()) return files;
  Footers footers(engine, paths);
  RHUMB_ASSIGN(const auto rows, footers.rows());
  for (const std::string& path : paths) {
    const uint64_t count = rows.at(path);
    std::error_code failed;
    if (count > 0)
      files.push_back({.path = path, .rows = count, .bytes = fs::file_size(path, failed)});
  }
  for (const Column& column : schema) {
    const std::string type = comparable(column.type);
    if (type.empty()) continue;
    RHUMB_ASSIGN(const auto ranges, footers.ranges(column.name, type));
    for (DataFile& file : files) {
      const auto found = ranges.find(file.path);
      if (found != ranges.end()) file.ranges[column.name] = found->second;
    }
  }
  if (!covering.empty()) RHUMB_TRY(add_boxes(footers, covering, files));
  return files;
}

}  // namespace rhumb
