#include "source/postgres/snapshot.h"

#include <algorithm>
#include <atomic>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "io/pg/copy.h"
#include "source/postgres/copy_decode.h"

namespace rhumb {
namespace {

constexpr uint64_t kSmallestRange = 1024;  // blocks, 8 MiB: below it, starting a COPY costs more
constexpr uint64_t kRangesPerReader =
    8;  // so that a slow range at the end keeps nobody waiting long
constexpr int kOldestWithRanges = 140000;      // before it, each range would read the whole table
constexpr std::string_view kLockable = "rpv";  // tables, partitioned tables, views
constexpr int kLockTimeoutMs = 200;
constexpr const char* kMode = "ISOLATION LEVEL REPEATABLE READ READ ONLY";

class Snapshot final : public BatchStream {
 public:
  Snapshot(PostgresRead read, double sample, PgConnection holder)
      : read_(std::move(read)), sample_(sample) {
    connections_.push_back(std::move(holder));
  }

  Status open(const Secret& url, const CancelFlag& cancel);

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override { return connections_.size(); }
  Result<std::unique_ptr<BatchReader>> open_reader() override;
  [[nodiscard]] const StreamProgress& progress() const override { return progress_; }

 private:
  friend class SnapshotReader;
  Status lock_table();
  Status plan_ranges();
  Status add_readers(const Secret& url, const CancelFlag& cancel);
  Status join_snapshot(PgConnection& connection, const std::string& snapshot) const;
  /// The next range's COPY statement; nothing when all are taken. Thread-safe.
  std::optional<std::string> take_range();

  PostgresRead read_;
  const double sample_;
  // All in one snapshot, which the transaction of the first made. Each holds the table's lock by
  // itself: one that asked for it later could queue behind somebody who waits for the first to end,
  // and no deadlock detector would see that.
  std::vector<PgConnection> connections_;
  std::atomic<size_t> taken_{0};  // of the connections
  TableShape shape_;
  Schema schema_;
  std::vector<std::string> conditions_{""};
  std::atomic<size_t> next_{0};  // of the conditions
  StreamProgress progress_;
};

class SnapshotReader final : public BatchReader {
 public:
  SnapshotReader(Snapshot& snapshot, PgConnection& connection)
      : snapshot_(snapshot), connection_(connection), decoder_(snapshot.shape_.columns) {}

  Result<bool> next(Batch& out) override {
    out.clear();
    while (out.rows() < kBatchRows) {
      if (!copy_) {
        RHUMB_ASSIGN(const bool more, start_range());
        if (!more) break;
      }
      RHUMB_ASSIGN(const bool found, copy_->next(row_));
      if (found) {
        RHUMB_TRY(decoder_.append(row_, out));
      } else {
        count_bytes();
        copy_.reset();
      }
    }
    snapshot_.progress_.rows += out.rows();
    count_bytes();
    return out.rows() > 0;
  }

 private:
  Result<bool> start_range() {
    const auto sql = snapshot_.take_range();
    if (!sql) return false;
    RHUMB_ASSIGN(PgCopyReader copy, PgCopyReader::start(connection_, *sql));
    copy_.emplace(std::move(copy));
    counted_ = 0;
    return true;
  }

  void count_bytes() {
    if (!copy_) return;
    snapshot_.progress_.bytes += copy_->bytes() - counted_;
    counted_ = copy_->bytes();
  }

