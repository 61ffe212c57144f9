// What a switch needs beforehand: the statements of its transaction and, with a pointer, the new
// version in its slot.

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "publish/postgis/row_security.h"
#include "publish/postgis/showing.h"

namespace rhumb {
namespace {

// How long a wait goes on before somebody may be told.
constexpr double kSlice = 1.0;
constexpr auto kPause = std::chrono::milliseconds(100);

std::string with_options(const std::vector<std::string>& options) {
  if (options.empty()) return "";
  std::vector<std::string> parts;
  for (const std::string& option : options) {
    const size_t equals = option.find('=');
    parts.push_back(
        option.substr(0, equals) + " = " +
        (equals == std::string::npos ? "true" : quote_literal(option.substr(equals + 1))));
  }
  return " WITH (" + join(parts, ", ") + ")";
}

std::string quoted_columns(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(quote_identifier(name));
  return join(quoted, ", ");
}

std::vector<RelationColumn> without_seat_column(std::vector<RelationColumn> columns) {
  std::erase_if(columns, [](const RelationColumn& column) { return column.name == kSeatColumn; });
  return columns;
}

bool same_columns(const RelationLook& view, const ViewChange& change) {
  return change.kind == ViewChange::Kind::kReplace && change.columns.size() == view.columns.size();
}

}  // namespace

Status PostgisTarget::prepare(PgConnection& connection, Showing& showing, Patience& patience) {
  if (showing.table.appends_to) return prepare_append(connection, showing);
  RHUMB_ASSIGN(auto columns, columns_of(connection, showing.table.oid));
  columns = without_seat_column(std::move(columns));
  RHUMB_ASSIGN(const Comparison comparison, compare(connection, columns));
  const ViewChange& change = comparison.change;
  if (!change.breaking.empty() && !showing.request->consent_to_breaking) {
    return Error{Code::kNeedsConsent,
                 fmt::format("{} would change for its readers: {}", options_.view.text(),
                             join(change.breaking, "; ")),
                 "when that is meant, run again with --accept-breaking", options_.place};
  }
  showing.view = comparison.view;
  if (options_.way == SwitchWay::kView) {
    RHUMB_TRY(require_out_of_slot(connection, showing.table));
    RHUMB_ASSIGN(const uint32_t source, row_security_source(connection));
    if (source != showing.table.oid) {
      RHUMB_ASSIGN(showing.first, row_security_of(connection, source, showing.table.table));
    }
    return prepare_view(connection, showing, comparison,
                        fmt::format("SELECT {} FROM {}", quoted_columns(change.columns),
                                    showing.table.table.quoted()));
  }
  Seats seats(connection, options_.view);
  if (comparison.seat && same_columns(*comparison.view, change)) {
    RHUMB_ASSIGN(const bool fits, seats.fits(*comparison.seat, columns));
    if (fits) {
      showing.seat = comparison.seat;
      return prepare_pointer(connection, showing, patience);
    }
  }
  RHUMB_ASSIGN(const Seat seat, seat_for(connection, showing));
  return prepare_view(connection, showing, comparison, seat.query(change.columns));
}

Status PostgisTarget::prepare_append(PgConnection& connection, Showing& showing) {
  RHUMB_ASSIGN(const auto tables, CommitRecord(connection, options_.view).tables());
  const PublishedTable& visible = tables.front();
  if (!visible.switched || visible.oid == 0 || visible.version != *showing.table.appends_to) {
    return Error{Code::kConflict,
                 fmt::format("{} no longer shows version {}, which the new rows complete",
                             description_, *showing.table.appends_to),
                 "another process changed it; run again",
                 {}};
  }
  showing.appended_to = visible;
  RHUMB_ASSIGN(const auto columns, columns_of(connection, showing.table.oid));
  std::vector<std::string> names;
  for (const RelationColumn& column : columns) names.push_back(column.name);
  const std::string list = quoted_columns(names);
  const std::string from = showing.table.table.quoted();
  showing.first = {
      fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2}", visible.table.quoted(), list, from),
      "DROP TABLE " + from};
  return {};
}

