#include "io/sqlite/foreign_database.h"

#include <sqlite3.h>

#include <array>
#include <fstream>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr int kStepsPerCall = 1000;
constexpr int kLongestValue = 1 << 30;

using Header = std::array<unsigned char, 100>;

uint64_t big_endian(const Header& header, size_t at, size_t bytes) {
  uint64_t out = 0;
  for (size_t i = 0; i < bytes; ++i) out = out << 8U | header[at + i];
  return out;
}

/// How long the file has to be by its own header, where it is shorter. SQLite itself takes what is
/// missing of its last page for zeros. Source: the file format's description at sqlite.org.
std::optional<uint64_t> missing_size(const std::filesystem::path& path) {
  std::error_code failed;
  const uint64_t size = std::filesystem::file_size(path, failed);
  Header header{};
  std::ifstream file(path, std::ios::binary);
  if (failed || !file.read(reinterpret_cast<char*>(header.data()), header.size())) return {};
  const uint64_t written = big_endian(header, 16, 2);
  const uint64_t page = written == 1 ? 65536 : written;
  if (page == 0) return {};
  // The count of pages is kept by every SQLite since 3.7; this is how it says that it was.
  const bool counted = big_endian(header, 24, 4) == big_endian(header, 92, 4);
  const uint64_t pages = counted ? big_endian(header, 28, 4) : (size + page - 1) / page;
  if (size >= pages * page) return {};
  return pages * page;
}

}  // namespace

void ForeignDatabase::Rows::Finish::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<bool> ForeignDatabase::Rows::next() {
  database_->steps_ = 0;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->error(code);
}

ForeignDatabase::Kind ForeignDatabase::Rows::kind(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return Kind::kInteger;
    case SQLITE_FLOAT:
      return Kind::kNumber;
    case SQLITE_TEXT:
      return Kind::kText;
    case SQLITE_BLOB:
      return Kind::kBytes;
    default:
      return Kind::kNull;
  }
}

int64_t ForeignDatabase::Rows::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double ForeignDatabase::Rows::number(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}
std::string_view ForeignDatabase::Rows::bytes(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<std::unique_ptr<ForeignDatabase>> ForeignDatabase::open(const std::filesystem::path& path,
                                                               uint64_t most_steps) {
  std::unique_ptr<ForeignDatabase> out(new ForeignDatabase(path, most_steps));
  const int code = sqlite3_open_v2(path.c_str(), &out->handle_,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return out->error(code);
  if (const auto whole = missing_size(path))
    return out->unreadable(fmt::format("it is cut off, {} were written", human_bytes(*whole)));
  sqlite3* const handle = out->handle_;
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_progress_handler(
      handle, kStepsPerCall,
      [](void* self) {
        auto& database = *static_cast<ForeignDatabase*>(self);
        database.steps_ += kStepsPerCall;
        return database.steps_ > database.most_steps_ ? 1 : 0;
      },
      out.get());
  if (sqlite3_exec(handle, "PRAGMA cell_size_check = ON", nullptr, nullptr, nullptr) != SQLITE_OK)
    return out->error(sqlite3_errcode(handle));
  return out;
}

ForeignDatabase::~ForeignDatabase() {
  sqlite3_close_v2(handle_);
}

Result<ForeignDatabase::Rows> ForeignDatabase::query(std::string_view sql,
                                                     const std::vector<std::string>& parameters) {
  sqlite3_stmt* statement = nullptr;
  steps_ = 0;
  const int code =
      sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  Rows rows(*this, statement);
  if (code != SQLITE_OK) return error(code);
  for (size_t i = 0; i < parameters.size(); ++i) {
    sqlite3_bind_text64(statement, static_cast<int>(i) + 1, parameters[i].data(),
                        parameters[i].size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return rows;
}

Error ForeignDatabase::error(int code) const {
  const std::string what =
      (code & 0xFF) == SQLITE_INTERRUPT
          ? "a query of it does not come to an end"
          : (handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_));
  return unreadable(what);
}

Error ForeignDatabase::unreadable(const std::string& what) const {
  return Error{Code::kBadFile,
               fmt::format("{} cannot be read: {}", path_.filename().string(), printable(what)),
               "check that the file is whole; `sqlite3 FILE 'PRAGMA integrity_check'` says more",
               {}};
}

}  // namespace rhumb
