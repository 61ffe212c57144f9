#include "publish/postgis/seat.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "io/pg/copy.h"

namespace rhumb {
namespace {

// Longer names are cut and told apart by a hash, so that a number and a letter still fit.
constexpr size_t kLongestBase = 48;
// How long anybody waits for a lock that nobody should want.
constexpr int kLockMs = 20;

// FNV-1a, 32 bits: names must be the same in every build.
uint32_t short_hash(std::string_view text) {
  uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string column_list(const std::vector<std::string>& columns) {
  std::vector<std::string> quoted;
  for (const std::string& column : columns) quoted.push_back(quote_identifier(column));
  return join(quoted, ", ");
}

template <typename T>
void put_field(T value, PgBuffer& out) {
  out.put_length(sizeof(T));
  out.put(value);
}

Result<uint32_t> oid_of(PgConnection& connection, const PgName& name) {
  RHUMB_ASSIGN(const PgRows rows, connection.query("SELECT to_regclass($1)::oid", {name.quoted()}));
  return static_cast<uint32_t>(rows.integer(0, 0));
}

}  // namespace

PgName Seat::part(const char* suffix) const {
  std::string base = view.text();
  if (base.size() > kLongestBase) {
    base = fmt::format("{} {:08x}", printable(base, kLongestBase - 9), short_hash(base));
  }
  return {"rhumb", fmt::format("{} {}{}", base, number, suffix)};
}

std::string Seat::query(const std::vector<std::string>& columns) const {
  const std::string list = column_list(columns);
  return fmt::format(
      "SELECT {0} FROM (SELECT 1 AS rhumb_slot, {0} FROM {1} UNION ALL SELECT 2, {0} FROM {2})"
      " AS rhumb_slots WHERE rhumb_slot = (SELECT slot FROM {3})",
      list, slot(1).quoted(), slot(2).quoted(), pointer().quoted());
}

Result<std::vector<Seat>> Seats::all() {
  std::vector<Seat> seats;
  RHUMB_ASSIGN(const PgRows exists,
               connection_.query("SELECT to_regclass('rhumb.seats') IS NOT NULL"));
  if (!exists.boolean(0, 0)) return seats;
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT number FROM rhumb.seats WHERE view = $1 ORDER BY number",
                                 {view_.text()}));
  for (size_t i = 0; i < rows.size(); ++i) {
    seats.push_back({.view = view_, .number = static_cast<int>(rows.integer(i, 0))});
  }
  return seats;
}

Result<std::optional<Seat>> Seats::of_view(uint32_t view_oid) {
  RHUMB_ASSIGN(const auto seats, all());
  for (const Seat& seat : seats) {
    RHUMB_ASSIGN(const uint32_t pointer, oid_of(connection_, seat.pointer()));
    RHUMB_ASSIGN(const bool read, view_reads(connection_, view_oid, pointer));
    if (read) return std::optional<Seat>(seat);
  }
  return std::optional<Seat>();
}

Result<bool> Seats::fits(const Seat& seat, const std::vector<RelationColumn>& columns) {
  RHUMB_ASSIGN(const uint32_t slot, oid_of(connection_, seat.slot(1)));
  RHUMB_ASSIGN(const auto own, columns_of(connection_, slot));
  const auto same = [](const RelationColumn& a, const RelationColumn& b) {
    return a.name == b.name && a.type == b.type && a.modifier == b.modifier;
  };
  const auto in = [&](const std::vector<RelationColumn>& all) {
    return [&](const RelationColumn& one) {
      return one.name == kSeatColumn ||
             std::any_of(all.begin(), all.end(),
                         [&](const RelationColumn& other) { return same(one, other); });
    };
  };
  return std::all_of(own.begin(), own.end(), in(columns)) &&
         std::all_of(columns.begin(), columns.end(), in(own));
}

Result<uint32_t> Seats::slot_oid(const Seat& seat, int slot) {
  return oid_of(connection_, seat.slot(slot));
}

Result<int> Seats::visible_slot(const Seat& seat) {
  RHUMB_ASSIGN(const PgRows rows, connection_.query("SELECT slot FROM " + seat.pointer().quoted()));
  if (rows.size() == 1) return static_cast<int>(rows.integer(0, 0));
  return Error{Code::kConflict,
               fmt::format("{} has {} rows instead of one", seat.pointer().text(), rows.size()),
               "its row was changed by hand; publish once with `switch: view`",
               {}};
}

