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
  bool switched = false;  ///< was or is visible; otherwise staged only
  uint32_t oid = 0;       ///< of the table, 0 = it is gone
  bool operator==(const PublishedTable&) const = default;
};

/// The target's own memory of what is visible, in the table rhumb.publications of its database:
///
///   view         name of the view, as SQL writes it
///   version      of the dataset
///   run          that staged it
///   table        name of the table, as SQL writes it; (view, table) is the key
///   staged_at    when it was loaded
///   switched_at  when the view began to show it; null = not yet
///
/// The row of a view with the newest `switched_at` is what its readers see; it is written in the
/// transaction that replaces the view.
class CommitRecord {
 public:
  /// REQUIRES: the connection outlives it. Not thread-safe.
  CommitRecord(PgConnection& connection, const PgName& view)
      : connection_(connection), view_(view.text()) {}

  /// Makes schema and table when they are missing.
  Status prepare();
  /// The visible one first, then others that were visible, newest first, then staged ones. Empty
  /// when there is no record yet.
  Result<std::vector<PublishedTable>> tables();

  Status add_staged(uint64_t version, const std::string& run, const PgName& table);
  /// REQUIRES: called in the transaction that replaces the view
  Status mark_visible(const PgName& table);
  Status forget(const PgName& table);

 private:
  PgConnection& connection_;
  std::string view_;
};

}  // namespace rhumb