// Where the row-level security of what is visible stands; 0 when nothing is visible.
Result<uint32_t> PostgisTarget::row_security_source(PgConnection& connection) {
  RHUMB_ASSIGN(const auto tables, CommitRecord(connection, options_.view).tables());
  if (tables.empty() || !tables.front().switched) return uint32_t{0};
  RHUMB_ASSIGN(const auto slot, slot_of(connection, tables.front().oid));
  if (!slot) return tables.front().oid;
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT to_regclass($1)::oid", {slot->quoted()}));
  return static_cast<uint32_t>(rows.integer(0, 0));
}

Status PostgisTarget::prepare_view(PgConnection& connection, Showing& showing,
                                   const Comparison& comparison, const std::string& query) {
  const ViewChange& change = comparison.change;
  const std::string view = options_.view.quoted();
  std::vector<std::string> options;
  if (comparison.view) options = comparison.view->options;
  std::vector<std::string>& out = showing.under_lock;
  if (change.kind == ViewChange::Kind::kRebuild) out.push_back("DROP VIEW " + view);
  out.push_back(
      fmt::format("{} VIEW {}{} AS {}",
                  change.kind == ViewChange::Kind::kReplace ? "CREATE OR REPLACE" : "CREATE", view,
                  with_options(options), query));
  if (change.kind == ViewChange::Kind::kRebuild) {
    RHUMB_ASSIGN(const auto belongings,
                 belongings_of(connection, *comparison.view, options_.view, change.columns));
    out.insert(out.end(), belongings.begin(), belongings.end());
  }
  if (!options_.comment.empty()) {
    out.push_back(fmt::format("COMMENT ON VIEW {} IS {}", view, quote_literal(options_.comment)));
  }
  for (const auto& [role, privileges] : options_.grants) {
    out.push_back(
        fmt::format("GRANT {} ON {} TO {}", join(privileges, ", "), view, quote_role(role)));
  }
  return {};
}

// A table that is kept may still be in the slot it was shown from.
Status PostgisTarget::require_out_of_slot(PgConnection& connection, const PublishedTable& table) {
  RHUMB_ASSIGN(const std::string stays, leave_slot(connection, table.oid));
  if (stays.empty()) return {};
  return Error{Code::kBusy,
               fmt::format("{} cannot leave its slot: {}", table.table.text(), stays),
               "run again when that has ended",
               {}};
}

// A seat that is not yet read by the view and holds the table: made now, or by a switch that was
// starved.
Result<Seat> PostgisTarget::seat_for(PgConnection& connection, Showing& showing) {
  Seats seats(connection, options_.view);
  RHUMB_ASSIGN(const auto unused, unused_seats(connection));
  for (const Seat& seat : unused) {
    RHUMB_ASSIGN(const auto seated, seats.seated(seat.slot(1)));
    if (seated.size() == 1 && seated[0].oid == showing.table.oid) return seat;
  }
  RHUMB_TRY(require_out_of_slot(connection, showing.table));
  RHUMB_ASSIGN(const uint32_t secured, row_security_source(connection));
  RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
  RHUMB_TRY(lease_->confirm(connection));
  RHUMB_ASSIGN(const Seat seat, seats.make(showing.table.table, showing.table.version));
  RHUMB_TRY(seats.attach(seat.slot(1), showing.table.table, showing.table.version));
  for (const int slot : {1, 2}) {
    RHUMB_ASSIGN(const auto policies, row_security_of(connection, secured, seat.slot(slot)));
    for (const std::string& sql : policies) RHUMB_TRY(connection.execute(sql));
  }
  RHUMB_TRY(give_rights_on(connection, seat, showing));
  RHUMB_TRY(transaction.commit());
  RHUMB_TRY(fault_point(FaultPoint::kPointerMade));
  return seat;
}

// The view reads the seat with its owner's rights, or, with security_invoker, with its reader's;
// who may read the version's table may read the slots.
Status PostgisTarget::give_rights_on(PgConnection& connection, const Seat& seat,
                                     const Showing& showing) {
  std::vector<std::string> readers;
  if (showing.view) {
    readers.push_back(quote_identifier(showing.view->owner));
    if (showing.view->runs_as_reader()) {
      for (const std::string& role : showing.view->grantees) readers.push_back(quote_role(role));
      for (const auto& [role, privileges] : options_.grants) readers.push_back(quote_role(role));
    }
  }
  for (const std::string& role : readers) {
    RHUMB_TRY(
        connection.execute(fmt::format("GRANT SELECT ON {}, {}, {} TO {}", seat.pointer().quoted(),
                                       seat.slot(1).quoted(), seat.slot(2).quoted(), role)));
  }
  return {};
}