Result<std::vector<SeatedTable>> Seats::seated(const PgName& slot) {
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT c.oid::bigint, n.nspname, c.relname, i.inhdetachpending"
                                 " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                                 " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                 " WHERE i.inhparent = to_regclass($1)",
                                 {slot.quoted()}));
  std::vector<SeatedTable> tables;
  for (size_t i = 0; i < rows.size(); ++i) {
    tables.push_back({.oid = static_cast<uint32_t>(rows.integer(i, 0)),
                      .name = {rows.string(i, 1), rows.string(i, 2)},
                      .leaving = rows.boolean(i, 3)});
  }
  return tables;
}

// The column costs no space: its value is the default in the catalogue, and as it cannot be null
// the server need not look at the rows to attach the table.
Status Seats::add_seat_column(const PgName& table, uint64_t version) {
  return connection_.execute(
      fmt::format("SET LOCAL lock_timeout = '{}ms';"
                  "ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} bigint NOT NULL DEFAULT {}",
                  kLockMs, table.quoted(), kSeatColumn, version));
}

// Columns of a slot take nulls: one version's key may have none, the next one's some.
Status Seats::make_slot(const PgName& slot, const PgName& table) {
  RHUMB_TRY(connection_.execute(fmt::format("CREATE TABLE {} (LIKE {}) PARTITION BY RANGE ({})",
                                            slot.quoted(), table.quoted(), kSeatColumn)));
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT attname FROM pg_attribute WHERE attrelid ="
                                 " to_regclass($1) AND attnum > 0 AND attnotnull AND NOT"
                                 " attisdropped AND attname <> $2",
                                 {slot.quoted(), kSeatColumn}));
  for (size_t i = 0; i < rows.size(); ++i) {
    RHUMB_TRY(connection_.execute(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL",
                                              slot.quoted(), quote_identifier(rows.text(i, 0)))));
  }
  return {};
}

// The key lets the row be changed where everything is replicated logically. FREEZE: a snapshot that
// is older than the seat would find it without a pointer, and so the view without rows.
Status Seats::make_pointer(const Seat& seat, uint64_t version) {
  RHUMB_TRY(connection_.execute(
      fmt::format("CREATE TABLE {} (one boolean PRIMARY KEY CHECK (one), slot integer NOT NULL,"
                  " version bigint NOT NULL)",
                  seat.pointer().quoted())));
  RHUMB_ASSIGN(
      PgCopyWriter writer,
      PgCopyWriter::start(connection_, fmt::format("COPY {} FROM STDIN (FORMAT binary, FREEZE)",
                                                   seat.pointer().quoted())));
  writer.begin_row(3);
  writer.buffer().put_field("\x01");
  put_field(int32_t{1}, writer.buffer());
  put_field(static_cast<int64_t>(version), writer.buffer());
  RHUMB_ASSIGN(const uint64_t rows, writer.finish());
  static_cast<void>(rows);
  return {};
}

Result<Seat> Seats::make(const PgName& table, uint64_t version) {
  RHUMB_ASSIGN(const auto seats, all());
  const Seat seat{.view = view_, .number = seats.empty() ? 1 : seats.back().number + 1};
  RHUMB_TRY(add_seat_column(table, version));
  for (const int slot : {1, 2}) RHUMB_TRY(make_slot(seat.slot(slot), table));
  RHUMB_TRY(make_pointer(seat, version));
  RHUMB_ASSIGN(const PgRows done,
               connection_.query("INSERT INTO rhumb.seats (view, number) VALUES ($1, $2)",
                                 {view_.text(), std::to_string(seat.number)}));
  static_cast<void>(done);
  return seat;
}

Status Seats::attach(const PgName& slot, const PgName& table, uint64_t version) {
  RHUMB_ASSIGN(const auto there, seated(slot));
  RHUMB_ASSIGN(const uint32_t oid, oid_of(connection_, table));
  if (std::any_of(there.begin(), there.end(),
                  [&](const SeatedTable& each) { return each.oid == oid; })) {
    return {};
  }
  RHUMB_TRY(add_seat_column(table, version));
  return connection_.execute(
      fmt::format("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
                  slot.quoted(), table.quoted()));
}

// Who reads the table by its own name must not queue behind us while we wait for the slot.
Result<std::vector<std::string>> Seats::direct_readers(const PgName& slot, uint32_t table) {
  RHUMB_ASSIGN(const uint32_t parent, oid_of(connection_, slot));
  RHUMB_ASSIGN(const OpenTransactions on_slot, transactions_on(connection_, parent));
  RHUMB_ASSIGN(const OpenTransactions on_table, transactions_on(connection_, table));
  RHUMB_ASSIGN(const PgRows rows, connection_.query("SELECT ARRAY(SELECT unnest($1::text[]) EXCEPT"
                                                    " SELECT unnest($2::text[]))",
                                                    {on_table, on_slot}));
  return describe_transactions(connection_, rows.string(0, 0));
}

