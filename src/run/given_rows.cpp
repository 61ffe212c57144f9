#include "run/given_rows.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"

namespace rhumb {
namespace {

class GivenRows : public BatchStream {
 public:
  explicit GivenRows(const GivenTable& table) : table_(table) {
    for (const std::string& name : table.columns)
      schema_.push_back({.name = name, .type = {TypeId::kText}});
  }

  const Schema& schema() const override { return schema_; }
  size_t max_readers() const override { return 1; }
  const StreamProgress& progress() const override { return progress_; }

  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<Reader>(*this));
  }

 private:
  struct Reader : BatchReader {
    explicit Reader(GivenRows& rows) : rows_(rows) {}

    Result<bool> next(Batch& out) override {
      const std::scoped_lock lock(rows_.mutex_);
      out.clear();
      const size_t end = std::min(rows_.table_.rows.size(), rows_.at_ + kBatchRows);
      for (; rows_.at_ < end; ++rows_.at_) {
        const auto& row = rows_.table_.rows[rows_.at_];
        for (size_t i = 0; i < row.size(); ++i) {
          if (rows_.table_.is_null(rows_.at_, i)) {
            out.columns[i].append_null();
          } else {
            out.columns[i].append_bytes(row[i]);
          }
        }
        ++rows_.progress_.rows;
      }
      return out.rows() > 0;
    }

    GivenRows& rows_;
  };

  const GivenTable& table_;
  Schema schema_;
  StreamProgress progress_;
  std::mutex mutex_;
  size_t at_ = 0;
};

/// The SQL that makes a column of `schema` from its text, or from nothing.
std::string typed(const GivenTable& table, const Column& column) {
  const std::string name = quote_identifier(column.name);
  const bool written = std::any_of(
      table.columns.begin(), table.columns.end(),
      [&](const std::string& given) { return equals_ignoring_case(given, column.name); });
  const std::string value = written ? name : "CAST(NULL AS VARCHAR)";
  if (column.type.id == TypeId::kGeometry)
    return fmt::format("ST_GeomFromText({}, {}) AS {}", value, column.type.srid, name);
  std::string type = type_name(column.type);
  if (column.type.id == TypeId::kInteger) type = "BIGINT";
  if (column.type.id == TypeId::kBytes) type = "BLOB";
  return fmt::format("CAST({} AS {}) AS {}", value, type, name);
}

bool is_geometry(const std::string& cell) {
  const std::string text = to_lower(cell);
  for (const char* kind : {"point", "linestring", "polygon", "multi", "geometrycollection"}) {
    if (text.starts_with(kind)) return true;
  }
  return false;
}

/// `2024-01-02` or `2024-01-02 08:30`; what is no date is refused by the cast.
bool is_timestamp(const std::string& cell) {
  return cell.size() >= 10 && cell[4] == '-' && cell[7] == '-' &&
         cell.find_first_not_of("0123456789-:. T") == std::string::npos;
}

TypeId guess_type(const GivenTable& table, size_t column) {
  const auto all = [&](auto&& test) {
    bool some = false;
    for (const auto& row : table.rows) {
      if (row[column].empty()) continue;
      if (!test(row[column])) return false;
      some = true;
    }
    return some;
  };
  if (all([](const std::string& cell) { return parse_integer(cell).has_value(); }))
    return TypeId::kInteger;
  if (all([](const std::string& cell) { return parse_number(cell).has_value(); }))
    return TypeId::kDouble;
  if (all(is_timestamp)) return TypeId::kTimestamp;
  if (all(is_geometry)) return TypeId::kGeometry;
  return TypeId::kText;
}

}  // namespace

Schema guess_schema(const GivenTable& table) {
  Schema schema;
  for (size_t i = 0; i < table.columns.size(); ++i)
    schema.push_back({.name = table.columns[i], .type = {guess_type(table, i)}});
  return schema;
}

std::unique_ptr<BatchStream> stream_of(const GivenTable& table) {
  return std::make_unique<GivenRows>(table);
}

Status bind_rows(Engine& engine, const std::string& folder, const std::string& name,
                 const GivenTable& table, const Schema& schema) {
  const std::string raw = "rhumb_given_" + name;
  const auto stream = stream_of(table);
  RHUMB_ASSIGN(const auto files, engine.write(*stream, WriteRequest{.directory = folder,
                                                                    .stem = new_id(),
                                                                    .schema = stream->schema()}));
  Dataset dataset{.name = raw, .schema = stream->schema(), .files = {}};
  for (const DataFile& file : files) dataset.files.push_back(file.path);
  RHUMB_TRY(engine.bind(dataset));
  std::vector<std::string> columns;
  for (const Column& column : schema) columns.push_back(typed(table, column));
  return engine.bind_query(
      name, fmt::format("SELECT {} FROM {}", join(columns, ", "), quote_identifier(raw)));
}

}  // namespace rhumb
