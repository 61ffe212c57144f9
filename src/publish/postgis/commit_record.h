#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"

namespace rhumb {

/// A row of rhumb.publications: a table that holds one version for one view.
struct PublishedTable {
  uint64_t version = 0;
  std::string run;
  PgName table;
  bool switched = false;               ///< was or is visible; otherwise staged only
  uint32_t oid = 0;                    ///< of the table, 0 = it is gone
  std::optional<uint64_t> appends_to;  ///< staged: only the rows that this version lacks
  std::string store = "";              ///< whose version it is; "" = an older Rhumb did not say
  bool operator==(const PublishedTable&) const = default;
};

/// Whether it surely is a version of another store, whose numbers mean nothing here.
[[nodiscard]] inline bool is_of_other_store(const PublishedTable& table, const std::string& store) {
  return !table.store.empty() && !store.empty() && table.store != store;
}

/// A transaction that creates what may be missing: two publishers at once would both find nothing
/// and both create, which IF NOT EXISTS does not forgive, so the second waits for the first.
Result<PgTransaction> begin_creating(PgConnection& connection);

/// The target's own memory of what is visible, in the table rhumb.publications of its database:
///
///   view         name of the view, as SQL writes it
///   version      of the dataset
///   run          that staged it
///   store        id of the store that made the version; null = an older Rhumb staged it
///   table        name of the table, as SQL writes it; (view, table) is the key
///   appends_to   of rows that are to be added to the visible table: the version they complete
///   staged_at    when it was loaded
///   switched_at  when the view began to show it; null = not yet
///
/// The row of a view with the newest `switched_at` is what its readers see; it is written in the
/// transaction that switches. The schema also holds `leases` (publish/postgis/lease.h) and `seats`
/// (publish/postgis/seat.h).
class CommitRecord {
 public:
  /// REQUIRES: the connection outlives it. Not thread-safe.
  CommitRecord(PgConnection& connection, const PgName& view)
      : connection_(connection), view_(view.text()) {}

  /// Makes the schema and those of its tables that are missing.
  Status prepare();
  /// The visible one first, then others that were visible, newest first, then staged ones. Empty
  /// when there is no record yet.
  Result<std::vector<PublishedTable>> tables();

  Status add_staged(const PublishedTable& staged);
  /// REQUIRES: called in the transaction that replaces the view
  Status mark_visible(const PgName& table);
  /// The visible table holds `staged`'s version from now on. REQUIRES: called in the transaction
  /// that adds the rows
  Status mark_appended(const PgName& visible, const PublishedTable& staged);
  Status forget(const PgName& table);

 private:
  PgConnection& connection_;
  std::string view_;
};

}  // namespace rhumb
