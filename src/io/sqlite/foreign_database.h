#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rhumb {

/// An SQLite file that somebody else made, for reading only. Its schema is not trusted: views and
/// triggers cannot reach functions with side effects, damaged pages are refused, and a query that
/// works too long without giving a row is stopped. Not thread-safe.
class ForeignDatabase {
 public:
  enum class Kind : uint8_t { kNull, kInteger, kNumber, kText, kBytes };

  /// The rows of one query. Borrowed from its database.
  class Rows {
   public:
    /// False at the end. kBadFile when the file is damaged there.
    Result<bool> next();
    [[nodiscard]] Kind kind(int column) const;
    [[nodiscard]] int64_t integer(int column) const;
    [[nodiscard]] double number(int column) const;
    /// Of texts and bytes; valid until the next call of next().
    [[nodiscard]] std::string_view bytes(int column) const;
    [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

   private:
    friend class ForeignDatabase;
    struct Finish {
      void operator()(sqlite3_stmt* statement) const;
    };
    Rows(ForeignDatabase& database, sqlite3_stmt* statement)
        : database_(&database), statement_(statement) {}
    ForeignDatabase* database_;
    std::unique_ptr<sqlite3_stmt, Finish> statement_;
  };

  /// Instructions of SQLite's machine between two rows: some seconds.
  static constexpr uint64_t kMostSteps = 1'000'000'000;

  /// kBadFile when it is no SQLite file, or is shorter than it was written.
  static Result<std::unique_ptr<ForeignDatabase>> open(const std::filesystem::path& path,
                                                       uint64_t most_steps = kMostSteps);
  ~ForeignDatabase();
  ForeignDatabase(const ForeignDatabase&) = delete;
  ForeignDatabase& operator=(const ForeignDatabase&) = delete;

  Result<Rows> query(std::string_view sql, const std::vector<std::string>& parameters = {});

 private:
  ForeignDatabase(std::filesystem::path path, uint64_t most_steps)
      : path_(std::move(path)), most_steps_(most_steps) {}
  [[nodiscard]] Error error(int code) const;
  [[nodiscard]] Error unreadable(const std::string& what) const;

  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
  uint64_t most_steps_;
  uint64_t steps_ = 0;  // since the last row
};

}  // namespace rhumb
