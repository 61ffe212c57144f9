#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "component/config.h"
#include "component/stream.h"
#include "io/pg/test_database.h"
#include "source/postgres/postgres_source.h"

namespace rhumb {

/// A database, and sources that read it.
class SourceTest : public PgTest {
 protected:
  static Config scalar(const std::string& value) { return Config::scalar(value, {}); }
  static Config map(std::vector<Config::Entry> entries) {
    return Config::map(std::move(entries), {});
  }

  [[nodiscard]] std::unique_ptr<TableSource> source(std::vector<Config::Entry> read,
                                                    const std::string& changed_when = "") const {
    auto made = make_postgres_source(map(std::move(read)), url(), changed_when);
    if (!made.ok()) throw std::runtime_error(made.error().text());
    return std::move(made).value();
  }
  [[nodiscard]] std::unique_ptr<TableSource> table(const std::string& name,
                                                   const std::string& changed_when = "") const {
    return source({{"table", scalar(name)}}, changed_when);
  }

  struct Rows {
    Schema schema;
    std::vector<Batch> batches;
    uint64_t count = 0;
    size_t readers = 0;
  };
  /// All rows, by one reader after the other.
  static Result<Rows> read_all(TableSource& from, const CancelFlag& cancel, double sample = 1) {
    RHUMB_ASSIGN(const auto stream, from.snapshot(sample, cancel));
    Rows rows{.schema = stream->schema(), .readers = stream->max_readers()};
    RHUMB_ASSIGN(const auto reader, stream->open_reader());
    while (true) {
      Batch batch(rows.schema);
      RHUMB_ASSIGN(const bool more, reader->next(batch));
      if (!more) break;
      rows.count += batch.rows();
      rows.batches.push_back(std::move(batch));
    }
    EXPECT_EQ(stream->progress().rows, rows.count);
    return rows;
  }
  static Rows rows_of(TableSource& from, double sample = 1) {
    const CancelFlag never;
    auto rows = read_all(from, never, sample);
    if (!rows.ok()) throw std::runtime_error(rows.error().text());
    return std::move(rows).value();
  }
  static Error error_of(TableSource& from) {
    const CancelFlag never;
    const auto rows = read_all(from, never);
    return rows.ok() ? Error{.message = "no error"} : rows.error();
  }
};

}  // namespace rhumb
