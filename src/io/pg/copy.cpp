#include "io/pg/copy.h"

#include <libpq-fe.h>

#include <utility>

#include <fmt/format.h>

#include "io/pg/connection_state.h"

namespace rhumb {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "PGCOPY\n\377\r\n\0"sv;
constexpr size_t kFlushBytes = size_t{1} << 20;
constexpr size_t kHeaderBytes = 19;  // signature, flags, length of an extension

Status start_copy(PgConnectionState& state, const std::string& sql, ExecStatusType expected) {
  RHUMB_TRY(state.before_statement());
  if (PQsendQuery(state.connection, sql.c_str()) == 0) {
    return state.connection_error("a COPY could not be sent to PostgreSQL");
  }
  RHUMB_ASSIGN(pg_result* const result, state.take_result());
  const PgRows owner(result);
  if (PQresultStatus(result) == expected) return {};
  return Error{Code::kInternal, "PostgreSQL did not begin to copy", "", {}};
}

void drop_results(PgConnectionState& state) {
  while (pg_result* result = PQgetResult(state.connection)) PQclear(result);
}

Error malformed(std::string_view what) {
  return Error{Code::kDatabase,
               fmt::format("PostgreSQL sent a binary COPY that is cut off or "
                           "malformed: {}",
                           what),
               "",
               {}};
}

}  // namespace

Result<PgCopyWriter> PgCopyWriter::start(PgConnection& connection, const std::string& sql) {
  RHUMB_TRY(start_copy(connection.state(), sql, PGRES_COPY_IN));
  PgCopyWriter writer(connection.state());
  writer.buffer_.put_bytes(kSignature);
  writer.buffer_.put(int32_t{0});
  writer.buffer_.put(int32_t{0});
  return writer;
}

PgCopyWriter::PgCopyWriter(PgCopyWriter&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)), buffer_(std::move(other.buffer_)) {}

PgCopyWriter::~PgCopyWriter() {
  if (state_ == nullptr) return;
  PQputCopyEnd(state_->connection, "stopped by the client");
  drop_results(*state_);
}

Status PgCopyWriter::flush_when_full() {
  if (state_->should_stop()) {
    return Error{Code::kCancelled, "cancelled while rows were loaded", "", {}};
  }
  return buffer_.size() < kFlushBytes ? Status() : flush();
}

Status PgCopyWriter::flush() {
  const std::string_view bytes = buffer_.view();
  const int size = static_cast<int>(bytes.size());
  if (PQputCopyData(state_->connection, bytes.data(), size) != 1) return failure();
  buffer_.clear();
  return {};
}

// The server's reason when it gave one, else what became of the connection.
Error PgCopyWriter::failure() {
  PgConnectionState& state = *std::exchange(state_, nullptr);
  Error lost = state.connection_error("rows could not be sent to PostgreSQL");
  auto result = state.take_result();
  if (!result.ok()) return std::move(result).error();
  PQclear(*result);
  return lost;
}

Result<uint64_t> PgCopyWriter::finish() {
  buffer_.put(int16_t{-1});
  RHUMB_TRY(flush());
  if (PQputCopyEnd(state_->connection, nullptr) != 1) return failure();
  PgConnectionState& state = *std::exchange(state_, nullptr);
  RHUMB_ASSIGN(pg_result* const result, state.take_result());
  return PgRows(result).affected();
}

void PgCopyReader::FreeMessage::operator()(char* message) const {
  PQfreemem(message);
}

Result<PgCopyReader> PgCopyReader::start(PgConnection& connection, const std::string& sql) {
  RHUMB_TRY(start_copy(connection.state(), sql, PGRES_COPY_OUT));
  PgCopyReader reader(connection.state());
  RHUMB_TRY(reader.read_header());
  return reader;
}

