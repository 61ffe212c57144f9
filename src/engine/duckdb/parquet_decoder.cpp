#include "engine/duckdb/parquet_decoder.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/duckdb_engine.h"
#include "engine/duckdb/parquet_columns.h"

namespace rhumb {
namespace {

/// A file's name for the engine, in which `*`, `?` and `[` mean themselves.
std::string literal_path(const std::filesystem::path& path) {
  std::string pattern;
  for (const char c : path.string())
    pattern += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
  return quote_literal(pattern);
}

/// The good rows; keeps the engine alive while they are read.
class ParquetRows : public BatchStream {
 public:
  ParquetRows(std::shared_ptr<Engine> engine, std::unique_ptr<BatchStream> rows, Schema schema)
      : engine_(std::move(engine)), rows_(std::move(rows)), schema_(std::move(schema)) {}
  const Schema& schema() const override { return schema_; }
  size_t max_readers() const override { return rows_->max_readers(); }
  Result<std::unique_ptr<BatchReader>> open_reader() override { return rows_->open_reader(); }
  const StreamProgress& progress() const override { return rows_->progress(); }

 private:
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<BatchStream> rows_;
  Schema schema_;
};

/// One file: what it holds, what is refused, what goes in.
class ParquetFile {
 public:
  ParquetFile(std::shared_ptr<Engine> engine, const DecodeRequest& request)
      : engine_(std::move(engine)),
        request_(request),
        file_(fmt::format("read_parquet({}, file_row_number = true)", literal_path(request.path))) {
  }

  Result<std::unique_ptr<BatchStream>> open() {
    RHUMB_ASSIGN(const std::vector<FileColumn> found, columns_of_file());
    if (request_.columns.empty()) {
      plans_ = plan_found_columns(found);
    } else {
      RHUMB_ASSIGN(plans_, plan_declared_columns(request_.columns, found, request_.input));
    }
    RHUMB_TRY(report_rejects());
    return open_good_rows();
  }

 private:
  Result<std::vector<FileColumn>> columns_of_file() {
    auto table =
        engine_->query(fmt::format("SELECT column_name, column_type FROM (DESCRIBE SELECT * "
                                   "EXCLUDE (file_row_number) FROM {})",
                                   file_));
    if (!table.ok()) {
      return Error{
          Code::kBadFile,
          fmt::format("{} cannot be read as Parquet: {}", request_.input, table.error().message),
          "check that the file is whole and is Parquet; name its format under `decode:` when it is "
          "another",
          {}};
    }
    std::vector<FileColumn> columns;
    for (const auto& row : table->rows)
      columns.push_back({row.at(0).value_or(""), row.at(1).value_or("")});
    return columns;
  }

  /// Position of the first check a row fails, over all columns; NULL = the row is good.
  [[nodiscard]] std::string fault() const {
    std::string cases;
    size_t number = 0;
    for (const ColumnPlan& plan : plans_) {
      for (const ColumnPlan::Check& check : plan.checks)
        cases += fmt::format(" WHEN {} THEN {}", check.condition, number++);
    }
    return cases.empty() ? "CAST(NULL AS BIGINT)" : fmt::format("CASE{} END", cases);
  }

  [[nodiscard]] std::string sampled() const {
    if (request_.sample >= 1) return "TRUE";
    return fmt::format("hash(file_row_number) % 1000000 < {}",
                       static_cast<int64_t>(request_.sample * 1e6));
  }

  Status report_rejects() {
    const std::string cases = fault();
    if (cases.starts_with("CAST")) return {};
    auto table =
        engine_->query(fmt::format("SELECT file_row_number + 1, fault, to_json(COLUMNS(* EXCLUDE "
                                   "(file_row_number, fault))) FROM "
                                   "(SELECT *, {} AS fault FROM {}) WHERE fault IS NOT NULL AND {}",
                                   cases, file_, sampled()));
    if (!table.ok()) return std::move(table).error();
    for (const auto& row : table->rows) reject(row);
    return {};
  }

  void reject(const std::vector<std::optional<std::string>>& row) {
    auto number = static_cast<size_t>(std::stoull(row.at(1).value_or("0")));
    for (size_t column = 0; column < plans_.size(); ++column) {
      if (number >= plans_[column].checks.size()) {
        number -= plans_[column].checks.size();
        continue;
      }
      const ColumnPlan::Check& check = plans_[column].checks[number];
      std::vector<std::string> cells;
      for (size_t i = 2; i < row.size(); ++i) cells.push_back(row[i].value_or("null"));
      request_.rejects(Reject{.input = request_.input,
                              .line = std::stoull(row.at(0).value_or("0")),
                              .column = 0,
                              .field = plans_[column].column.name,
                              .reason = check.reason,
                              .message = check.message,
                              .raw = "[" + join(cells, ",") + "]"});
      return;
    }
  }

  Result<std::unique_ptr<BatchStream>> open_good_rows() {
    std::vector<std::string> columns;
    for (const ColumnPlan& plan : plans_)
      columns.push_back(fmt::format("{} AS {}", plan.value, quote_identifier(plan.column.name)));
    const std::string sql = fmt::format("SELECT {} FROM {} WHERE {} AND {} IS NULL",
                                        join(columns, ", "), file_, sampled(), fault());
    RHUMB_ASSIGN(Schema schema, engine_->describe(sql));
    for (size_t i = 0; i < request_.columns.size(); ++i) schema[i] = request_.columns[i].column;
    RHUMB_ASSIGN(auto rows, engine_->stream(sql));
    return std::unique_ptr<BatchStream>(
        std::make_unique<ParquetRows>(engine_, std::move(rows), std::move(schema)));
  }

  std::shared_ptr<Engine> engine_;
  const DecodeRequest& request_;
  std::string file_;
  std::vector<ColumnPlan> plans_;
};

class ParquetDecoder : public Decoder {
 public:
  explicit ParquetDecoder(std::string spatial_extension)
      : spatial_extension_(std::move(spatial_extension)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    const std::filesystem::path path = std::filesystem::absolute(request.path);
    RHUMB_ASSIGN(auto engine,
                 make_duckdb_engine(DuckdbOptions{.memory_limit = uint64_t{1} << 30,
                                                  .threads = 0,
                                                  .temp_directory = "",
                                                  .timezone = request.timezone,
                                                  .spatial_extension = spatial_extension_,
                                                  .readable_folder = path.parent_path().string()}));
    return ParquetFile(std::move(engine), request).open();
  }

 private:
  std::string spatial_extension_;
};

}  // namespace

const Declaration& parquet_declaration() {
  static const Declaration declaration{
      .name = "parquet",
      .summary = "Parquet and GeoParquet files",
      .doc =
          "Geometry is found by the file's `geo` metadata, or in WKB or WKT columns when it is "
          "declared. There is nothing to set.",
      .fields = {},
      .example = "parquet: {}"};
  return declaration;
}

std::unique_ptr<Decoder> make_parquet_decoder(std::string spatial_extension) {
  return std::make_unique<ParquetDecoder>(std::move(spatial_extension));
}

}  // namespace rhumb
