#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"
#include "publish/postgis/open_transactions.h"
#include "publish/postgis/view_catalogue.h"

namespace rhumb {

/// What stands between a view with `switch: pointer` and its versions, all in the schema rhumb: a
/// pointer of one row, and two slots, partitioned tables that hold one version or none as their
/// partition. The view reads the slot that the pointer names:
///
///   SELECT id, geom FROM (SELECT 1 AS rhumb_slot, id, geom FROM "trips 1a"
///               UNION ALL SELECT 2, id, geom FROM "trips 1b") AS rhumb_slots
///   WHERE rhumb_slot = (SELECT slot FROM "trips 1")
///
/// The planner makes `1 = $0` of the condition, a filter that is asked once per scan and not per
/// row, and keeps the order of indexes and parallel scans. A switch is an UPDATE of the pointer,
/// which waits for nobody. What has to be heeded:
///
/// - Between ATTACH of a version and the UPDATE every transaction that held the slot before must
///   have ended: its plans do not know the new partition.
/// - The version before stays in its slot until every transaction open at the switch has ended: a
///   snapshot older than the switch still reads the old pointer. It leaves by DETACH CONCURRENTLY.
///
/// A seat is made for the columns of a version; a version with others gets a new seat, and the view
/// is replaced once more.
struct Seat {
  PgName view;
  int number = 0;

  [[nodiscard]] PgName pointer() const { return part(""); }
  /// REQUIRES: slot is 1 or 2
  [[nodiscard]] PgName slot(int slot) const { return part(slot == 1 ? "a" : "b"); }
  /// The view's query.
  [[nodiscard]] std::string query(const std::vector<std::string>& columns) const;

 private:
  [[nodiscard]] PgName part(const char* suffix) const;
};

/// Column of a version's table that its slot is partitioned by; stored nowhere, as all rows have
/// its default.
inline constexpr const char* kSeatColumn = "rhumb_version";

/// A table that is a partition of a slot.
struct SeatedTable {
  uint32_t oid = 0;
  PgName name;
  bool leaving = false;  ///< DETACH CONCURRENTLY has begun and was interrupted
};

/// The seats of one view. Every method asks the server. REQUIRES: the connection outlives it. Not
/// thread-safe.
class Seats {
 public:
  Seats(PgConnection& connection, PgName view) : connection_(connection), view_(std::move(view)) {}

  [[nodiscard]] Result<std::vector<Seat>> all();
  /// The one that the view reads.
  [[nodiscard]] Result<std::optional<Seat>> of_view(uint32_t view_oid);
  [[nodiscard]] Result<bool> fits(const Seat& seat, const std::vector<RelationColumn>& columns);
  [[nodiscard]] Result<uint32_t> slot_oid(const Seat& seat, int slot);
  /// 1 or 2.
  [[nodiscard]] Result<int> visible_slot(const Seat& seat);
  [[nodiscard]] Result<std::vector<SeatedTable>> seated(const PgName& slot);

  /// A new seat for tables with the columns of this one, its pointer at slot 1.
  /// REQUIRES: called in a transaction
  [[nodiscard]] Result<Seat> make(const PgName& table, uint64_t version);
  /// Makes the table the slot's partition. Fine when it is already.
  /// REQUIRES: called in a transaction; the slot is empty
  Status attach(const PgName& slot, const PgName& table, uint64_t version);
  /// Takes a table out of its slot, after the transactions that hold the slot have ended, for which
  /// it waits at most so long; why it stays, "" = it is out.
  /// REQUIRES: called outside of transactions; no open transaction has a snapshot that shows it
  [[nodiscard]] Result<std::string> detach(const PgName& slot, const SeatedTable& table,
                                           double seconds);
  /// Transactions that were open at the newest switch of the seat and are still: they may read the
  /// version before. "{}" = none.
  [[nodiscard]] Result<OpenTransactions> readers_of_version_before(const Seat& seat);
  /// Statements for the switch.
  [[nodiscard]] static std::string point_sql(const Seat& seat, int slot, uint64_t version);
  [[nodiscard]] std::string forget_readers_sql(const Seat& seat) const;
  /// Notes who may still read the version before; call right after the switch.
  Status remember_readers(const Seat& seat);
  /// Drops it; versions in its slots stay. REQUIRES: no view reads it
  [[nodiscard]] Result<std::string> drop(const Seat& seat);

 private:
  Status add_seat_column(const PgName& table, uint64_t version);
  Status make_slot(const PgName& slot, const PgName& table);
  Status make_pointer(const Seat& seat, uint64_t version);
  Result<std::vector<std::string>> direct_readers(const PgName& slot, uint32_t table);

  PgConnection& connection_;
  PgName view_;
};

/// The slot that holds the table, nothing when none does.
[[nodiscard]] Result<std::optional<PgName>> slot_of(PgConnection& connection, uint32_t table);

}  // namespace rhumb
