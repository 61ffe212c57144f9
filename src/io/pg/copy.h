#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/pg/connection.h"
#include "io/pg/wire.h"

namespace rhumb {

/// Rows into a table by `COPY ... FROM STDIN (FORMAT binary)`, sent in pieces of about 1 MiB.
/// A writer that is dropped before finish() makes the server discard all of its rows.
/// REQUIRES: the connection outlives it and does nothing else meanwhile. Not thread-safe.
///
///   RHUMB_ASSIGN(PgCopyWriter writer, PgCopyWriter::start(connection, sql));
///   writer.begin_row(2); writer.buffer().put_field("a"); writer.buffer().put_null();
///   RHUMB_TRY(writer.flush_when_full());
///   RHUMB_ASSIGN(const uint64_t rows, writer.finish());
class PgCopyWriter {
 public:
  static Result<PgCopyWriter> start(PgConnection& connection, const std::string& sql);
  PgCopyWriter(PgCopyWriter&& other) noexcept;
  PgCopyWriter& operator=(PgCopyWriter&&) = delete;
  ~PgCopyWriter();

  void begin_row(size_t fields) { buffer_.put(static_cast<int16_t>(fields)); }
  [[nodiscard]] PgBuffer& buffer() { return buffer_; }
  /// Call after whole rows. Fails when the connection is lost or the work is cancelled.
  Status flush_when_full();
  /// Rows that the server took, or why it took none: libpq tells of a refused row only here. Until
  /// then the server throws away what it is sent, much faster than it would store it.
  Result<uint64_t> finish();

 private:
  explicit PgCopyWriter(PgConnectionState& state) : state_(&state) {}
  Status flush();
  Error failure();

  PgConnectionState* state_;
  PgBuffer buffer_;
};

/// A field of a row: `data` is null for a null.
struct PgCell {
  const char* data = nullptr;
  size_t size = 0;
  [[nodiscard]] bool is_null() const { return data == nullptr; }
  [[nodiscard]] std::string_view view() const { return {data, size}; }
};

/// Rows out of `COPY (...) TO STDOUT (FORMAT binary)`. A reader that is dropped before the end
/// stops the server's work. REQUIRES: the connection outlives it and does nothing else meanwhile.
/// Not thread-safe.
class PgCopyReader {
 public:
  static Result<PgCopyReader> start(PgConnection& connection, const std::string& sql);
  PgCopyReader(PgCopyReader&& other) noexcept;
  PgCopyReader& operator=(PgCopyReader&&) = delete;
  ~PgCopyReader();

  /// Fills `row`, whose cells are valid until the next call; false at the end.
  Result<bool> next(std::vector<PgCell>& row);
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  struct FreeMessage {
    void operator()(char* message) const;
  };
  explicit PgCopyReader(PgConnectionState& state) : state_(&state) {}
  Status read_header();
  Status need(size_t bytes);
  Result<bool> next_message();
  Status finish();
  static constexpr size_t kNotWhole = 0, kBadLength = 1;  ///< no row is that short
  /// The bytes of the row here and its cells, or one of those above.
  size_t take_cells(int16_t fields, std::vector<PgCell>& row) const;
  [[nodiscard]] size_t left() const { return unread_.size() - at_; }
  [[nodiscard]] const char* here() const { return unread_.data() + at_; }

  PgConnectionState* state_;
  std::unique_ptr<char, FreeMessage> message_;
  std::string joined_;       ///< a row whose bytes came in several messages
  std::string_view unread_;  ///< in message_ or joined_
  size_t at_ = 0;
  uint64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace rhumb
