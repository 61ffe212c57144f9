#include "engine/duckdb/parquet_writer.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "engine/duckdb/copy_statistics.h"
#include "engine/duckdb/geo_metadata.h"
#include "engine/duckdb/types.h"
#include "geo/coordinate_check.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

// Measured on 5 M trips with two points: zstd 1 cost no more CPU than snappy and made files 13 %
// smaller; row groups of half the engine's size cost nothing and halve what a range read must load.
// A dictionary of up to a fifth of the rows, the engine's default, is tried on every column and
// given up on coordinates and measures: with the limit the same rows took 30 % less CPU.
constexpr const char* kFormat =
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 65536, "
    "DICTIONARY_SIZE_LIMIT 2048, GEOPARQUET_VERSION 'NONE', RETURN_STATS true";

bool has_range(TypeId id) {
  switch (id) {
    case TypeId::kInteger:
    case TypeId::kDouble:
    case TypeId::kDecimal:
    case TypeId::kText:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kUuid:
      return true;
    default:
      return false;
  }
}

class ParquetWriter {
 public:
  ParquetWriter(Session& session, const RowSource& rows, const WriteRequest& request)
      : session_(session), rows_(rows), request_(request), scratch_(target_of("parts")) {}

  Result<std::vector<DataFile>> write() {
    RHUMB_TRY(plan_columns());
    RHUMB_TRY(check_order());
    auto files = request_.partition_by.empty() ? write_whole() : write_partitions();
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
    if (!files.ok()) remove_begun();
    return files;
  }

 private:
  [[nodiscard]] fs::path target_of(const std::string& part) const {
    return fs::path(request_.directory) / fmt::format("{}-{}", request_.stem, part);
  }
  [[nodiscard]] std::string file_name(size_t n) const {
    return target_of(fmt::format("{}.parquet", n)).string();
  }

  // Only what this call can have made: the folder may hold the files of other inputs.
  void remove_begun() const {
    std::error_code ignored;
    for (const std::string& path : begun_) {
      const fs::path file(path);
      fs::remove(file, ignored);
      fs::remove(file.parent_path() / ("tmp_" + file.filename().string()), ignored);
    }
  }

  // --- columns -------------------------------------------------------------------------------

  Status plan_columns() {
    for (const Column& column : request_.schema) {
      if (column.name.empty()) {
        return Error{Code::kBadValue,
                     "a column has no name",
                     "give it one in the file's header or with `from:`",
                     {}};
      }
      if (!names_.insert(to_lower(column.name)).second) {
        return Error{
            Code::kDuplicate,
            fmt::format("there are two columns `{}` (upper and lower case are one)", column.name),
            "give one of them another name with AS",
            {}};
      }
    }
    for (size_t i = 0; i < request_.schema.size(); ++i) {
      select(rows_.expressions[i], request_.schema[i].name);
    }
    for (size_t i = 0; i < request_.schema.size(); ++i) {
      if (request_.schema[i].type.id == TypeId::kGeometry) plan_geometry(i);
    }
    const std::string input = request_.input.empty() ? rows_.input : quote_literal(request_.input);
    if (input.empty()) return {};
    if (!names_.insert("_input").second) {
      return Error{Code::kDuplicate,
                   "a column is named `_input`, which Rhumb adds itself",
                   "give it another name",
                   {}};
    }
    select(input, "_input");
    return {};
  }

  // Boxes of the primary geometry only: rows lie in its order, so only its boxes let a reader skip
  // row groups, and four floats a row cost as much to write as the rest of the geometry.
  void plan_geometry(size_t column) {
    const Column& geometry = request_.schema[column];
    std::string box;
    if (geometries_.empty()) {
      box = unused_name(geometry.name + "_bbox");
      select(fmt::format("rhumb_bbox({})", rows_.expressions[column]), box);
    }
    geometries_.push_back(
        GeometryColumn{.name = geometry.name, .type = geometry.type, .covering = box});
  }

  void select(const std::string& expression, const std::string& name) {
    select_.push_back(expression + " AS " + quote_identifier(name));
  }

  /// What stands behind FROM, without the rows that were erased. A row without a value is nobody's.
  [[nodiscard]] SqlText source() const {
    SqlText out = rows_.source;
    const char* word = " WHERE ";
    for (const ErasedKeys& keys : request_.erased) {
      const auto at = find_column(request_.schema, keys.column);
      if (!at || keys.hashes.empty()) continue;
      std::vector<std::string> hashes;
      for (const std::string& hash : keys.hashes) hashes.push_back(quote_literal(hash));
      out.text +=
          fmt::format("{}coalesce(sha256({} || CAST({} AS VARCHAR)) NOT IN ({}), true)", word,
                      quote_literal(keys.salt), rows_.expressions[*at], join(hashes, ", "));
      word = " AND ";
    }
    return out;
  }