Status PostgisTarget::prepare_pointer(PgConnection& connection, Showing& showing,
                                      Patience& patience) {
  Seats seats(connection, options_.view);
  const Seat& seat = *showing.seat;
  RHUMB_ASSIGN(const auto one, seats.slot_oid(seat, 1));
  RHUMB_ASSIGN(const auto two, seats.slot_oid(seat, 2));
  RHUMB_ASSIGN(const auto secured_one, row_security_of(connection, one, options_.view));
  RHUMB_ASSIGN(const auto secured_two, row_security_of(connection, two, options_.view));
  if (secured_one != secured_two) {
    return Error{Code::kConflict,
                 fmt::format("the row-level security of {} and {} differs", seat.slot(1).text(),
                             seat.slot(2).text()),
                 "each of them holds the visible version in turn: give both the same policies",
                 {}};
  }
  RHUMB_ASSIGN(const int visible, seats.visible_slot(seat));
  showing.slot = 3 - visible;
  const PgName slot = seat.slot(showing.slot);
  RHUMB_ASSIGN(const auto there, seats.seated(slot));
  const bool attached = there.size() == 1 && there[0].oid == showing.table.oid && !there[0].leaving;
  if (!attached) {
    RHUMB_TRY(free_slot(connection, seat, showing.slot, patience));
    RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
    RHUMB_TRY(lease_->confirm(connection));
    RHUMB_TRY(seats.attach(slot, showing.table.table, showing.table.version));
    RHUMB_TRY(transaction.commit());
    RHUMB_TRY(fault_point(FaultPoint::kPointerSeated));
  }
  // Plans of transactions that hold the slot already do not know the new partition.
  RHUMB_ASSIGN(const uint32_t parent, seats.slot_oid(seat, showing.slot));
  RHUMB_ASSIGN(OpenTransactions before, transactions_on(connection, parent));
  RHUMB_TRY(wait_for(connection, std::move(before), patience));
  showing.first = {Seats::point_sql(seat, showing.slot, showing.table.version),
                   seats.forget_readers_sql(seat)};
  return {};
}

Status PostgisTarget::free_slot(PgConnection& connection, const Seat& seat, int slot,
                                Patience& patience) {
  Seats seats(connection, options_.view);
  RHUMB_ASSIGN(const auto seated, seats.seated(seat.slot(slot)));
  if (seated.empty()) return {};
  RHUMB_ASSIGN(OpenTransactions readers, seats.readers_of_version_before(seat));
  RHUMB_TRY(wait_for(connection, std::move(readers), patience));
  while (true) {
    RHUMB_ASSIGN(const auto left, seats.seated(seat.slot(slot)));
    if (left.empty()) return {};
    const double seconds = std::clamp(patience.left(), 0.1, 5.0);
    RHUMB_ASSIGN(const std::string stays, seats.detach(seat.slot(slot), left.front(), seconds));
    if (stays.empty()) continue;
    patience.hindered({stays}, "for the version before to leave");
    if (patience.over()) return waited_too_long(patience);
    std::this_thread::sleep_for(kPause);
  }
}

Error PostgisTarget::waited_too_long(const Patience& patience) const {
  return Error{
      Code::kSwitchStarved,
      fmt::format("{} could not be switched within {}: transactions that began before have "
                  "not ended: {}",
                  description_, human_seconds(patience.limit()), patience.last_seen()),
      "readers still see the version before; end the session named, or run again when it "
      "has ended",
      options_.place};
}

Status PostgisTarget::wait_for(PgConnection& connection, OpenTransactions transactions,
                               Patience& patience) {
  while (true) {
    const double slice = std::clamp(patience.left(), 0.0, kSlice);
    RHUMB_ASSIGN(transactions,
                 wait_for_end(connection, std::move(transactions), slice, patience.cancel()));
    if (none_open(transactions)) return {};
    RHUMB_ASSIGN(auto who, describe_transactions(connection, transactions));
    patience.hindered(std::move(who), "for transactions that began before");
    if (patience.over()) return waited_too_long(patience);
  }
}

}  // namespace rhumb