Result<std::string> Seats::detach(const PgName& slot, const SeatedTable& table, double seconds) {
  RHUMB_ASSIGN(const auto readers, direct_readers(slot, table.oid));
  if (!readers.empty()) return "it is read by " + join(readers, ", ");
  RHUMB_TRY(connection_.execute(
      fmt::format("SET lock_timeout = '{}ms'", static_cast<int64_t>(seconds * 1000) + 1)));
  const Status done = connection_.execute(fmt::format("ALTER TABLE {} DETACH PARTITION {} {}",
                                                      slot.quoted(), table.name.quoted(),
                                                      table.leaving ? "FINALIZE" : "CONCURRENTLY"));
  const std::string state = connection_.sqlstate();
  if (!connection_.lost()) RHUMB_TRY(connection_.execute("SET lock_timeout = 0"));
  if (done.ok()) return std::string();
  if (state != "55P03") return done.error();
  RHUMB_ASSIGN(const uint32_t parent, oid_of(connection_, slot));
  RHUMB_ASSIGN(const auto who, lock_holders(connection_, parent));
  return who.empty() ? std::string("its slot is read") : "its slot is read by " + join(who, ", ");
}

Result<OpenTransactions> Seats::readers_of_version_before(const Seat& seat) {
  const std::string number = std::to_string(seat.number);
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT open_at_switch IS NULL, open_at_switch::text"
                                 " FROM rhumb.seats WHERE view = $1 AND number = $2",
                                 {view_.text(), number}));
  if (rows.empty()) return OpenTransactions("{}");
  // Nobody has noted them: the run died right after its switch. Those open now are all of them, and
  // some more.
  if (rows.boolean(0, 0)) {
    RHUMB_TRY(remember_readers(seat));
    return readers_of_version_before(seat);
  }
  return still_open(connection_, rows.string(0, 1));
}

std::string Seats::point_sql(const Seat& seat, int slot, uint64_t version) {
  return fmt::format("UPDATE {} SET slot = {}, version = {}", seat.pointer().quoted(), slot,
                     version);
}

std::string Seats::forget_readers_sql(const Seat& seat) const {
  return fmt::format("UPDATE rhumb.seats SET open_at_switch = NULL WHERE view = {} AND number = {}",
                     quote_literal(view_.text()), seat.number);
}

Status Seats::remember_readers(const Seat& seat) {
  RHUMB_ASSIGN(const OpenTransactions open, open_transactions(connection_));
  RHUMB_ASSIGN(const PgRows done,
               connection_.query("UPDATE rhumb.seats SET open_at_switch = $3::text[]"
                                 " WHERE view = $1 AND number = $2",
                                 {view_.text(), std::to_string(seat.number), open}));
  static_cast<void>(done);
  return {};
}

// A version that is kept leaves its slot first; one whose leaving was interrupted goes with it.
Result<std::string> Seats::drop(const Seat& seat) {
  std::string sql = fmt::format("SET LOCAL lock_timeout = '{}ms';", kLockMs);
  for (const int number : {1, 2}) {
    const PgName slot = seat.slot(number);
    RHUMB_ASSIGN(const auto tables, seated(slot));
    for (const SeatedTable& table : tables) {
      if (table.leaving) continue;
      sql += fmt::format("ALTER TABLE {} DETACH PARTITION {};", slot.quoted(), table.name.quoted());
    }
  }
  sql += fmt::format("DROP TABLE IF EXISTS {}, {}, {}", seat.pointer().quoted(),
                     seat.slot(1).quoted(), seat.slot(2).quoted());
  RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection_));
  const Status dropped = connection_.execute(sql);
  if (!dropped.ok()) {
    const std::string state = connection_.sqlstate();
    if (state == "55P03") return std::string("it is in use");
    if (state == "2BP01") return "other objects depend on it: " + dropped.error().message;
    return dropped.error();
  }
  RHUMB_ASSIGN(const PgRows done,
               connection_.query("DELETE FROM rhumb.seats WHERE view = $1 AND number = $2",
                                 {view_.text(), std::to_string(seat.number)}));
  static_cast<void>(done);
  RHUMB_TRY(transaction.commit());
  return std::string();
}

Result<std::optional<PgName>> slot_of(PgConnection& connection, uint32_t table) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT n.nspname, c.relname FROM pg_inherits i"
                                " JOIN pg_class c ON c.oid = i.inhparent"
                                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                " WHERE i.inhrelid = $1::oid AND n.nspname = 'rhumb'",
                                {std::to_string(table)}));
  if (rows.empty()) return std::optional<PgName>();
  return std::optional<PgName>(PgName{rows.string(0, 0), rows.string(0, 1)});
}

}  // namespace rhumb