PgCopyReader::PgCopyReader(PgCopyReader&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)),
      message_(std::move(other.message_)),
      at_(other.at_),
      bytes_(other.bytes_),
      ended_(other.ended_) {
  // A view of a short string would dangle once the string has moved.
  const bool joined = other.unread_.data() == other.joined_.data();
  joined_ = std::move(other.joined_);
  unread_ = joined ? std::string_view(joined_) : other.unread_;
}

PgCopyReader::~PgCopyReader() {
  if (state_ == nullptr || ended_) return;
  state_->send_cancel();
  char* message = nullptr;
  while (PQgetCopyData(state_->connection, &message, 0) > 0) PQfreemem(message);
  drop_results(*state_);
}

Status PgCopyReader::read_header() {
  RHUMB_TRY(need(kHeaderBytes));
  if (std::string_view(here(), kSignature.size()) != kSignature) return malformed("its signature");
  const auto extension = load_big_endian<int32_t>(here() + kHeaderBytes - 4);
  if (extension < 0) return malformed("its header");
  at_ += kHeaderBytes;
  RHUMB_TRY(need(static_cast<size_t>(extension)));
  at_ += static_cast<size_t>(extension);
  return {};
}

Result<bool> PgCopyReader::next_message() {
  while (true) {
    char* message = nullptr;
    const int size = PQgetCopyData(state_->connection, &message, 1);
    if (size > 0) {
      bytes_ += static_cast<uint64_t>(size);
      std::unique_ptr<char, FreeMessage> next(message);
      const std::string_view came(message, static_cast<size_t>(size));
      if (left() == 0) {
        message_ = std::move(next);
        unread_ = came;
      } else {
        std::string joined(here(), left());
        joined.append(came);
        joined_ = std::move(joined);
        unread_ = joined_;
      }
      at_ = 0;
      return true;
    }
    if (size == -1) return false;
    if (size < -1) return state_->connection_error("rows could not be read from PostgreSQL");
    RHUMB_TRY(state_->wait());
  }
}

// Fails when the stream ends before so many bytes: it has to end with a trailer.
Status PgCopyReader::need(size_t bytes) {
  while (left() < bytes) {
    RHUMB_ASSIGN(const bool more, next_message());
    if (more) continue;
    RHUMB_TRY(finish());
    return malformed("it has no end");
  }
  return {};
}

// After the last message: the server's verdict.
Status PgCopyReader::finish() {
  ended_ = true;
  RHUMB_ASSIGN(pg_result* const result, state_->take_result());
  PQclear(result);
  return {};
}

Result<bool> PgCopyReader::next(std::vector<PgCell>& row) {
  row.clear();
  if (ended_) return false;
  RHUMB_TRY(need(2));
  const auto fields = load_big_endian<int16_t>(here());
  if (fields == -1) {
    at_ += 2;
    RHUMB_ASSIGN(const bool more, next_message());
    if (more) return malformed("it goes on after its end");
    RHUMB_TRY(finish());
    return false;
  }
  // The server sends a row in one message, so that the walk finds it whole; a proxy may cut it,
  // then the walk starts again with more bytes.
  size_t taken = 0;
  while ((taken = take_cells(fields, row)) == kNotWhole) RHUMB_TRY(need(left() + 1));
  if (taken == kBadLength) return malformed("a field's length");
  at_ += taken;
  return true;
}

size_t PgCopyReader::take_cells(int16_t fields, std::vector<PgCell>& row) const {
  row.clear();
  const char* const begin = here();
  const size_t there = left();
  size_t at = 2;
  for (int16_t i = 0; i < fields; ++i) {
    if (there - at < 4) return kNotWhole;
    const auto size = load_big_endian<int32_t>(begin + at);
    at += 4;
    if (size < -1) return kBadLength;
    if (size < 0) {
      row.emplace_back();
      continue;
    }
    const auto bytes = static_cast<size_t>(size);
    if (there - at < bytes) return kNotWhole;
    row.push_back({begin + at, bytes});
    at += bytes;
  }
  return at;
}

}  // namespace rhumb