  Snapshot& snapshot_;
  PgConnection& connection_;
  RowDecoder decoder_;
  std::optional<PgCopyReader> copy_;
  std::vector<PgCell> row_;
  uint64_t counted_ = 0;
};

// The text of a row is the same in every reading connection, which has its own settings for dates
// and numbers; the last bits of its hash say whether the row is taken.
std::string sampled(const TableShape& shape, double sample) {
  constexpr int64_t kParts = int64_t{1} << 20U;
  return fmt::format("(hashtextextended(ROW({})::text, 0) & {}) < {}", shape.select_list(),
                     kParts - 1, static_cast<int64_t>(sample * static_cast<double>(kParts)));
}

/// For workers beyond those that find something to do.
class NoRows final : public BatchReader {
 public:
  Result<bool> next(Batch& out) override {
    out.clear();
    return false;
  }
};

// The lock comes before the snapshot, which the first statement after it takes: a table that is
// emptied or rewritten in between would look empty.
Status Snapshot::lock_table() {
  PgConnection& holder = connections_.front();
  RHUMB_ASSIGN(const PgRows kind,
               holder.query("SELECT relkind FROM pg_class WHERE oid = to_regclass($1)",
                            {read_.table.quoted()}));
  RHUMB_TRY(holder.execute(fmt::format("BEGIN {}", kMode)));
  const bool lockable = !kind.empty() && kLockable.find(kind.text(0, 0)) != std::string_view::npos;
  if (!lockable) return {};
  return holder.execute(fmt::format("LOCK TABLE {} IN ACCESS SHARE MODE", read_.table.quoted()));
}

Status Snapshot::open(const Secret& url, const CancelFlag& cancel) {
  if (read_.query.empty()) {
    RHUMB_TRY(lock_table());
  } else {
    RHUMB_TRY(connections_.front().execute(fmt::format("BEGIN {}", kMode)));
  }
  RHUMB_ASSIGN(shape_, look_at_table(connections_.front(), read_));
  schema_ = shape_.schema();
  progress_.total_rows = static_cast<uint64_t>(
      static_cast<double>(shape_.estimated_rows.value_or(0)) * std::min(sample_, 1.0));
  RHUMB_TRY(plan_ranges());
  return conditions_.size() == 1 ? Status() : add_readers(url, cancel);
}

Status Snapshot::plan_ranges() {
  PgConnection& holder = connections_.front();
  if (!shape_.has_blocks() || read_.readers <= 1 || holder.server_version() < kOldestWithRanges) {
    return {};
  }
  RHUMB_ASSIGN(const PgRows size,
               holder.query("SELECT pg_relation_size($1::oid) / current_setting('block_size')::int",
                            {std::to_string(shape_.oid)}));
  conditions_ =
      block_ranges(static_cast<uint64_t>(size.integer(0, 0)), static_cast<size_t>(read_.readers));
  return {};
}

Status Snapshot::join_snapshot(PgConnection& connection, const std::string& snapshot) const {
  RHUMB_TRY(connection.execute(
      fmt::format("BEGIN {}; SET TRANSACTION SNAPSHOT {}", kMode, quote_literal(snapshot))));
  return connection.execute(
      fmt::format("SET LOCAL lock_timeout = '{}ms'; SELECT FROM {} LIMIT 0;"
                  "SET LOCAL lock_timeout = 0",
                  kLockTimeoutMs, shape_.from));
}

// One connection can read it all; that more cannot be had is no reason to fail.
Status Snapshot::add_readers(const Secret& url, const CancelFlag& cancel) {
  RHUMB_ASSIGN(const PgRows exported, connections_.front().query("SELECT pg_export_snapshot()"));
  const size_t wanted = std::min(conditions_.size(), static_cast<size_t>(read_.readers));
  connections_.reserve(wanted);
  while (connections_.size() < wanted && !cancel.requested()) {
    auto connection = open_reading_connection(url, read_, &cancel);
    if (!connection.ok() || !join_snapshot(*connection, exported.string(0, 0)).ok()) break;
    connections_.push_back(std::move(connection).value());
  }
  return {};
}

Result<std::unique_ptr<BatchReader>> Snapshot::open_reader() {
  const size_t mine = taken_.fetch_add(1);
  if (mine >= connections_.size()) return std::unique_ptr<BatchReader>(std::make_unique<NoRows>());
  return std::unique_ptr<BatchReader>(std::make_unique<SnapshotReader>(*this, connections_[mine]));
}

std::optional<std::string> Snapshot::take_range() {
  const size_t range = next_.fetch_add(1);
  if (range >= conditions_.size()) return std::nullopt;
  std::vector<std::string> conditions;
  if (!conditions_[range].empty()) conditions.push_back(conditions_[range]);
  if (sample_ < 1) conditions.push_back(sampled(shape_, sample_));
  const std::string condition = join(conditions, " AND ");
  return fmt::format("COPY (SELECT {} FROM {}{}{}) TO STDOUT (FORMAT binary)", shape_.select_list(),
                     shape_.from, condition.empty() ? "" : " WHERE ", condition);
}

}  // namespace

std::vector<std::string> block_ranges(uint64_t blocks, size_t readers) {
  const uint64_t parts = readers * kRangesPerReader;
  const uint64_t step = std::max(kSmallestRange, (blocks + parts - 1) / parts);
  if (blocks <= step) return {""};
  std::vector<std::string> ranges;
  for (uint64_t from = 0; from < blocks; from += step) {
    std::string range;
    if (from > 0) range = fmt::format("ctid >= '({},0)'::tid", from);
    // The last range has no end: rows that came since are not in the snapshot anyhow.
    if (from + step < blocks) {
      range += fmt::format("{}ctid < '({},0)'::tid", range.empty() ? "" : " AND ", from + step);
    }
    ranges.push_back(std::move(range));
  }
  return ranges;
}

Result<std::unique_ptr<BatchStream>> open_snapshot(const Secret& url, const PostgresRead& read,
                                                   double sample, const CancelFlag& cancel) {
  RHUMB_ASSIGN(PgConnection holder, open_reading_connection(url, read, &cancel));
  auto snapshot = std::make_unique<Snapshot>(read, sample, std::move(holder));
  RHUMB_TRY(snapshot->open(url, cancel));
  return std::unique_ptr<BatchStream>(std::move(snapshot));
}

}  // namespace rhumb
