#pragma once

#include "state/state_database.h"

namespace rhumb {

class SqliteStateDatabase;

/// Copies the rows of every table of a state into the empty tables of another one, one of the two
/// being `file`, whose catalogue says which tables and columns there are. REQUIRES: both have the
/// newest schema; within write() of both. O(rows), with the memory of a batch.
[[nodiscard]] Status copy_tables(StateDatabase& from, StateDatabase& to, SqliteStateDatabase& file);

}  // namespace rhumb