  std::string unused_name(std::string name) {
    while (!names_.insert(to_lower(name)).second) name += "_";
    return name;
  }

  // --- order ---------------------------------------------------------------------------------

  // `order_by` is the user's text: it must be one list of columns and nothing that follows it.
  Status check_order() {
    if (request_.order_by.empty()) return {};
    std::vector<std::string> names;
    for (const Column& column : request_.schema) {
      names.push_back(fmt::format("CAST(NULL AS {}) AS {}", sql_type(column.type),
                                  quote_identifier(column.name)));
    }
    const std::string before =
        fmt::format("SELECT * FROM (SELECT {}) ORDER BY ", join(names, ", "));
    auto prepared = session_.prepare_select(before + request_.order_by);
    if (!prepared.ok()) return bad_order(prepared.error().message);
    RHUMB_ASSIGN(
        const std::string tree,
        session_.text_of(SqlText::internal("SELECT json_serialize_sql(CAST($1 AS VARCHAR))"),
                         {before + request_.order_by}));
    if (tree.find("LIMIT_") != std::string::npos) return bad_order("LIMIT would lose rows");
    return {};
  }

  [[nodiscard]] Error bad_order(const std::string& why) const {
    return Error{
        Code::kBadSql,
        fmt::format("the order `{}` is no list of columns: {}", printable(request_.order_by), why),
        "name columns of the result, as in `week, pickup_zone DESC`",
        {}};
  }

  /// ` ORDER BY ...` over the columns as they are in the file, or "".
  [[nodiscard]] std::string order() const {
    if (!request_.order_by.empty()) return " ORDER BY " + request_.order_by;
    if (!request_.hilbert_order || geometries_.empty()) return "";
    const GeometryColumn& primary = geometries_.front();
    const auto [xmin, ymin, xmax, ymax] = curve_extent(primary.type.srid);
    return fmt::format(" ORDER BY rhumb_hilbert({}, {:e}, {:e}, {:e}, {:e})",
                       quote_identifier(primary.name), xmin, ymin, xmax, ymax);
  }

  // --- copying -------------------------------------------------------------------------------

  [[nodiscard]] std::string metadata_option() const {
    if (geometries_.empty()) return "";
    return fmt::format(", KV_METADATA {{geo: {}}}", quote_literal(geo_metadata(geometries_)));
  }

  Result<std::vector<CopiedFile>> copy(const std::string& select, const SqlText& source,
                                       const std::string& order_by, const std::string& to,
                                       const std::string& options) {
    const std::string before = fmt::format("COPY (SELECT {} FROM ", select);
    const std::string after =
        fmt::format("{}) TO {} ({}{})", order_by, quote_literal(to), kFormat, options);
    SqlText sql{.text = before + source.text + after,
                .user_begin = before.size() + source.user_begin,
                .user_size = source.user_size};
    RHUMB_ASSIGN(ResultHandle result, session_.run(sql));
    return read_copied_files(result);
  }

  Result<std::vector<DataFile>> write_whole() {
    begun_.push_back(file_name(0));
    RHUMB_ASSIGN(const auto copied,
                 copy(join(select_, ", "), source(), order(), begun_.back(), metadata_option()));
    std::vector<DataFile> files;
    for (const CopiedFile& file : copied) {
      if (file.rows > 0) files.push_back(describe(file, ""));
    }
    if (files.empty()) remove_begun();
    return files;
  }

  // --- partitions ----------------------------------------------------------------------------

  // The engine names folders after values, and values can be anything: so it gets a hash of the
  // value to partition by, and the value is read back from each file.
  Result<std::vector<DataFile>> write_partitions() {
    const auto at = find_column(request_.schema, request_.partition_by);
    if (!at) {
      return Error{Code::kUnknownName,
                   fmt::format("there is no column `{}` to partition by", request_.partition_by),
                   "",
                   {}};
    }
    if (!has_range(request_.schema[*at].type.id) &&
        request_.schema[*at].type.id != TypeId::kBoolean) {
      return Error{Code::kNotSupported,
                   fmt::format("`{}` is {}, which cannot name partitions", request_.partition_by,
                               type_name(request_.schema[*at].type)),
                   "partition by a number, text, date or timestamp",
                   {}};
    }
    const std::string key = unused_name("rhumb_partition");
    const std::string hash =
        fmt::format("coalesce(sha256('v' || CAST({} AS VARCHAR)), 'null') AS {}",
                    rows_.expressions[*at], quote_identifier(key));
    const bool sorted = !order().empty();
    RHUMB_ASSIGN(const auto copied,
                 copy(join(select_, ", ") + ", " + hash, source(), "", scratch_.string(),
                      fmt::format(", PARTITION_BY ({}), OVERWRITE_OR_IGNORE true{}",
                                  quote_identifier(key), sorted ? "" : metadata_option())));
    std::map<std::string, std::vector<CopiedFile>> by_hash;
    for (const CopiedFile& file : copied) {
      if (file.rows > 0) by_hash[file.partition.at(key)].push_back(file);
    }
    // By value, so that the same rows give the same names.
    std::map<std::string, std::vector<CopiedFile>> by_value;
    for (auto& [unused, parts] : by_hash) {
      RHUMB_ASSIGN(std::string value, value_of(parts.front(), request_.schema[*at].name));
      auto& place = by_value[value];
      place.insert(place.end(), parts.begin(), parts.end());
    }
    return sorted ? sort_partitions(by_value) : move_partitions(by_value);
  }

