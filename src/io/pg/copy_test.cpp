#include "io/pg/copy.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "io/pg/test_database.h"

namespace rhumb {
namespace {

class PgCopyTest : public PgTest {
 protected:
  static PgCopyWriter writer(PgConnection& connection, const std::string& table = "t") {
    auto started = PgCopyWriter::start(connection, "COPY " + table + " FROM STDIN (FORMAT binary)");
    if (!started.ok()) throw std::runtime_error(started.error().text());
    return std::move(started).value();
  }
  static void put_row(PgCopyWriter& to, int64_t number, std::string_view text) {
    to.begin_row(2);
    to.buffer().put_length(8);
    to.buffer().put(number);
    to.buffer().put_field(text);
  }
};

TEST_F(PgCopyTest, WritesAndReadsManyBuffers) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint, b text)");
  {
    PgCopyWriter to = writer(connection);
    const std::string filler(100, 'x');
    for (int64_t i = 0; i < 50'000; ++i) {
      put_row(to, i, i % 7 == 0 ? "" : filler);
      ASSERT_TRUE(to.flush_when_full().ok());
    }
    const auto count = to.finish();
    ASSERT_TRUE(count.ok()) << count.error().text();
    EXPECT_EQ(*count, 50'000U);
  }
  auto from = PgCopyReader::start(
      connection, "COPY (SELECT a, nullif(b, ''), b FROM t ORDER BY a) TO STDOUT (FORMAT binary)");
  ASSERT_TRUE(from.ok()) << from.error().text();
  PgCopyReader reader = std::move(from).value();
  std::vector<PgCell> row;
  for (int64_t i = 0; i < 50'000; ++i) {
    const auto more = reader.next(row);
    ASSERT_TRUE(more.ok() && *more);
    ASSERT_EQ(row.size(), 3U);
    ASSERT_EQ(load_big_endian<int64_t>(row[0].data), i);
    ASSERT_EQ(row[1].is_null(), i % 7 == 0);
    ASSERT_FALSE(row[2].is_null());
    ASSERT_EQ(row[2].size, i % 7 == 0 ? 0U : 100U);
  }
  EXPECT_FALSE(*reader.next(row));
  EXPECT_FALSE(*reader.next(row));
  EXPECT_TRUE(connection.query("SELECT 1").ok());
}

TEST_F(PgCopyTest, NoRowsAreFine) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint, b text)");
  EXPECT_EQ(*writer(connection).finish(), 0U);
  PgCopyReader reader = PgCopyReader::start(connection, "COPY t TO STDOUT (FORMAT binary)").value();
  std::vector<PgCell> row;
  EXPECT_FALSE(*reader.next(row));
}

TEST_F(PgCopyTest, ADroppedWriterLeavesNothing) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint, b text)");
  {
    PgCopyWriter to = writer(connection);
    put_row(to, 1, std::string(3'000'000, 'x'));
    ASSERT_TRUE(to.flush_when_full().ok());
  }
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
  EXPECT_TRUE(connection.query("SELECT 1").ok());
}

TEST_F(PgCopyTest, ADroppedReaderStopsTheServer) {
  PgConnection connection = connect();
  {
    PgCopyReader reader =
        PgCopyReader::start(connection,
                            "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT "
                            "(FORMAT binary)")
            .value();
    std::vector<PgCell> row;
    ASSERT_TRUE(*reader.next(row));
  }
  EXPECT_TRUE(connection.query("SELECT 1").ok());
}

TEST_F(PgCopyTest, ARefusedRowIsToldAtTheEnd) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint CHECK (a <> 3), b text)");
  PgCopyWriter to = writer(connection);
  for (int64_t i = 0; i < 200'000; ++i) {
    put_row(to, i, "abcdefghijklmnop");
    ASSERT_TRUE(to.flush_when_full().ok());
  }
  const auto done = to.finish();
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("violates check constraint"), std::string::npos)
      << done.error().message;
  EXPECT_EQ(connection.sqlstate(), "23514");
  EXPECT_TRUE(connection.query("SELECT 1").ok());
}

TEST_F(PgCopyTest, ErrorsAtTheEndNameTheRow) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint, b text)");
  PgCopyWriter to = writer(connection);
  put_row(to, 1, "fine");
  put_row(to, 2, std::string("a\0b", 3));
  const auto done = to.finish();
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("line 2"), std::string::npos) << done.error().message;
}

TEST_F(PgCopyTest, AServerThatDiesMeanwhileIsACleanError) {
  PgConnection connection = connect();
  run(connection, "CREATE TABLE t (a bigint, b text)");
  PgCopyWriter to = writer(connection);
  Status sent;
  for (int64_t i = 0; i < 10'000'000 && sent.ok(); ++i) {
    if (i == 100'000) {
      run("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ")");
    }
    put_row(to, i, "abcdefghijklmnop");
    sent = to.flush_when_full();
  }
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, Code::kConnect) << sent.error().text();
  EXPECT_TRUE(connection.lost());
}

TEST_F(PgCopyTest, AReaderWhoseServerDiesIsACleanError) {
  PgConnection connection = connect();
  PgCopyReader reader =
      PgCopyReader::start(connection,
                          "COPY (SELECT generate_series(1, 100000000), repeat('x', 1000)) "
                          "TO STDOUT (FORMAT binary)")
          .value();
  std::vector<PgCell> row;
  ASSERT_TRUE(*reader.next(row));
  run("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ")");
  while (true) {
    const auto more = reader.next(row);
    if (more.ok() && *more) continue;
    ASSERT_FALSE(more.ok()) << "a cut stream must not look like its end";
    EXPECT_EQ(more.error().code, Code::kConnect) << more.error().text();
    break;
  }
}

TEST_F(PgCopyTest, AFlagStopsBothDirections) {
  CancelFlag flag;
  PgConnection connection = connect(url(), {.cancel = &flag});
  run(connection, "CREATE TABLE t (a bigint, b text)");
  {
    PgCopyWriter to = writer(connection);
    put_row(to, 1, "a");
    flag.request();
    EXPECT_EQ(to.flush_when_full().error().code, Code::kCancelled);
  }
  CancelFlag second;
  PgConnection other = connect(url(), {.cancel = &second});
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    second.request();
  });
  const auto reader =
      PgCopyReader::start(other, "COPY (SELECT 1 FROM pg_sleep(30)) TO STDOUT (FORMAT binary)");
  later.join();
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace rhumb
