#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "io/pg/connection.h"

namespace rhumb {

/// Transactions by the server's own names for them (pg_locks.virtualtransaction), as one text that
/// `text[]` takes: "{3/1234,5/17}". A name is not used twice until the server restarts, and every
/// role may see it.
using OpenTransactions = std::string;

/// Those of this database that are open now, but for our own.
[[nodiscard]] Result<OpenTransactions> open_transactions(PgConnection& connection);
/// Those that hold any lock on the relation now, but for our own.
[[nodiscard]] Result<OpenTransactions> transactions_on(PgConnection& connection, uint32_t relation);
/// The ones among them that have not ended.
[[nodiscard]] Result<OpenTransactions> still_open(PgConnection& connection,
                                                  const OpenTransactions& transactions);
[[nodiscard]] inline bool none_open(const OpenTransactions& transactions) {
  return transactions == "{}";
}

/// For people, the oldest first, at most five: `"psql" (pid 12, user bi, idle in transaction for
/// 5.2 s)`. What others do is told only as far as the server lets us see.
[[nodiscard]] Result<std::vector<std::string>> describe_transactions(
    PgConnection& connection, const OpenTransactions& transactions);

/// Waits at most so long; what is open still. kCancelled when the flag is set meanwhile.
[[nodiscard]] Result<OpenTransactions> wait_for_end(PgConnection& connection,
                                                    OpenTransactions transactions, double seconds,
                                                    const CancelFlag* cancel);

}  // namespace rhumb