  // NULL and the empty text share the name "".
  Result<std::string> value_of(const CopiedFile& file, const std::string& column) {
    return session_.text_of(SqlText::internal(fmt::format(
        "SELECT CAST({} AS VARCHAR) FROM {} LIMIT 1", quote_identifier(column), reading({file}))));
  }

  [[nodiscard]] static std::string reading(const std::vector<CopiedFile>& files) {
    std::vector<std::string> paths;
    for (const CopiedFile& file : files) paths.push_back(quote_literal(file.path));
    return fmt::format("read_parquet([{}], hive_partitioning = false)", join(paths, ", "));
  }

  Result<std::vector<DataFile>> move_partitions(
      const std::map<std::string, std::vector<CopiedFile>>& by_value) {
    std::vector<DataFile> files;
    for (const auto& [value, parts] : by_value) {
      for (const CopiedFile& part : parts) {
        begun_.push_back(file_name(begun_.size()));
        std::error_code failed;
        fs::rename(part.path, begun_.back(), failed);
        if (failed) {
          return Error{
              Code::kIo, fmt::format("cannot move {}: {}", part.path, failed.message()), "", {}};
        }
        files.push_back(describe(part, value));
        files.back().path = begun_.back();
      }
    }
    return files;
  }

  Result<std::vector<DataFile>> sort_partitions(
      const std::map<std::string, std::vector<CopiedFile>>& by_value) {
    std::vector<DataFile> files;
    for (const auto& [value, parts] : by_value) {
      begun_.push_back(file_name(begun_.size()));
      RHUMB_ASSIGN(const auto copied, copy("*", SqlText::internal(reading(parts)), order(),
                                           begun_.back(), metadata_option()));
      for (const CopiedFile& file : copied) files.push_back(describe(file, value));
    }
    return files;
  }

  // --- what was written ----------------------------------------------------------------------

  [[nodiscard]] DataFile describe(const CopiedFile& file, const std::string& partition) const {
    DataFile out{.path = file.path,
                 .rows = file.rows,
                 .bytes = file.bytes,
                 .bbox = box_of(file),
                 .input = request_.input,
                 .partition = partition,
                 .ranges = {}};
    for (const Column& column : request_.schema) {
      const auto found = file.columns.find(quote_identifier(column.name));
      if (found == file.columns.end() || !has_range(column.type.id)) continue;
      const auto low = found->second.find("min");
      const auto high = found->second.find("max");
      if (low == found->second.end() || high == found->second.end()) continue;
      out.ranges[column.name] = {low->second, high->second};
    }
    return out;
  }

  [[nodiscard]] std::optional<Box> box_of(const CopiedFile& file) const {
    if (geometries_.empty()) return std::nullopt;
    const std::string column = quote_identifier(geometries_.front().covering);
    const auto bound = [&](const char* corner, const char* statistic) -> std::optional<double> {
      const auto found = file.columns.find(column + "." + quote_identifier(corner));
      if (found == file.columns.end()) return std::nullopt;
      const auto value = found->second.find(statistic);
      return value == found->second.end() ? std::nullopt : read_float(value->second);
    };
    const auto xmin = bound("xmin", "min"), ymin = bound("ymin", "min");
    const auto xmax = bound("xmax", "max"), ymax = bound("ymax", "max");
    if (!xmin || !ymin || !xmax || !ymax) return std::nullopt;
    return Box{*xmin, *ymin, *xmax, *ymax};
  }

  Session& session_;
  const RowSource& rows_;
  const WriteRequest& request_;
  const fs::path scratch_;
  std::set<std::string> names_;      ///< taken, in lower case
  std::vector<std::string> select_;  ///< EXPRESSION AS "name"
  std::vector<GeometryColumn> geometries_;
  std::vector<std::string> begun_;  ///< final names, in their order
};

}  // namespace

Result<std::vector<DataFile>> write_parquet(Session& session, const RowSource& rows,
                                            const WriteRequest& request) {
  return ParquetWriter(session, rows, request).write();
}

}  // namespace rhumb
